"""The commands on endpoints and on the quarantine, as people type them."""

import re
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.small_company import NOW, leg
from arriving import arrival, arrive, batch
from busyhour.cli import app
from busyhour.errors import BusyhourError
from end_to_end.commanding import Shop, refused
from end_to_end.groups import group
from houses import House, new_house

OLD, NEW = "the-first-secret-of-acme-at-its-endpoint", "the-second-secret-of-acme-at-its-endpoint"
ZOE = {"id": 91, "type": "user", "name": "Zoë", "office_id": 12}


@pytest.fixture
def own_shop(shop: Shop, tmp_path: Path) -> Shop:
    """A copy that a test may change."""
    return shop.copy(tmp_path)


@pytest.fixture
def house(own_shop: Shop) -> House:
    return new_house(own_shop.home, NOW)


def _leg(number: int, **more: Any) -> dict[str, Any]:
    return leg(number, ZOE, "2026-03-07 10:00:00", "2026-03-07 10:01:00") | more


def _run(shop: Shop, *arguments: str, **environ: str) -> Result:
    """A command that succeeds; in this process, for there are many."""
    done = CliRunner().invoke(app, arguments, env=shop.env | environ, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def _done(shop: Shop, *arguments: str) -> str:
    """The stdout of a command that succeeds."""
    return _run(shop, *arguments).stdout


def _refusal(shop: Shop, *arguments: str) -> str:
    """What a command says whose answer is no."""
    done = CliRunner().invoke(app, arguments, env=shop.env)
    assert isinstance(done.exception, BusyhourError)
    assert (done.exception.exit_code, done.stdout) == (1, "")
    return done.exception.message


def _listed(shop: Shop) -> list[list[str]]:
    """The endpoints: each one's name and how many secrets it has."""
    lines = _done(shop, "endpoint", "list").splitlines()
    assert lines[0].split() == ["name", "secrets", "made"]
    return [line.split()[:2] for line in lines[1:]]


def _held_ids(shop: Shop) -> list[str]:
    # In a process of its own: what it logs goes to stderr there.
    lines = shop.run("quarantine", "list").stdout.splitlines()
    assert lines[0].split() == ["id", "received", "door", "line", "reason", "got"]
    return [line.split()[0] for line in lines[1:] if re.match(r"[0-9a-f]{16} ", line)]


def test_an_endpoint_from_its_making_to_its_removal(own_shop: Shop, house: House) -> None:
    made = _run(own_shop, "endpoint", "new", "Phones", "--company", "Acme")
    assert re.fullmatch(r"/ingest/dialpad/[A-Za-z0-9_-]{32}\n", made.stdout)
    assert "plain JSON" in made.stderr
    token = made.stdout.strip().rpartition("/")[2]
    signed = _run(own_shop, "endpoint", "new", "Signed", "--company", "Acme", BUSYHOUR_ENDPOINT_SECRET=OLD)
    assert "signed with its secret" in signed.stderr
    assert _listed(own_shop) == [["Phones", "0"], ["Signed", "1"]]
    _done(own_shop, "endpoint", "rotate", "Signed", "--secret", NEW)
    assert _listed(own_shop)[1] == ["Signed", "2"]
    _done(own_shop, "endpoint", "retire", "Signed")
    assert _listed(own_shop)[1] == ["Signed", "1"]
    assert house.endpoints.all(house.access.company_id("Acme"))[1].secrets == (NEW,)
    assert house.endpoints.of_token(token).name == "Phones"
    _done(own_shop, "endpoint", "remove", "Phones")
    assert _listed(own_shop) == [["Signed", "1"]]


def test_neither_a_secret_nor_a_path_is_ever_shown_again(own_shop: Shop) -> None:
    made = _run(own_shop, "endpoint", "new", "Signed", "--company", "Acme", "--secret", OLD)
    said = [made.stderr]
    for command in (("list",), ("rotate", "Signed", "--secret", NEW), ("retire", "Signed"), ("remove", "Signed")):
        done = _run(own_shop, "endpoint", *command)
        said += [done.stdout, done.stderr]
    token = made.stdout.strip().rpartition("/")[2]
    assert not [one for one in said for hidden in (OLD, NEW, token) if hidden in one]


def test_a_company_that_is_not_there_is_made_for_its_endpoint_and_for_nothing_else(own_shop: Shop) -> None:
    assert own_shop.misuse("endpoint", "list", "--company", "Brill").startswith("--company: got 'Brill'")
    _done(own_shop, "endpoint", "new", "Phones", "--company", "Brill")
    assert "Phones" in _done(own_shop, "endpoint", "list", "--company", "Brill")
    assert own_shop.misuse("endpoint", "list") == "--company: missing; companies here: Acme, Brill."


@pytest.mark.parametrize("command", ["rotate", "retire", "remove"])
def test_an_endpoint_that_is_not_there(own_shop: Shop, command: str) -> None:
    more = ("--secret", NEW) if command == "rotate" else ()
    message = _refusal(own_shop, "endpoint", command, "Nobody", *more)
    assert message == "There is no endpoint named 'Nobody' in this company."


def test_a_name_is_given_once(own_shop: Shop) -> None:
    _done(own_shop, "endpoint", "new", "Phones", "--company", "Acme")
    again = own_shop.run("endpoint", "new", "Phones", "--company", "Acme")
    assert refused(again, 1) == "error: An endpoint named 'Phones' is there already.\n"
    _done(own_shop, "endpoint", "new", "Phones", "--company", "Rival")


@pytest.mark.parametrize("bad", ["", "  ", "a\nb", "x" * 129])
def test_names_and_secrets_that_are_none(own_shop: Shop, bad: str) -> None:
    accepted = "; accepted: printable text, at most 128 characters."
    name = own_shop.misuse("endpoint", "new", bad, "--company", "Acme")
    assert name.startswith("NAME: got ")
    assert name.endswith(accepted)
    _done(own_shop, "endpoint", "new", "Phones", "--company", "Acme")
    secret = own_shop.misuse("endpoint", "rotate", "Phones", "--secret", bad)
    assert secret.startswith("--secret: got ")
    assert secret.endswith(accepted)


def test_a_rotation_needs_a_secret(own_shop: Shop) -> None:
    assert "--secret" in own_shop.misuse("endpoint", "rotate", "Phones")


def test_what_is_held_is_listed_shown_and_dropped(own_shop: Shop, house: House) -> None:
    arrive(house, arrival(house, _leg(100, state="dancing")), batch(house, _leg(101), b"broken"))
    first, second = _held_ids(own_shop)
    listed = _done(own_shop, "quarantine", "list")
    assert "state: expected the state of a call" in listed
    assert "'dancing'" in listed
    shown = _run(own_shop, "quarantine", "show", second)
    assert (shown.stdout, shown.stderr) == ("broken\n", "event: expected a JSON object; got 'broken'\n")
    assert _done(own_shop, "quarantine", "drop", first) == "dropped 1\n"
    assert _held_ids(own_shop) == [second]
    assert len(_done(own_shop, "quarantine", "show", "all").splitlines()) == 1
    assert _done(own_shop, "quarantine", "drop", "all") == "dropped 1\n"
    assert _held_ids(own_shop) == []


@pytest.mark.parametrize("command", ["show", "replay", "drop"])
def test_an_id_of_nothing_that_is_held(own_shop: Shop, command: str) -> None:
    message = _refusal(own_shop, "quarantine", command, "0123456789abcdef")
    assert message.startswith("ID: got '0123456789abcdef'; nothing of that id is held.")


@pytest.mark.parametrize(
    ("command", "said"), [("show", ""), ("replay", "understood 0, still held 0\n"), ("drop", "dropped 0\n")]
)
def test_all_of_nothing(own_shop: Shop, command: str, said: str) -> None:
    assert _done(own_shop, "quarantine", command, "all") == said


def test_one_companys_quarantine_is_not_anothers(own_shop: Shop, house: House) -> None:
    arrive(house, arrival(house, b"of Rival", "Rival"))
    assert "Acme" in own_shop.misuse("quarantine", "list")
    house.sorter.sort()
    (held,) = house.quarantine.all(house.access.company_id("Rival"))
    for command in ("show", "replay", "drop"):
        assert "nothing of that id" in _refusal(own_shop, "quarantine", command, held.id, "--company", "Acme")
    assert _done(own_shop, "quarantine", "show", held.id, "--company", "Rival") == "of Rival\n"


def test_what_is_still_not_understood_stays(own_shop: Shop, house: House) -> None:
    arrive(house, arrival(house, b"broken"))
    (held,) = _held_ids(own_shop)
    assert _done(own_shop, "quarantine", "replay", held) == "understood 0, still held 1\n"
    assert _held_ids(own_shop) == [held]


def test_a_signed_body_that_came_before_its_secret_is_taken_in_after_it(own_shop: Shop) -> None:
    path = _done(own_shop, "endpoint", "new", "Phones", "--company", "Acme").strip()
    bodies = [jwt.encode(_leg(100), NEW, "HS256"), jwt.encode(_leg(101), OLD, "HS256")]
    with group(own_shop.env) as server:
        for body in bodies:
            assert httpx2.post(server.url + path, content=body).json() == {"status": "kept"}
    assert len(_held_ids(own_shop)) == 2
    assert _done(own_shop, "quarantine", "replay", "all") == "understood 0, still held 2\n"
    _done(own_shop, "endpoint", "rotate", "Phones", "--secret", NEW)
    assert _done(own_shop, "quarantine", "replay", "all") == "understood 1, still held 1\n"
    assert _done(own_shop, "quarantine", "show", "all") == f"{bodies[1]}\n"
    _done(own_shop, "refresh")
    asked = ("--stat-type", "calls", "--export-type", "records", "--days-ago-start", "3", "--days-ago-end", "3")
    records = own_shop.run("report", *asked).stdout
    assert [line.split(",")[1] for line in records.splitlines()[1:]] == ["100"]
