"""A made-up company whose calls are simulated: for the demo, for trials, for tests of size.

A day of an office is a pure function of company, seed and local date: a longer history has the same days.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from busyhour.domain.directory import Entry
from busyhour.domain.events import CallEvent
from busyhour.domain.periods import today
from busyhour.sources.base import Context
from busyhour.sources.simulator.chance import SECOND
from busyhour.sources.simulator.company import company, directory_entries
from busyhour.sources.simulator.office_day import office_day

__all__ = ["entries", "simulate"]


def entries(context: Context, seed: int) -> list[Entry]:
    """The company's offices, call centers, departments and users, with or without calls."""
    return list(directory_entries(company(context, seed)))


def simulate(
    context: Context, *, days: int, seed: int, now: int, progress: Callable[[int], None] = lambda _: None
) -> Iterator[CallEvent]:
    """The events of each office's last local days, today's up to `now` (µs UTC); `progress` counts the days.

    Events come day by day, within a day office by office, in order of time.
    """
    cast = company(context, seed)
    instant = datetime.fromtimestamp(now // SECOND, UTC)
    for days_ago in reversed(range(days)):
        for office in cast.offices:
            day = today(instant, office.zone.key) - timedelta(days=days_ago)
            yield from office_day(cast, office, day, now)
        progress(1)
