"""The stats of duty, recounted from printed changes of status, moment by moment.

The changes are to be printed in a zone whose clock does not change, and far enough back for what still lasts.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from truth.cast import Belongs
from truth.clock import candidates, zone
from truth.intervals import MINUTE, Between
from truth.thing_columns import THING_COLUMNS
from truth.things import Printed, Row, in_order

__all__ = ["INTERVAL_COLUMNS", "Center", "by_agent", "intervals_of", "of_persons"]

_ORDER = ("unavailable", "available", "busy", "wrapup", "occupied")
"""Where centers differ, an agent does what comes last of it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Center:
    """The call center that was asked for."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one status within a local day, µs since 1970."""

    day: date
    start: int
    stop: int
    status: str

    @property
    def is_on_duty(self) -> bool:
        return self.status != "unavailable"


def by_agent(
    changes: Sequence[Printed],
    days: Sequence[date],
    timezone: str,
    as_of: datetime,
    belongs: Belongs,
    center: Center | None = None,
) -> list[Row]:
    """A row a day and agent by date, name and id; a nameless one of zeros for a day without any."""
    where, until = zone(timezone), _micros(as_of)
    agents = _agents(changes, center)
    standing = {agent_id: _by_center(told, center) for agent_id, told in agents.items()}
    rows: list[Row] = []
    for day in days:
        of_day = [
            _row(told[-1], pieces, where, center)
            for agent_id, told in agents.items()
            if belongs([agent_id], day) and (pieces := list(_pieces(standing[agent_id], day, where, until)))
        ]
        for row in in_order(of_day or [_row(None, [], where)]):
            known = {**row, "date": day.isoformat(), "timezone": timezone}
            rows.append({name: known[name] for name in THING_COLUMNS["onduty", "stats"]})
    return rows


PERSON_COLUMNS = (
    "user_id", "name", "email", "type", "on_duty_minutes", "available_minutes", "occupied_minutes", "wrapup_minutes",
    "busy_minutes", "unavailable_minutes", "occupancy", "timezone",
)  # fmt: skip


def of_persons(
    changes: Sequence[Printed],
    days: Sequence[date],
    timezone: str,
    as_of: datetime,
    belongs: Belongs,
    center: Center | None = None,
) -> list[Row]:
    """A row an agent with any status on the days, over all of them, by name and id."""
    where, until = zone(timezone), _micros(as_of)
    rows: list[Row] = []
    for agent_id, told in _agents(changes, center).items():
        standing = _by_center(told, center)
        known = [day for day in days if belongs([agent_id], day)]
        if pieces := [piece for day in known for piece in _pieces(standing, day, where, until)]:
            row = {**_row(told[-1], pieces, where, center), "timezone": timezone}
            rows.append({name: row[name] for name in PERSON_COLUMNS})
    return in_order(rows)


INTERVAL_COLUMNS = (
    "date", "user_id", "name", "email", "type", "call_center_id", "call_center_name", "on_duty_status",
    "date_started", "date_ended", "minutes", "started_unix", "ended_unix", "timezone",
)  # fmt: skip


def intervals_of(
    changes: Sequence[Printed],
    days: Sequence[date],
    timezone: str,
    as_of: datetime,
    belongs: Belongs,
    center: Center | None = None,
) -> list[Row]:
    """A row a day, agent and stretch of one status, as long as it lasts, by date, name, id and time."""
    where, until = zone(timezone), _micros(as_of)
    agents = sorted(_agents(changes, center).items(), key=lambda agent: (agent[1][-1]["name"], agent[0]))
    standing = {agent_id: _by_center(told, center) for agent_id, told in agents}
    return [
        _interval(told[-1], piece, timezone, center)
        for day in days
        for agent_id, told in agents
        if belongs([agent_id], day)
        for piece in _joined(_pieces(standing[agent_id], day, where, until))
    ]


def _joined(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Pieces of one status that follow each other as one."""
    last: _Piece | None = None
    for piece in pieces:
        if last is not None and (last.status, last.stop) == (piece.status, piece.start):
            last = _Piece(piece.day, last.start, piece.stop, piece.status)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _interval(agent: Printed, piece: _Piece, timezone: str, center: Center | None) -> Row:
    where = zone(timezone)
    known: Row = {
        "date": piece.day.isoformat(),
        **_agent(agent),
        "call_center_id": center.id if center else "",
        "call_center_name": center.name if center else "",
        "on_duty_status": piece.status,
        "started_unix": str(piece.start // 1_000_000),
        "ended_unix": str(piece.stop // 1_000_000),
        "date_started": _local(piece.start, where),
        "date_ended": _local(piece.stop, where),
        "minutes": Between.exactly(Fraction(piece.stop - piece.start, MINUTE)).printed(2),
        "timezone": timezone,
    }
    return {name: known[name] for name in INTERVAL_COLUMNS}


def _agents(changes: Sequence[Printed], center: Center | None) -> dict[str, list[Printed]]:
    """The changes of each agent; of a center those who had one for it."""
    its_own = {row["target_id"] for row in changes if center is None or row["call_center_id"] == center.id}
    agents: dict[str, list[Printed]] = {}
    for row in changes:
        if row["target_id"] in its_own:
            agents.setdefault(row["target_id"], []).append(row)
    return agents


def _by_center(told: Sequence[Printed], of_center: Center | None) -> list[list[tuple[int, int]]]:
    """What stands from when, as places in the order of statuses; a change that names no center is one in all."""
    centers = [of_center.id] if of_center else sorted({row["call_center_id"] for row in told})
    changes = [(row["call_center_id"], _instant(row), _ORDER.index(row["on_duty_status"])) for row in told]
    return [sorted((moment, status) for id_, moment, status in changes if id_ in (center, "")) for center in centers]


def _pieces(by_center: Sequence[Sequence[tuple[int, int]]], day: date, where: ZoneInfo, until: int) -> Iterator[_Piece]:
    """The day from local midnight to local midnight, cut where anything changes, up to the as-of time."""
    start, stop = _midnight(day, where), min(_midnight(day + timedelta(days=1), where), until)
    moments = {moment for changes in by_center for moment, _ in changes if start < moment < stop}
    for begin, end in pairwise(sorted({start, *moments, stop}) if start < stop else ()):
        standing = [
            changes[place - 1][1] for changes in by_center if (place := bisect_right(changes, (begin, len(_ORDER))))
        ]
        if standing:
            yield _Piece(day, begin, end, _ORDER[max(standing)])


def _midnight(day: date, where: ZoneInfo) -> int:
    return _micros(datetime.combine(day, time(), where))


def _instant(row: Printed) -> int:
    (moment,) = candidates(datetime.fromisoformat(row["date"]), zone(row["timezone"]))
    return moment


def _micros(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def _row(last: Printed | None, pieces: Sequence[_Piece], where: ZoneInfo, center: Center | None = None) -> Row:
    on_duty = [piece for piece in pieces if piece.is_on_duty]
    shown = center if pieces else None
    return {
        **_agent(last),
        "call_center_id": shown.id if shown else "",
        "call_center_name": shown.name if shown else "",
        "on_duty_minutes": _minutes(on_duty).printed(1),
        **{f"{status}_minutes": _minutes(pieces, status).printed(1) for status in _ORDER},
        "occupancy": _occupancy(pieces, on_duty),
        "on_duty_occurrences": str(_stretches(on_duty)),
        "first_on_duty": _local(on_duty[0].start, where) if on_duty else "",
        "last_on_duty": _local(on_duty[-1].stop, where) if on_duty else "",
    }


def _agent(last: Mapping[str, str] | None) -> dict[str, str]:
    named = {"user_id": "target_id", "name": "name", "email": "email", "type": "target_type"}
    return {name: last[column] if last else "" for name, column in named.items()}


def _micros_of(pieces: Sequence[_Piece], *statuses: str) -> int:
    return sum(piece.stop - piece.start for piece in pieces if not statuses or piece.status in statuses)


def _minutes(pieces: Sequence[_Piece], *statuses: str) -> Between:
    return Between.exactly(Fraction(_micros_of(pieces, *statuses), MINUTE))


def _occupancy(pieces: Sequence[_Piece], on_duty: Sequence[_Piece]) -> str:
    working = 100 * _micros_of(pieces, "occupied", "wrapup")
    return str(Between.exactly(working).over(_micros_of(on_duty)).printed(1))


def _stretches(on_duty: Sequence[_Piece]) -> int:
    return bool(on_duty) + sum(before.stop < after.start for before, after in pairwise(on_duty))


def _local(moment: int, where: ZoneInfo) -> str:
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(where).strftime("%Y-%m-%d %H:%M:%S.%f")
