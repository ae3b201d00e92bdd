"""Local times of files as instants, also where the clocks skip or repeat an hour."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from busyhour.domain.clock import micros
from busyhour.sources.values import EARLIEST, LATEST, NotUnderstood

__all__ = ["local_instant"]

_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?")


def local_instant(name: str, text: str, zone: ZoneInfo, not_before: int | None) -> tuple[int, str | None]:
    """A `YYYY-MM-DD HH:MM:SS[.ffffff]` of that zone in µs UTC, and what had to be put right in it.

    Of an hour that comes twice it is the first, or where that lies before `not_before` (µs) the second.
    Raises NotUnderstood for any other form, and outside of 1971 to 2199.
    """
    clock = _clock(name, text)
    first, second = (micros(clock.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if first == second:
        return first, None
    if first > second:
        return first, f"{name} in an hour that the clocks skip: read by the clock before the skip"
    if not_before is not None and first < not_before:
        return second, f"{name} in an hour that comes twice: the second, by order"
    return first, f"{name} in an hour that comes twice: the first, by order"


def _clock(name: str, text: str) -> datetime:
    expected = "a local time YYYY-MM-DD HH:MM:SS"
    if not _FORM.fullmatch(text):
        raise NotUnderstood.of(name, expected, text)
    try:
        clock = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotUnderstood.of(name, expected, text) from error
    if not EARLIEST <= micros(clock.replace(tzinfo=UTC)) < LATEST:
        raise NotUnderstood.of(name, f"{expected} of the years 1971 to 2199", text)
    return clock
