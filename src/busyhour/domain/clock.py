"""The business clock: which day is today, what has expired; it stands still where a test says so."""

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "business_clock", "micros"]

Clock = Callable[[], datetime]


def business_clock(fixed: datetime | None) -> Clock:
    """The real time in UTC, or one instant that does not tick."""
    if fixed is None:
        return lambda: datetime.now(UTC)
    instant = fixed.astimezone(UTC)
    return lambda: instant


def micros(instant: datetime) -> int:
    """µs since the epoch, exact (a float of seconds would not be)."""
    delta = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
