"""Dialpad's call events: what one says of its leg; our own form adds fields that no webhook carries."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from busyhour.domain.directory import Kind
from busyhour.domain.events import CALL_STATES, CallEvent, content_hash
from busyhour.sources.categories import tokens
from busyhour.sources.json_fields import Reader, json_flag, objects, party, read_fields, required, saying
from busyhour.sources.values import (
    NotUnderstood,
    count,
    direction,
    identity,
    instant,
    milliseconds,
    says_nothing,
    tenths,
    text,
)

__all__ = ["call_of"]

_REQUIRED = {
    "call_id": "an id",
    "state": "the state of a call",
    "event_timestamp": "milliseconds since 1970",
}


def call_of(payload: dict[str, Any], raw: str) -> CallEvent:
    """The event of a leg that an object tells; raises NotUnderstood for a missing or misshapen field."""
    said = saying(payload)
    values: dict[str, Any] = {}
    for name, understand in _TOLD.items():
        if name in said:
            values |= understand(name, said[name])
    values |= read_fields(_READERS, said)
    required(values, _REQUIRED)
    return CallEvent(hash=_hash(payload), raw=raw, **values)


def _hash(payload: dict[str, Any]) -> int:
    try:
        return content_hash(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError as error:
        raise NotUnderstood("event: expected an object that is nested less deeply") from error


def _state(name: str, value: object) -> str:
    if value not in CALL_STATES:
        raise NotUnderstood.of(name, "the state of a call", value)
    return str(value)


def _transferred_from(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"transferred_from_call_id": identity(name, value)}
    call_id = value.get("call_id")
    return {
        "transferred_from": party(name, value),
        "transferred_from_call_id": None if says_nothing(call_id) else identity(f"{name}.call_id", call_id),
    }


def _group_id(name: str, value: object) -> dict[str, Any]:
    prefix, _, number = text(name, value).partition(":")
    is_office = Kind.parse(prefix) is Kind.OFFICE and number.strip()
    return {"office_id": identity(name, number)} if is_office else {}


def _availability(name: str, value: object) -> dict[str, Any]:
    return {"availability": text(name, value)}


def _routing_breadcrumbs(name: str, value: object) -> dict[str, Any]:
    crumbs = [crumb for _, crumb in objects(name, value)]
    is_routed = any(
        crumb.get("breadcrumb_type") == "callrouter" and not says_nothing(crumb.get("target_id")) for crumb in crumbs
    )
    return {"router_transfer": True} if is_routed else {}


def _recording_details(name: str, value: object) -> dict[str, Any]:
    types = [recording.get("recording_type") for _, recording in objects(name, value)]
    return {"voicemail": True} if "voicemail" in types else {}


def _integrations(name: str, value: object) -> dict[str, Any]:
    # The object's shape is published nowhere: what is not as guessed is no reason to lose the event.
    if not isinstance(value, dict):
        return {}
    found, salesforce = value.get("salesforce_activity_id"), value.get("salesforce")
    if isinstance(salesforce, dict):
        found = found or salesforce.get("activity_id") or salesforce.get("salesforce_activity_id")
    return {"salesforce_activity_id": identity(name, found)} if isinstance(found, str) and found else {}


_TOLD: Mapping[str, Callable[[str, object], dict[str, Any]]] = {
    "transferred_from": _transferred_from,
    "group_id": _group_id,
    "target_availability_status": _availability,
    "routing_breadcrumbs": _routing_breadcrumbs,
    "recording_details": _recording_details,
    "integrations": _integrations,
}
"""What fields of other names or shapes than ours tell."""

_PARTIES = ("target", "contact", "entry_point_target", "proxy_target")
_IDS = (
    "call_id", "entry_point_call_id", "master_call_id", "operator_call_id", "group_call_id", "callback_id",
    "transferred_from_call_id", "transferred_from_target_id", "transferred_to_contact_id", "office_id",
    "salesforce_activity_id", "campaign_id",
)  # fmt: skip
_INSTANTS = (
    "event_timestamp", "date_started", "date_first_rang", "date_queued", "date_rang", "date_connected",
    "date_ended", "date_callback_connected", "date_callback_ended", "date_anonymized",
)  # fmt: skip
_TEXTS = (
    "external_number", "internal_number", "transferred_to", "availability", "category", "device",
    "callback_type",
)  # fmt: skip
_FLAGS = ("is_internal", "was_recorded", "voicemail", "callback_requested", "router_transfer")
_DURATIONS = ("talk_time", "hold_time", "ringing_time", "queued_time", "wrapup_time")
_COUNTS = ("hold_occurrences", "ringing_occurrences", "queued_occurrences")
_PERCENTAGES = ("percent_ai_talk_time", "percent_ai_listen_time", "percent_ai_silent_time")

_READERS: Mapping[str, Reader] = {
    "state": _state,
    "direction": direction,
    "categories": tokens,
    **dict.fromkeys(_PARTIES, party),
    **dict.fromkeys(_IDS, identity),
    **dict.fromkeys(_INSTANTS, instant),
    **dict.fromkeys(_TEXTS, text),
    **dict.fromkeys(_FLAGS, json_flag),
    **dict.fromkeys(_DURATIONS, milliseconds),
    **dict.fromkeys(_COUNTS, count),
    **dict.fromkeys(_PERCENTAGES, tenths),
}
"""Fields of our names: how each is read."""
