"""Dialpad's text and agent status events: hand-made payloads, their fields written out, and what is refused."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from busyhour.domain.events import Party
from busyhour.domain.things import DutyEvent, DutyStatus, TextEvent
from busyhour.sources.dialpad import parse
from busyhour.sources.values import NotUnderstood

_AT = 1_772_445_600_250_000
_WRITTEN = 1_772_445_600_000_000
_ZOE = Party("91", "user", "Zoë", "zoe@acme.example", office_id="12")
_TARGET = {"id": 91, "type": "user", "name": "Zoë", "email": "zoe@acme.example", "office_id": 12}
_TEXT: dict[str, Any] = {
    "id": 4503599627370600,
    "created_date": _WRITTEN // 1000,
    "event_timestamp": _AT // 1000,
    "direction": "outbound",
    "target": _TARGET,
    "contact": {"id": "77", "phone": "+15550100"},
    "sender_id": 91,
    "from_number": "+15550201",
    "to_number": ["+15550100", "+15550101"],
    "mms": False,
    "mms_url": None,
    "is_internal": False,
    "message_status": "pending",
    "message_delivery_result": None,
    "text": "The words themselves.",
    "text_content": "The words themselves.",
}
_CHANGE: dict[str, Any] = {
    "target": _TARGET,
    "on_duty_status": "busy",
    "on_duty_status_reason": "lunch",
    "availability_status": "open",
    "call_center_ids": ["31", "32"],
    "date": _WRITTEN // 1000,
    "event_timestamp": _AT // 1000,
}


def _text(payload: dict[str, Any]) -> TextEvent:
    (event,) = parse(orjson.dumps(payload))
    assert isinstance(event, TextEvent)
    return event


def _changes(**fields: Any) -> list[DutyEvent]:
    events = parse(orjson.dumps(_CHANGE | fields))
    assert all(isinstance(event, DutyEvent) for event in events)
    return [event for event in events if isinstance(event, DutyEvent)]


def _refusal(payload: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(NotUnderstood) as error:
        parse(orjson.dumps(payload))
    return error.value.reason, error.value.came


def test_every_field_of_a_text_but_its_words() -> None:
    event = _text(_TEXT)
    assert event.raw == orjson.dumps(_TEXT).decode()
    assert replace(event, hash=0, raw="") == TextEvent(
        event_timestamp=_AT,
        hash=0,
        raw="",
        date=_WRITTEN,
        target=_ZOE,
        message_id="4503599627370600",
        direction="outbound",
        sender_id="91",
        from_phone="+15550201",
        to_phone="+15550100,+15550101",
        mms=False,
        message_status="pending",
    )


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"message_status": "delivered"}, {"message_status": "delivered"}),
        ({"text": None}, {}),
        ({"mms": True}, {"mms": True}),
        ({"mms": "false", "is_internal": True, "direction": "Inbound"}, {"mms": False, "direction": "internal"}),
        ({"mms": {}, "to_number": "+15550100", "sender_id": None}, {"to_phone": "+15550100"}),
        ({"mms": None, "to_number": []}, {}),
        ({"text": "", "created_date": _WRITTEN // 1000}, {"date": _WRITTEN}),
        ({"text": "", "event_timestamp": 0, "created_date": _AT // 1000}, {"date": _AT}),
    ],
)
def test_any_one_key_tells_a_text(payload: dict[str, Any], expected: dict[str, Any]) -> None:
    event = _text({"id": "5", "event_timestamp": _AT // 1000} | payload)
    least = TextEvent(message_id="5", event_timestamp=_AT, hash=0, raw="")
    assert replace(event, hash=0, raw="") == replace(least, **expected)


def test_texts_that_differ_in_their_words_alone_are_the_same_event() -> None:
    assert _text(_TEXT).hash == _text(_TEXT | {"text": "Other words."}).hash
    assert _text(_TEXT).hash != _text(_TEXT | {"message_status": "delivered"}).hash
    assert _text(_TEXT).hash != _text(_TEXT | {"event_timestamp": _AT // 1000 + 1}).hash


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"id": None}, ("id: expected an id", "nothing")),
        ({"id": 5.5}, ("id: expected an id", "5.5")),
        (
            {"event_timestamp": None, "created_date": None},
            ("event_timestamp: expected milliseconds since 1970", "nothing"),
        ),
        ({"direction": "sideways"}, ("direction: expected inbound, outbound or internal", "'sideways'")),
        ({"to_number": [["+1"]]}, ("to_number: expected text", "['+1']")),
        ({"to_number": {"number": "+1"}}, ("to_number: expected text", "{'number': '+1'}")),
        ({"mms": 1}, ("mms: expected true or false", "1")),
        ({"target": "Zoë"}, ("target: expected an object", "'Zoë'")),
    ],
)
def test_a_text_that_is_not_understood(fields: dict[str, Any], refusal: tuple[str, str]) -> None:
    assert _refusal(_TEXT | fields) == refusal


def test_every_field_of_a_change_of_status_once_for_each_center() -> None:
    first, second = _changes()
    stem, center = first.record_id.rsplit("-", 1)
    assert (second.record_id, center) == (f"{stem}-32", "31")
    assert replace(first, hash=0, raw="", record_id="") == DutyEvent(
        event_timestamp=_AT,
        hash=0,
        raw="",
        date=_WRITTEN,
        target=_ZOE,
        record_id="",
        on_duty_status="busy",
        availability_status="open",
        reason="lunch",
        call_center_id="31",
    )
    assert replace(second, hash=0, record_id=first.record_id, call_center_id="31") == replace(first, hash=0)
    assert first.hash != second.hash


@pytest.mark.parametrize(
    ("came", "centers"),
    [
        (["31"], ["31"]),
        ([32, "31", "32", None, ""], ["32", "31"]),
        ("31", ["31"]),
        (31, ["31"]),
        ([], [None]),
        (None, [None]),
        ([None], [None]),
    ],
)
def test_the_centers_of_a_change(came: object, centers: list[str | None]) -> None:
    assert [change.call_center_id for change in _changes(call_center_ids=came)] == centers


def test_a_change_in_no_center_has_the_stem_for_its_id() -> None:
    (change,) = _changes(call_center_ids=None)
    assert [each.record_id.startswith(f"{change.record_id}-") for each in _changes()] == [True, True]


def test_a_repetition_of_a_change_is_the_same_record_and_another_change_another() -> None:
    first, _ = _changes()
    (again,) = _changes(call_center_ids=["31"], on_duty_status_reason="lunch again", date=None)
    assert (again.record_id, again.date) == (first.record_id, _AT)
    assert again.hash != first.hash
    others = [{"on_duty_status": "available"}, {"event_timestamp": _AT // 1000 + 1}, {"target": {"id": "92"}}]
    assert len({first.record_id, *(_changes(**other)[0].record_id for other in others)}) == 4


@pytest.mark.parametrize(
    ("came", "status"),
    [*((status, status) for status in DutyStatus), ("occupied-end", "available"), ("wrapup-end", "available"),
     ("Busy", "busy")],
)  # fmt: skip
def test_every_status(came: str, status: str) -> None:
    assert [change.on_duty_status for change in _changes(on_duty_status=came)] == [status, status]


_NO_STATUS = "on_duty_status: expected one of unavailable, available, busy, wrapup, occupied, occupied-end, wrapup-end"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"on_duty_status": "asleep"}, (_NO_STATUS, "'asleep'")),
        ({"on_duty_status": ["busy"]}, (_NO_STATUS, "['busy']")),
        ({"on_duty_status": None}, ("on_duty_status: expected an agent's status", "nothing")),
        ({"event_timestamp": None}, ("event_timestamp: expected milliseconds since 1970", "nothing")),
        ({"target": {}}, ("target: expected the agent", "nothing")),
        ({"target": {"name": "Zoë"}}, ("target.id: expected the agent's id", "nothing")),
        ({"call_center_ids": [["31"]]}, ("call_center_ids: expected an id", "['31']")),
        ({"date": 1772445600}, ("date: expected milliseconds since 1970, of the years 1971 to 2199", "1772445600")),
    ],
)
def test_a_change_that_is_not_understood(fields: dict[str, Any], refusal: tuple[str, str]) -> None:
    assert _refusal(_CHANGE | fields) == refusal
