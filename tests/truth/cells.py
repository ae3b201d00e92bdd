"""The rows of our own dimensions of `calls`, recounted from the printed records of the same scope.

A leg is of the hour, the weekday and the day that its printed beginning says.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import TypeVar

from truth.clock import Instants
from truth.columns import COLUMNS_MEASURES, COLUMNS_PERSON
from truth.intervals import Between, Range
from truth.measures import Center, figures
from truth.messages import message_figures
from truth.records import Record
from truth.slices import Asked, Group, counted_once, group_slices, person_slices

__all__ = ["CELLS", "by_cell", "by_line", "by_person", "by_wait", "number_of_days", "said"]

Row = dict[str, str | Range]
T = TypeVar("T")

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = tuple(str(hour) for hour in range(24))

CELLS: Mapping[str, Sequence[Mapping[str, str]]] = {
    "total": [{}],
    "hour": [{"hour": hour} for hour in _HOURS],
    "weekday": [{"weekday": weekday} for weekday in _WEEKDAYS],
    "weekday_hour": [{"weekday": weekday, "hour": hour} for weekday in _WEEKDAYS for hour in _HOURS],
}
"""What names the rows of each dimension, in their order; those of `date` are the days of the range."""

_STRETCHES = (
    (0, 5), (5, 10), (10, 20), (20, 30), (30, 45), (45, 60), (60, 90), (90, 120), (120, 180), (180, 300), (300, None),
)  # fmt: skip
"""From so many seconds until before so many."""


def by_cell(
    by: str,
    records: Sequence[Record],
    voicemails: Sequence[Mapping[str, str]],
    days: Sequence[date],
    as_of: datetime,
    kind: Asked,
    timezone: str,
) -> list[Row]:
    """A row for every cell of a dimension, over legs and messages of one scope."""
    legs = counted_once(records, kind)
    cells = [{"date": day.isoformat()} for day in days] if by == "date" else CELLS[by]
    legs_of = _sorted_by(legs, lambda leg: leg.date_started, cells)
    messages_of = _sorted_by(voicemails, lambda row: datetime.fromisoformat(row["date"]), cells)
    rows: list[Row] = []
    for number, cell in enumerate(cells):
        known: Row = {
            **figures(legs_of[number], Center()),
            **message_figures(messages_of[number], as_of),
            "days": str(number_of_days(cell, days)),
            **cell,
            "timezone": timezone,
        }
        names = ["date"] if by == "date" else [*cell, "days"]
        rows.append({name: known[name] for name in (*names, *COLUMNS_MEASURES, "timezone")})
    return rows


def _sorted_by(
    things: Sequence[T], moment: Callable[[T], datetime], cells: Sequence[Mapping[str, str]]
) -> list[list[T]]:
    """The things of each cell."""
    place = {tuple(cell.values()): number for number, cell in enumerate(cells)}
    found: list[list[T]] = [[] for _ in cells]
    for thing in things:
        says = said(moment(thing))
        found[place[tuple(says[name] for name in cells[0])]].append(thing)
    return found


def said(local: datetime) -> dict[str, str]:
    """What a local time says of the cells in which it lies."""
    return {"date": local.date().isoformat(), "weekday": _WEEKDAYS[local.weekday()], "hour": str(local.hour)}


def number_of_days(cell: Mapping[str, str], days: Sequence[date]) -> int:
    """On how many of the days a cell lies."""
    return sum(cell.get("weekday") in (None, _WEEKDAYS[day.weekday()]) for day in days)


def by_person(records: Sequence[Record], kind: Asked, timezone: str) -> list[Row]:
    """A row a person, over the legs of all days."""
    rows: list[Row] = []
    for one in person_slices(records, kind):
        known: Row = {**figures(one.legs, one.center), **one.names, "timezone": timezone}
        rows.append({name: known[name] for name in COLUMNS_PERSON})
    return rows


def by_line(
    records: Sequence[Record],
    voicemails: Sequence[Mapping[str, str]],
    groups: Sequence[Group],
    as_of: datetime,
    timezone: str,
) -> list[Row]:
    """A row a call center and department, over the legs and messages of all days."""
    rows: list[Row] = []
    for one in group_slices(records, groups):
        messages = [row for row in voicemails if row["target_id"] == one.names["group_id"]]
        known: Row = {
            **figures(one.legs, one.center),
            **message_figures(messages, as_of),
            **one.names,
            "timezone": timezone,
        }
        rows.append({name: known[name] for name in ("group_id", "name", "type", "dids", *COLUMNS_MEASURES, "timezone")})
    return rows


def by_wait(records: Sequence[Record], kind: Asked, timezone: str) -> list[Row]:
    """A row a stretch of waiting time, and one for legs that do not tell how long they waited."""
    legs = counted_once(records, kind)
    answered = [leg for leg in legs if leg.category == "incoming"]
    abandoned = [leg for leg in legs if leg.category == "abandoned"]
    rows: list[Row] = []
    for stretch in (*_STRETCHES, (None, None)):
        start, end = ("" if bound is None else str(bound) for bound in stretch)
        rows.append(
            {
                "wait_from": start,
                "wait_until": end,
                "answered": _number(answered, lambda way: way.wait, *stretch),
                "abandoned": _number(abandoned, lambda way: way.in_system, *stretch),
                "timezone": timezone,
            }
        )
    return rows


def _number(
    legs: Sequence[Record], wait: Callable[[Instants], int | None], start: int | None, end: int | None
) -> str | Range:
    """How many legs waited so long; one whose times can be read in two ways may count or not."""
    held = [[_lies(wait(way), start, end) for way in leg.readings] for leg in legs]
    return Between(Fraction(sum(map(all, held))), Fraction(sum(map(any, held)))).printed(0)


def _lies(micros: int | None, start: int | None, end: int | None) -> bool:
    if micros is None or start is None:
        return micros is None and start is None
    return (start == 0 or micros >= start * 1_000_000) and (end is None or micros < end * 1_000_000)
