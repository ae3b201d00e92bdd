"""Our own JSON form, for what no event of a phone system carries: `event` names the kind, the fields are its own.

The fields are those of the event types, read by their names; `own_events.schema.json` describes them.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from busyhour.domain.things import (
    CsatEvent,
    DispositionEvent,
    DutyEvent,
    RecordingEvent,
    ScreenshareEvent,
    TextEvent,
    Thing,
    VoicemailEvent,
    thing,
)
from busyhour.sources.dialpad_duty import duty_status
from busyhour.sources.dialpad_texts import text_direction
from busyhour.sources.json_fields import Reader, json_flag, party, read_fields, required, saying
from busyhour.sources.values import NotUnderstood, count, identity, instant, milliseconds, text

__all__ = ["OWN_EVENTS", "OWN_KEY", "is_own", "own_event"]

OWN_KEY = "event"
"""The key by which an event of our own form is told."""

OWN_EVENTS: Mapping[str, tuple[type[Thing], str]] = {
    "csat": (CsatEvent, "answer_id"),
    "disposition": (DispositionEvent, "call_id"),
    "duty": (DutyEvent, "record_id"),
    "recording": (RecordingEvent, "recording_id"),
    "screenshare": (ScreenshareEvent, "screenshare_id"),
    "text": (TextEvent, "message_id"),
    "voicemail": (VoicemailEvent, "call_id"),
}
"""Every kind by its name, with the field that says which thing an event is about."""


def is_own(payload: Mapping[str, Any]) -> bool:
    """Whether an object is of our own form, and not one of a phone system that has a key of that name."""
    name = payload.get(OWN_KEY)
    return isinstance(name, str) and name in OWN_EVENTS


def own_event(payload: dict[str, Any], raw: str) -> Thing:
    """The thing that an object of our own form tells; raises NotUnderstood for a missing or misshapen field."""
    if not is_own(payload):
        raise NotUnderstood.of(OWN_KEY, f"one of {', '.join(OWN_EVENTS)}", payload[OWN_KEY])
    kind, key = OWN_EVENTS[payload[OWN_KEY]]
    readers = {field.name: _READERS[field.name] for field in fields(kind) if field.name in _READERS}
    values = read_fields(readers, saying(payload))
    required(values, {key: "an id", "event_timestamp": "milliseconds since 1970"})
    return thing(kind, raw=raw, **values)


_IDS = (
    "answer_id", "call_id", "call_center_id", "message_id", "question_id", "record_id", "screenshare_id", "sender_id",
    "survey_id",
)  # fmt: skip
_INSTANTS = ("event_timestamp", "date", "date_ended", "date_listened", "date_responded", "date_sent")
_TEXTS = (
    "availability_status", "channel", "disposition", "encrypted_aes_text", "encrypted_text", "external_number",
    "from_phone", "internal_number", "message_status", "note", "question", "reason", "recording_id", "recording_url",
    "response", "setter_email", "setter_name", "setter_role", "to_phone", "transcription_text",
)  # fmt: skip

_READERS: Mapping[str, Reader] = {
    "direction": text_direction,
    "duration": milliseconds,
    "mms": json_flag,
    "on_duty_status": duty_status,
    "participants": count,
    **dict.fromkeys(("listened_by", "operator", "target"), party),
    **dict.fromkeys(_IDS, identity),
    **dict.fromkeys(_INSTANTS, instant),
    **dict.fromkeys(_TEXTS, text),
}
"""How each field is read, whatever the kind."""
