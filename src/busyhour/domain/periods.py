"""Days to instants: which local days a request means, which tier answers, where a zone's offset changes."""

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = [
    "Period",
    "Segment",
    "Tier",
    "instants",
    "local_days",
    "segments",
    "tier_of",
    "today",
    "zone",
    "zone_names",
]

# TRICKY: the system's zone files may be years older than the pinned tzdata package; never mix the two.
zoneinfo.reset_tzpath(to=[])

_SECOND = 1_000_000
_DAY = timedelta(days=1)
_FIRST_INSTANT = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp())
_LAST_INSTANT = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
_PROBE_STEP = 3 * 86_400
"""Seconds between two looks at an offset; no zone changed twice within six days since 1900 (tested)."""


class Tier(Enum):
    """Which pinned set of table versions answers: today's, refreshed often, or the historical one."""

    REALTIME = "realtime"
    HISTORICAL = "historical"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, both ends included, in the zone of that name."""

    first: date
    last: date
    timezone: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time with one UTC offset; `start` and `offset` in µs, valid until the next segment."""

    start: int
    offset: int


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every name of the pinned tz database."""
    return frozenset(zoneinfo.available_timezones())


def zone(name: str) -> ZoneInfo | None:
    """The zone of that exact name, or None where the tz database has none."""
    return ZoneInfo(name) if name in zone_names() else None


def today(now: datetime, timezone: str) -> date:
    """The local date in that zone at an instant."""
    return now.astimezone(ZoneInfo(timezone)).date()


def local_days(period: Period) -> Sequence[date]:
    """Every calendar date of the period, in order; one that a zone skipped is among them, empty."""
    return [period.first + _DAY * n for n in range((period.last - period.first).days + 1)]


def tier_of(is_today: bool, nearer: int, farther: int) -> Tier:
    """The tier that answers: today alone, however it was said, is the real-time one's."""
    return Tier.REALTIME if is_today or (nearer == 0 and farther == 0) else Tier.HISTORICAL


def instants(period: Period) -> tuple[int, int]:
    """µs bounds (from, until) that hold every instant of the period's local days, and no more than 2 days else."""
    start = datetime.combine(period.first, datetime.min.time(), UTC) - _DAY
    stop = datetime.combine(period.last, datetime.min.time(), UTC) + 2 * _DAY
    return int(start.timestamp()) * _SECOND, int(stop.timestamp()) * _SECOND


@lru_cache(maxsize=64)
def segments(timezone: str) -> tuple[Segment, ...]:
    """All stretches of one UTC offset from 1900 to 2200, by the pinned tz database, in order."""
    where = ZoneInfo(timezone)
    found = [Segment(_FIRST_INSTANT * _SECOND, _offset(where, _FIRST_INSTANT))]
    for probe in range(_FIRST_INSTANT + _PROBE_STEP, _LAST_INSTANT, _PROBE_STEP):
        offset = _offset(where, probe)
        if offset != found[-1].offset:
            change = _change(where, probe - _PROBE_STEP, probe, found[-1].offset)
            found.append(Segment(change * _SECOND, offset))
    return tuple(found)


def _offset(where: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, where).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * _SECOND


def _change(where: ZoneInfo, before: int, after: int, offset: int) -> int:
    """The first second after `before` whose offset is no longer `offset`, by bisection."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(where, middle) == offset:
            before = middle
        else:
            after = middle
    return after
