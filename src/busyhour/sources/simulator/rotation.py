"""Who changes places from month to month: one of two turns each month, of a few years."""

from collections.abc import Iterator
from datetime import date

__all__ = ["spells", "turn_of"]

_FIRST = 2026 * 12
_LAST = _FIRST + 35


def turn_of(day: date) -> int:
    """0 or 1, another from month to month; before and after those years it stays as it is at their ends."""
    month = day.year * 12 + day.month - 1
    return min(max(month, _FIRST), _LAST) % 2


def spells(turn: int) -> Iterator[tuple[date | None, date | None]]:
    """The stretches of that turn: from a day until before a day, None where unbounded."""
    for month in range(_FIRST, _LAST + 1):
        if month % 2 == turn:
            yield _first_day(month) if month > _FIRST else None, _first_day(month + 1) if month < _LAST else None


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
