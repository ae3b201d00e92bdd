"""Stillness: while one holds it no other lease begins, and it begins only when no other is held."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from random import uniform
from threading import Event, Thread

import pytest
from sqlalchemy import text

from busyhour.errors import Unavailable
from busyhour.store import leases as leases_module
from busyhour.store import stillness as module
from busyhour.store.database import Database
from busyhour.store.leases import STILLNESS, Leases
from busyhour.store.stillness import Stillness


def _insert(database: Database, name: str, until: float) -> None:
    with database.write() as connection:
        values = {"name": name, "until": int(until * 1000)}
        connection.execute(text("INSERT INTO leases (name, holder, until) VALUES (:name, 'gone', :until)"), values)


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        return [row.name for row in connection.execute(text("SELECT name FROM leases ORDER BY name"))]


@pytest.mark.parametrize("name", ["refresh:1", "sort"])
def test_no_other_lease_begins_before_it_ends(another: Callable[[], Database], name: str) -> None:
    stillness, leases, begun = Stillness(another()), Leases(another()), Event()

    def begin() -> None:
        with leases.hold(name):
            begun.set()

    with ThreadPoolExecutor(1) as pool:
        with stillness.hold() as still:
            waiting = pool.submit(begin)
            assert not begun.wait(0.5)
            assert still()
        waiting.result(timeout=5)
    assert begun.is_set()


def test_it_begins_when_those_that_run_have_ended(another: Callable[[], Database]) -> None:
    stillness, leases, happened, seen = Stillness(another()), Leases(another()), [], Event()

    def be_still() -> None:
        with stillness.hold(seen.set):
            happened.append("still")

    with ThreadPoolExecutor(1) as pool:
        with leases.hold("refresh:1"):
            waiting: Future[None] = pool.submit(be_still)
            assert seen.wait(5)
            happened.append("refreshed")
        waiting.result(timeout=5)
    assert happened == ["refreshed", "still"]


def test_whoever_begins_while_it_waits_steps_back(another: Callable[[], Database]) -> None:
    stillness, leases, seen, begun = Stillness(another()), Leases(another()), Event(), Event()

    def be_still() -> None:
        with stillness.hold(seen.set):
            assert not begun.wait(0.3)

    def begin() -> None:
        with leases.hold("refresh:2"):
            begun.set()

    with ThreadPoolExecutor(2) as pool:
        with leases.hold("refresh:1"):
            still = pool.submit(be_still)
            assert seen.wait(5)
            second = pool.submit(begin)
        still.result(timeout=5)
        second.result(timeout=5)


def test_the_two_never_overlap_however_they_meet(
    another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each side sets its own mark on entering, and looks for the other's."""
    for waits in (module, leases_module):
        monkeypatch.setattr(waits, "_LOOK_AGAIN", 0.001)
    marks: set[str] = set()
    overlaps: list[str] = []
    deadline = time.monotonic() + 30
    rounds = {"refresh:1": 0, "still": 0}

    def goes_on() -> bool:
        return min(rounds.values()) < 15 and time.monotonic() < deadline

    def inside(mine: str, other: str) -> None:
        marks.add(mine)
        time.sleep(0.003)
        if other in marks:
            overlaps.append(mine)
        marks.discard(mine)
        rounds[mine] += 1

    def refresh() -> None:
        leases = Leases(another_database)
        while goes_on():
            with leases.hold("refresh:1"):
                inside("refresh:1", "still")
            time.sleep(uniform(0, 0.02))

    another_database, stillness = another(), Stillness(another())
    thread = Thread(target=refresh)
    thread.start()
    while goes_on():
        with stillness.hold():
            inside("still", "refresh:1")
        time.sleep(uniform(0, 0.02))
    thread.join()
    assert overlaps == []
    assert min(rounds.values()) >= 15


def test_a_holder_whose_lease_ran_out_a_moment_ago_may_be_alive(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAYBE_ALIVE", 1.0)
    _insert(database, "refresh:1", time.time() - 0.5)
    started = time.monotonic()
    with Stillness(database).hold():
        assert time.monotonic() - started > 0.4


def test_a_holder_that_is_long_gone_is_not_waited_for(database: Database) -> None:
    _insert(database, "refresh:1", time.time() - 31)
    _insert(database, STILLNESS, time.time() - 1)
    started = time.monotonic()
    with Stillness(database).hold() as still:
        assert time.monotonic() - started < 1
        assert still()


def test_what_a_killed_backup_leaves_stops_nobody_for_long(database: Database) -> None:
    _insert(database, STILLNESS, time.time() + 0.4)
    started = time.monotonic()
    with Leases(database).hold("refresh:1"):
        assert 0.3 < time.monotonic() - started < 3


def test_one_that_ran_out_is_not_still_and_is_not_revived(database: Database) -> None:
    with Stillness(database).hold() as still:
        with database.write() as connection:
            connection.execute(text("UPDATE leases SET until = :past"), {"past": int(time.time() * 1000) - 1})
        assert not still()
        with Leases(database).hold("refresh:1"):
            assert not still()
        assert not still()


def test_the_heartbeat_keeps_it(
    another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.4)
    with Stillness(another()).hold() as still:
        time.sleep(1.2)
        assert still()
        assert _names(database) == [STILLNESS]
    assert _names(database) == []


def test_it_gives_up_after_a_while_and_leaves_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases_module, "_LOOK_AGAIN", 0.01)
    with Leases(database).hold("refresh:1"):
        with pytest.raises(Unavailable, match="try again"), Stillness(database, patience=0.2).hold():
            pytest.fail("it was not still")
        assert _names(database) == ["refresh:1"]
    with Stillness(database, patience=0.2).hold():
        pass
