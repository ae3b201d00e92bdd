"""Leases: one holder at a time, kept by a heartbeat, free again when the holder is gone."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from busyhour.store import leases as module
from busyhour.store.database import Database
from busyhour.store.leases import Leases, keep_alive

NAME = "refresh:1"


def _held_by_one_who_is_gone(database: Database, until: float) -> None:
    with database.write() as connection:
        connection.execute(
            text("INSERT INTO leases (name, holder, until) VALUES (:name, 'gone', :until)"),
            {"name": NAME, "until": int(until * 1000)},
        )


def _holders(database: Database) -> list[str]:
    with database.read() as connection:
        return [row.holder for row in connection.execute(text("SELECT holder FROM leases"))]


def test_the_second_waits_for_the_first(another: Callable[[], Database]) -> None:
    happened: list[str] = []
    first, second = Leases(another()), Leases(another())

    def take_second() -> None:
        with second.hold(NAME):
            happened.append("second in")

    with ThreadPoolExecutor(1) as pool:
        with first.hold(NAME):
            waiting = pool.submit(take_second)
            time.sleep(0.3)
            happened.append("first out")
        waiting.result(timeout=5)
    assert happened == ["first out", "second in"]


def test_leases_of_other_names_do_not_wait(database: Database) -> None:
    leases = Leases(database)
    with leases.hold("refresh:1"), leases.hold("refresh:2"):
        assert len(_holders(database)) == 2
    assert _holders(database) == []


def test_an_expired_lease_is_taken_over_at_once(database: Database) -> None:
    _held_by_one_who_is_gone(database, time.time() - 0.001)
    started = time.monotonic()
    with Leases(database).hold(NAME):
        assert time.monotonic() - started < 1
        assert _holders(database) != ["gone"]


def test_a_lease_of_one_who_is_gone_is_waited_out(database: Database) -> None:
    until = time.time() + 0.4
    _held_by_one_who_is_gone(database, until)
    with Leases(database).hold(NAME):
        assert time.time() >= until - 0.001


def test_the_heartbeat_keeps_a_lease_beyond_its_length(
    another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.4)
    first, second, taken = Leases(another()), Leases(another()), Event()

    def take() -> None:
        with second.hold(NAME):
            taken.set()

    with ThreadPoolExecutor(1) as pool:
        with first.hold(NAME):
            waiting = pool.submit(take)
            assert not taken.wait(1.2)
        waiting.result(timeout=5)


def test_whoever_lost_a_lease_leaves_it_to_the_other(database: Database) -> None:
    with Leases(database).hold(NAME), database.write() as connection:
        connection.execute(text("UPDATE leases SET holder = 'other'"))
    assert _holders(database) == ["other"]


def test_whoever_lost_a_lease_does_not_hold_it_again_when_the_other_is_done(another: Callable[[], Database]) -> None:
    first, database = Leases(another()), another()
    with first.hold(NAME) as still_ours:
        assert still_ours()
        with database.write() as connection:
            connection.execute(text("UPDATE leases SET until = 0"))
        with Leases(database).hold(NAME):
            assert not still_ours()
        assert not still_ours()


def test_a_lease_that_ran_out_and_was_taken_by_nobody_is_held_still(database: Database) -> None:
    with Leases(database).hold(NAME) as still_ours:
        with database.write() as connection:
            connection.execute(text("UPDATE leases SET until = 0"))
        assert still_ours()
        assert len(_holders(database)) == 1


def test_a_lease_is_free_after_an_error(database: Database) -> None:
    with pytest.raises(RuntimeError), Leases(database).hold(NAME):
        raise RuntimeError("in the block")
    assert _holders(database) == []


def test_heartbeats_go_on_after_one_that_broke_and_end_with_the_block() -> None:
    beats: list[float] = []
    enough = Event()

    def beat() -> None:
        beats.append(time.monotonic())
        if len(beats) == 3:
            enough.set()
        if len(beats) == 1:
            raise RuntimeError("database is locked")

    with keep_alive(beat, 0.02):
        assert enough.wait(5)
    count = len(beats)
    time.sleep(0.1)
    assert len(beats) == count


def test_an_attempt_does_not_wait(another: Callable[[], Database]) -> None:
    first, second = Leases(another()), Leases(another())
    with first.hold(NAME):
        started = time.monotonic()
        with second.attempt(NAME) as still_ours:
            assert still_ours is None
        assert time.monotonic() - started < 5
    with second.attempt(NAME) as still_ours:
        assert still_ours is not None
        assert still_ours()
        with first.attempt(NAME) as others:
            assert others is None


def test_an_attempt_leaves_the_lease_free(database: Database) -> None:
    with Leases(database).attempt(NAME):
        assert len(_holders(database)) == 1
    assert _holders(database) == []


def test_one_who_waited_for_the_database_does_not_take_a_lease_of_meanwhile(
    another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the second waits for the lock, more time passes than a lease may be ahead."""
    monkeypatch.setattr(module, "ASTRAY", 0.05)
    blocker, second = another(), Leases(another())

    def attempt() -> bool:
        with second.attempt(NAME) as still_ours:
            return still_ours is not None

    with ThreadPoolExecutor(1) as pool:
        with blocker.write(alone=f"lease {NAME}") as connection:
            waiting = pool.submit(attempt)
            time.sleep(0.5)
            values = {"until": int((time.time() + module._SECONDS) * 1000)}
            connection.execute(
                text(f"INSERT INTO leases (name, holder, until) VALUES ('{NAME}', 'other', :until)"), values
            )
        assert waiting.result(timeout=10) is False
