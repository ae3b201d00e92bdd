"""`busyhour forget` as a user runs it: what it says, when it asks, and what is left."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from api.small_company import SALES, leg, write_lines
from end_to_end.commanding import Shop, checked, refused
from kept import texts_of_files
from servers import run

HER, HIS = "+15550142", "+15550100"
RECORDS = ("report", "--stat-type", "calls", "--export-type", "records", "--days-ago-start", "0", "--days-ago-end", "3")


@pytest.fixture(scope="module")
def with_her(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The small company, which somebody else has called as well."""
    folder = tmp_path_factory.mktemp("with_her")
    copy = shop.copy(folder)
    target = {"id": SALES, "type": "call_center", "name": "Sales", "office_id": 12}
    call = leg(77, target, "2026-03-08 10:00:00", "2026-03-08 10:01:00", external_number=HER)
    done = copy.run("import", "dialpad", str(write_lines(folder / "her.jsonl", [call])), "--company", "Acme")
    assert done.returncode == 0
    # Others have asked the shop for reports: a forgetting of nothing takes those requests away.
    assert copy.run("forget", "--before", "1990-01-01", "--yes").returncode == 0
    return copy


@pytest.fixture
def shop_with_her(with_her: Shop, tmp_path: Path) -> Shop:
    return with_her.copy(tmp_path)


def _account(stdout: str) -> dict[str, str]:
    """Counts that are not 0, by what they are of."""
    lines = [line.split() for line in stdout.splitlines()]
    assert all(line[2:] == ["removed"] for line in lines)
    return {name: count for name, count, _ in lines if count != "0"}


def _files(shop: Shop) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (shop.home / "companies").rglob("*") if path.is_file()}


def _numbers(shop: Shop) -> set[str]:
    lines = shop.run(*RECORDS).stdout.splitlines()
    assert len(lines) > 1
    return {number for number in (HER, HIS) if any(number in line for line in lines)}


def test_a_number_is_forgotten(shop_with_her: Shop) -> None:
    assert _numbers(shop_with_her) == {HER, HIS}
    done = shop_with_her.run("forget", "--number", "1 555 0142", "--yes")
    assert done.returncode == 0
    assert _account(done.stdout) == {"call_events": "1", "calls": "1", "requests": "1"}
    assert done.stderr == ""
    assert _numbers(shop_with_her) == {HIS}
    assert [path for path, said in texts_of_files(shop_with_her.home / "companies") if HER[1:] in said] == []
    assert _account(shop_with_her.run("forget", "--number", HER, "--yes").stdout) == {"requests": "1"}


def test_a_dry_run_says_so_and_changes_nothing(shop_with_her: Shop) -> None:
    before = _files(shop_with_her)
    done = shop_with_her.run("forget", "--company", "Acme", "--number", HER, "--dry-run")
    assert done.returncode == 0
    assert _account(done.stdout) == {"call_events": "1", "calls": "1"}
    assert _files(shop_with_her) == before


def test_a_period_is_forgotten(shop_with_her: Shop) -> None:
    done = shop_with_her.run("forget", "--before", "2026-03-09", "--yes")
    assert done.returncode == 0
    assert _account(done.stdout)["calls"] == "2"
    report = shop_with_her.run(*RECORDS).stdout
    assert "2026-03-09" in report
    assert "2026-03-08" not in report


def test_nobody_is_there_to_be_asked(shop_with_her: Shop) -> None:
    before = _files(shop_with_her)
    done = checked(run(shop_with_her.env, "forget", "--number", HER))
    assert "--yes: missing" in refused(done, 2)
    assert _files(shop_with_her) == before


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("n\n", 1, {HER, HIS}), ("\x04", 1, {HER, HIS}), ("y\n", 0, {HIS})]
)
def test_somebody_is_asked(shop_with_her: Shop, answer: str, code: int, left: set[str]) -> None:
    mine, its = pty.openpty()
    command = [sys.executable, "-m", "busyhour", "forget", "--number", HER]
    os.write(mine, answer.encode())
    done = subprocess.run(
        command, env=shop_with_her.env, stdin=its, capture_output=True, text=True, timeout=60, check=False
    )
    os.close(mine)
    os.close(its)
    assert checked(done).returncode == code
    assert "call_events                    1 removed" in done.stderr
    assert f"Forget {HER} of Acme for good?" in done.stderr
    assert (done.stdout == "") == (code == 1)
    assert _numbers(shop_with_her) == left


MISUSED = {
    "neither": ((), "--number, --before: expected one"),
    "both": (("--number", HER, "--before", "2026-01-01"), "--number, --before: expected one"),
    "no number": (("--number", "Zelda"), "--number: got 'Zelda'; expected a phone number"),
    "no date": (("--before", "yesterday"), "--before: got 'yesterday'; expected a date"),
    "a later day": (("--before", "2026-03-11"), "--before: got '2026-03-11'; expected a date"),
    "another company": (("--number", HER, "--company", "Rival"), "--company: got 'Rival'"),
}


@pytest.mark.parametrize("what", MISUSED)
def test_misuse(shop: Shop, what: str) -> None:
    arguments, said = MISUSED[what]
    assert said in shop.misuse("forget", *arguments, "--yes")
