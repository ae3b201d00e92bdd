"""The one form in which every door hands on what happened on the phones."""

from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

import orjson

__all__ = ["CALL_STATES", "MICROSECONDS_A_DAY", "CallEvent", "Party", "content_hash", "typed_content"]

MICROSECONDS_A_DAY = 86_400_000_000

CALL_STATES = (
    "preanswer", "calling", "ringing", "queued", "connected", "hold", "parked", "merged", "barge", "takeover",
    "monitor", "eavesdrop", "missed", "blocked", "voicemail", "voicemail_uploaded", "hangup", "postcall",
    "recording", "admin_recording", "transcription", "call_transcription", "recap_summary",
    "recap_action_items", "recap_outcome", "recap_purposes", "ai_playbook", "csat", "pcsat", "dispositions",
    "admin",
)  # fmt: skip
"""Every state of a call event, in the order of a call's life: of equal timestamps the later state wins."""


@dataclass(frozen=True, slots=True)
class Party:
    """A target or contact as an event names it; `type` is spelled as in records (`call_center`)."""

    id: str | None = None
    type: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    office_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Something said about one leg of a call, at one moment.

    Instants are µs since the epoch (UTC), durations µs, percentages tenths of a percent, ids text.
    None says nothing: it never overwrites what another event of the same leg said.
    """

    call_id: str
    state: str
    event_timestamp: int
    hash: int
    raw: str
    direction: str | None = None
    external_number: str | None = None
    internal_number: str | None = None
    date_started: int | None = None
    date_first_rang: int | None = None
    date_queued: int | None = None
    date_rang: int | None = None
    date_connected: int | None = None
    date_ended: int | None = None
    date_callback_connected: int | None = None
    date_callback_ended: int | None = None
    date_anonymized: int | None = None
    target: Party | None = None
    contact: Party | None = None
    entry_point_target: Party | None = None
    proxy_target: Party | None = None
    transferred_from: Party | None = None
    entry_point_call_id: str | None = None
    master_call_id: str | None = None
    operator_call_id: str | None = None
    group_call_id: str | None = None
    """The group leg that rang this agent leg, where the source knows it for certain."""
    transferred_from_call_id: str | None = None
    transferred_to: str | None = None
    transferred_to_contact_id: str | None = None
    transferred_from_target_id: str | None = None
    office_id: str | None = None
    is_internal: bool | None = None
    was_recorded: bool | None = None
    voicemail: bool | None = None
    callback_requested: bool | None = None
    router_transfer: bool | None = None
    availability: str | None = None
    category: str | None = None
    categories: str | None = None
    device: str | None = None
    callback_type: str | None = None
    callback_id: str | None = None
    salesforce_activity_id: str | None = None
    campaign_id: str | None = None
    talk_time: int | None = None
    hold_time: int | None = None
    ringing_time: int | None = None
    queued_time: int | None = None
    wrapup_time: int | None = None
    hold_occurrences: int | None = None
    ringing_occurrences: int | None = None
    queued_occurrences: int | None = None
    percent_ai_talk_time: int | None = None
    percent_ai_listen_time: int | None = None
    percent_ai_silent_time: int | None = None


_CONTENT = tuple(f.name for f in fields(CallEvent) if f.name not in ("hash", "raw"))


def content_hash(content: bytes) -> int:
    """64 bits that are equal exactly for events of equal content, signed as Parquet stores them."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def typed_content(values: dict[str, Any]) -> bytes:
    """The bytes to hash for sources whose rows have no form of their own: what was understood of them."""
    return orjson.dumps([values.get(name) for name in _CONTENT], option=orjson.OPT_SERIALIZE_DATACLASS)
