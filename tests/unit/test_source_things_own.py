"""Our own JSON form: what its documentation shows is what its schema allows and what is understood."""

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyhour.domain.events import CALL_STATES, CallEvent, Party
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
from busyhour.sources import own_events
from busyhour.sources.dialpad import parse
from busyhour.sources.own_events import OWN_EVENTS
from busyhour.sources.values import NotUnderstood
from busyhour.tables.streams import STREAMS

_PAGE = Path(__file__).parents[2] / "docs" / "own-events.md"
_SCHEMA = orjson.loads(Path(own_events.__file__).with_name("own_events.schema.json").read_bytes())
_VALIDATOR = jsonschema_rs.validator_for(_SCHEMA)
_EXAMPLES: list[dict[str, Any]] = [
    orjson.loads(block) for block in re.findall(r"```json\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
]
_OF_KIND = {example["event"]: example for example in _EXAMPLES if "event" in example}
_ZOE = Party("91", "user", "Zoë Lee", "zoe@acme.example")
_ZOE_AT_HOME = replace(_ZOE, office_id="12")
_SALES = Party("31", "call_center", "Sales", office_id="12")
_SAID: dict[str, Any] = {"hash": 0, "raw": ""}


def _told(example: dict[str, Any]) -> CallEvent | Thing:
    body = orjson.dumps(example)
    (event,) = parse(body)
    assert event.raw == body.decode()
    return replace(event, hash=0, raw="")


def test_each_kind_has_one_example_and_so_have_callbacks() -> None:
    assert [example.get("event", "call") for example in _EXAMPLES] == [
        "disposition", "csat", "voicemail", "recording", "screenshare", "text", "duty", "call",
    ]  # fmt: skip


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example.get("event", "call"))
def test_the_schema_allows_each_example(example: dict[str, Any]) -> None:
    assert [error.message for error in _VALIDATOR.iter_errors(example)] == []


@pytest.mark.parametrize(
    "expected",
    [
        DispositionEvent(
            **_SAID, event_timestamp=1_772_446_260_000_000, call_id="4503599627370500", date=1_772_445_600_000_000,
            target=_SALES, operator=_ZOE, disposition="Order~New customer",
            note='Wants the catalogue, "the big one".\nCall back in May.',
        ),
        CsatEvent(
            **_SAID, event_timestamp=1_772_449_200_000_000, answer_id="4503599627370500:survey-3:q1",
            date=1_772_445_600_000_000, call_id="4503599627370500", survey_id="survey-3", question_id="q1",
            question="How did we do?", response="5", channel="sms", target=_SALES, operator=_ZOE,
            external_number="+15550100", date_sent=1_772_446_320_000_000, date_responded=1_772_449_200_000_000,
        ),
        VoicemailEvent(
            **_SAID, event_timestamp=1_772_452_800_000_000, call_id="4503599627370510",
            date_listened=1_772_452_800_000_000, listened_by=_ZOE,
        ),
        RecordingEvent(
            **_SAID, event_timestamp=1_772_446_320_000_000, recording_id="rec-77", date=1_772_445_610_000_000,
            call_id="4503599627370500", target=_SALES, operator=_ZOE, external_number="+15550100",
            internal_number="+15550200", recording_url="https://recordings.acme.example/77.mp3", duration=280_125_000,
        ),
        ScreenshareEvent(
            **_SAID, event_timestamp=1_772_446_200_000_000, screenshare_id="share-9", date=1_772_445_900_000_000,
            date_ended=1_772_446_200_000_000, call_id="4503599627370500", target=_ZOE_AT_HOME, participants=3,
        ),
        TextEvent(
            **_SAID, event_timestamp=1_772_445_660_000_000, message_id="text-5", date=1_772_445_655_000_000,
            direction="outbound", target=_ZOE_AT_HOME, sender_id="91", from_phone="+15550201",
            to_phone="+15550100,+15550101", mms=False, message_status="delivered",
        ),
        DutyEvent(
            **_SAID, event_timestamp=1_772_445_000_000_000, record_id="change-8-31", date=1_772_445_000_000_000,
            target=_ZOE_AT_HOME, on_duty_status="busy", availability_status="open", reason="lunch",
            call_center_id="31", setter_name="Max Roe", setter_email="max@acme.example", setter_role="supervisor",
        ),
        CallEvent(
            **_SAID, event_timestamp=1_772_446_000_000_000, call_id="4503599627370520", state="hangup",
            direction="inbound", date_started=1_772_445_900_000_000, date_ended=1_772_446_000_000_000, target=_SALES,
            callback_requested=True, callback_type="queue", callback_id="4503599627370530",
            date_callback_connected=1_772_447_000_000_000, date_callback_ended=1_772_447_120_000_000,
        ),
    ],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_each_example_is_understood_whole(expected: CallEvent | Thing) -> None:
    assert expected in [_told(example) for example in _EXAMPLES]


def test_the_kinds_are_those_of_the_streams_with_their_keys() -> None:
    by_name = {stream.name: (stream.kind, stream.key) for stream in STREAMS if stream.kind is not CallEvent}
    assert dict(OWN_EVENTS) == by_name


@pytest.mark.parametrize("name", OWN_EVENTS)
def test_the_schema_has_the_fields_of_each_kind(name: str) -> None:
    kind, key = OWN_EVENTS[name]
    described = _SCHEMA["$defs"][name]
    names = {field.name for field in fields(kind)} - {"hash", "raw"}
    assert set(described["properties"]) == names | {"event", "state"}
    assert described["required"] == ["event", "event_timestamp", key]
    assert {"$ref": f"#/$defs/{name}"} in _SCHEMA["oneOf"]


def test_the_schema_has_the_states_of_a_call_and_no_field_that_is_not_read() -> None:
    names = {field.name for field in fields(CallEvent)}
    described = _SCHEMA["$defs"]["call"]["properties"]
    assert set(described) <= names
    assert tuple(described["state"]["enum"]) == CALL_STATES


def _value(name: str) -> object:
    """Something that a field of that name can say."""
    if name == "date" or name.startswith("date_"):
        return 1772445600000.5
    if name in ("target", "operator", "listened_by"):
        return {"id": 7, "type": "UserProfile", "name": "Bob", "email": "b@x", "phone": 5, "office_id": "12"}
    special = {
        "mms": "true",
        "participants": 4,
        "duration": 1.5,
        "direction": "internal",
        "on_duty_status": "wrapup-end",
    }
    return special.get(name, f"the {name}" if name in ("note", "question") else f"{name}-1")


def _understood(name: str) -> object:
    if name == "date" or name.startswith("date_"):
        return 1_772_445_600_000_500
    if name in ("target", "operator", "listened_by"):
        return Party("7", "user", "Bob", "b@x", "5", "12")
    special = {"mms": True, "participants": 4, "duration": 1500, "direction": "internal", "on_duty_status": "available"}
    return special.get(name, _value(name))


@pytest.mark.parametrize("name", OWN_EVENTS)
def test_every_field_of_each_kind_is_read(name: str) -> None:
    kind, key = OWN_EVENTS[name]
    names = {field.name for field in fields(kind)} - {"hash", "raw", "event_timestamp"}
    said = {"event": name, "event_timestamp": "1772445600000", "nonsense": 1} | {each: _value(each) for each in names}
    expected = kind(**_SAID, event_timestamp=1_772_445_600_000_000, **{each: _understood(each) for each in names})
    assert _told(said) == expected
    nothing = {each: {} for each in names if each != key}
    least = kind(**_SAID, event_timestamp=1_772_445_600_000_000, **{key: _understood(key)})
    assert _told(said | nothing) == least


@pytest.mark.parametrize(
    ("event", "reason", "came"),
    [
        (
            {"event": "callback", "event_timestamp": 1772445600000},
            "event: expected one of csat, disposition, duty, recording, screenshare, text, voicemail",
            "'callback'",
        ),
        (
            {"event": ["csat"], "call_id": 5},
            "event: expected one of csat, disposition, duty, recording, screenshare, text, voicemail",
            "['csat']",
        ),
        ({"event": "csat", "event_timestamp": 1772445600000}, "answer_id: expected an id", "nothing"),
        ({"event": "csat", "answer_id": "a"}, "event_timestamp: expected milliseconds since 1970", "nothing"),
        (
            {"event": "duty", "record_id": 1, "event_timestamp": 1772445600000, "on_duty_status": "asleep"},
            "on_duty_status: expected one of unavailable, available, busy, wrapup, occupied, occupied-end, wrapup-end",
            "'asleep'",
        ),
        (
            {"event": "voicemail", "call_id": 1, "event_timestamp": 1772445600000, "listened_by": {"id": [1]}},
            "listened_by.id: expected an id",
            "[1]",
        ),
    ],
)
def test_what_is_not_understood_is_refused_and_not_allowed(event: dict[str, Any], reason: str, came: str) -> None:
    assert not _VALIDATOR.is_valid(event)
    with pytest.raises(NotUnderstood) as error:
        parse(orjson.dumps(event))
    assert (error.value.reason, error.value.came) == (reason, came)


def test_a_call_is_a_call_whatever_its_event_says() -> None:
    event = {"call_id": 5, "state": "hangup", "event_timestamp": 1772445600000, "event": "csat", "answer_id": "a"}
    assert isinstance(_told(event), CallEvent)
    assert not _VALIDATOR.is_valid(_OF_KIND["voicemail"] | {"state": "asleep"})


def test_equal_content_has_an_equal_hash_however_it_is_written() -> None:
    (event,) = parse(b'{"event":"csat","answer_id":1,"event_timestamp":1772445600000,"response":"5","extra":1}')
    (same,) = parse(
        b'{"response":" 5 ", "event_timestamp":"1772445600000.0", "answer_id":"1", "event":"csat","date":0}'
    )
    (other,) = parse(b'{"event":"csat","answer_id":1,"event_timestamp":1772445600000,"response":"4","extra":1}')
    assert event.hash == same.hash
    assert event.hash != other.hash
    kinds = [
        f'{{"event":"{name}","call_id":1,"event_timestamp":1772445600000}}' for name in ("disposition", "voicemail")
    ]
    assert len({parse(kind)[0].hash for kind in kinds}) == 2


_CELLS = st.sampled_from(
    [None, "", " ", {}, [], True, False, 0, -1, 3, 2**40, 1e9 + 0.5, 31535999999, 31536000000, 7258118399999.5,
     7258118400000, 1772445600000, "1772445600000", "0.", "1.5E+3", "id", "i d", "x" * 64, "x" * 65, "a\u0000b", "é",
     "busy", "occupied-end", "internal", "csat", {"id": 5}, {"id": "1."}, {"name": "Zoë", "office_id": None}, ["id"]]
)  # fmt: skip


@settings(deadline=None, max_examples=400, database=None)
@given(data=st.data())
def test_what_the_schema_allows_is_taken(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(_OF_KIND)))
    names = sorted(set(_SCHEMA["$defs"][name]["properties"]) - {"event", "state"})
    event = _OF_KIND[name] | data.draw(st.dictionaries(st.sampled_from(names), _CELLS, max_size=4))
    if _VALIDATOR.is_valid(event):
        assert isinstance(_told(event), OWN_EVENTS[name][0])
