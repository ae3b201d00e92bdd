"""What holds for every printed record of `calls`, whatever the calls were."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from truth.clock import Instants
from truth.intervals import MINUTE, rounded
from truth.links import wrong_links
from truth.outcomes import wrong_outcome, wrong_tokens
from truth.records import Record

__all__ = ["check_records"]

_KINDS = {
    "UserProfile": "user",
    "CallCenter": "call_center",
    "Department": "department",
    "Office": "office",
    "Room": "room",
    "StaffGroup": "staff_group",
    "CoachingTeam": "coaching_team",
}
_VALUES = {
    "direction": ("inbound", "outbound"),
    "availability": ("open", "closed", "holiday_open", "holiday_closed", "dnd"),
    "device": ("", "desktop_app", "web_app", "android", "ios", "desk_phone", "forwarding_number"),
    "callback_type": ("", "agent", "queue"),
}


def check_records(records: Sequence[Record], *, linked: bool = True, imported: bool = False) -> list[str]:
    """Everything that records say against the contract, a line each; [] where all is right.

    `linked`: the records hold every leg of their calls (a company's, an office's, a group's: not a person's,
    nor a range whose edge or an unended leg cuts a call). `imported`: outcomes, tokens, talk times and
    occurrences are the word of a foreign file, and not held against the rules.
    """
    wrong = [*_wrong_order(records), *_wrong_set(records)]
    for leg in records:
        faults = [*_wrong_names(leg), *_wrong_shape(leg), *_wrong_times(leg)]
        if not imported:
            faults += [*wrong_tokens(leg), *wrong_outcome(leg), *_wrong_talk(leg), *_wrong_queue(leg)]
        wrong += [_told(leg, fault) for fault in faults]
    if linked:
        wrong += [_told(leg, fault) for leg, fault in wrong_links(records, imported=imported)]
    return wrong


def _told(leg: Record, fault: str) -> str:
    return f"line {leg.line} ({leg.call_id}): {fault}"


def _wrong_order(records: Sequence[Record]) -> Iterator[str]:
    """By the instant of the start, then by id; where the clock went back, the earliest instant that fits."""
    last, last_id = 0, ""
    for leg in records:
        possible = sorted({way.started for way in leg.readings})
        fitting = [start for start in possible if (start, leg.call_id) >= (last, last_id)]
        if records[0] is not leg and not fitting:
            yield _told(leg, f"out of order: {leg.date_started} after a later start or a greater id")
        last, last_id = (fitting or possible)[0], leg.call_id


def _wrong_set(records: Sequence[Record]) -> Iterator[str]:
    twice = [call_id for call_id, times in Counter(leg.call_id for leg in records).items() if times > 1]
    yield from (f"call_id {call_id} stands twice" for call_id in twice)
    for name in ("timezone", "company_id"):
        values = {getattr(leg, name) for leg in records}
        if len(values) > 1:
            yield f"expected one {name}, got {sorted(values)}"


def _wrong_names(leg: Record) -> Iterator[str]:
    for name, values in _VALUES.items():
        if getattr(leg, name) not in values:
            yield f"{name}: expected one of {values}, got {getattr(leg, name)!r}"
    if _KINDS.get(leg.target_kind) != leg.target_type:
        yield f"target_kind {leg.target_kind!r} does not go with target_type {leg.target_type!r}"
    if leg.email and leg.target_type != "user":
        yield f"email of a {leg.target_type}"
    for name in ("percent_ai_talk_time", "percent_ai_listen_time", "percent_ai_silent_time"):
        if (getattr(leg, name) or 0) > 100:
            yield f"{name} over 100"


def _wrong_shape(leg: Record) -> Iterator[str]:
    """What agent legs, group legs and personal legs have and have not."""
    if leg.participant_type != ("operator" if leg.is_agent_leg else ""):
        yield f"participant_type {leg.participant_type!r}"
    if not leg.is_group_leg and (leg.queued_duration or leg.queued_occurrences):
        yield "queued time on a leg that is no group's"
    if not leg.is_agent_leg:
        return
    if not leg.is_person:
        yield f"an agent leg of a {leg.target_type}"
    if leg.date_first_rang or leg.date_queued:
        yield "date_first_rang or date_queued on an agent leg"
    if not leg.entry_point_target_id or _KINDS.get(leg.entry_point_target_kind, "user") in ("user", "room"):
        yield f"an agent leg whose entry point is {leg.entry_point_target_kind!r} {leg.entry_point_target_id!r}"


def _wrong_times(leg: Record) -> Iterator[str]:
    ways = leg.readings
    for name in ("first_rang", "queued", "rang", "connected"):
        if not any(_is_within(way, getattr(way, name)) for way in ways):
            yield f"date_{name} is not between date_started and date_ended"
    if not any(rounded(Fraction(way.in_system, MINUTE), 2) == leg.time_in_system for way in ways):
        yield f"time_in_system {leg.time_in_system} is not date_ended − date_started"
    if any(
        getattr(leg, name) < 0 for name in ("ringing_duration", "hold_duration", "talk_duration", "wrapup_duration")
    ):
        yield "a negative duration"
    yield from _wrong_time_to_answer(leg)


def _is_within(way: Instants, moment: int | None) -> bool:
    return moment is None or way.started <= moment <= way.ended


def _wrong_time_to_answer(leg: Record) -> Iterator[str]:
    """Only of answered inbound group legs: from the queue or the first ring to the connection."""
    has_one = leg.is_group_leg and leg.category == "incoming" and leg.direction == "inbound"
    spans = {way.to_answer for way in leg.readings} if has_one else {None}
    expected = {None if span is None else rounded(Fraction(span, MINUTE), 2) for span in spans}
    if leg.time_to_answer not in expected:
        yield f"time_to_answer: expected {' or '.join(map(str, expected))}, got {leg.time_to_answer}"


def _wrong_talk(leg: Record) -> Iterator[str]:
    """Conversation is talk and hold, each printed to a hundredth."""
    if leg.is_group_leg or leg.date_connected is None:
        return
    said = Fraction(leg.talk_duration + leg.hold_duration)
    spans = [Fraction(way.conversation or 0, MINUTE) for way in leg.readings]
    if not any(abs(span - said) <= Fraction(1, 100) for span in spans):
        yield f"talk {leg.talk_duration} + hold {leg.hold_duration} is not date_ended − date_connected"


def _wrong_queue(leg: Record) -> Iterator[str]:
    if leg.is_group_leg and (leg.date_queued is None) != (leg.queued_occurrences == 0):
        yield f"queued_occurrences {leg.queued_occurrences} with date_queued {leg.date_queued}"
    if leg.date_queued is None and leg.queued_duration:
        yield "queued_duration without date_queued"
