"""The Arrow schemas of the tables, and how events become their rows."""

import typing
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Any

import pyarrow as pa

from busyhour.domain.events import MICROSECONDS_A_DAY, CallEvent, Party
from busyhour.domain.things import Thing

__all__ = ["CALLS", "INSTANT", "PARTY", "UNDATED", "Event", "event_schema", "event_table", "staged_schema"]

Event = CallEvent | Thing

INSTANT = pa.timestamp("us", "UTC")
PARTY = pa.struct([(field.name, pa.string()) for field in fields(Party)])

UNDATED = -719_162
"""The day (since 1970) of events whose thing has not yet said when it began: 0001-01-01, where they wait."""


def _arrow_type(name: str, annotation: Any) -> pa.DataType:
    kind = typing.get_args(annotation)[0] if isinstance(annotation, UnionType) else annotation
    if kind is int:
        is_instant = name == "date" or name.startswith("date_") or name == "event_timestamp"
        return INSTANT if is_instant else pa.int64()
    return {str: pa.string(), bool: pa.bool_(), Party: PARTY}[kind]


@cache
def event_schema(kind: type) -> pa.Schema:
    """The table of a kind of events: each as it was understood, by the UTC day on which its thing began."""
    columns = [(name, _arrow_type(name, hint)) for name, hint in typing.get_type_hints(kind).items()]
    return pa.schema([("day", pa.date32()), *columns])


@cache
def staged_schema(kind: type) -> pa.Schema:
    """Events in the inbox, which also know the line of the file that they came from."""
    return event_schema(kind).append(pa.field("line", pa.int64()))


CALLS = pa.schema(
    [
        ("day", pa.date32()),
        ("date_started", INSTANT),
        ("call_id", pa.string()),
        ("category", pa.string()),
        ("direction", pa.string()),
        ("external_number", pa.string()),
        ("internal_number", pa.string()),
        ("date_first_rang", INSTANT),
        ("date_queued", INSTANT),
        ("date_rang", INSTANT),
        ("date_connected", INSTANT),
        ("date_ended", INSTANT),
        ("target_id", pa.string()),
        ("target_kind", pa.string()),
        ("target_type", pa.string()),
        ("name", pa.string()),
        ("email", pa.string()),
        ("was_recorded", pa.bool_()),
        ("entry_point_call_id", pa.string()),
        ("entry_point_target_id", pa.string()),
        ("entry_point_target_kind", pa.string()),
        ("proxy_target_id", pa.string()),
        ("voicemail", pa.bool_()),
        ("transferred_to", pa.string()),
        ("transferred_to_contact_id", pa.string()),
        ("transferred_from_target_id", pa.string()),
        ("office_id", pa.string()),
        ("device", pa.string()),
        ("salesforce_activity_id", pa.string()),
        ("availability", pa.string()),
        ("callback_type", pa.string()),
        ("callback_id", pa.string()),
        ("master_call_id", pa.string()),
        ("date_callback_connected", INSTANT),
        ("date_callback_ended", INSTANT),
        ("date_anonymized", INSTANT),
        ("categories", pa.string()),
        ("ringing_us", pa.int64()),
        ("ringing_occurrences", pa.int64()),
        ("hold_us", pa.int64()),
        ("hold_occurrences", pa.int64()),
        ("talk_us", pa.int64()),
        ("queued_us", pa.int64()),
        ("queued_occurrences", pa.int64()),
        ("wrapup_us", pa.int64()),
        ("participant_type", pa.string()),
        ("percent_ai_talk_time", pa.int64()),
        ("percent_ai_listen_time", pa.int64()),
        ("percent_ai_silent_time", pa.int64()),
        ("campaign_id", pa.string()),
        ("is_internal", pa.bool_()),
        ("mended", pa.bool_()),
    ]
)
"""`calls`: a row a leg that has ended; durations in exact µs, percentages in tenths."""


def event_table(events: Sequence[Event], lines: Sequence[int], moment: str) -> pa.Table:
    """Events of one kind as rows; `moment` names the field that says on which day their thing began."""
    kind: type = type(events[0])
    names = [field.name for field in fields(kind)]
    by_name: dict[str, Sequence[Any]] = dict(
        zip(names, zip(*map(attrgetter(*names), events), strict=True), strict=True)
    )
    by_name["day"] = [UNDATED if at is None else at // MICROSECONDS_A_DAY for at in by_name[moment]]
    by_name["line"] = lines
    schema = staged_schema(kind)
    return pa.Table.from_arrays([_column(field, by_name[field.name]) for field in schema], schema=schema)


def _column(field: pa.Field, values: Sequence[Any]) -> pa.Array:
    if field.type == PARTY:
        return _parties(values)
    if field.type == INSTANT:
        return pa.array(values, pa.int64()).cast(INSTANT)
    if field.type == pa.date32():
        return pa.array(values, pa.int32()).cast(pa.date32())
    return pa.array(values, field.type)


_PARTS = tuple(field.name for field in fields(Party))


def _parties(values: Sequence[Party | None]) -> pa.Array:
    """Few parties stand in many events: each becomes a struct once."""
    places: dict[Party | None, int] = {}
    indices = [places.setdefault(value, len(places)) for value in values]
    structs = [None if party is None else {part: getattr(party, part) for part in _PARTS} for party in places]
    return pa.array(structs, PARTY).take(pa.array(indices, pa.int64()))
