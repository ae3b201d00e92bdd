"""A made-up company whose days are simulated: for the demo, for trials, for tests of size.

A day of an office is a pure function of company, seed and local date: a longer history has the same days.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from busyhour.domain.directory import Entry
from busyhour.domain.events import CallEvent
from busyhour.domain.memberships import Membership
from busyhour.domain.periods import today
from busyhour.domain.things import Thing
from busyhour.sources.base import Context
from busyhour.sources.simulator.chance import SECOND
from busyhour.sources.simulator.company import company
from busyhour.sources.simulator.listing import entries_of, memberships_of
from busyhour.sources.simulator.office_day import office_day

__all__ = ["entries", "memberships", "simulate"]


def entries(context: Context, seed: int) -> list[Entry]:
    """The company's offices, groups, teams, rooms and users, with or without calls."""
    return list(entries_of(company(context, seed)))


def memberships(context: Context, seed: int) -> list[Membership]:
    """Who answers which line, and who is coached in which team; some only from month to month."""
    return list(memberships_of(company(context, seed)))


def simulate(
    context: Context, *, days: int, seed: int, now: int, progress: Callable[[int], None] = lambda _: None
) -> Iterator[CallEvent | Thing]:
    """The events of each office's last local days, today's up to `now` (µs UTC); `progress` counts the days.

    Events come day by day, within a day office by office, in order of time. What happens later to the things of
    a day (a survey answered, a message heard) comes with that day.
    """
    cast = company(context, seed)
    instant = datetime.fromtimestamp(now // SECOND, UTC)
    for days_ago in reversed(range(days)):
        for office in cast.offices:
            day = today(instant, office.zone.key) - timedelta(days=days_ago)
            yield from office_day(cast, office, day, now)
        progress(1)
