"""A report may take so long and so much memory: then it has failed, and says why."""

import time
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from api.conftest import Opener
from api.door import CALLS, Door
from busyhour.deadline import Deadline
from busyhour.domain.requests import Status
from busyhour.making import Made, Maker
from busyhour.worker import Worker

ENDLESS = "SELECT count(*) AS n FROM range(3000000000) a, range(1000) b WHERE a.range % 7 = b.range % 3"
HUGE = "SELECT len(list(a.range || repeat('x', 20))) AS n FROM range(100000000) a"


class Asks:
    """A maker that asks its engine for something else first."""

    def __init__(self, maker: Maker, sql: str) -> None:
        self._maker = maker
        self._sql = sql
        self.engine = maker.engine

    def report(self, company_id: str, request: Any, path: Path) -> Made:
        self.engine.query(self._sql, {}, {})
        return self._maker.report(company_id, request, path)


def _asking(worker: Worker, sql: str) -> Worker:
    return replace(worker, maker=Asks(worker.maker, sql))


def test_a_report_that_takes_too_long_has_failed_at_once(opened: Opener) -> None:
    door = opened(report_seconds=1)
    worker = door.house.worker()
    request_id = door.id_of(CALLS)
    started = time.monotonic()
    assert _asking(worker, ENDLESS).run_one(stop=Event())
    assert 1 <= time.monotonic() - started < 20
    said = door.get(request_id).json()
    assert said["status"] == "failed"
    assert said["reason"] == "The report took longer than the 1 seconds of BUSYHOUR_REPORT_SECONDS."
    _goes_on(door, worker)
    assert [file.request_id for file in door.house.artifacts.files()] == [door.id_of(CALLS)]


def test_a_report_that_needs_too_much_memory_has_failed_at_once(opened: Opener) -> None:
    door = opened(worker_memory="60MB")
    worker = door.house.worker()
    request_id = door.id_of(CALLS)
    assert _asking(worker, HUGE).run_one(stop=Event())
    said = door.get(request_id).json()
    assert said["status"] == "failed"
    assert "BUSYHOUR_WORKER_MEMORY is 60MB" in said["reason"]
    _goes_on(door, worker)


def _goes_on(door: Door, worker: Worker) -> None:
    """The same engine makes the next report."""
    request_id = door.id_of(CALLS)
    assert worker.run_one(stop=Event())
    assert door.http.get(door.link(request_id)).status_code == 200


def test_a_memory_too_small_for_any_report_is_said(opened: Opener) -> None:
    door = opened(worker_memory="4MB")
    said = door.get(door.make(CALLS)).json()
    assert (said["status"], "BUSYHOUR_WORKER_MEMORY is 4MB" in said["reason"]) == ("failed", True)
    assert door.house.worker().run_one() is False, "it is not tried again"
    assert opened().link(opened().make(CALLS)), "with more memory it can be asked for again"


def test_a_report_within_its_time_is_left_alone(opened: Opener) -> None:
    door = opened(report_seconds=60)
    worker = door.house.worker()
    for days in range(1, 4):
        request_id = door.id_of(CALLS | {"days_ago_end": days})
        assert worker.run_one(stop=Event())
        assert door.status(request_id) == "complete"


def test_a_stop_is_handed_back_and_the_end_of_time_is_not(opened: Opener) -> None:
    """Also where both come about: who is out of time has failed, however it ended."""
    door = opened(report_seconds=1)
    company_id = door.house.access.companies()["Acme"]
    stop = Event()
    stop.set()
    request_id = door.id_of(CALLS)
    _asking(door.house.worker(), "SELECT nonsense").run_one(stop=stop)
    assert door.house.reception.look(company_id, request_id).status is Status.QUEUED
    _asking(door.house.worker(), ENDLESS).run_one(stop=stop)
    assert door.house.reception.look(company_id, request_id).status is Status.FAILED


def test_an_interrupt_is_of_the_block_alone_and_comes_again() -> None:
    came: list[float] = []
    enough = Event()

    def interrupt() -> None:
        came.append(time.monotonic())
        if len(came) == 2:
            enough.set()

    with Deadline(0.02, interrupt) as deadline:
        assert enough.wait(10), "one interrupt may be lost"
    assert deadline.has_passed
    count = len(came)
    with Deadline(60, interrupt) as in_time:
        pass
    time.sleep(0.6)
    assert (len(came), in_time.has_passed) == (count, False)


@pytest.mark.parametrize("seconds", [0.0, 0.005])
def test_the_end_of_time_at_the_very_end(seconds: float) -> None:
    for _ in range(50):
        ended: list[bool] = []
        with Deadline(seconds, lambda ended=ended: ended and pytest.fail("after the end")):  # type: ignore[misc]
            time.sleep(0.005)
        ended.append(True)
