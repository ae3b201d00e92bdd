"""How Dialpad's call events are read: payloads as they come, and what of them is refused."""

import io
from dataclasses import replace
from typing import Any

import orjson
import pytest

from busyhour.domain.events import CALL_STATES, CallEvent, Party
from busyhour.domain.things import CsatEvent, RecordingEvent, VoicemailEvent
from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Refused, Row, Taken
from busyhour.sources.dialpad import SOURCE, parse

_CONTEXT = Context("Acme", "1", "UTC")
_LEAST: dict[str, Any] = {"call_id": 5, "state": "hangup", "event_timestamp": 1772445600000}
_AT = 1_772_445_600_000_000

_HANGUP = {
    "call_id": 4503599627370501,
    "state": "hangup",
    "event_timestamp": 1772445900250,
    "direction": "inbound",
    "external_number": "+15550100",
    "internal_number": "+15550200",
    "selected_caller_id": None,
    "date_started": 1772445600000,
    "date_first_rang": None,
    "date_queued": 0,
    "date_rang": 1772445601500.5,
    "date_connected": "1772445610000",
    "date_ended": "1772445900125.25",
    "duration": 290125.25,
    "total_duration": 300125.25,
    "talk_time": 280125.25,
    "hold_time": "10000",
    "contact": {"id": 77, "type": "local", "email": "", "phone": "+15550100", "name": "Ann"},
    "target": {
        "id": "91", "type": "UserProfile", "email": "zoe@acme.example", "phone": "+15550201", "name": "Zoë",
        "office_id": 12, "avatar": "kept only in the raw text",
    },
    "entry_point_call_id": "4503599627370500",
    "entry_point_target": {"id": 31, "type": "callcenter", "name": "Sales", "office_id": 12},
    "operator_call_id": None,
    "master_call_id": 4503599627370500,
    "proxy_target": {},
    "group_id": "Office:12",
    "is_transferred": True,
    "transferred_from": {"id": 90, "type": "user", "call_id": 4503599627370499},
    "is_internal": "False",
    "was_recorded": True,
    "labels": [],
    "routing_breadcrumbs": [
        {"breadcrumb_type": "external_api", "target_id": 1},
        {"breadcrumb_type": "callrouter", "target_id": 31, "target_type": "callcenter"},
    ],
    "csat_score": "4",
    "mos_score": 4.41,
    "target_availability_status": "holiday_open",
    "callback_requested": "true",
    "recording_details": [
        {"id": "r1", "recording_type": "callrecording"},
        {"id": "r2", "recording_type": "voicemail", "duration": 9000},
    ],
    "integrations": {"salesforce": {"activity_id": "00T5e000001"}},
    "a_key_of_tomorrow": {"deep": [1, 2, 3]},
}  # fmt: skip


def _read(*rows: bytes) -> list[Row]:
    return list(SOURCE.rows(io.BytesIO(b"\n".join(rows)), _CONTEXT))


def _parsed(**fields: Any) -> CallEvent:
    return _call(orjson.dumps(_LEAST | fields))


def _call(body: bytes | str) -> CallEvent:
    call, *_ = parse(body)
    assert isinstance(call, CallEvent)
    return call


def test_every_field_of_a_payload() -> None:
    line = orjson.dumps(_HANGUP)
    (row,) = _read(line)
    assert isinstance(row, Taken)
    assert (row.line, row.mended) == (1, ())
    event, *things = row.events
    assert [type(each) for each in things] == [VoicemailEvent, RecordingEvent, CsatEvent]
    assert replace(event, hash=0) == CallEvent(
        call_id="4503599627370501",
        state="hangup",
        event_timestamp=1_772_445_900_250_000,
        hash=0,
        raw=line.decode(),
        direction="inbound",
        external_number="+15550100",
        internal_number="+15550200",
        date_started=1_772_445_600_000_000,
        date_rang=1_772_445_601_500_500,
        date_connected=1_772_445_610_000_000,
        date_ended=1_772_445_900_125_250,
        target=Party("91", "user", "Zoë", "zoe@acme.example", "+15550201", "12"),
        contact=Party("77", "local", "Ann", None, "+15550100"),
        entry_point_target=Party("31", "call_center", "Sales", office_id="12"),
        transferred_from=Party("90", "user"),
        entry_point_call_id="4503599627370500",
        master_call_id="4503599627370500",
        transferred_from_call_id="4503599627370499",
        office_id="12",
        is_internal=False,
        was_recorded=True,
        voicemail=True,
        callback_requested=True,
        router_transfer=True,
        availability="holiday_open",
        salesforce_activity_id="00T5e000001",
        talk_time=280_125_250,
        hold_time=10_000_000,
    )


def test_our_own_form_adds_what_no_event_of_dialpads_carries() -> None:
    event = _parsed(
        direction="outbound",
        group_call_id=3,
        operator_call_id="4",
        transferred_from_call_id=6,
        transferred_to="Sales",
        transferred_to_contact_id=8,
        transferred_from_target_id="9",
        office_id=12,
        group_id="Office:13",
        voicemail="true",
        router_transfer=False,
        availability="dnd",
        category="outgoing",
        categories=["outbound", "human_agent", "outbound", " outbound_connected "],
        device="desk_phone",
        callback_type="queue",
        callback_id=10,
        salesforce_activity_id="00T",
        campaign_id=11,
        date_callback_connected=1772445600001,
        date_callback_ended=1772445600002,
        date_anonymized=1772445600003,
        ringing_time=1500,
        queued_time=2.5,
        wrapup_time="30000",
        hold_occurrences=1,
        ringing_occurrences="2",
        queued_occurrences=3.0,
        percent_ai_talk_time=45.6,
        percent_ai_listen_time="54.35",
        percent_ai_silent_time=0,
    )
    assert replace(event, hash=0, raw="") == CallEvent(
        call_id="5",
        state="hangup",
        event_timestamp=_AT,
        hash=0,
        raw="",
        direction="outbound",
        group_call_id="3",
        operator_call_id="4",
        transferred_from_call_id="6",
        transferred_to="Sales",
        transferred_to_contact_id="8",
        transferred_from_target_id="9",
        office_id="12",
        voicemail=True,
        router_transfer=False,
        availability="dnd",
        category="outgoing",
        categories="human_agent,outbound,outbound_connected",
        device="desk_phone",
        callback_type="queue",
        callback_id="10",
        salesforce_activity_id="00T",
        campaign_id="11",
        date_callback_connected=_AT + 1000,
        date_callback_ended=_AT + 2000,
        date_anonymized=_AT + 3000,
        ringing_time=1_500_000,
        queued_time=2_500,
        wrapup_time=30_000_000,
        hold_occurrences=1,
        ringing_occurrences=2,
        queued_occurrences=3,
        percent_ai_talk_time=456,
        percent_ai_listen_time=544,
        percent_ai_silent_time=0,
    )


def test_what_says_nothing_is_as_absent() -> None:
    least = replace(_parsed(), hash=0, raw="")
    assert least == CallEvent(call_id="5", state="hangup", event_timestamp=_AT, hash=0, raw="")
    unsaid = dict.fromkeys(set(_HANGUP) - set(_LEAST))
    nothings: list[object] = [None, {}, "", "  "]
    for nothing in nothings:
        event = _parsed(**dict.fromkeys(unsaid, nothing))
        assert replace(event, hash=0, raw="") == least
    zeros = {name: 0 for name in unsaid if name.startswith("date_")}
    empty = {"routing_breadcrumbs": [], "recording_details": [], "categories": [], "transferred_from": {"id": None}}
    assert replace(_parsed(**zeros, **empty, target={"id": {}, "name": ""}), hash=0, raw="") == least


def test_every_state_of_a_call_is_taken() -> None:
    assert [_parsed(state=state).state for state in CALL_STATES] == list(CALL_STATES)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"transferred_from": 44}, {"transferred_from_call_id": "44"}),
        ({"transferred_from": "44"}, {"transferred_from_call_id": "44"}),
        ({"transferred_from": {"call_id": 44}}, {"transferred_from_call_id": "44"}),
        ({"transferred_from": {"id": 7, "type": "Department"}}, {"transferred_from": Party("7", "department")}),
        ({"group_id": "office: 12"}, {"office_id": "12"}),
        ({"group_id": "CallCenter:31"}, {}),
        ({"group_id": "Office:"}, {}),
        ({"group_id": 12}, {}),
        ({"target": {"id": 1, "type": "hologram"}}, {"target": Party("1", "hologram")}),
        ({"proxy_target": {"id": 1, "type": "Staff_Group"}}, {"proxy_target": Party("1", "staff_group")}),
        ({"routing_breadcrumbs": [{"breadcrumb_type": "callrouter", "target_id": None}]}, {}),
        ({"routing_breadcrumbs": [{"breadcrumb_type": "external_api", "target_id": 3}]}, {}),
        ({"recording_details": [{"recording_type": "callrecording"}]}, {}),
        ({"integrations": {"salesforce_activity_id": "00T"}}, {"salesforce_activity_id": "00T"}),
        ({"integrations": {"salesforce": "yes", "hubspot": {"activity_id": "1"}}}, {}),
        ({"integrations": ["salesforce"]}, {}),
        ({"state": "voicemail_uploaded"}, {"state": "voicemail_uploaded"}),
        ({"categories": "voicemail, inbound,,missed"}, {"categories": "inbound,missed,voicemail"}),
        ({"direction": "Inbound"}, {"direction": "inbound"}),
        ({"date_started": 31536000000}, {"date_started": 31_536_000_000_000}),
        ({"date_started": 7258118399999}, {"date_started": 7_258_118_399_999_000}),
        ({"internal_number": 15550200}, {"internal_number": "15550200"}),
        ({"text": "a call that has a text is a call"}, {}),
    ],
)
def test_shapes_that_are_understood(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    least = CallEvent(call_id="5", state="hangup", event_timestamp=_AT, hash=0, raw="")
    assert replace(_parsed(**fields), hash=0, raw="") == replace(least, **expected)


def test_equal_content_has_an_equal_hash_however_it_is_written() -> None:
    event = _call(b'{"call_id":1,"state":"hold","event_timestamp":1772445600000,"custom_data":"a"}')
    same = _call('{ "custom_data": "\\u0061", "event_timestamp": 1772445600000, "state":"hold", "call_id":1 }')
    other = _call(b'{"call_id":1,"state":"hold","event_timestamp":1772445600000,"custom_data":"b"}')
    assert event.hash == same.hash
    assert event.raw != same.raw
    assert event.hash != other.hash
    assert replace(event, hash=0, raw="") == replace(other, hash=0, raw="")


def test_a_json_list_is_no_file_of_events() -> None:
    with pytest.raises(UnreadableFile, match=r"^Line 1 begins a JSON list: expected one JSON object a line"):
        _read(b"[" + orjson.dumps(_LEAST) + b"]")


def test_an_event_cut_off_in_the_middle_of_a_file_is_refused_alone() -> None:
    good = orjson.dumps(_LEAST)
    rows = _read(good, good[:30], good)
    assert rows[1] == Refused(2, "event: expected a JSON object", repr(good[:30].decode()))
    assert [type(row) for row in rows] == [Taken, Refused, Taken]
