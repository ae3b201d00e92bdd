"""Small relations that come with a plan: the range's days, groups, members, thresholds, opening hours."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from busyhour.domain.directory import Entry, Kind
from busyhour.domain.events import MICROSECONDS_A_DAY
from busyhour.domain.memberships import Membership, Role, roles_in
from busyhour.domain.periods import Period, instants, local_days
from busyhour.domain.requests import Request
from busyhour.reports.grids import GRIDS
from busyhour.reports.zones import segments_between

__all__ = ["EPOCH", "Facts", "Opened", "Thresholds", "day_number", "inline_for"]

EPOCH = 719_163
"""The ordinal of 1970-01-01."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A stretch of time (µs) in which a group's line was not simply open."""

    group_id: str
    start: int
    stop: int
    availability: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A call center's own thresholds, in µs."""

    group_id: str
    service_level: int
    short_abandon: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plan needs to know beyond the request: whose data, as of when (µs), and what the directory says."""

    company_id: str
    as_of: int
    groups: Sequence[Entry] = ()
    entries: Sequence[Entry] = ()
    memberships: Sequence[Membership] = ()
    thresholds: Sequence[Thresholds] = ()
    closings: Sequence[Opened] = ()


def day_number(day: date) -> int:
    """A date as days since 1970."""
    return day.toordinal() - EPOCH


def inline_for(sql: str, request: Request, facts: Facts) -> dict[str, pa.Table]:
    """The relations that a SQL text names."""
    named = {name: build(request, facts) for name, build in _RELATIONS.items() if _names(sql, name)}
    return named | {grid.relation: grid.table(request.period) for grid in GRIDS if _names(sql, grid.relation)}


def _names(sql: str, relation: str) -> bool:
    return re.search(rf"\b{relation}\b", sql) is not None


def _local_days(request: Request, _facts: Facts) -> pa.Table:
    return pa.table({"day": pa.array([day_number(day) for day in local_days(request.period)], pa.int64())})


def _day_pieces(request: Request, facts: Facts) -> pa.Table:
    """Each local day as stretches of instants up to the as-of time: two where a clock went back over midnight."""
    pieces = [
        (day, start, min(stop, facts.as_of)) for day, start, stop in _pieces(request.period) if start < facts.as_of
    ]
    names = ("day", "start_us", "stop_us")
    return pa.table({name: pa.array([piece[n] for piece in pieces], pa.int64()) for n, name in enumerate(names)})


def _pieces(period: Period) -> list[tuple[int, int, int]]:
    start, stop = instants(period)
    parts = list(segments_between(period.timezone, start, stop))
    ends = [part.start for part in parts[1:]] + [stop]
    first, last = day_number(period.first), day_number(period.last)
    pieces: list[tuple[int, int, int]] = []
    for part, end in zip(parts, ends, strict=True):
        cursor = max(part.start, start)
        while cursor < end:
            day = (cursor + part.offset) // MICROSECONDS_A_DAY
            until = min(end, (day + 1) * MICROSECONDS_A_DAY - part.offset)
            if pieces and pieces[-1][0] == day and pieces[-1][2] == cursor:
                # A clock that changes within a day does not cut it.
                pieces[-1] = (day, pieces[-1][1], until)
            elif first <= day <= last:
                pieces.append((day, cursor, until))
            cursor = until
    return pieces


def _group_lines(request: Request, facts: Facts) -> pa.Table:
    scope = request.scope
    office = scope.office_id or (scope.target.id if scope.target else None)
    entries = [
        group
        for group in facts.groups
        if group.kind in (Kind.CALL_CENTER, Kind.DEPARTMENT) and office in (None, group.office_id)
    ]
    return _texts(
        id=[entry.id for entry in entries],
        type=[entry.kind.type_name for entry in entries],
        name=[entry.name for entry in entries],
        dids=[entry.phone for entry in entries],
    )


def _center_names(_request: Request, facts: Facts) -> pa.Table:
    return _texts(id=[entry.id for entry in facts.groups], name=[entry.name for entry in facts.groups])


def _homes(_request: Request, facts: Facts) -> pa.Table:
    """What kind of entry an id is, and its office: for records whose source told neither."""
    known = {entry.id: entry for entry in facts.entries}
    return _texts(
        id=list(known),
        type=[entry.kind.type_name for entry in known.values()],
        office_id=[entry.id if entry.kind is Kind.OFFICE else entry.office_id for entry in known.values()],
    )


def _scope_members(request: Request, facts: Facts) -> pa.Table:
    """Who belongs to the scope, from which day to which: a team's trainees, an office's or group's operators."""
    scope, office_of = request.scope, {(entry.kind, entry.id): entry.office_id for entry in facts.groups}

    def belongs(membership: Membership) -> bool:
        if scope.target is not None:
            is_trainee = membership.role is Role.TRAINEE
            return membership.group == (scope.target.kind, scope.target.id) and is_trainee == scope.trainees
        is_operator = membership.role in roles_in(Kind.CALL_CENTER)
        return office_of.get(membership.group) == scope.office_id and is_operator

    found = [membership for membership in facts.memberships if belongs(membership)]
    return pa.table(
        {
            "id": pa.array([membership.member[1] for membership in found], pa.string()),
            "first_day": pa.array([day_number(membership.since or date.min) for membership in found], pa.int64()),
            "last_day": pa.array([_last_day(membership) for membership in found], pa.int64()),
        }
    )


def _last_day(membership: Membership) -> int:
    return day_number(date.max) if membership.until is None else day_number(membership.until) - 1


def _center_thresholds(_request: Request, facts: Facts) -> pa.Table:
    found = facts.thresholds
    return pa.table(
        {
            "id": pa.array([threshold.group_id for threshold in found], pa.string()),
            "service_level_us": pa.array([threshold.service_level for threshold in found], pa.int64()),
            "short_abandon_us": pa.array([threshold.short_abandon for threshold in found], pa.int64()),
        }
    )


def _closings(_request: Request, facts: Facts) -> pa.Table:
    found = facts.closings
    return pa.table(
        {
            "id": pa.array([closing.group_id for closing in found], pa.string()),
            "start_us": pa.array([closing.start for closing in found], pa.int64()),
            "stop_us": pa.array([closing.stop for closing in found], pa.int64()),
            "availability": pa.array([closing.availability for closing in found], pa.string()),
        }
    )


def _texts(**columns: Sequence[str | None]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


_RELATIONS: Mapping[str, Callable[[Request, Facts], pa.Table]] = {
    "local_days": _local_days,
    "day_pieces": _day_pieces,
    "group_lines": _group_lines,
    "center_names": _center_names,
    "homes": _homes,
    "scope_members": _scope_members,
    "center_thresholds": _center_thresholds,
    "closings": _closings,
}
