"""A refresh of both tiers after 1,000 new events of today: on three years of history against one month of it.

Both have as many calls a day. The histories are built once, by staging and refreshing as every import does; each run
works on copies of them.
"""

import statistics
import time
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from shutil import copytree, rmtree

from bench.events import call_events
from busyhour.domain.clock import micros
from busyhour.domain.periods import Tier
from busyhour.settings import Settings
from busyhour.tables.refresh import Refresher
from busyhour.tables.staging import stage_events
from busyhour.wiring import House

__all__ = ["run"]

_LEGS_A_DAY = 1_000
_NEW_EVENTS = 1_000
_TODAY = micros(datetime(2026, 12, 1, tzinfo=UTC))
_DAY = 86_400_000_000
_DAYS_AT_ONCE = 30
_RUNS = 9
_BOUND = 1.3


def run(folder: Path) -> None:
    """Build what is missing, measure, print."""
    houses = [_copied(folder / f"refresh-{days}", days) for days in (31, 3 * 365)]
    refreshers = [house.refresher() for house in houses]
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(_RUNS + 1):
        for house, refresher, times in zip(houses, refreshers, taken, strict=True):
            times.append(_refreshed(house, refresher, number))
    month, years = (statistics.median(times[1:]) for times in taken)
    verdict = "holds" if years / month <= _BOUND else "DOES NOT HOLD"
    print(
        f"refresh on three years : on a month {years:8.3f} s {month:8.3f} s   ratio {years / month:5.2f}"
        f"   bound {_BOUND}   {verdict}"
    )
    for house in houses:
        rmtree(house.settings.folder)


def _refreshed(house: House, refresher: Refresher, number: int) -> float:
    """The seconds that a refresh takes after new events of today."""
    company_id = _company(house)
    events = call_events(_NEW_EVENTS, _TODAY // 1000, 1_000_000 + number)
    stage_events(events, company_id, house.inbox, is_live=True)
    started = time.perf_counter()
    refresher.refresh(company_id, tuple(Tier), _TODAY + _DAY // 2 + number * 1_000_000)
    return time.perf_counter() - started


def _copied(history: Path, days: int) -> House:
    if not history.exists():
        draft = history.with_name(f"{history.name}.draft")
        rmtree(draft, ignore_errors=True)
        _build(draft, days)
        draft.rename(history)
    copy = history.with_name(f"{history.name}.copy")
    rmtree(copy, ignore_errors=True)
    copytree(history, copy)
    return House(Settings(home=copy))


def _build(home: Path, days: int) -> None:
    house = House(Settings(home=home))
    house.prepare()
    company_id, refresher = _company(house), house.refresher()
    for first in range(-days, 0, _DAYS_AT_ONCE):
        last = min(first + _DAYS_AT_ONCE, 0)
        print(f"\rbuilding {days} days of {_LEGS_A_DAY:,} legs: {first + days} are there", end="", flush=True)
        events = (call_events(_LEGS_A_DAY, (_TODAY + day * _DAY) // 1000, -day) for day in range(first, last))
        stage_events(chain.from_iterable(events), company_id, house.inbox)
        refresher.refresh(company_id, tuple(Tier), _TODAY + last * _DAY)
    house.database.close()
    print(f"\rbuilding {days} days of {_LEGS_A_DAY:,} legs: done{' ' * 20}")


def _company(house: House) -> str:
    return house.access.company("Bench", _TODAY)
