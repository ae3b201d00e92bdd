"""Dialpad's own records of calls, the CSV by which a company brings its history: a row a leg.

Columns go by the header's names, in any order; times are local to the row's `timezone`. What can be derived
from the rest of a row (`time_in_system`, `time_to_answer`, `participant_type`) is not read.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from busyhour.domain import periods
from busyhour.domain.directory import PERSON_KINDS, Kind
from busyhour.domain.events import CallEvent, Party, content_hash, typed_content
from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Refused, Row, Source, Taken
from busyhour.sources.categories import category_of, tokens
from busyhour.sources.local_times import local_instant
from busyhour.sources.text import NOT_UTF8, Record, is_utf8, lines, records
from busyhour.sources.values import (
    NotUnderstood,
    count,
    direction,
    flag,
    identity,
    minutes,
    tenths,
    text,
)

__all__ = ["SOURCE"]

_REQUIRED = ("call_id", "date_started", "direction", "target_id")
_KINDS = ("target_type", "target_kind")
_TIMES = (
    "date_first_rang", "date_queued", "date_rang", "date_connected", "date_ended", "date_callback_connected",
    "date_callback_ended", "date_anonymized",
)  # fmt: skip
_IDS = (
    "call_id", "entry_point_call_id", "master_call_id", "callback_id", "transferred_to_contact_id",
    "transferred_from_target_id", "office_id", "salesforce_activity_id", "campaign_id",
)  # fmt: skip
_TEXTS = (
    "category", "external_number", "internal_number", "transferred_to", "device", "availability",
    "callback_type",
)  # fmt: skip
_DURATIONS = {f"{what}_time": f"{what}_duration" for what in ("ringing", "hold", "talk", "queued", "wrapup")}
_COUNTS = ("ringing_occurrences", "hold_occurrences", "queued_occurrences")
_PERCENTAGES = ("percent_ai_talk_time", "percent_ai_listen_time", "percent_ai_silent_time")
_PARTIES = ("name", "email", "entry_point_target_id", "entry_point_target_kind", "proxy_target_id")
_WORDS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}

_READERS: Mapping[str, Callable[[str, object], Any]] = {
    "direction": direction,
    "categories": tokens,
    **dict.fromkeys(_IDS, identity),
    **dict.fromkeys(_TEXTS, text),
    **dict.fromkeys(("was_recorded", "voicemail", "is_internal"), partial(flag, words=_WORDS)),
    **dict.fromkeys(_COUNTS, count),
    **dict.fromkeys(_PERCENTAGES, tenths),
}
"""Columns that are fields of an event by the same name: how each is read."""

_COLUMNS = {*_READERS, *_REQUIRED, *_KINDS, *_TIMES, *_DURATIONS.values(), *_PARTIES, "timezone"}
"""Every column that is read."""

_Cells = dict[str, str]
"""The cells of one row that say something, by column."""


def _rows(file: BinaryIO, context: Context) -> Iterator[Row]:
    numbered = lines(file)
    _, header = next(numbered)
    columns = _columns(header)
    before: int | None = None
    for record in records(numbered, len(columns)):
        row = _row(record, columns, context.timezone, before)
        if isinstance(row, Taken):
            before = next(event.date_started for event in row.events if isinstance(event, CallEvent))
        yield row


def _columns(header: str) -> list[str]:
    try:
        names = [name.strip().lower() for name in next(csv.reader([header]), [])]
    except csv.Error:
        names = []
    missing = [name for name in _REQUIRED if name not in names]
    if not any(name in names for name in _KINDS):
        missing.append(" or ".join(_KINDS))
    if missing:
        raise UnreadableFile(
            f"Line 1 is not the header of a CSV of calls: {', '.join(missing)} missing among its "
            f"comma-separated column names, got {header[:60].strip()!r}."
        )
    if repeated := sorted({name for name in names if name in _COLUMNS and names.count(name) > 1}):
        raise UnreadableFile(f"Line 1 names a column more than once: {', '.join(repeated)}.")
    return names


def _row(record: Record, columns: Sequence[str], timezone: str, before: int | None) -> Row:
    if not is_utf8(record.text):
        return Refused(record.line, NOT_UTF8)
    if len(record.fields) != len(columns):
        expected = f"expected {len(columns)} comma-separated fields"
        return Refused(record.line, expected, f"{len(record.fields)} fields")
    pairs = zip(columns, record.fields, strict=True)
    cells = {name: stripped for name, field in pairs if (stripped := field.strip())}
    try:
        values, mended = _leg(cells, timezone, before)
    except NotUnderstood as error:
        return Refused(record.line, error.reason, error.came)
    event = CallEvent(hash=content_hash(typed_content(values)), raw=record.text.rstrip("\r\n"), **values)
    return Taken(record.line, [event], mended)


def _leg(cells: _Cells, timezone: str, before: int | None) -> tuple[dict[str, Any], Sequence[str]]:
    for name in _REQUIRED:
        if name not in cells:
            raise NotUnderstood.of(name, "a value", None)
    times, mended = _times(cells, _zone(cells, timezone), before)
    values = {name: read(name, cells[name]) for name, read in _READERS.items() if name in cells}
    values |= times | _durations(cells) | _parties(cells, values)
    values["state"] = "hangup"
    values["event_timestamp"] = times.get("date_ended", times["date_started"])
    values["group_call_id"] = values.get("entry_point_call_id")
    if "category" not in values and values.get("categories"):
        did_ring = "date_rang" in values or "date_first_rang" in values
        values["category"] = category_of(values["categories"], values["direction"], did_ring)
    return values, mended


def _zone(cells: _Cells, timezone: str) -> ZoneInfo:
    name = cells.get("timezone", timezone)
    found = periods.zone(name)
    if found is None:
        raise NotUnderstood.of("timezone", "a name of the tz database", name)
    return found


def _times(cells: _Cells, zone: ZoneInfo, before: int | None) -> tuple[dict[str, int], Sequence[str]]:
    """The row's instants: by order none lies before its start, nor its start before that of the row above."""
    started, reason = local_instant("date_started", cells["date_started"], zone, before)
    times, reasons = {"date_started": started}, [reason]
    for name in _TIMES:
        if name in cells:
            times[name], reason = local_instant(name, cells[name], zone, started)
            reasons.append(reason)
    return times, [reason for reason in reasons if reason]


def _durations(cells: _Cells) -> dict[str, int]:
    return {name: minutes(column, cells[column]) for name, column in _DURATIONS.items() if column in cells}


def _parties(cells: _Cells, values: dict[str, Any]) -> dict[str, Any]:
    """Whom the leg belongs to; an agent leg's office is its group's, not the agent's own."""
    kind = _kind(cells, *_KINDS)
    target_id = identity("target_id", cells["target_id"])
    office = target_id if kind is Kind.OFFICE else values.get("office_id")
    is_agent_leg = kind in PERSON_KINDS and "entry_point_call_id" in values
    named = {name: text(name, cells[name]) for name in ("name", "email") if name in cells}
    return {
        "office_id": office,
        "target": Party(target_id, kind.type_name, office_id=None if is_agent_leg else office, **named),
        "entry_point_target": _entry_point(cells, office if is_agent_leg else None),
        "proxy_target": _proxy(cells),
    }


def _entry_point(cells: _Cells, office: str | None) -> Party | None:
    if "entry_point_target_id" not in cells:
        return None
    found = identity("entry_point_target_id", cells["entry_point_target_id"])
    if "entry_point_target_kind" not in cells:
        return Party(found, office_id=office)
    kind = _kind(cells, "entry_point_target_kind")
    return Party(found, kind.type_name, office_id=found if kind is Kind.OFFICE else office)


def _proxy(cells: _Cells) -> Party | None:
    name = "proxy_target_id"
    return Party(identity(name, cells[name])) if name in cells else None


def _kind(cells: _Cells, *columns: str) -> Kind:
    for name in columns:
        if name in cells and (kind := Kind.parse(cells[name])):
            return kind
    came = next((cells[name] for name in columns if name in cells), None)
    raise NotUnderstood.of(" or ".join(columns), "a kind of target, such as call_center", came)


SOURCE = Source("records_csv", "Dialpad's own records of calls, comma-separated", _rows)
