"""What is simulated beside legs: texts, duty, messages, recordings, surveys, dispositions, screens."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.directory import Kind
from busyhour.domain.events import CallEvent
from busyhour.domain.things import (
    CsatEvent,
    DispositionEvent,
    DutyEvent,
    RecordingEvent,
    ScreenshareEvent,
    TextEvent,
    Thing,
    VoicemailEvent,
)
from busyhour.sources.base import Context
from busyhour.sources.simulator import entries, simulate

_CONTEXT = Context("Acme & Söhne", "1", "UTC")
_SEED = 8
_DAYS = 9
_NOW = micros(datetime(2026, 11, 5, 14, 30, tzinfo=UTC))
_A_DAY = 86_400_000_000
_KINDS = (
    CallEvent, TextEvent, DutyEvent, VoicemailEvent, RecordingEvent, CsatEvent, DispositionEvent, ScreenshareEvent,
)  # fmt: skip

_ENTRIES = {entry.id: entry for entry in entries(_CONTEXT, _SEED)}

T = TypeVar("T", bound=Thing)
Events = Sequence[CallEvent | Thing]


def _simulate(days: int, now: int = _NOW) -> list[CallEvent | Thing]:
    return list(simulate(_CONTEXT, days=days, seed=_SEED, now=now))


def _of(kind: type[T], events: Events) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


def _ids(events: Sequence[Thing], name: str) -> dict[str, list[Thing]]:
    """The events of each thing, in order of time."""
    things: dict[str, list[Thing]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.event_timestamp):
        things[getattr(event, name)].append(event)
    return things


@pytest.fixture(scope="module")
def events() -> Events:
    return _simulate(_DAYS)


@pytest.fixture(scope="module")
def legs(events: Events) -> dict[str, CallEvent]:
    """The hangups by their call_id."""
    return {event.call_id: event for event in events if isinstance(event, CallEvent) and event.state == "hangup"}


def test_every_kind_and_the_same_every_time(events: Events) -> None:
    assert {type(event) for event in events} == set(_KINDS)
    assert _simulate(_DAYS) == list(events)
    assert len({event.hash for event in events}) == len(events)


def test_fewer_days_are_the_last_of_more(events: Events) -> None:
    fewer = _simulate(3)
    assert list(events)[-len(fewer) :] == fewer


def test_nothing_after_now_and_nothing_before_it_is_known(events: Events) -> None:
    names: dict[type, list[str]] = {
        kind: [field.name for field in fields(kind) if field.name.startswith("date")] for kind in _KINDS
    }
    for event in events:
        assert event.event_timestamp <= _NOW
        dates = (getattr(event, name) for name in names[type(event)])
        assert all(date is None or date <= event.event_timestamp for date in dates)


def test_a_later_now_only_adds(events: Events) -> None:
    later = {event.hash for event in _simulate(_DAYS + 1, _NOW + _A_DAY)}
    assert {event.hash for event in events if isinstance(event, Thing)} <= later


def test_everybody_named_is_in_the_directory(events: Events) -> None:
    for event in (event for event in events if isinstance(event, Thing)):
        assert event.date is not None
        for party in (event.target, getattr(event, "operator", None), getattr(event, "listened_by", None)):
            if party is not None:
                entry = _ENTRIES[party.id or ""]
                assert (entry.kind.type_name, entry.name) == (party.type, party.name)


def test_texts(events: Events) -> None:
    texts = _ids(_of(TextEvent, events), "message_id")
    first = [said[0] for said in texts.values() if isinstance(said[0], TextEvent)]
    assert Counter(text.direction for text in first).keys() == {"inbound", "outbound", "internal"}
    assert {text.target.type for text in first if text.target} == {"user", "call_center"}
    assert {text.mms for text in first} == {True, False}
    assert any("," in (text.to_phone or "") for text in first)
    assert all(text.from_phone and text.to_phone and text.encrypted_text for text in first)
    for text in first:
        assert text.target
        line = text.to_phone if text.direction == "inbound" else text.from_phone
        assert line == text.target.phone
        assert text.direction == "inbound" or _ENTRIES[text.sender_id or ""].kind is Kind.USER
    last = {said[-1].message_status for said in texts.values() if isinstance(said[-1], TextEvent)}
    assert {"success", "failed"} <= last


def _duty(events: Events) -> dict[tuple[str, str], list[DutyEvent]]:
    """Every agent's changes for each center, in order of time."""
    places: dict[tuple[str, str], list[DutyEvent]] = defaultdict(list)
    for event in sorted(_of(DutyEvent, events), key=lambda event: event.event_timestamp):
        assert event.target
        places[event.target.id or "", event.call_center_id or ""].append(event)
    return places


def test_duty_goes_with_the_calls(events: Events, legs: dict[str, CallEvent]) -> None:
    duty = _duty(events)
    moments = {place: [change.event_timestamp for change in changes] for place, changes in duty.items()}

    def doing(place: tuple[str, str], at: int) -> str | None:
        return duty[place][bisect_right(moments[place], at) - 1].on_duty_status

    checked = 0
    for leg in legs.values():
        center, agent = leg.entry_point_target, leg.target
        if leg.date_connected and leg.date_ended and center and center.type == "call_center":
            place = (agent.id or "", center.id or "") if agent and agent.type == "user" else None
            if place and leg.entry_point_call_id:
                assert doing(place, leg.date_connected) == doing(place, leg.date_ended - 1) == "occupied"
                assert not leg.wrapup_time or doing(place, leg.date_ended) == "wrapup"
                checked += 1
    assert checked > 1_000


def test_a_day_of_duty(events: Events) -> None:
    everything = _of(DutyEvent, events)
    assert {event.on_duty_status for event in everything} == {"available", "busy", "unavailable", "occupied", "wrapup"}
    assert {event.reason for event in everything} >= {"Lunch", "Break", "Paperwork", None}
    for event in everything:
        assert event.date == event.event_timestamp
        is_away = event.on_duty_status in ("occupied", "unavailable")
        assert event.availability_status == ("unavailable" if is_away else "available")
    for changes in _duty(events).values():
        for before, after in pairwise(changes):
            assert (before.on_duty_status, before.reason) != (after.on_duty_status, after.reason)
            # Between two days of work nobody is on duty.
            is_a_night = after.event_timestamp - before.event_timestamp > 10 * 3_600_000_000
            assert not is_a_night or before.on_duty_status == "unavailable"


def test_some_are_on_duty_past_midnight(events: Events) -> None:
    zones = {entry.id: ZoneInfo(entry.timezone) for entry in _ENTRIES.values() if entry.timezone}
    ends = [event for event in _of(DutyEvent, events) if event.on_duty_status == "unavailable" and event.target]
    hours = Counter(
        datetime.fromtimestamp(event.event_timestamp / 1_000_000, zones[event.target.office_id or ""]).hour
        for event in ends
        if event.target
    )
    assert hours[0]
    assert hours[17] + hours[18] + hours[19] > hours[0]


def test_a_change_in_two_centers_is_a_record_each_of_one_stem(events: Events) -> None:
    stems: dict[str, list[DutyEvent]] = defaultdict(list)
    for event in _of(DutyEvent, events):
        stem, center = event.record_id.split("-")
        assert center == event.call_center_id
        stems[stem].append(event)
    assert {len(same) for same in stems.values()} >= {1, 2}
    for same in stems.values():
        assert len({(event.target, event.on_duty_status, event.event_timestamp) for event in same}) == 1
        assert len({event.call_center_id for event in same}) == len(same)
    set_by = [event for event in _of(DutyEvent, events) if event.setter_name]
    assert set_by
    assert {event.setter_role for event in set_by} == {"supervisor"}
    assert all(event.target and event.setter_email != event.target.email for event in set_by)


def test_voicemails_are_the_messages_left_on_legs(events: Events, legs: dict[str, CallEvent]) -> None:
    uploads = {e.call_id for e in events if isinstance(e, CallEvent) and e.state == "voicemail_uploaded"}
    messages = _ids(_of(VoicemailEvent, events), "call_id")
    assert messages.keys() == uploads
    owners = {said[0].target.type for said in messages.values() if said[0].target}
    assert {"user", "call_center", "department", "office"} <= owners
    heard = []
    for call_id, said in messages.items():
        assert {(one.target, one.date) for one in said} == {(legs[call_id].target, legs[call_id].date_ended)}
        heard += [one for one in said if isinstance(one, VoicemailEvent) and one.date_listened]
    assert 0.4 < len(heard) / len(messages) < 0.9
    assert all(one.listened_by for one in heard)
    assert any((one.date_listened or 0) - (one.date or 0) > _A_DAY for one in heard)
    assert any(one.transcription_text for one in _of(VoicemailEvent, events))


def test_recordings_are_of_recorded_calls(events: Events, legs: dict[str, CallEvent]) -> None:
    recordings = _of(RecordingEvent, events)
    assert {recording.target.type for recording in recordings if recording.target} >= {"user", "call_center"}
    of_calls = Counter(recording.call_id for recording in recordings)
    assert set(of_calls.values()) == {1, 2}
    for recording in recordings:
        leg = legs[recording.call_id or ""]
        assert leg.was_recorded
        assert recording.recording_url
        assert (leg.date_connected or 0) <= (recording.date or 0)
        assert 0 < (recording.duration or 0) <= (leg.date_ended or 0) - (recording.date or 0)


def test_surveys_ask_several_questions_and_are_seldom_answered(events: Events, legs: dict[str, CallEvent]) -> None:
    questions = _ids(_of(CsatEvent, events), "answer_id")
    of_calls = Counter(said[0].call_id for said in questions.values() if isinstance(said[0], CsatEvent))
    assert set(of_calls.values()) == {3}
    assert all(legs[call_id or ""].date_connected for call_id in of_calls)
    answered = [said for said in questions.values() if len(said) == 2]
    assert 0.1 < len(answered) / len(questions) < 0.5
    for said in questions.values():
        sent, *answers = [one for one in said if isinstance(one, CsatEvent)]
        assert (sent.response, sent.date_responded) == (None, None)
        assert sent.operator
        assert all(answer.response and answer.date_responded == answer.event_timestamp for answer in answers)
        assert {one.date for one in said} == {sent.date_sent}
    assert any(said[1].event_timestamp - said[0].event_timestamp > _A_DAY for said in answered)


def test_dispositions_of_handled_calls(events: Events, legs: dict[str, CallEvent]) -> None:
    classed = _ids(_of(DispositionEvent, events), "call_id")
    handled = {
        leg.call_id: leg
        for leg in legs.values()
        if leg.date_connected and leg.target and leg.target.type == "call_center"
    }
    assert classed.keys() <= handled.keys()
    assert 0.7 < len(classed) / len(handled) < 0.95
    for call_id, said in classed.items():
        first = said[0]
        assert isinstance(first, DispositionEvent)
        assert first.operator
        assert first.operator == legs[handled[call_id].operator_call_id or ""].target
        assert (first.recording_url is not None) == bool(handled[call_id].was_recorded)
    dispositions = _of(DispositionEvent, events)
    assert {(one.disposition or "").count("~") for one in dispositions} == {0, 1}
    notes = "".join(one.note or "" for one in dispositions)
    assert {",", '"', "\n"} <= set(notes)
    assert any(len(said) > 1 for said in classed.values())


def test_screens_are_shared_in_calls_and_without(events: Events, legs: dict[str, CallEvent]) -> None:
    screens = _ids(_of(ScreenshareEvent, events), "screenshare_id")
    without = 0
    for said in screens.values():
        begun, *ended = [one for one in said if isinstance(one, ScreenshareEvent)]
        assert begun.target
        assert begun.target.type == "user"
        assert all(one.date_ended and one.participants and one.participants >= 2 for one in ended)
        if begun.call_id is None:
            without += 1
        elif ended and begun.call_id in legs:
            assert (ended[0].date_ended or 0) <= (legs[begun.call_id].date_ended or 0)
    assert 0 < without < len(screens)
