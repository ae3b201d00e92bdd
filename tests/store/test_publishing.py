"""A report's file is whole or not there, and only whoever holds the request puts it there."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import text

from busyhour.domain.requests import Status
from busyhour.errors import BadRequest
from busyhour.making import Made
from busyhour.store.folder_artifacts import FolderArtifacts
from busyhour.worker import Worker
from houses import House, company_of, new_house

NOW = "2026-03-10T12:00:00+00:00"


class Scribe:
    """A maker that writes what it is told to, and something may happen meanwhile."""

    def __init__(self, said: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        self._said = said
        self._meanwhile = meanwhile

    def report(self, _company_id: str, _request: Any, path: Path) -> Made:
        path.write_text(self._said)
        self._meanwhile()
        return Made(1, 0)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return new_house(tmp_path / "home", NOW)


def _submitted(house: House) -> str:
    fields = {"stat_type": "calls", "export_type": "stats"}
    return house.reception.submit(company_of(house, "Acme"), fields)[0]


def _run(house: House, maker: Scribe, stop: Event | None = None) -> bool:
    return Worker(maker, house.requests, house.artifacts, house.clock).run_one(stop=stop)


def _status(house: House, request_id: str) -> Status:
    return house.reception.look(company_of(house, "Acme"), request_id).status


def _files(house: House) -> dict[str, str]:
    paths = (house.settings.folder / "artifacts").rglob("*")
    return {path.name: path.read_text() for path in paths if path.is_file()}


def _lapse(house: House) -> None:
    with house.database.write() as connection:
        connection.execute(text("UPDATE requests SET lease_until = 0"))


def test_a_report_is_published_under_its_id(house: House) -> None:
    request_id = _submitted(house)
    assert _run(house, Scribe("made"))
    assert _status(house, request_id) is Status.COMPLETE
    assert _files(house) == {f"{request_id}.csv": "made"}


def test_a_worker_that_lost_its_lease_publishes_nothing(house: House) -> None:
    request_id = _submitted(house)

    def taken_over() -> None:
        _lapse(house)
        assert _run(house, Scribe("by the one who took over"))

    _run(house, Scribe("too late", taken_over))
    assert _status(house, request_id) is Status.COMPLETE
    assert _files(house) == {f"{request_id}.csv": "by the one who took over"}


def test_a_late_worker_leaves_one_who_is_still_at_it_alone(house: House) -> None:
    request_id = _submitted(house)

    def taken_over() -> None:
        _lapse(house)
        assert house.requests.claim("other", 0.0, 1e10) is not None

    _run(house, Scribe("too late", taken_over))
    assert _status(house, request_id) is Status.RUNNING
    assert _files(house) == {}


def _raises(error: Exception) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (RuntimeError("a detail of ours"), Status.QUEUED, None),
        (BadRequest("what may be shown"), Status.FAILED, "what may be shown"),
    ],
)
def test_what_breaks_leaves_no_file(house: House, error: Exception, status: Status, reason: str | None) -> None:
    request_id = _submitted(house)
    assert _run(house, Scribe("half", _raises(error)))
    stored = house.reception.look(company_of(house, "Acme"), request_id)
    assert (stored.status, stored.reason) == (status, reason)
    assert _files(house) == {}


def test_a_worker_that_is_told_to_stop_hands_back(house: House) -> None:
    request_id = _submitted(house)
    stop = Event()

    def interrupted() -> None:
        stop.set()
        raise RuntimeError("interrupted")

    for _ in range(5):
        stop.clear()
        assert _run(house, Scribe("half", interrupted), stop)
        assert _status(house, request_id) is Status.QUEUED
    assert _run(house, Scribe("made"))
    assert _files(house) == {f"{request_id}.csv": "made"}


def test_removing_twice_is_as_once(tmp_path: Path) -> None:
    artifacts = FolderArtifacts(tmp_path)
    path = artifacts.path("1", "r")
    path.parent.mkdir(parents=True)
    path.touch()
    for _ in range(2):
        artifacts.remove("1", "r")
    assert not path.exists()


def test_what_a_worker_that_was_killed_had_written_goes_with_the_report(tmp_path: Path) -> None:
    artifacts = FolderArtifacts(tmp_path)
    path, other = artifacts.path("1", "r"), artifacts.path("1", "r2")
    path.parent.mkdir(parents=True)
    for file in (path, other, path.with_name("r.csv.killed.draft"), other.with_name("r2.csv.killed.draft")):
        file.touch()
    artifacts.remove("1", "r")
    assert {file.name for file in path.parent.iterdir()} == {"r2.csv", "r2.csv.killed.draft"}
