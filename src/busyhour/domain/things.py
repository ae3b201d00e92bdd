"""Events about things other than legs: texts, duty, messages, recordings, answers, dispositions, screen shares.

Each says something about one thing, at one moment; a later word on the same thing wins, field by field. Instants
are µs since the epoch (UTC), durations µs, ids text; None says nothing.
"""

from dataclasses import dataclass, fields
from typing import Any, TypeVar

import orjson

from busyhour.domain.events import Party, content_hash

__all__ = [
    "ON_DUTY",
    "CsatEvent",
    "DispositionEvent",
    "DutyEvent",
    "DutyStatus",
    "RecordingEvent",
    "ScreenshareEvent",
    "TextEvent",
    "Thing",
    "VoicemailEvent",
    "thing",
]

DutyStatus = ("unavailable", "available", "busy", "wrapup", "occupied")
"""Every status of an agent; where centers differ, the later one is what the agent does."""

ON_DUTY = DutyStatus[1:]
"""The statuses in which an agent is on duty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What every such event has; `date` is the moment that the thing belongs to."""

    event_timestamp: int
    hash: int
    raw: str
    date: int | None = None
    target: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvent(Thing):
    """A message in or out of a line; `target` owns the line."""

    message_id: str
    direction: str | None = None
    sender_id: str | None = None
    from_phone: str | None = None
    to_phone: str | None = None
    encrypted_text: str | None = None
    encrypted_aes_text: str | None = None
    mms: bool | None = None
    message_status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEvent(Thing):
    """An agent's change of status, for one call center; `record_id` is one for each change and center."""

    record_id: str
    on_duty_status: str | None = None
    availability_status: str | None = None
    reason: str | None = None
    call_center_id: str | None = None
    setter_name: str | None = None
    setter_email: str | None = None
    setter_role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailEvent(Thing):
    """A message left in a line's box; `call_id` is the leg on which it was left."""

    call_id: str
    external_number: str | None = None
    internal_number: str | None = None
    date_listened: int | None = None
    listened_by: Party | None = None
    recording_url: str | None = None
    transcription_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingEvent(Thing):
    """A recording of a call."""

    recording_id: str
    call_id: str | None = None
    operator: Party | None = None
    external_number: str | None = None
    internal_number: str | None = None
    recording_url: str | None = None
    duration: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsatEvent(Thing):
    """A question of a survey, sent after a call; `response` is there when it was answered."""

    answer_id: str
    call_id: str | None = None
    survey_id: str | None = None
    question_id: str | None = None
    question: str | None = None
    response: str | None = None
    channel: str | None = None
    operator: Party | None = None
    external_number: str | None = None
    date_sent: int | None = None
    date_responded: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionEvent(Thing):
    """How an operator classed a call; `call_id` is the group leg's, or the person's own leg's."""

    call_id: str
    operator: Party | None = None
    disposition: str | None = None
    note: str | None = None
    recording_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenshareEvent(Thing):
    """A screen shared by a person, during a call or not."""

    screenshare_id: str
    call_id: str | None = None
    participants: int | None = None
    date_ended: int | None = None


T = TypeVar("T", bound=Thing)


def thing(kind: type[T], *, raw: str, **values: Any) -> T:
    """An event of a kind, hashed over what was understood of it."""
    names = [field.name for field in fields(kind) if field.name not in ("hash", "raw")]
    content = orjson.dumps(
        [kind.__name__, *(values.get(name) for name in names)], option=orjson.OPT_SERIALIZE_DATACLASS
    )
    return kind(hash=content_hash(content), raw=raw, **values)
