"""Dialpad's call events: the bodies that its webhooks send, one JSON object a line; our own form adds fields.

What is absent, null, blank or `{}` says nothing, and unknown keys stay in the raw text alone. A value that is
there and cannot be understood refuses its event.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, BinaryIO

import orjson

from busyhour.domain.directory import Kind
from busyhour.domain.events import CALL_STATES, CallEvent, Party, content_hash
from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Refused, Row, Source, Taken
from busyhour.sources.categories import tokens
from busyhour.sources.text import NOT_UTF8, is_utf8, lines
from busyhour.sources.values import (
    NotUnderstood,
    count,
    direction,
    flag,
    identity,
    instant,
    milliseconds,
    says_nothing,
    tenths,
    text,
)

__all__ = ["SOURCE", "parse"]

_REQUIRED = {
    "call_id": "an id",
    "state": "the state of a call",
    "event_timestamp": "milliseconds since 1970",
}
_OTHER_EVENTS = {
    "message_status": "a text event",
    "text": "a text event",
    "mms": "a text event",
    "on_duty_status": "an agent status event",
    "action": "a directory event",
}


def parse(body: bytes | str) -> CallEvent:
    """The call event of one JSON object.

    Raises NotUnderstood for other kinds of events, for a missing or misshapen field, and for what is no JSON.
    """
    raw = _decoded(body)
    payload = _payload(raw)
    _check_is_call(payload)
    said = {name: value for name, value in payload.items() if not says_nothing(value)}
    values: dict[str, Any] = {}
    for name, understand in _TOLD.items():
        if name in said:
            values |= understand(name, said[name])
    values |= {name: read(name, said[name]) for name, read in _READERS.items() if name in said}
    for name, expected in _REQUIRED.items():
        if values.get(name) is None:
            raise NotUnderstood.of(name, expected, None)
    return CallEvent(hash=_hash(payload), raw=raw, **values)


def _decoded(body: bytes | str) -> str:
    decoded = body if isinstance(body, str) else body.decode("utf-8", "surrogateescape")
    if not is_utf8(decoded):
        raise NotUnderstood(NOT_UTF8)
    return decoded


def _payload(raw: str) -> dict[str, Any]:
    try:
        payload = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotUnderstood.of("event", "a JSON object", raw) from error
    if not isinstance(payload, dict):
        raise NotUnderstood.of("event", "a JSON object", payload)
    return payload


def _check_is_call(payload: dict[str, Any]) -> None:
    if "call_id" in payload and "state" in payload:
        return
    for key, kind in _OTHER_EVENTS.items():
        if key in payload:
            raise NotUnderstood(f"{kind}: this import takes call events", key)


def _hash(payload: dict[str, Any]) -> int:
    try:
        return content_hash(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError as error:
        raise NotUnderstood("event: expected an object that is nested less deeply") from error


def _state(name: str, value: object) -> str:
    if value not in CALL_STATES:
        raise NotUnderstood.of(name, "the state of a call", value)
    return str(value)


def _object(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotUnderstood.of(name, "an object", value)
    return value


def _objects(name: str, value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise NotUnderstood.of(name, "a list of objects", value)
    return [_object(f"{name}[{number}]", item) for number, item in enumerate(value)]


def _kind(name: str, value: object) -> str:
    spelled = text(name, value)
    kind = Kind.parse(spelled)
    return kind.type_name if kind else spelled


def _party(name: str, value: object) -> Party | None:
    said = {
        part: read(f"{name}.{part}", came)
        for part, came in _object(name, value).items()
        if (read := _PARTY.get(part)) and not says_nothing(came)
    }
    return Party(**said) if said else None


def _transferred_from(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"transferred_from_call_id": identity(name, value)}
    call_id = value.get("call_id")
    return {
        "transferred_from": _party(name, value),
        "transferred_from_call_id": None if says_nothing(call_id) else identity(f"{name}.call_id", call_id),
    }


def _group_id(name: str, value: object) -> dict[str, Any]:
    prefix, _, number = text(name, value).partition(":")
    is_office = Kind.parse(prefix) is Kind.OFFICE and number.strip()
    return {"office_id": identity(name, number)} if is_office else {}


def _availability(name: str, value: object) -> dict[str, Any]:
    return {"availability": text(name, value)}


def _routing_breadcrumbs(name: str, value: object) -> dict[str, Any]:
    is_routed = any(
        crumb.get("breadcrumb_type") == "callrouter" and not says_nothing(crumb.get("target_id"))
        for crumb in _objects(name, value)
    )
    return {"router_transfer": True} if is_routed else {}


def _recording_details(name: str, value: object) -> dict[str, Any]:
    has_message = any(recording.get("recording_type") == "voicemail" for recording in _objects(name, value))
    return {"voicemail": True} if has_message else {}


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

_READERS: Mapping[str, Callable[[str, object], Any]] = {
    "state": _state,
    "direction": direction,
    "categories": tokens,
    **dict.fromkeys(_PARTIES, _party),
    **dict.fromkeys(_IDS, identity),
    **dict.fromkeys(_INSTANTS, instant),
    **dict.fromkeys(_TEXTS, text),
    **dict.fromkeys(_FLAGS, partial(flag, words={"true": True, "false": False})),
    **dict.fromkeys(_DURATIONS, milliseconds),
    **dict.fromkeys(_COUNTS, count),
    **dict.fromkeys(_PERCENTAGES, tenths),
}
"""Fields of our names: how each is read."""

_PARTY: Mapping[str, Callable[[str, object], str]] = {
    "id": identity,
    "type": _kind,
    "name": text,
    "email": text,
    "phone": text,
    "office_id": identity,
}


def _rows(file: BinaryIO, _context: Context) -> Iterator[Row]:
    for line, came in lines(file):
        if line == 1 and came.lstrip().startswith("["):
            raise UnreadableFile(
                f"Line 1 begins a JSON list: expected one JSON object a line, got {came[:60].strip()!r}."
            )
        if came.strip():
            yield _row(line, came.rstrip("\r\n"))


def _row(line: int, came: str) -> Row:
    try:
        return Taken(line, [parse(came)])
    except NotUnderstood as error:
        return Refused(line, error.reason, error.came)


SOURCE = Source("dialpad", "Dialpad's call events, one JSON object a line", _rows)
