"""Arrivals in files and in PostgreSQL: both hand over everything once it is safe, and delete just that."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from busyhour.store.arrival_files import ArrivalFiles
from busyhour.store.arrival_log import ArrivalLog
from busyhour.store.arrival_table import ArrivalTable
from busyhour.store.arrivals import Arrival, Arrivals
from busyhour.store.database import Database


@pytest.fixture
def arrivals(another: Callable[[], Database], tmp_path: Path) -> Arrivals:
    """Where arrivals wait beside the test's database."""
    database = another()
    return ArrivalTable(database) if database.is_shared else ArrivalFiles(tmp_path / "arrivals")


def _came(*bodies: bytes) -> list[Arrival]:
    return [Arrival("1", "dialpad/é", number, body) for number, body in enumerate(bodies, 1)]


def _append(arrivals: Arrivals, *bodies: bytes) -> None:
    writer = arrivals.writer()
    writer.append(_came(*bodies))
    writer.close()


class _Taken(list[bytes]):
    """The bodies that were handed over, and how many at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[int] = []

    def take(self, group: Sequence[Arrival]) -> None:
        self.groups.append(len(group))
        self.extend(one.body for one in group)


def test_what_came_is_handed_over_whole_and_once(arrivals: Arrivals) -> None:
    came = [Arrival("1", "events", 5, b"\x00\xff\n"), Arrival("2", "dialpad/é", 4, b"")]
    found: list[Arrival] = []
    writer = arrivals.writer()
    writer.append(came)
    writer.close()
    assert arrivals.has_some()
    assert arrivals.oldest() == 5
    assert arrivals.hand_over(found.extend) == 2
    assert found == came
    assert not arrivals.has_some()
    assert arrivals.oldest() is None
    assert arrivals.hand_over(found.extend) == 0


def test_what_comes_while_others_are_taken_is_not_deleted_with_them(arrivals: Arrivals) -> None:
    taken, late = _Taken(), iter([b"late"])
    _append(arrivals, b"1", b"2")

    def take(group: Sequence[Arrival]) -> None:
        taken.take(group)
        for body in late:
            _append(arrivals, body)

    assert arrivals.hand_over(take) + arrivals.hand_over(take) == 3
    assert sorted(taken) == [b"1", b"2", b"late"]


def test_to_hand_over_ends_though_more_comes_all_the_while(arrivals: Arrivals) -> None:
    taken, writer = _Taken(), arrivals.writer()

    def take(group: Sequence[Arrival]) -> None:
        taken.take(group)
        assert len(taken) < 100
        writer.append(_came(b"more"))

    writer.append(_came(b"1", b"2"))
    assert [arrivals.hand_over(take), arrivals.hand_over(take)] == [2, 1]
    assert taken == [b"1", b"2", b"more"]
    writer.close()


def test_what_could_not_be_taken_stays(arrivals: Arrivals) -> None:
    _append(arrivals, b"1", b"2")

    def fail(_: Sequence[Arrival]) -> None:
        raise RuntimeError("the process is gone")

    with pytest.raises(RuntimeError):
        arrivals.hand_over(fail)
    taken = _Taken()
    assert arrivals.hand_over(taken.take) == 2
    assert taken == [b"1", b"2"]


def test_large_bodies_are_handed_over_a_few_at_a_time(arrivals: Arrivals) -> None:
    _append(arrivals, *[bytes(12_000_000)] * 5)
    taken = _Taken()
    assert arrivals.hand_over(taken.take) == 5
    assert taken.groups == [3, 2]


def test_a_body_larger_than_a_group_is_one(arrivals: Arrivals) -> None:
    _append(arrivals, bytes(33_000_000), b"2")
    taken = _Taken()
    assert arrivals.hand_over(taken.take) == 2
    assert taken.groups == [1, 1]


def test_logs_of_many_threads_lose_nothing_while_it_is_sorted(arrivals: Arrivals) -> None:
    bodies = [[f"{log} {number}".encode() for number in range(100)] for log in range(4)]
    taken = _Taken()

    def keep(mine: list[bytes]) -> None:
        log = ArrivalLog(arrivals.writer())

        async def keep_all() -> None:
            for body in mine:
                await log.keep(Arrival("1", "events", 1, body))

        asyncio.run(keep_all())
        log.close()

    with ThreadPoolExecutor(4) as pool:
        keeping = [pool.submit(keep, mine) for mine in bodies]
        while not all(one.done() for one in keeping):
            arrivals.hand_over(taken.take)
        for one in keeping:
            one.result()
    arrivals.hand_over(taken.take)
    assert sorted(taken) == sorted(body for mine in bodies for body in mine)
