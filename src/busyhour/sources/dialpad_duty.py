"""Dialpad's agent status events: one change of status, a record for each call center that it is a change in."""

from collections.abc import Mapping, Sequence
from typing import Any

from busyhour.domain.directory import derived_id
from busyhour.domain.things import DutyEvent, DutyStatus, thing
from busyhour.sources.json_fields import Reader, party, read_fields, required, saying
from busyhour.sources.values import NotUnderstood, identity, instant, says_nothing, text

__all__ = ["DUTY_KEY", "duty_of", "duty_status"]

DUTY_KEY = "on_duty_status"
"""The key by which an agent status event is told."""

_BACK = ("occupied-end", "wrapup-end")
"""Said as an agent becomes available again."""


def duty_of(payload: dict[str, Any], raw: str) -> Sequence[DutyEvent]:
    """The change that an object tells, once for each center; raises NotUnderstood for a missing or misshapen field."""
    values = read_fields(_READERS, saying(payload))
    required(values, _REQUIRED)
    agent = values["target"].id
    required({"target.id": agent}, _AGENT)
    values["date"] = values.get("date") or values["event_timestamp"]
    values["reason"] = values.pop("on_duty_status_reason", None)
    centers = values.pop("call_center_ids", None) or [None]
    # Repetitions of a change are the same record: its id comes from what makes it that change.
    stem = derived_id("duty", agent, values["on_duty_status"], str(values["event_timestamp"]))
    return [
        thing(
            DutyEvent,
            raw=raw,
            record_id=stem if center is None else f"{stem}-{center}",
            call_center_id=center,
            **values,
        )
        for center in centers
    ]


def duty_status(name: str, value: object) -> str:
    """A status of an agent; the end of a call or of wrap-up is `available`."""
    found = value.strip().lower() if isinstance(value, str) else None
    if found in _BACK:
        return "available"
    if found not in DutyStatus:
        raise NotUnderstood.of(name, f"one of {', '.join((*DutyStatus, *_BACK))}", value)
    return found


def _centers(name: str, value: object) -> list[str]:
    """The ids of a list or the one, each once."""
    parts = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(identity(name, part) for part in parts if not says_nothing(part)))


_REQUIRED = {
    "on_duty_status": "an agent's status",
    "event_timestamp": "milliseconds since 1970",
    "target": "the agent",
}
_AGENT = {"target.id": "the agent's id"}
_READERS: Mapping[str, Reader] = {
    "target": party,
    "on_duty_status": duty_status,
    "on_duty_status_reason": text,
    "availability_status": text,
    "call_center_ids": _centers,
    "date": instant,
    "event_timestamp": instant,
}
