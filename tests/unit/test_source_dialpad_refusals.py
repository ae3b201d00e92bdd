"""Which of Dialpad's events are refused, and what is said of them."""

from typing import Any

import orjson
import pytest

from busyhour.sources.dialpad import glance, parse
from busyhour.sources.text import NOT_UTF8
from busyhour.sources.values import NotUnderstood

_LEAST: dict[str, Any] = {"call_id": 5, "state": "hangup", "event_timestamp": 1772445600000}
_EXPECTED = (
    "expected a call (call_id, state), a text (id), an agent's status (on_duty_status) or one of our own form (event)"
)


def _refusal(body: bytes | str) -> tuple[str, str]:
    with pytest.raises(NotUnderstood) as error:
        parse(body)
    return error.value.reason, error.value.came


@pytest.mark.parametrize(
    ("fields", "reason", "came"),
    [
        ({"call_id": None}, "call_id: expected an id", "nothing"),
        ({"call_id": ""}, "call_id: expected an id", "nothing"),
        ({"call_id": 5.5}, "call_id: expected an id", "5.5"),
        ({"call_id": True}, "call_id: expected an id", "True"),
        ({"call_id": "x" * 65}, "call_id: expected an id of at most 64 characters", "'" + "x" * 58 + "…"),
        ({"state": None}, "state: expected the state of a call", "nothing"),
        ({"state": "asleep"}, "state: expected the state of a call", "'asleep'"),
        ({"state": ["hangup"]}, "state: expected the state of a call", "['hangup']"),
        ({"event_timestamp": 0}, "event_timestamp: expected milliseconds since 1970", "nothing"),
        ({"direction": "sideways"}, "direction: expected inbound or outbound", "'sideways'"),
        ({"is_internal": 1}, "is_internal: expected true or false", "1"),
        ({"is_internal": "yes"}, "is_internal: expected true or false", "'yes'"),
        ({"talk_time": -1}, "talk_time: expected milliseconds, not negative and at most a year's", "-1"),
        ({"talk_time": 1e300}, "talk_time: expected milliseconds, not negative and at most a year's", "1e+300"),
        ({"talk_time": "1e3"}, "talk_time: expected milliseconds, not negative and at most a year's", "'1e3'"),
        ({"hold_occurrences": 1.5}, "hold_occurrences: expected a whole number, not negative", "1.5"),
        ({"percent_ai_talk_time": 101}, "percent_ai_talk_time: expected a percentage from 0 to 100", "101"),
        ({"target": 7}, "target: expected an object", "7"),
        ({"target": {"id": [7]}}, "target.id: expected an id", "[7]"),
        ({"contact": {"name": "a\x00b"}}, "contact.name: expected text", r"'a\x00b'"),
        ({"transferred_from": True}, "transferred_from: expected an id", "True"),
        ({"transferred_from": {"call_id": 1.5}}, "transferred_from.call_id: expected an id", "1.5"),
        ({"routing_breadcrumbs": "none"}, "routing_breadcrumbs: expected a list of objects", "'none'"),
        ({"recording_details": [{}, 7]}, "recording_details[1]: expected an object", "7"),
        (
            {"recording_details": [{}, {"id": "r", "duration": -1}]},
            "recording_details[1].duration: expected milliseconds, not negative and at most a year's",
            "-1",
        ),
        (
            {"recording_details": [{"id": "r", "start_time": 1772445600}]},
            "recording_details[0].start_time: expected milliseconds since 1970, of the years 1971 to 2199",
            "1772445600",
        ),
        ({"recording_details": [{"url": ["a"]}]}, "recording_details[0].url: expected text", "['a']"),
        ({"csat_score": {"score": 4}}, "csat_score: expected text", "{'score': 4}"),
        ({"state": "voicemail_uploaded", "voicemail_link": True}, "voicemail_link: expected text", "True"),
        ({"categories": ["a", 1.5]}, "categories: expected text", "1.5"),
        ({"categories": ["a,b"]}, "categories: expected a list of tokens", "['a,b']"),
    ],
)
def test_a_field_that_is_not_understood_refuses_the_event(fields: dict[str, Any], reason: str, came: str) -> None:
    assert _refusal(orjson.dumps(_LEAST | fields)) == (reason, came)


@pytest.mark.parametrize("name", ["event_timestamp", "date_started", "date_ended", "date_anonymized"])
@pytest.mark.parametrize("value", [1772445600, -1, 31535999999, 7258118400000, "yesterday", True, [1], 1e300])
def test_a_time_that_is_no_milliseconds_of_our_age_refuses_the_event(name: str, value: object) -> None:
    reason = f"{name}: expected milliseconds since 1970, of the years 1971 to 2199"
    assert _refusal(orjson.dumps(_LEAST | {name: value})) == (reason, repr(value))


@pytest.mark.parametrize(
    ("payload", "reason", "came"),
    [
        ({"action": "created"}, f"a directory event: {_EXPECTED}", "action"),
        ({}, f"event: {_EXPECTED}", "{}"),
        ({"call_id": 5}, "state: expected the state of a call", "nothing"),
        ({"state": "hangup"}, "call_id: expected an id", "nothing"),
        ([1], "event: expected a JSON object", "[1]"),
        (None, "event: expected a JSON object", "nothing"),
    ],
)
def test_what_is_no_event_that_we_take_is_refused_by_its_kind(payload: Any, reason: str, came: str) -> None:
    assert _refusal(orjson.dumps(payload)) == (reason, came)


def test_what_is_no_json_is_refused() -> None:
    assert _refusal("{'call_id': 1}") == ("event: expected a JSON object", "\"{'call_id': 1}\"")
    assert _refusal(b'{"call_id": 1, "name": "Zo\xeb"}') == (NOT_UTF8, "")
    assert _refusal('{"call_id": 1, "name": "Zo\udceb"}') == (NOT_UTF8, "")
    assert _refusal(b"")[0] == "event: expected a JSON object"
    nested = b'{"call_id":1,"state":"hangup","event_timestamp":1772445600000,"labels":' + b"[" * 500 + b"]" * 500 + b"}"
    assert _refusal(nested)[0] == "event: expected an object that is nested less deeply"


@pytest.mark.parametrize("body", [b'{"call_id": 1, "name": "Zo\xeb"}', b"{", b"[]", b"7", b'{"colour": "red"}'])
def test_a_glance_refuses_in_the_words_in_which_a_reading_does(body: bytes) -> None:
    with pytest.raises(NotUnderstood) as error:
        glance(body)
    assert (error.value.reason, error.value.came) == _refusal(body)


def test_a_glance_reads_no_field() -> None:
    misshapen = orjson.dumps(_LEAST | {"direction": "sideways"})
    glance(misshapen)
    assert _refusal(misshapen)[0] == "direction: expected inbound or outbound"
