"""Opening hours and holidays as people write them, and as they are kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from busyhour.domain.centers import (
    END_OF_DAY,
    WEEKDAYS,
    Opening,
    hours_from_json,
    hours_to_json,
)
from busyhour.sources.directory_raw import Raw, Unacceptable, Writable

__all__ = ["ALWAYS", "day", "read_holidays", "read_hours", "write_holidays", "write_hours"]

ALWAYS = "always"
CLOSED = "closed"

_HOURS = "'always', or for some weekdays times such as 08:00-12:00 14:00-18:00"
_TIMES = "times in order such as 08:00-12:00 14:00-18:00, from 00:00 to 24:00, or 'closed'"
_HOLIDAYS = "dates with or without a name, such as 2026-12-25 Christmas"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])")


def read_hours(raw: Raw) -> dict[str, list[str]] | None:
    """Clock times by weekday, None for always; a weekday that is not named is closed. Raises Unacceptable."""
    if isinstance(raw, str) and raw.lower() == ALWAYS:
        return None
    if not isinstance(raw, dict):
        raise Unacceptable(raw, _HOURS)
    said = {name.strip().lower(): times for name, times in raw.items()}
    if strange := [name for name in said if name not in WEEKDAYS]:
        raise Unacceptable(strange[0], f"the weekdays {', '.join(WEEKDAYS)}")
    return hours_to_json(tuple(tuple(_openings(said.get(weekday, CLOSED))) for weekday in WEEKDAYS))


def _openings(raw: Raw) -> Iterator[Opening]:
    minutes = [_minute(raw, time) for time in _times(raw)]
    in_order = all(one < other for one, other in zip(minutes[::2], minutes[1::2], strict=False))
    if len(minutes) % 2 or not in_order or minutes != sorted(minutes):
        raise Unacceptable(raw, _TIMES)
    for start, end in zip(minutes[::2], minutes[1::2], strict=True):
        yield Opening(start, end)


def _times(raw: Raw) -> list[str]:
    """The single times of `08:00-12:00 14:00-18:00`, or of the list of times that the vendor writes."""
    if isinstance(raw, list) and all(isinstance(time, str) for time in raw):
        return [str(time).strip() for time in raw]
    if not isinstance(raw, str):
        raise Unacceptable(raw, _TIMES)
    if raw.strip().lower() == CLOSED:
        return []
    pairs = re.sub(r"\s*[-–]\s*", "-", raw.strip().replace(",", " ").replace(";", " ")).split()
    if not pairs or any(pair.count("-") != 1 for pair in pairs):
        raise Unacceptable(raw, _TIMES)
    return [time for pair in pairs for time in pair.split("-")]


def _minute(raw: Raw, time: str) -> int:
    found = _TIME.fullmatch(time)
    minute = int(found[1]) * 60 + int(found[2]) if found else END_OF_DAY + 1
    if minute > END_OF_DAY:
        raise Unacceptable(raw, _TIMES)
    return minute


def write_hours(hours: Mapping[str, Sequence[str]] | None) -> Writable:
    """Hours as people write them; closed weekdays are left out."""
    if hours is None:
        return ALWAYS
    return {
        weekday: " ".join("-".join(pair) for pair in zip(times[::2], times[1::2], strict=True))
        for weekday, times in hours_to_json(hours_from_json(hours)).items()
        if times
    }


def read_holidays(raw: Raw) -> list[dict[str, Any]]:
    """Holidays in order of their dates; raises Unacceptable."""
    listed: Sequence[Raw] = raw.split(";") if isinstance(raw, str) else raw if isinstance(raw, list) else [raw]
    found = [_holiday(one) for one in listed if one != ""]
    return sorted(found, key=lambda holiday: str(holiday["date"]))


def _holiday(raw: Raw) -> dict[str, Any]:
    if isinstance(raw, dict) and set(raw) <= {"date", "name"}:
        when, name = raw.get("date", ""), raw.get("name", "")
    elif isinstance(raw, str):
        when, _, name = raw.strip().partition(" ")
    else:
        raise Unacceptable(raw, _HOLIDAYS)
    if not isinstance(when, str) or not isinstance(name, str):
        raise Unacceptable(raw, _HOLIDAYS)
    found = day(when)
    if found is None:
        raise Unacceptable(raw, _HOLIDAYS)
    return {"date": found.isoformat(), "name": name.strip() or None}


def write_holidays(holidays: Sequence[Mapping[str, Any]]) -> Writable:
    """Holidays as people write them."""
    return [
        f"{holiday['date']} {holiday['name']}" if holiday["name"] else date.fromisoformat(holiday["date"])
        for holiday in holidays
    ]


def day(text: str) -> date | None:
    """The date of `YYYY-MM-DD`, or None."""
    if not _DATE.fullmatch(text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
