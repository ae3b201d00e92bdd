"""`busyhour serve` as it runs: stopped, struck, and with commands beside it."""

import csv
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.small_company import NOW, acme, leg, write_lines
from busyhour.client import StatsClient, StatsError
from busyhour.importing import stage_file
from busyhour.sources.base import Context
from busyhour.sources.registry import SOURCES
from end_to_end.commanding import BY_DATE, Shop, refused
from end_to_end.groups import Group, group, is_healthy, wait_for
from houses import company_of, new_house, report_path
from servers import environment

FIELDS = {"stat_type": "calls", "export_type": "stats", "group_by": "date", "days_ago_end": "3"}
SELDOM = {"refresh_realtime_seconds": "864000", "refresh_historical_seconds": "864000"}


@pytest.fixture(scope="module")
def own_shop(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A copy that these tests may change."""
    return shop.copy(tmp_path_factory.mktemp("served"), **SELDOM)


@pytest.fixture(scope="module")
def server(own_shop: Shop) -> Iterator[Group]:
    with group(own_shop.env) as running:
        yield running


def _calls(server: Group, shop: Shop, path: Path, **fields: Any) -> list[str]:
    """All calls by day, asked for over HTTP."""
    with StatsClient(server.url, shop.key, sleep=lambda _: time.sleep(0.05)) as client:
        client.report(FIELDS | fields, path)
    with path.open(newline="") as file:
        return [row["all_calls"] for row in csv.DictReader(file)]


def test_a_report_from_a_server_is_the_one_from_the_home_folder(own_shop: Shop, server: Group, tmp_path: Path) -> None:
    asked = own_shop.run(
        "report", *BY_DATE, "--url", server.url, "-o", str(tmp_path / "o.csv"), BUSYHOUR_KEY=own_shop.key
    )
    assert (asked.returncode, asked.stdout) == (0, "")
    assert (tmp_path / "o.csv").read_bytes() == report_path(
        new_house(own_shop.home, NOW), "Acme", **FIELDS
    ).read_bytes()
    assert "request " in asked.stderr


def test_what_a_server_refuses_is_said(own_shop: Shop, server: Group) -> None:
    done = own_shop.run("report", *BY_DATE, "--office-id", "999", "--url", server.url, "--key", own_shop.key)
    assert refused(done, 1) == "error: 404: Office with id 999 not found.\n"
    with StatsClient(server.url, "bh_wrong") as client, pytest.raises(StatsError, match=r"^401: The API key"):
        client.report(FIELDS, Path("never"))


def test_a_refresh_beside_a_server_is_seen_by_it(own_shop: Shop, server: Group, tmp_path: Path) -> None:
    assert _calls(server, own_shop, tmp_path / "before.csv") == ["0", "1", "3"]
    house = new_house(own_shop.home, NOW)
    bob = next(acme())["target"]
    later = write_lines(tmp_path / "later.jsonl", iter([leg(99, bob, "2026-03-07 10:00:00", "2026-03-07 10:01:00")]))
    context = Context("Acme", company_of(house, "Acme"), "UTC")
    stage_file(SOURCES["dialpad"], later, context, house.inbox, house.directory, strict=False, progress=lambda _: None)
    assert _calls(server, own_shop, tmp_path / "staged.csv", days_ago_end="4") == ["0", "0", "1", "3"]
    done = own_shop.run("refresh", "--company", "Acme")
    assert (done.returncode, done.stdout) == (0, "")
    assert _calls(server, own_shop, tmp_path / "after.csv", days_ago_end="5") == ["0", "0", "1", "1", "3"]


def test_workers_that_are_killed_are_started_again_and_the_request_completes(
    own_shop: Shop, server: Group, tmp_path: Path
) -> None:
    struck = server.of_role("worker")
    assert len(struck) == 2
    for pid in struck:
        os.kill(pid, signal.SIGKILL)
    assert len(_calls(server, own_shop, tmp_path / "o.csv", days_ago_end="6")) == 6
    wait_for(lambda: len(server.of_role("worker")) == 2)
    assert not server.of_role("worker") & struck


def test_a_request_of_a_worker_that_was_killed_over_it_completes(own_shop: Shop, server: Group, tmp_path: Path) -> None:
    house = new_house(own_shop.home, NOW)
    struck = server.of_role("worker")
    for pid in struck:
        os.kill(pid, signal.SIGSTOP)
    asked = FIELDS | {"days_ago_end": "7"}
    request_id, _ = house.reception.submit(company_of(house, "Acme"), asked)
    assert house.requests.claim("killed", time.time(), 1.0, request_id) is not None
    for pid in struck:
        os.kill(pid, signal.SIGKILL)
    assert len(_calls(server, own_shop, tmp_path / "o.csv", days_ago_end="7")) == 7


@pytest.mark.parametrize("role", ["api", "refresher"])
def test_every_other_process_is_started_again_too(server: Group, role: str) -> None:
    (struck,) = server.of_role(role)
    os.kill(struck, signal.SIGKILL)
    wait_for(lambda: server.of_role(role) - {struck})
    wait_for(lambda: is_healthy(server))


@pytest.mark.usefixtures("server")
def test_one_group_answers_what_another_makes(own_shop: Shop, tmp_path: Path) -> None:
    env = own_shop.env | {"BUSYHOUR_WORKERS": "0", "BUSYHOUR_REFRESHERS": "0"}
    with group(env, tmp_path / "answering.log", roles=("api",)) as answering:
        assert [len(answering.of_role(role)) for role in ("api", "worker", "refresher")] == [1, 0, 0]
        assert len(_calls(answering, own_shop, tmp_path / "o.csv", days_ago_end="9")) == 9


def test_a_port_in_use(own_shop: Shop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = refused(own_shop.run("serve", "--port", str(port)), 2)
    assert message.startswith(f"error: --port: 127.0.0.1:{port} cannot be listened on")


def test_sigterm_ends_every_process_in_time_also_those_that_start(tmp_path: Path) -> None:
    with group(environment(tmp_path / "home", NOW, workers="1")) as server:
        with httpx2.Client(base_url=server.url) as idle:
            assert idle.get("/healthz").is_success
            (worker,) = server.of_role("worker")
            os.kill(worker, signal.SIGKILL)
            wait_for(lambda: server.of_role("worker") - {worker})
            started = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=10) == 0
        assert server.members() == {}
        assert time.monotonic() - started < 10
    assert "Traceback" not in server.log.read_text()


def test_the_others_end_when_the_first_is_killed_also_those_that_start(tmp_path: Path) -> None:
    with group(environment(tmp_path / "home", NOW, workers="1")) as server:
        (worker,) = server.of_role("worker")
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: server.of_role("worker") - {worker})
        server.process.kill()
        server.process.wait(timeout=10)
        wait_for(lambda: server.members() == {}, 10)
