"""Dialpad's own records of calls, the CSV by which a company brings its history: a row a leg.

What can be derived from the rest of a row (`time_in_system`, `time_to_answer`, `participant_type`) is not read.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from busyhour.domain.directory import PERSON_KINDS, Kind
from busyhour.domain.events import CallEvent, Party, content_hash, typed_content
from busyhour.sources.base import Source
from busyhour.sources.categories import category_of, tokens
from busyhour.sources.exports import KIND_COLUMNS, WORDS, Cells, Export, Instants, Reader, kind_of, read_cells, rows
from busyhour.sources.values import count, direction, flag, identity, minutes, tenths, text

__all__ = ["SOURCE"]

_REQUIRED = ("call_id", "date_started", "direction", "target_id")
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

_READERS: Mapping[str, Reader] = {
    "direction": direction,
    "categories": tokens,
    **dict.fromkeys(_IDS, identity),
    **dict.fromkeys(_TEXTS, text),
    **dict.fromkeys(("was_recorded", "voicemail", "is_internal"), partial(flag, words=WORDS)),
    **dict.fromkeys(_COUNTS, count),
    **dict.fromkeys(_PERCENTAGES, tenths),
}
"""Columns that are fields of an event by the same name: how each is read."""


def _leg(cells: Cells, instants: Instants, raw: str) -> CallEvent:
    values = read_cells(_READERS, cells)
    values |= {**instants, **_durations(cells), **_parties(cells, values)}
    values["state"] = "hangup"
    values["event_timestamp"] = instants.get("date_ended", instants["date_started"])
    values["group_call_id"] = values.get("entry_point_call_id")
    if "category" not in values and values.get("categories"):
        did_ring = "date_rang" in values or "date_first_rang" in values
        values["category"] = category_of(values["categories"], values["direction"], did_ring)
    return CallEvent(hash=content_hash(typed_content(values)), raw=raw, **values)


def _durations(cells: Cells) -> dict[str, int]:
    return {name: minutes(column, cells[column]) for name, column in _DURATIONS.items() if column in cells}


def _parties(cells: Cells, values: dict[str, Any]) -> dict[str, Any]:
    """Whom the leg belongs to; an agent leg's office is its group's, not the agent's own."""
    kind = kind_of(cells, *KIND_COLUMNS)
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


def _entry_point(cells: Cells, office: str | None) -> Party | None:
    if "entry_point_target_id" not in cells:
        return None
    found = identity("entry_point_target_id", cells["entry_point_target_id"])
    if "entry_point_target_kind" not in cells:
        return Party(found, office_id=office)
    kind = kind_of(cells, "entry_point_target_kind")
    return Party(found, kind.type_name, office_id=found if kind is Kind.OFFICE else office)


def _proxy(cells: Cells) -> Party | None:
    name = "proxy_target_id"
    return Party(identity(name, cells[name])) if name in cells else None


_CALLS = Export(
    what="calls",
    moment="date_started",
    required=_REQUIRED,
    columns={*_READERS, *_REQUIRED, *KIND_COLUMNS, *_TIMES, *_DURATIONS.values(), *_PARTIES, "timezone"},
    event=_leg,
    times=_TIMES,
)

SOURCE = Source("records_csv", "Dialpad's own records of calls, comma-separated", partial(rows, _CALLS))
