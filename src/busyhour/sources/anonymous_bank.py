"""Technion's "Anonymous Bank": every call of an Israeli bank's call center, one tab-separated row a call.

Times are local clock times of the row's `date`; how a row is read, and its dirt mended, stands in the
functions below, a rule each. A call gives a group leg to the call center of its `type`, and an agent leg
where the server is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from busyhour.domain import periods
from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind, Origin, derived_id
from busyhour.domain.events import CallEvent, Party, content_hash, typed_content
from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Ignored, Refused, Row, Source, Taken
from busyhour.sources.text import NOT_UTF8, is_utf8, lines

__all__ = ["SOURCE"]

_COLUMNS = (
    "vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit", "vru_time",
    "q_start", "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server",
)  # fmt: skip
_CENTERS = ("PS", "PE", "IN", "NE", "NW", "TT")
_UNSET = "0:00:00"
_HALF_A_DAY = timedelta(hours=12)
_SECOND = 1_000_000
_DAY = 86_400


class _BadFieldError(ValueError):
    """A field that does not say what it should; the arguments are the reason and what came."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """A row as understood, before it becomes legs; instants and durations in µs."""

    started: int
    queued: int | None
    connected: int | None
    ended: int
    talk: int
    mended: tuple[str, ...]


def _rows(file: BinaryIO, context: Context) -> Iterator[Row]:
    numbered = lines(file)
    _, header = next(numbered)
    if tuple(header.rstrip("\r\n").split("\t")) != _COLUMNS:
        raise UnreadableFile(
            f"Line 1 is not the header of an Anonymous Bank file: expected {len(_COLUMNS)} tab-separated "
            f"columns ({', '.join(_COLUMNS[:3])}, …), got {header[:60].strip()!r}."
        )
    zone = periods.zone(context.timezone)
    if zone is None:
        raise UnreadableFile(f"Invalid timezone name {context.timezone!r}: the file's times have no zone.")
    for line, text in numbered:
        if text.strip():
            yield _row(line, text.rstrip("\r\n"), context, zone)


def _row(line: int, text: str, context: Context, zone: ZoneInfo) -> Row:
    values = text.split("\t")
    if not is_utf8(text):
        return Refused(line, NOT_UTF8)
    if len(values) != len(_COLUMNS):
        return Refused(line, f"expected {len(_COLUMNS)} tab-separated fields", f"{len(values)} fields")
    row = dict(zip(_COLUMNS, values, strict=True))
    if row["outcome"] == "PHANTOM":
        return Ignored(line, "outcome PHANTOM: no call")
    try:
        visit = _visit(row, zone)
        _known(row, "type", _CENTERS)
    except _BadFieldError as error:
        reason, came = error.args
        return Refused(line, reason, repr(came))
    return Taken(line, list(_legs(row, visit, context, text)), visit.mended)


def _visit(row: dict[str, str], zone: ZoneInfo) -> _Visit:
    clock = _Clock(row, zone)
    started, mended = clock.at("vru_entry"), []
    if _seconds(row, "vru_time") < 0:
        started = clock.at("vru_exit")
        mended.append("vru_time negative: started at vru_exit")
    queued = clock.at("q_start") if row["q_start"] != _UNSET or _seconds(row, "q_time") > 0 else None
    left = clock.at("vru_exit" if queued is None else "q_exit")
    if _known(row, "outcome", ("AGENT", "HANG")) == "HANG":
        if row["ser_start"] != _UNSET or row["ser_exit"] != _UNSET or _seconds(row, "ser_time"):
            mended.append("HANG with service times: ignored them")
        return _Visit(started, queued, None, left, 0, (*mended, *clock.mended))
    if row["ser_start"] == _UNSET:
        mended.append("AGENT without ser_start: connected and ended as the wait ended")
        return _Visit(started, queued, left, left, 0, (*mended, *clock.mended))
    talk = _seconds(row, "ser_time") * _SECOND
    connected, ended = clock.at("ser_start"), clock.at("ser_exit")
    return _Visit(started, queued, connected, ended, talk, (*mended, *clock.mended))


class _Clock:
    """Clock times of one row as instants; a time far before the call began is of the next day."""

    def __init__(self, row: dict[str, str], zone: ZoneInfo) -> None:
        self.mended: list[str] = []
        self._row, self._zone = row, zone
        try:
            self._date = datetime.strptime(row["date"], "%y%m%d")  # noqa: DTZ007 - the zone is added below
        except ValueError as error:
            raise _BadFieldError("date: expected yymmdd", row["date"]) from error
        self._entry = self._date + self._time("vru_entry")

    def at(self, column: str) -> int:
        local = self._date + self._time(column)
        if self._entry - local > _HALF_A_DAY:
            local += timedelta(days=1)
            self.mended.append(f"{column} more than 12 h before vru_entry: of the next day")
        return micros(local.replace(tzinfo=self._zone))

    def _time(self, column: str) -> timedelta:
        text = self._row[column]
        try:
            hours, minutes, seconds = (int(part) for part in text.split(":"))
        except ValueError as error:
            raise _BadFieldError(f"{column}: expected a clock time H:MM:SS", text) from error
        if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60):
            raise _BadFieldError(f"{column}: expected a clock time H:MM:SS", text)
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _seconds(row: dict[str, str], column: str) -> int:
    expected = f"{column}: expected whole seconds, at most a day's"
    try:
        seconds = int(row[column])
    except ValueError as error:
        raise _BadFieldError(expected, row[column]) from error
    if abs(seconds) > _DAY:
        raise _BadFieldError(expected, row[column])
    return seconds


def _known(row: dict[str, str], column: str, accepted: tuple[str, ...]) -> str:
    if row[column] not in accepted:
        raise _BadFieldError(f"{column}: expected one of {', '.join(accepted)}", row[column])
    return row[column]


def _legs(row: dict[str, str], visit: _Visit, context: Context, raw: str) -> Iterator[CallEvent]:
    call_id = derived_id(context.company, "anonymous_bank", row["date"], row["vru+line"], row["call_id"])
    office = _office(context)
    center = Party(_center_id(context, row["type"]), Kind.CALL_CENTER.type_name, row["type"], office_id=office)
    yield _hangup(
        raw,
        visit,
        call_id=call_id,
        master_call_id=call_id,
        target=center,
        date_started=visit.started,
        date_queued=visit.queued,
        # The first ring is not in the file: the connection stands for it.
        date_first_rang=visit.connected,
    )
    if visit.connected is None or row["server"] == "NO_SERVER":
        return
    server = row["server"]
    agent = Party(derived_id(context.company, "user", server), Kind.USER.type_name, server, office_id=office)
    yield _hangup(
        raw,
        visit,
        call_id=derived_id(call_id, server),
        master_call_id=call_id,
        entry_point_call_id=call_id,
        group_call_id=call_id,
        entry_point_target=center,
        target=agent,
        date_started=visit.connected,
        date_rang=visit.connected,
    )


def _hangup(raw: str, visit: _Visit, **leg: Any) -> CallEvent:
    values = {
        "state": "hangup",
        "event_timestamp": visit.ended,
        "direction": "inbound",
        "date_connected": visit.connected,
        "date_ended": visit.ended,
        "talk_time": None if visit.connected is None else visit.talk,
        "is_internal": False,
        **leg,
    }
    return CallEvent(hash=content_hash(typed_content(values)), raw=raw, **values)


def _office(context: Context) -> str:
    return derived_id(context.company, "office")


def _center_id(context: Context, center: str) -> str:
    return derived_id(context.company, "callcenter", center)


def _entries(context: Context) -> Iterable[Entry]:
    office = _office(context)
    yield Entry(Kind.OFFICE, office, context.company, timezone=context.timezone, origin=Origin.SOURCE)
    for center in _CENTERS:
        yield Entry(Kind.CALL_CENTER, _center_id(context, center), center, office_id=office, origin=Origin.SOURCE)


SOURCE = Source("anonymous_bank", "the Technion's Anonymous Bank calls, tab-separated", _rows, _entries)
