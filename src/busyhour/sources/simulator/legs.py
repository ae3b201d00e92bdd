"""From calls to the events of their legs: an end for each, and for some of them what was told on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from busyhour.domain.directory import derived_id
from busyhour.domain.events import CallEvent, content_hash, typed_content
from busyhour.sources.simulator.calls import Call, Part
from busyhour.sources.simulator.company import Caller, Line

__all__ = ["call_events"]

_TOLD_PERCENT = 12

_Values = dict[str, Any]
_Moments = list[tuple[str, int]]


@dataclass(slots=True)
class _Leg:
    """A leg before it is told: what is known from its start, what is known from each date on, and at its end."""

    known: _Values
    dates: _Values
    at_end: _Values
    steps: _Moments
    """States that are told for a share of the legs, and of every leg that has no end yet."""
    turns: _Moments = field(default_factory=list)
    """States without which the leg is not understood."""


def call_events(call: Call, call_id: str, now: int) -> Iterator[CallEvent]:
    """The events of a call's legs up to `now` (µs UTC); a leg in progress has no end yet."""
    for leg in _legs(call, call_id):
        yield from _told(leg, now)


def _legs(call: Call, call_id: str) -> Iterator[_Leg]:
    if call.caller is None:
        placed, rung = call.parts
        yield from _internal_legs(placed, rung, call_id)
        return
    outside = _outside(call.direction, call.caller)
    if call.line is None:
        yield _personal_leg(call, call.parts[0], outside, call_id)
        return
    yield _group_leg(call, call.line, outside, call_id)
    for number, part in enumerate(call.parts):
        yield _agent_leg(call, call.line, part, outside, call_id, derived_id(call_id, str(number)))


def _told(leg: _Leg, now: int) -> Iterator[CallEvent]:
    ended = leg.dates["date_ended"]
    is_told = ended > now or int(leg.known["call_id"][-2:]) < _TOLD_PERCENT
    for state, at in (*leg.steps, *leg.turns) if is_told else leg.turns:
        if at <= now:
            yield _event(state, at, leg.known | {name: date for name, date in leg.dates.items() if date <= at})
    if ended <= now:
        yield _event("hangup", ended, leg.known | leg.dates | leg.at_end)


def _event(state: str, at: int, values: _Values) -> CallEvent:
    values["state"] = state
    values["event_timestamp"] = at
    # It was never text: nothing is raw.
    return CallEvent(hash=content_hash(typed_content(values)), raw="", **values)


def _group_leg(call: Call, line: Line, outside: _Values, call_id: str) -> _Leg:
    first_rang = call.parts[0].rang if call.parts else None
    known = outside | {
        "call_id": call_id,
        "master_call_id": call_id,
        "target": line.party,
        "internal_number": line.party.phone,
        "availability": call.availability,
    }
    if call.direction == "outbound":
        known["proxy_target"] = line.party
    dates = _dates(
        date_started=call.started,
        date_queued=call.queued,
        date_first_rang=first_rang,
        date_rang=first_rang,
        date_connected=call.connected,
        date_ended=call.ended,
    )
    at_end: _Values = {"was_recorded": call.is_recorded}
    if call.connected is not None:
        at_end["operator_call_id"] = derived_id(call_id, str(len(call.parts) - 1))
    return _Leg(known, dates, at_end, _steps(call.direction, dates), _uploaded(call))


def _agent_leg(call: Call, line: Line, part: Part, outside: _Values, group_id: str, call_id: str) -> _Leg:
    leg = _part_leg(part, call.direction, call_id)
    leg.known |= outside | {
        "master_call_id": group_id,
        "entry_point_call_id": group_id,
        "group_call_id": group_id,
        "entry_point_target": line.party,
    }
    if call.direction == "outbound":
        leg.known["proxy_target"] = line.party
    if part.connected is not None:
        leg.at_end["was_recorded"] = call.is_recorded
    return leg


def _personal_leg(call: Call, part: Part, outside: _Values, call_id: str) -> _Leg:
    leg = _part_leg(part, call.direction, call_id)
    leg.known |= outside | {"master_call_id": call_id, "availability": call.availability}
    leg.turns += _uploaded(call)
    if call.uploaded is not None and part.rang is not None and part.stopped_ringing is not None:
        # Else the time in which the caller spoke to the machine would count as ringing.
        leg.at_end["ringing_time"] = part.stopped_ringing - part.rang
    return leg


def _internal_legs(placed: Part, rung: Part, call_id: str) -> Iterator[_Leg]:
    rung_id = derived_id(call_id, "1")
    for part, other, own_id, direction in (placed, rung, call_id, "outbound"), (rung, placed, rung_id, "inbound"):
        leg = _part_leg(part, direction, own_id)
        colleague = other.person.party
        leg.known |= {
            "master_call_id": call_id,
            "external_number": colleague.phone,
            "contact": colleague,
            "is_internal": True,
        }
        yield leg


def _part_leg(part: Part, direction: str, call_id: str) -> _Leg:
    """What is the same on every leg of a person."""
    person = part.person.party
    known: _Values = {
        "call_id": call_id,
        "direction": direction,
        "target": person,
        "internal_number": person.phone,
        "device": part.device,
    }
    dates = _dates(date_started=part.started, date_rang=part.rang, date_connected=part.connected, date_ended=part.ended)
    at_end: _Values = {"wrapup_time": part.wrapup}
    turns: _Moments = [("missed", part.ended)] if part.is_rejected else []
    if part.holds and part.holds_are_counted:
        at_end["hold_time"] = sum(stop - start for start, stop in part.holds)
        at_end["hold_occurrences"] = len(part.holds)
    else:
        turns += [moment for start, stop in part.holds for moment in (("hold", start), ("connected", stop))]
    return _Leg(known, dates, at_end, _steps(direction, dates), turns)


def _outside(direction: str, caller: Caller) -> _Values:
    """What is the same on every leg of a call with somebody outside."""
    return {
        "direction": direction,
        "external_number": caller.number,
        "contact": caller.contact,
        "is_internal": False,
    }


def _dates(**dates: int | None) -> _Values:
    return {name: date for name, date in dates.items() if date is not None}


def _steps(direction: str, dates: _Values) -> _Moments:
    beginning = "preanswer" if direction == "inbound" else "calling"
    states = (
        (beginning, "date_started"),
        ("queued", "date_queued"),
        ("ringing", "date_rang"),
        ("connected", "date_connected"),
    )
    steps = [(state, dates[name]) for state, name in states if name in dates]
    # A leg that begins with its ring has nothing before it.
    return steps[1:] if dates.get("date_rang") == dates["date_started"] else steps


def _uploaded(call: Call) -> _Moments:
    return [] if call.uploaded is None else [("voicemail_uploaded", call.uploaded)]
