"""Printed local times as instants. Where the clock went back, a local time is two instants: both are kept."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from truth.intervals import MINUTE, rounded

__all__ = ["Instants", "candidates", "readings", "zone"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instants(NamedTuple):
    """The moments of one leg, in µs since the epoch."""

    started: int
    ended: int
    first_rang: int | None
    queued: int | None
    rang: int | None
    connected: int | None
    callback_connected: int | None

    @property
    def in_system(self) -> int:
        """From the start to the end, µs."""
        return self.ended - self.started

    @property
    def conversation(self) -> int | None:
        """From the connection to the end, µs; None where it never connected."""
        return None if self.connected is None else self.ended - self.connected

    @property
    def to_answer(self) -> int | None:
        """From the queue or the first ring, whichever was earlier, to the connection, µs."""
        return self._since_waiting(self.connected)

    @property
    def wait(self) -> int | None:
        """As `to_answer`, and to the callback's connection where the call itself did not connect, µs."""
        return self._since_waiting(self.callback_connected if self.connected is None else self.connected)

    def _since_waiting(self, answered: int | None) -> int | None:
        waiting = [moment for moment in (self.queued, self.first_rang) if moment is not None]
        return None if answered is None or not waiting else answered - min(waiting)


@cache
def zone(name: str) -> ZoneInfo:
    """A zone of the tzdata package, never the system's, whose files can be older. ValueError for an unknown name."""
    path = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    if not name or not path.is_file():
        raise ValueError(f"no zone of the tz database: {name!r}")
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, name)


def candidates(local: datetime, in_zone: ZoneInfo) -> tuple[int, ...]:
    """The instants (µs since the epoch) that a naive local time can be: none in a gap, two in a fold."""
    first, second = (local.replace(tzinfo=in_zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert after is not None
    if before < after:
        return ()
    # Aware times of one zone compare by the clock alone: only as instants do the two differ.
    return tuple(dict.fromkeys((moment - _EPOCH) // timedelta(microseconds=1) for moment in (first, second)))


def readings(locals_: tuple[datetime | None, ...], in_system: Fraction, in_zone: ZoneInfo) -> tuple[Instants, ...]:
    """Every way to read a leg's times (in the order of Instants) that its own order and time in system allow.

    `in_system` is the printed figure in minutes. Where nothing fits, all ways: the records are then wrong
    elsewhere, and it is not for this function to say so.
    """
    choices = [(None,) if local is None else candidates(local, in_zone) for local in locals_]
    ways = [Instants(*way) for way in product(*choices)]  # type: ignore[arg-type]
    if len(ways) == 1:
        return (ways[0],)
    fitting = [way for way in ways if rounded(Fraction(way.in_system, MINUTE), 2) == in_system]
    return tuple([way for way in fitting if _in_order(way)] or fitting or ways)


def _in_order(way: Instants) -> bool:
    between = (way.first_rang, way.queued, way.rang, way.connected)
    return all(moment is None or way.started <= moment <= way.ended for moment in between)
