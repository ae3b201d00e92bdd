"""Disks that are full or read-only, a state database that is away: said clearly, waited for, and over by itself."""

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.door import CALLS, STATS, Door, new_key, refusal
from api.small_company import NOW, acme, leg, write_lines
from busyhour.domain.requests import Status
from busyhour.front import web_app
from busyhour.importing import stage_file
from busyhour.sources.base import Context
from busyhour.sources.registry import SOURCES
from end_to_end.commanding import BY_DATE, Shop, refused
from end_to_end.groups import Group, group, wait_for
from houses import House, company_of, new_house
from small_disks import Disk, small_disk

SELDOM = {"refresh_realtime_seconds": "864000", "refresh_historical_seconds": "864000"}


def _lines(server: Group, event: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines() if f'"{event}"' in line]


def _waits(server: Group) -> list[dict[str, Any]]:
    return _lines(server, "something is away, waiting for it")


def _bearer(shop: Shop) -> dict[str, str]:
    return {"Authorization": f"Bearer {shop.key}"}


def _post(server: Group, shop: Shop, days: int) -> Any:
    asked = CALLS | {"days_ago_end": days, "group_by": "date"}
    return httpx2.post(f"{server.url}{STATS}", json=asked, headers=_bearer(shop), timeout=60)


def _status(server: Group, shop: Shop, request_id: str) -> str:
    return str(httpx2.get(f"{server.url}{STATS}/{request_id}", headers=_bearer(shop)).json().get("status"))


def _attempts(house: House, request_id: str) -> int:
    """How many attempts have been used up; what is being tried at this moment is none of them."""
    with house.database.read() as connection:
        row = connection.execute(text("SELECT attempts, status FROM requests WHERE id = :id"), {"id": request_id}).one()
    return int(row.attempts) - (row.status == "running")


def _strike(disk: Disk, how: str) -> None:
    disk.fill() if how == "full" else disk.make_read_only()


def _mend(disk: Disk, how: str) -> None:
    disk.free() if how == "full" else disk.make_writable()


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_reports_wait_for_the_disk_of_results(shop: Shop, tmp_path: Path, how: str) -> None:
    own = shop.copy(tmp_path, **SELDOM, workers="2")
    with small_disk(own.home / "artifacts", "256k") as disk, group(own.env) as server:
        house = new_house(own.home, NOW)
        (disk.folder / company_of(house, "Acme")).mkdir()
        _strike(disk, how)
        request_id = _post(server, own, 5).json()["request_id"]
        wait_for(lambda: len(_waits(server)) >= 6, 60)
        assert _attempts(house, request_id) == 0
        assert _status(server, own, request_id) == "processing"
        _mend(disk, how)
        wait_for(lambda: _status(server, own, request_id) == "complete", 30)
        word = "No space left on device" if how == "full" else "Read-only file system"
        assert all(word in line["reason"] and line["level"] == "error" for line in _waits(server))
        handed_back = _lines(server, "report handed back")
        assert {(line["request_id"], line["company_id"]) for line in handed_back} == {
            (request_id, company_of(house, "Acme"))
        }
        assert "Traceback" not in server.log.read_text()
        house.database.close()


def test_everything_waits_for_a_full_disk_of_the_state_database(shop: Shop, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "24m") as disk:
        own = shop.copy(disk.folder, **SELDOM, limit_post_per_hour="0")
        with group(own.env, tmp_path / "serve.log") as server:
            workers = server.of_role("worker")
            for pid in workers:
                os.kill(pid, signal.SIGSTOP)
            waiting = _post(server, own, 100).json()["request_id"]
            disk.fill()
            for pid in workers:
                os.kill(pid, signal.SIGCONT)
            # Some writes still find room in the files that are there.
            answers = [_post(server, own, days) for days in range(1, 100)]
            refused = [answer for answer in answers if answer.status_code != 200]
            assert refused, "a full disk was to be felt"
            for answer in refused:
                assert refusal(answer, 503, "backendError").startswith("The state database cannot be used")
                assert answer.headers["Retry-After"] == "1"
            wait_for(lambda: _waits(server), 60)
            disk.free()
            wait_for(lambda: _post(server, own, 1).status_code == 200, 30)
            ids = {_post(server, own, days).json()["request_id"] for days in range(1, 10)} | {waiting}
            wait_for(lambda: {_status(server, own, request_id) for request_id in ids} == {"complete"}, 60)
            assert "Traceback" not in server.log.read_text()


def test_a_refresh_waits_for_the_disk_of_tables(shop: Shop, tmp_path: Path) -> None:
    own = shop.copy(tmp_path, refresh_realtime_seconds="2", refresh_historical_seconds="2")
    kept = shutil.move(own.home / "companies", tmp_path / "companies")
    with small_disk(own.home / "companies", "4m") as disk:
        shutil.copytree(kept, disk.folder, dirs_exist_ok=True)
        house = new_house(own.home, NOW)
        disk.fill()
        with group(own.env) as server:
            _stage_a_call(house, tmp_path)
            wait_for(lambda: len(_waits(server)) >= 2, 60)
            late = _lines(server, "refresh put off")
            assert {line["company_id"] for line in late} == {company_of(house, "Acme")}
            done = len(_lines(server, "refreshed"))
            disk.free()
            wait_for(lambda: len(_lines(server, "refreshed")) > done, 40)
            request_id = _post(server, own, 3).json()["request_id"]
            wait_for(lambda: _status(server, own, request_id) == "complete", 30)
            assert house.inbox.sealed(company_of(house, "Acme")) == []
            assert "Traceback" not in server.log.read_text()
        rows = house.artifacts.path(company_of(house, "Acme"), request_id).read_text().splitlines()
        day = next(row for row in rows if row.startswith("2026-03-07"))
        assert ",1," in day, "the call that waited is there"
        house.database.close()


def _stage_a_call(house: House, folder: Path) -> None:
    bob = next(acme())["target"]
    later = write_lines(folder / "later.jsonl", iter([leg(99, bob, "2026-03-07 10:00:00", "2026-03-07 10:01:00")]))
    context = Context("Acme", company_of(house, "Acme"), "UTC")
    stage_file(SOURCES["dialpad"], later, context, house.inbox, house.directory, strict=False, progress=lambda _: None)


@contextmanager
def _door(home: Path) -> Iterator[Door]:
    house = new_house(home, NOW)
    with TestClient(web_app(house), raise_server_exceptions=False) as http:
        yield Door(house, http, new_key(house, "Acme"))
    house.database.close()


@contextmanager
def _working(house: House) -> Iterator[threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=house.worker().run, args=(stop,))
    thread.start()
    yield thread
    stop.set()
    thread.join(timeout=30)
    assert not thread.is_alive()


def _take_away(path: Path) -> Path:
    """The state database is not there, and nothing can be made in its place."""
    away = path.with_name("away")
    away.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        file.rename(away / file.name)
    path.mkdir()
    return away


def _bring_back(path: Path, away: Path) -> None:
    path.rmdir()
    for file in away.iterdir():
        file.rename(path.parent / file.name)
    away.rmdir()


def _refused_for_now(door: Door) -> None:
    for answer in (door.post(CALLS), door.get("any"), door.http.get("/healthz")):
        message = refusal(answer, 503, "backendError")
        assert message == "The state database cannot be used at the moment; send the same request again."
        assert answer.headers["Retry-After"] == "1"


def test_a_state_database_that_is_away_for_a_while(shop: Shop, tmp_path: Path) -> None:
    with _door(shop.copy(tmp_path).home) as door:
        request_id = door.id_of(CALLS)
        door.house.database.close()
        path = door.house.settings.folder / "busyhour.db"
        away = _take_away(path)
        with _working(door.house) as worker:
            _refused_for_now(door)
            time.sleep(0.5)
            assert worker.is_alive()
            _bring_back(path, away)
            wait_for(lambda: door.status(request_id) == "complete", 30)
        assert door.start(CALLS) == (request_id, True)


def test_a_state_database_that_goes_away_while_a_report_is_made(shop: Shop, tmp_path: Path) -> None:
    """What became of it is written down when the database is back: it is not made twice, and no attempt is used."""
    with _door(shop.copy(tmp_path).home) as door:
        request_id = door.id_of(CALLS)
        path = door.house.settings.folder / "busyhour.db"
        taken: list[Path] = []
        requests = door.house.requests
        really = requests.complete

        def complete(*arguments: Any) -> bool:
            if not taken:
                door.house.database.close()
                taken.append(_take_away(path))
            return really(*arguments)

        requests.complete = complete  # type: ignore[method-assign]
        with _working(door.house):
            wait_for(lambda: taken)
            time.sleep(0.5)
            _bring_back(path, taken[0])
            wait_for(lambda: door.status(request_id) == "complete", 30)
        assert _attempts(door.house, request_id) == 1


def test_a_state_database_on_a_disk_that_is_read_only_for_a_while(shop: Shop, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "24m") as disk:
        home = Path(shutil.copytree(shop.home, disk.folder / "home"))
        with _door(home) as door:
            request_id = door.id_of(CALLS)
            door.house.database.close()
            disk.make_read_only()
            with _working(door.house):
                answer = door.post(CALLS)
                assert "database" in refusal(answer, 503, "backendError")
                assert answer.headers["Retry-After"] == "1"
                disk.make_writable()
                wait_for(lambda: door.http.get("/healthz").is_success, 30)
                wait_for(lambda: door.status(request_id) == "complete", 30)
            stored = door.house.reception.look(company_of(door.house, "Acme"), request_id)
            assert stored.status is Status.COMPLETE


def test_a_command_says_that_the_state_database_is_away(shop: Shop, tmp_path: Path) -> None:
    own = shop.copy(tmp_path)
    _take_away(own.home / "busyhour.db")
    assert refused(own.run("report", *BY_DATE, "--company", "Acme"), 2) == (
        "error: BUSYHOUR_DATABASE: the state database cannot be used (unable to open database file).\n"
    )
