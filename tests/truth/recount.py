"""The truth of the `calls` reports: stats recomputed in plain Python from the printed records of the same scope.

Counts are exact. So is what lies between two printed timestamps, but for legs in an hour that the clock repeats.
What sums printed durations is a range: each was rounded to a hundredth of a minute.
"""

from collections.abc import Sequence
from datetime import date

from truth.columns import (
    COLUMNS_DATE,
    COLUMNS_DATE_CENTER,
    COLUMNS_GROUP,
    COLUMNS_RECORDS,
    COLUMNS_USER,
    COLUMNS_USER_CENTER,
)
from truth.comparing import compare
from truth.identities import check_identities
from truth.intervals import Range
from truth.invariants import check_records
from truth.measures import NOT_RECOUNTED, Center, figures, service_level_percent
from truth.records import Record, check_form, read_records
from truth.slices import Asked, Group, Slice, date_slices, group_slices, groups_of, user_slices

__all__ = [
    "COLUMNS_DATE",
    "COLUMNS_DATE_CENTER",
    "COLUMNS_GROUP",
    "COLUMNS_RECORDS",
    "COLUMNS_USER",
    "COLUMNS_USER_CENTER",
    "NOT_RECOUNTED",
    "Asked",
    "Center",
    "Group",
    "Range",
    "Record",
    "by_date",
    "by_group",
    "by_user",
    "check_form",
    "check_identities",
    "check_records",
    "compare",
    "date_slices",
    "group_slices",
    "groups_of",
    "read_records",
    "service_level_percent",
    "user_slices",
]

Row = dict[str, str | Range]


def by_date(
    records: Sequence[Record],
    days: Sequence[date],
    call_center: bool,
    *,
    kind: Asked | None = None,
    center: Center | None = None,
    timezone: str | None = None,
) -> list[Row]:
    """The rows of `group_by=date`, a row a day; `kind` is a group's where a call center was asked for.

    `timezone` is the request's, needed where there is no record to tell it.
    """
    slices = date_slices(records, days, kind or _usual(call_center), center or Center())
    return _rows(slices, COLUMNS_DATE_CENTER if call_center else COLUMNS_DATE, _zone_of(records, timezone))


def by_user(
    records: Sequence[Record],
    days: Sequence[date],
    call_center: bool,
    *,
    kind: Asked | None = None,
    timezone: str | None = None,
) -> list[Row]:
    """The rows of `group_by=user`, a row a day and user or room; otherwise as `by_date`."""
    slices = user_slices(records, days, kind or _usual(call_center), Center())
    return _rows(slices, COLUMNS_USER_CENTER if call_center else COLUMNS_USER, _zone_of(records, timezone))


def by_group(
    records: Sequence[Record], groups: Sequence[Group] | None = None, *, timezone: str | None = None
) -> list[Row]:
    """The rows of `group_by=group` over a company's or an office's records, a row a call center and department.

    `groups` brings in those without a leg, and their settings; without it, those with legs by the defaults.
    """
    slices = group_slices(records, groups_of(records) if groups is None else groups)
    return _rows(slices, COLUMNS_GROUP, _zone_of(records, timezone))


def _usual(call_center: bool) -> Asked:
    return "group" if call_center else "company"


def _zone_of(records: Sequence[Record], timezone: str | None) -> str:
    zones = {leg.timezone for leg in records} | ({timezone} if timezone else set())
    if len(zones) != 1:
        raise ValueError(f"expected the one zone of the request, got {sorted(zones) or 'none'}")
    return zones.pop()


def _rows(slices: Sequence[Slice], columns: Sequence[str], timezone: str) -> list[Row]:
    return [_row(one, columns, timezone) for one in slices]


def _row(one: Slice, columns: Sequence[str], timezone: str) -> Row:
    known: Row = {**figures(one.legs, one.center), **one.names, "timezone": timezone}
    return {column: known[column] for column in columns}
