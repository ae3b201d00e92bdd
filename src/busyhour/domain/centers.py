"""When a group takes calls, and how soon it means to answer them: hours, holidays, thresholds."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

__all__ = [
    "END_OF_DAY",
    "WEEKDAYS",
    "Availability",
    "CenterSettings",
    "Holiday",
    "Hours",
    "Opening",
    "availability",
    "clock_time",
    "hours_from_json",
    "hours_to_json",
    "settings_from_json",
    "settings_of",
    "settings_to_json",
]

Availability = Literal["open", "closed", "holiday_closed"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
END_OF_DAY = 1440
"""The minute at which a day without a change of offset ends, written 24:00."""

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """Open from `start` until before `end`: minutes of the local clock since midnight, the end at most 1440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """A local day on which nobody answers."""

    date: date
    name: str | None = None


Hours = tuple[tuple[Opening, ...], ...]
"""The openings of each weekday, Monday first."""


@dataclass(frozen=True, slots=True)
class CenterSettings:
    """How a group works; without `hours` it is always open, but for its holidays."""

    service_level_percent: int = 95
    service_level_seconds: int = 60
    short_abandon_seconds: int = 6
    hours: Hours | None = None
    holidays: tuple[Holiday, ...] = ()


def availability(settings: CenterSettings, instant: int, zone: ZoneInfo) -> Availability:
    """Whether a group takes calls at an instant (µs UTC), by the clock of its zone; a holiday is a whole day."""
    local = datetime.fromtimestamp(instant // _SECOND, zone)
    if any(holiday.date == local.date() for holiday in settings.holidays):
        return "holiday_closed"
    if settings.hours is None:
        return "open"
    minute = local.hour * 60 + local.minute
    openings = settings.hours[local.weekday()]
    return "open" if any(opening.start <= minute < opening.end for opening in openings) else "closed"


def settings_of(details: str | None) -> CenterSettings:
    """The settings in an entry's details; what these do not say is as by default."""
    return settings_from_json(json.loads(details)) if details else CenterSettings()


def settings_from_json(said: Mapping[str, Any]) -> CenterSettings:
    """The settings in a JSON object; absent keys are as by default, other keys are not looked at."""
    plain = CenterSettings()
    return CenterSettings(
        service_level_percent=said.get("service_level_percent", plain.service_level_percent),
        service_level_seconds=said.get("service_level_seconds", plain.service_level_seconds),
        short_abandon_seconds=said.get("short_abandon_seconds", plain.short_abandon_seconds),
        hours=hours_from_json(said["hours"]) if said.get("hours") is not None else None,
        holidays=tuple(Holiday(date.fromisoformat(day["date"]), day.get("name")) for day in said.get("holidays", ())),
    )


def settings_to_json(settings: CenterSettings) -> dict[str, Any]:
    """The settings as a JSON object with every key."""
    return {
        "service_level_percent": settings.service_level_percent,
        "service_level_seconds": settings.service_level_seconds,
        "short_abandon_seconds": settings.short_abandon_seconds,
        "hours": None if settings.hours is None else hours_to_json(settings.hours),
        "holidays": [{"date": day.date.isoformat(), "name": day.name} for day in settings.holidays],
    }


def hours_to_json(hours: Hours) -> dict[str, list[str]]:
    """Clock times by weekday, openings and closings in turn: `["08:00", "12:00", "14:00", "18:00"]`."""
    return {
        weekday: [clock_time(minute) for opening in openings for minute in (opening.start, opening.end)]
        for weekday, openings in zip(WEEKDAYS, hours, strict=True)
    }


def hours_from_json(said: Mapping[str, Sequence[str]]) -> Hours:
    """The hours that `hours_to_json` wrote; a weekday that is not there is closed."""
    return tuple(tuple(_openings(said.get(weekday, ()))) for weekday in WEEKDAYS)


def _openings(times: Sequence[str]) -> Iterator[Opening]:
    for start, end in zip(times[::2], times[1::2], strict=True):
        yield Opening(_minute(start), _minute(end))


def _minute(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def clock_time(minute: int) -> str:
    """`HH:MM` of a minute of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
