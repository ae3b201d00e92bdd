"""When somebody wants to call: Poisson arrivals, hour by local hour."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from busyhour.sources.simulator.chance import SECOND, Chance
from busyhour.sources.simulator.company import Line, Office
from busyhour.sources.simulator.opening import Openings, shares
from busyhour.sources.simulator.plan import CLOSED_SHARE, HourWeights

__all__ = ["Arrival", "Wish", "arrivals", "spread"]

_DAY_SPREAD = 0.08
_QUIET_NIGHT = range(6, 23)
_PERSONAL_MORNING: HourWeights = ((8, 4), (9, 10), (10, 14), (11, 12), (12, 6))
_PERSONAL_HOURS: HourWeights = (*_PERSONAL_MORNING, (13, 9), (14, 12), (15, 11), (16, 9), (17, 5), (18, 2))


class Wish(Enum):
    """What somebody wants."""

    REACH_LINE = auto()
    CALL_FOR_LINE = auto()
    REACH_PERSON = auto()
    CALL_OUT = auto()
    CALL_COLLEAGUE = auto()


_PERSONAL: Mapping[Wish, float] = {Wish.CALL_OUT: 230, Wish.REACH_PERSON: 100, Wish.CALL_COLLEAGUE: 50}
"""Personal calls of the whole company on a plain day."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody's wish at an instant (µs UTC)."""

    at: int
    wish: Wish
    line: Line | None = None


def arrivals(office: Office, openings: Openings, chance: Chance) -> Iterator[Arrival]:
    """Every wish of an office's local day, line by line."""
    for line in office.lines:
        yield from _line_arrivals(line, openings, chance)
    for wish, calls in _PERSONAL.items():
        for at in spread(openings, calls * office.share, chance):
            yield Arrival(at, wish)


def spread(openings: Openings, plainly: float, chance: Chance) -> Iterator[int]:
    """Instants over the day as people are at their desks; so many are expected on a plain day."""
    clock = openings.clock
    for hour, share in shares(_PERSONAL_HOURS).items():
        yield from _poisson(clock[hour], clock[hour + 1], plainly * openings.volume * share, chance)


def _line_arrivals(line: Line, openings: Openings, chance: Chance) -> Iterator[Arrival]:
    clock, today = openings.clock, openings.volume * chance.factor(_DAY_SPREAD)
    hours = shares(openings.hours(line))
    for hour, share in hours.items():
        for at in _poisson(clock[hour], clock[hour + 1], line.plan.inbound * today * share, chance):
            yield Arrival(at, Wish.REACH_LINE, line)
        for at in _poisson(clock[hour], clock[hour + 1], line.plan.outbound * today * share, chance):
            yield Arrival(at, Wish.CALL_FOR_LINE, line)
    for hour in _QUIET_NIGHT:
        if hour not in hours:
            for at in _poisson(clock[hour], clock[hour + 1], line.plan.inbound * today * CLOSED_SHARE, chance):
                yield Arrival(at, Wish.REACH_LINE, line)


def _poisson(start: int, stop: int, expected: float, chance: Chance) -> Iterator[int]:
    """Instants of a Poisson process with that many expected; none in an hour that the clock skips."""
    if expected <= 0 or stop <= start:
        return
    gap = (stop - start) / SECOND / expected
    at = start + chance.wait(gap)
    while at < stop:
        yield at
        at += chance.wait(gap)
