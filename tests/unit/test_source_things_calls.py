"""What call events say beside their leg: messages, recordings and answers, hand-made payloads and what they tell."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from busyhour.domain.events import CALL_STATES, CallEvent, Party
from busyhour.domain.things import CsatEvent, RecordingEvent, Thing, VoicemailEvent
from busyhour.sources.dialpad import parse

_AT = 1_772_445_900_000_000
_STARTED = 1_772_445_600_000_000
_CONNECTED = 1_772_445_610_000_000
_SALES = Party("31", "call_center", "Sales", office_id="12")
_ZOE = Party("91", "user", "Zoë", "zoe@acme.example")
_LEG: dict[str, Any] = {
    "call_id": 5,
    "state": "hangup",
    "event_timestamp": _AT // 1000,
    "external_number": "+15550100",
    "internal_number": "+15550200",
    "target": {"id": 31, "type": "callcenter", "name": "Sales", "office_id": 12},
}
_BY_ZOE = {"target": {"id": 91, "type": "user", "name": "Zoë", "email": "zoe@acme.example"}}
_MESSAGE = VoicemailEvent(
    call_id="5", event_timestamp=_AT, hash=0, raw="", target=_SALES,
    external_number="+15550100", internal_number="+15550200",
)  # fmt: skip
_RECORDING = RecordingEvent(
    recording_id="r1", event_timestamp=_AT, hash=0, raw="", target=_SALES, call_id="5",
    external_number="+15550100", internal_number="+15550200",
)  # fmt: skip


def _things(**fields: Any) -> list[Thing]:
    """The things beside the leg, of which a call event's own tests speak."""
    body = orjson.dumps(_LEG | fields)
    call, *things = parse(body)
    assert isinstance(call, CallEvent)
    assert all(isinstance(each, Thing) and each.raw == body.decode() for each in things)
    return [replace(each, hash=0, raw="") for each in things if isinstance(each, Thing)]


def _entry(**fields: Any) -> dict[str, Any]:
    return {"recording_details": [fields]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "voicemail_uploaded"}, {"date": _AT}),
        (
            {"state": "voicemail_uploaded", "voicemail_link": "https://v/1", "transcription_text": "Call me."},
            {"date": _AT, "recording_url": "https://v/1", "transcription_text": "Call me."},
        ),
        # The recording's own time and place, where the event has them.
        (
            {"state": "voicemail_uploaded"}
            | _entry(recording_type="voicemail", id="m", url="https://m", start_time=_STARTED // 1000, duration=9000),
            {"date": _STARTED, "recording_url": "https://m"},
        ),
        (
            {"voicemail_link": "https://v/1"} | _entry(recording_type="voicemail", url="https://m"),
            {"recording_url": "https://v/1"},
        ),
        (_entry(recording_type="voicemail", start_time=_STARTED // 1000), {"date": _STARTED}),
        # A transcription does not say when the message was left.
        ({"state": "transcription", "transcription_text": "Call me."}, {"transcription_text": "Call me."}),
        # What was said in a conversation is no message's text.
        ({"transcription_text": "Hello?"} | _entry(recording_type="voicemail"), {}),
    ],
)
def test_a_message_and_what_is_known_of_it(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert _things(**fields) == [replace(_MESSAGE, **expected)]


@pytest.mark.parametrize(
    "fields",
    [
        # The greeting alone is no message.
        {"state": "voicemail"},
        {"state": "voicemail", "voicemail": True, "voicemail_link": ""},
        {"state": "transcription"},
        {"state": "call_transcription", "transcription_text": "Hello?"},
        {"recording_details": []},
        {"recording_details": None, "csat_score": None},
        {"recording_details": [{}, {"url": "https://r/1", "recording_type": "callrecording"}]},
        {"csat_score": "  "},
    ],
)
def test_no_thing_is_made_of_what_proves_none(fields: dict[str, Any]) -> None:
    assert _things(**fields) == []


def test_each_recording_is_one_of_its_own() -> None:
    details = [
        {"id": "r1", "url": "https://r/1", "duration": 280125, "start_time": 1772445610500, "recording_type": "call"},
        {"id": 2, "recording_type": "admincallrecording"},
        {"id": "m", "recording_type": "voicemail", "url": "https://m"},
        {"id": "r" * 90, "duration": 0.5},
    ]  # fmt: skip
    assert _things(recording_details=details, date_started=_STARTED // 1000) == [
        replace(_MESSAGE, recording_url="https://m"),
        replace(_RECORDING, date=1_772_445_610_500_000, recording_url="https://r/1", duration=280_125_000),
        replace(_RECORDING, recording_id="2", date=_STARTED),
        replace(_RECORDING, recording_id="r" * 90, date=_STARTED, duration=500),
    ]


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ({"date_connected": _CONNECTED // 1000, "date_started": _STARTED // 1000}, _CONNECTED),
        ({"date_started": _STARTED // 1000}, _STARTED),
        ({}, None),
    ],
)
def test_a_recording_without_a_time_is_of_the_conversation_or_the_leg(fields: dict[str, Any], date: int | None) -> None:
    assert _things(**fields, **_entry(id="r1", start_time=0)) == [replace(_RECORDING, date=date)]


@pytest.mark.parametrize("state", ["recording", "admin_recording", "hangup"])
def test_a_users_recording_has_its_operator(state: str) -> None:
    expected = replace(_RECORDING, target=_ZOE, operator=_ZOE, date=_STARTED)
    assert _things(**_BY_ZOE, state=state, date_started=_STARTED // 1000, **_entry(id="r1")) == [expected]
    room = {"id": 7, "type": "room"}
    (of_a_room,) = _things(target=room, **_entry(id="r1"))
    assert isinstance(of_a_room, RecordingEvent)
    assert (of_a_room.target, of_a_room.operator) == (Party("7", "room"), None)


def test_the_answer_to_a_survey() -> None:
    least = CsatEvent(
        answer_id="5:csat_score", event_timestamp=_AT, hash=0, raw="", date=_AT, target=_SALES, call_id="5",
        question_id="csat_score", response="4", external_number="+15550100",
    )  # fmt: skip
    assert _things(csat_score="4") == [least]
    assert _things(csat_score=4, date_started=_STARTED // 1000) == [replace(least, date=_STARTED)]
    assert _things(csat_score="4", **_BY_ZOE) == [replace(least, target=_ZOE, operator=_ZOE)]
    # Only the survey's own event tells when it was answered: later ones repeat the score.
    assert _things(csat_score="4", state="csat") == [replace(least, date_responded=_AT)]


def test_no_state_alone_makes_another_thing_than_a_message() -> None:
    assert {state for state in CALL_STATES if _things(state=state)} == {"voicemail_uploaded"}


def test_equal_content_of_a_thing_has_an_equal_hash_whatever_else_the_event_says() -> None:
    def hashes(**fields: Any) -> list[int]:
        return [each.hash for each in parse(orjson.dumps(_LEG | {"state": "voicemail_uploaded"} | fields))]

    call, message = hashes()
    assert hashes(custom_data="x")[0] != call
    assert hashes(custom_data="x")[1] == message
    assert hashes(voicemail_link="https://v/1")[1] != message
    assert hashes(event_timestamp=_AT // 1000 + 1)[1] != message
