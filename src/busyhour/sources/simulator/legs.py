"""From calls to the events of their legs: an end for each, and for some of them what was told on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from busyhour.domain.directory import derived_id
from busyhour.domain.events import CallEvent, content_hash, typed_content
from busyhour.sources.simulator.calls import Call, Part
from busyhour.sources.simulator.company import Caller, Line
from busyhour.sources.simulator.outcomes import Fact, outcome

__all__ = ["call_events"]

_TOLD_PERCENT = 12
_ANONYMOUS = "anonymous"

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
    afterwards: list[tuple[str, int, _Values]] = field(default_factory=list)
    """What is known only later than the end."""


def call_events(call: Call, now: int) -> Iterator[CallEvent]:
    """The events of a call's legs up to `now` (µs UTC); a leg in progress has no end yet."""
    for leg in _legs(call):
        yield from _told(leg, now)


def _legs(call: Call) -> Iterator[_Leg]:
    if call.caller is None:
        yield from _internal_legs(call)
        return
    outside = _outside(call.direction, call.caller)
    if call.line is None:
        yield _personal_leg(call, outside)
        return
    yield _group_leg(call, call.line, outside)
    for number, part in enumerate(call.parts):
        yield _agent_leg(call, call.line, part, outside, _agent_leg_id(call, number))


def _told(leg: _Leg, now: int) -> Iterator[CallEvent]:
    ended = leg.dates["date_ended"]
    is_told = ended > now or int(leg.known["call_id"][-2:]) < _TOLD_PERCENT
    for state, at in (*leg.steps, *leg.turns) if is_told else leg.turns:
        if at <= now:
            yield _event(state, at, leg.known | {name: date for name, date in leg.dates.items() if date <= at})
    if ended <= now:
        yield _event("hangup", ended, leg.known | leg.dates | leg.at_end)
    for state, at, values in leg.afterwards:
        if at <= now:
            yield _event(state, at, leg.known | {"date_started": leg.dates["date_started"]} | values)


def _event(state: str, at: int, values: _Values) -> CallEvent:
    values["state"] = state
    values["event_timestamp"] = at
    # It was never text: nothing is raw.
    return CallEvent(hash=content_hash(typed_content(values)), raw="", **values)


def _group_leg(call: Call, line: Line, outside: _Values) -> _Leg:
    first_rang = call.parts[0].rang if call.parts else None
    known = outside | _origin(call) | {
        "call_id": call.id,
        "target": line.party,
        "internal_number": line.party.phone,
        "availability": call.availability,
    }  # fmt: skip
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
    rang_or_talked = Fact(first_rang is not None, call.connected is not None)
    at_end = _asides(call) | outcome(call, rang_or_talked) | _callback(call) | {"was_recorded": call.is_recorded}
    if call.connected is not None:
        at_end["operator_call_id"] = _agent_leg_id(call, len(call.parts) - 1)
    if call.passed_to and call.passed_to.contact_id:
        at_end |= _passed_to(call)
    return _Leg(known, dates, at_end, _steps(call.direction, dates), _turns(call), _afterwards(call))


def _agent_leg(call: Call, line: Line, part: Part, outside: _Values, call_id: str) -> _Leg:
    leg = _part_leg(part, call.direction, call_id)
    leg.known |= outside | {
        "master_call_id": call.master.id,
        "entry_point_call_id": call.id,
        "group_call_id": call.id,
        "entry_point_target": line.party,
    }
    if call.direction == "outbound":
        leg.known["proxy_target"] = line.party
        leg.at_end |= outcome(call, Fact(part.rang is not None, part.connected is not None))
    leg.afterwards += _anonymized(call)
    if call.origin is not None and call.origin.talker is not None:
        leg.known["transferred_from_call_id"] = _talkers_leg_id(call.origin)
    if part.connected is not None:
        leg.at_end |= _asides(call) | _passed_to(call) | {"was_recorded": call.is_recorded}
    return leg


def _personal_leg(call: Call, outside: _Values) -> _Leg:
    part = call.parts[0]
    leg = _part_leg(part, call.direction, call.id)
    leg.known |= outside | _origin(call) | {"availability": call.availability}
    leg.at_end |= _asides(call) | _passed_to(call)
    leg.at_end |= outcome(call, Fact(part.rang is not None, part.connected is not None))
    leg.at_end["was_recorded"] = call.is_recorded
    leg.turns += _turns(call)
    leg.afterwards += _afterwards(call)
    if call.uploaded is not None and part.rang is not None and part.stopped_ringing is not None:
        # Else the time in which the caller spoke to the machine would count as ringing.
        leg.at_end["ringing_time"] = part.stopped_ringing - part.rang
    return leg


def _internal_legs(call: Call) -> Iterator[_Leg]:
    placed, rung = call.parts
    rung_id = _agent_leg_id(call, 1)
    for part, other, own_id, direction in (placed, rung, call.id, "outbound"), (rung, placed, rung_id, "inbound"):
        leg = _part_leg(part, direction, own_id)
        colleague = other.person.party
        leg.known |= {
            "master_call_id": call.id,
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


def _origin(call: Call) -> _Values:
    """Where a leg comes from that no other leg rang."""
    if call.origin is None:
        return {"master_call_id": call.id}
    first = call.master
    return {
        "master_call_id": first.id,
        "entry_point_target": first.owner,
        "transferred_from_call_id": call.origin.id,
        "transferred_from": call.origin.owner,
    }


def _passed_to(call: Call) -> _Values:
    """A person's leg tells whom it was passed on to; a group's is told by the leg that comes from it, if one does."""
    if call.passed_to is None:
        return {}
    return {"transferred_to": call.passed_to.name, "transferred_to_contact_id": call.passed_to.contact_id}


def _asides(call: Call) -> _Values:
    """What is said of a call beside how it went."""
    said: _Values = {"campaign_id": call.campaign, "salesforce_activity_id": call.activity}
    if call.ai_shares:
        names = ("percent_ai_talk_time", "percent_ai_listen_time", "percent_ai_silent_time")
        said |= zip(names, call.ai_shares, strict=True)
    if call.is_routed:
        said["router_transfer"] = True
    return said


def _callback(call: Call) -> _Values:
    return {} if call.callback is None else {"callback_requested": True, "callback_type": call.callback.kind}


def _afterwards(call: Call) -> list[tuple[str, int, _Values]]:
    said = _anonymized(call)
    placed = call.callback.placed if call.callback else None
    if placed:
        values: _Values = {"callback_id": placed.id}
        if placed.connected is not None:
            values |= {"date_callback_connected": placed.connected, "date_callback_ended": placed.ended}
        said.append(("postcall", placed.ended, values))
    return said


def _anonymized(call: Call) -> list[tuple[str, int, _Values]]:
    if call.anonymized is None:
        return []
    values = {"external_number": _ANONYMOUS, "contact": None, "date_anonymized": call.anonymized}
    return [("admin", call.anonymized, values)]


def _talkers_leg_id(call: Call) -> str:
    return call.id if call.line is None else _agent_leg_id(call, len(call.parts) - 1)


def _agent_leg_id(call: Call, number: int) -> str:
    return derived_id(call.id, str(number))


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


def _turns(call: Call) -> _Moments:
    """What befalls a leg that is a whole call's."""
    moments = (("blocked", call.blocked), ("voicemail_uploaded", call.uploaded))
    return [(state, at) for state, at in moments if at is not None]
