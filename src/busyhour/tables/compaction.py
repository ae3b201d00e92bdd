"""Compaction: the many small files that refreshes leave of a day become one, once the day is over."""

from collections import Counter
from collections.abc import Iterable, Sequence

from busyhour.domain.events import MICROSECONDS_A_DAY
from busyhour.tables.lake import DayFile, Lake
from busyhour.tables.schema import UNDATED
from busyhour.tables.streams import STREAMS

__all__ = ["compact_closed_days"]

_FILES_A_DAY = 4
"""With so many files a day is left alone: joining it would cost more than it saves."""

_ROWS_AT_ONCE = 500_000


def compact_closed_days(lake: Lake, as_of: int) -> None:
    """Join the files of days that ended before yesterday (UTC) as of a moment (µs), of each events table some.

    What tiers show stays readable: a version keeps its files until the lake is cleaned, which spares pinned ones.
    """
    last = as_of // MICROSECONDS_A_DAY - 2
    for stream in STREAMS:
        days = _crowded(lake.days(stream.events, lake.version(stream.events), UNDATED, last))
        if days:
            lake.compact(stream.events, days)


def _crowded(files: Sequence[DayFile]) -> list[int]:
    """The first days of many files, as many as hold few enough rows to be joined by one refresh."""
    count = Counter(file.day for file in files)
    rows: Counter[int] = Counter()
    for file in files:
        rows[file.day] += file.rows
    return _fitting([(day, rows[day]) for day in sorted(count) if count[day] > _FILES_A_DAY])


def _fitting(days: Iterable[tuple[int, int]]) -> list[int]:
    fitting: list[int] = []
    total = 0
    for day, rows in days:
        total += rows
        if fitting and total > _ROWS_AT_ONCE:
            break
        fitting.append(day)
    return fitting
