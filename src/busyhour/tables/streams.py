"""The streams: which events fold into which table, by which key, over which day. One declaration each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from busyhour.domain.events import CallEvent
from busyhour.domain.things import (
    CsatEvent,
    DispositionEvent,
    DutyEvent,
    RecordingEvent,
    ScreenshareEvent,
    TextEvent,
    VoicemailEvent,
)
from busyhour.tables.schema import CALLS, INSTANT, Event, event_schema

__all__ = ["SCHEMAS", "STREAMS", "Derived", "Stream", "stream_of"]


@dataclass(frozen=True, slots=True)
class Derived:
    """A column of a derived table: its name, its type, and its expression over the newest word on a thing."""

    name: str
    type: pa.DataType
    sql: str


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of events and the table that is derived from it."""

    name: str
    kind: type
    key: str
    """The field that says which thing an event is about."""
    moment: str
    """The field that says when the thing began: its UTC day is the partition of events and rows."""
    table: str
    columns: Sequence[Derived] = ()
    """The derived columns; none where the fold is a text of its own."""

    @property
    def events(self) -> str:
        """The name of the table of events."""
        return f"{self.name}_events"

    @property
    def schema(self) -> pa.Schema:
        """The schema of the derived table."""
        if not self.columns:
            return CALLS
        return pa.schema([("day", pa.date32()), *((column.name, column.type) for column in self.columns)])


def _text(*names: str) -> list[Derived]:
    return [Derived(name, pa.string(), name) for name in names]


def _instants(*names: str) -> list[Derived]:
    return [Derived(name, INSTANT, name) for name in names]


def _person(prefix: str, party: str) -> list[Derived]:
    """Who a party is, as three columns."""
    return [Derived(f"{prefix}_{part}", pa.string(), f"{party}.{part}") for part in ("id", "name", "email")]


_TARGET = (
    Derived("target_id", pa.string(), "target.id"),
    Derived("target_kind", pa.string(), "{target_kind}"),
    Derived("target_type", pa.string(), "target.type"),
    Derived("name", pa.string(), "target.name"),
    Derived("email", pa.string(), "CASE WHEN target.type = 'user' THEN target.email END"),
    Derived("office_id", pa.string(), "CASE WHEN target.type = 'office' THEN target.id ELSE target.office_id END"),
)
"""Whose the thing is, as in `calls`."""


def _thing(name: str, kind: type, key: str, table: str, *columns: Derived) -> Stream:
    own = (Derived("date", INSTANT, "date"), Derived(key, pa.string(), key))
    return Stream(name, kind, key, "date", table, (*own, *_TARGET, *columns))


_BOOLEAN, _NUMBER = pa.bool_(), pa.int64()

STREAMS = (
    Stream("call", CallEvent, "call_id", "date_started", "calls"),
    _thing(
        "text", TextEvent, "message_id", "texts",
        *_text("direction", "sender_id", "from_phone", "to_phone", "encrypted_text", "encrypted_aes_text"),
        Derived("mms", _BOOLEAN, "coalesce(mms, FALSE)"),
        *_text("message_status"),
    ),
    _thing(
        "duty", DutyEvent, "record_id", "duty",
        *_text("on_duty_status", "availability_status", "reason", "call_center_id"),
        *_text("setter_name", "setter_email", "setter_role"),
    ),
    _thing(
        "voicemail", VoicemailEvent, "call_id", "voicemails",
        *_text("external_number", "internal_number", "recording_url", "transcription_text"),
        *_instants("date_listened"),
        *_person("listened_by", "listened_by"),
    ),
    _thing(
        "recording", RecordingEvent, "recording_id", "recordings",
        *_text("call_id", "external_number", "internal_number", "recording_url"),
        *_person("operator", "operator"),
        Derived("duration_us", _NUMBER, "duration"),
    ),
    _thing(
        "csat", CsatEvent, "answer_id", "csat",
        *_text("call_id", "survey_id", "question_id", "question", "response", "channel", "external_number"),
        *_person("operator", "operator"),
        *_instants("date_sent", "date_responded"),
    ),
    _thing(
        "disposition", DispositionEvent, "call_id", "dispositions",
        *_person("operator", "operator"),
        *_text("disposition", "note", "recording_url"),
    ),
    _thing(
        "screenshare", ScreenshareEvent, "screenshare_id", "screenshares",
        *_text("call_id"),
        Derived("participants", _NUMBER, "participants"),
        *_instants("date_ended"),
    ),
)  # fmt: skip
"""Every stream, in the order in which a refresh takes them."""

SCHEMAS: Mapping[str, pa.Schema] = {
    name: schema
    for stream in STREAMS
    for name, schema in ((stream.events, event_schema(stream.kind)), (stream.table, stream.schema))
}
"""Every table by its name."""

_BY_KIND = {stream.kind: stream for stream in STREAMS}
_BY_NAME = {stream.name: stream for stream in STREAMS}


def stream_of(event: Event | str) -> Stream:
    """The stream of an event, or of a stream's name."""
    return _BY_NAME[event] if isinstance(event, str) else _BY_KIND[type(event)]
