"""Dialpad's text events: a message in or out of a line; what it says stays in the raw text alone."""

from collections.abc import Mapping
from typing import Any

from busyhour.domain.things import TextEvent, thing
from busyhour.sources.json_fields import Reader, json_flag, party, read_fields, required, saying
from busyhour.sources.values import NotUnderstood, identity, instant, text

__all__ = ["TEXT_KEYS", "text_direction", "text_of"]

TEXT_KEYS = ("message_status", "text", "mms")
"""The keys by which a text event is told."""


def text_of(payload: dict[str, Any], raw: str) -> TextEvent:
    """The text that an object tells; raises NotUnderstood for a missing or misshapen field."""
    said = read_fields(_READERS, saying(payload))
    is_internal = said.pop("is_internal", None)
    values = {_OURS.get(name, name): value for name, value in said.items()}
    if is_internal:
        values["direction"] = "internal"
    # An event that does not say its own time is of the text's.
    values["event_timestamp"] = values.get("event_timestamp") or values.get("date")
    required(said, {"id": "an id"})
    required(values, {"event_timestamp": "milliseconds since 1970"})
    return thing(TextEvent, raw=raw, **values)


def text_direction(name: str, value: object) -> str:
    """`inbound`, `outbound` or `internal`."""
    found = value.strip().lower() if isinstance(value, str) else None
    if found not in ("inbound", "outbound", "internal"):
        raise NotUnderstood.of(name, "inbound, outbound or internal", value)
    return found


def _numbers(name: str, value: object) -> str | None:
    """A list of numbers or one, comma-joined."""
    parts = value if isinstance(value, list) else [value]
    return ",".join(filter(None, (text(name, part) for part in parts))) or None


_READERS: Mapping[str, Reader] = {
    "id": identity,
    "created_date": instant,
    "event_timestamp": instant,
    "direction": text_direction,
    "is_internal": json_flag,
    "target": party,
    "sender_id": identity,
    "from_number": text,
    "to_number": _numbers,
    "mms": json_flag,
    "message_status": text,
}
_OURS = {"id": "message_id", "created_date": "date", "from_number": "from_phone", "to_number": "to_phone"}
"""Our names of fields that have others in an event."""
