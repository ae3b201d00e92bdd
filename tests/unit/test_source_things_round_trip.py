"""History: what one company's reports print, imported as another company's, is printed again the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from busyhour.sources.base import Context, Taken
from busyhour.sources.registry import SOURCES
from houses import House, import_path, new_house, report_path, report_rows

_NOW = "2026-03-04T00:00:00+00:00"
_AT = 1_772_445_600_125
"""2026-03-02 10:00:00.125 UTC in ms."""

_ZOE = {"id": "91", "type": "user", "name": "Zoë, Lee", "email": "zoe@acme.example", "office_id": "12"}
_SALES = {"id": "31", "type": "call_center", "name": 'The "Sales"', "office_id": "12"}
_NUMBERS = {"external_number": "+15550100", "internal_number": "+15550200"}
_GROUP_LEG = {
    "call_id": "5", "direction": "inbound", "date_started": _AT, "date_queued": _AT + 1_000,
    "date_first_rang": _AT + 2_000, "date_connected": _AT + 10_000, "target": _SALES, "integrations":
    {"salesforce": {"activity_id": "00T"}}, **_NUMBERS,
}  # fmt: skip
_AGENT_LEG = {
    "call_id": "6", "direction": "inbound", "date_started": _AT + 2_000, "date_rang": _AT + 2_000,
    "date_connected": _AT + 10_000, "target": _ZOE, "entry_point_call_id": "5", "entry_point_target": _SALES,
    "group_id": "Office:12", **_NUMBERS,
}  # fmt: skip
_CLASSED = {"disposition": "Order~New", "note": 'He said "no",\nthen yes; 5 €.', "recording_url": "https://r/5"}
_EVENTS: list[dict[str, Any]] = [
    {**_GROUP_LEG, "state": "hangup", "event_timestamp": _AT + 70_007, "date_ended": _AT + 70_007, "csat_score": "5"},
    {**_AGENT_LEG, "state": "hangup", "event_timestamp": _AT + 70_007, "date_ended": _AT + 70_007,
     "recording_details": [{"id": "r1", "url": "https://r/1", "duration": 61_800, "start_time": 1772445610000},
                           {"id": "r2", "url": "https://r/2", "duration": 0, "start_time": 1772445630000}]},
    {**_GROUP_LEG, "call_id": "7", "state": "voicemail_uploaded", "event_timestamp": _AT + 90_000,
     "date_started": _AT + 50_000, "date_ended": _AT + 85_000, "date_connected": None, "voicemail_link": "https://v/7"},
    {**_GROUP_LEG, "call_id": "7", "state": "transcription", "event_timestamp": _AT + 99_000,
     "date_connected": None, "transcription_text": "Call me,\nplease."},
    {"call_id": "9", "direction": "inbound", "state": "voicemail_uploaded", "event_timestamp": _AT + 95_000,
     "date_started": _AT + 60_000, "date_ended": _AT + 90_000, "target": _ZOE, **_NUMBERS},
    {**_GROUP_LEG, "call_id": "8", "state": "hangup", "event_timestamp": _AT + 200_000, "date_started": _AT + 100_000,
     "date_connected": _AT + 110_000, "date_ended": _AT + 200_000},
    {**_GROUP_LEG, "state": "csat", "event_timestamp": _AT + 300_000, "csat_score": "4"},
    {"event": "voicemail", "event_timestamp": _AT + 500_000, "call_id": "7", "date_listened": _AT + 500_000,
     "listened_by": _ZOE},
    {"event": "disposition", "event_timestamp": _AT + 80_000, "date": _AT, "call_id": "5", "target": _SALES,
     "operator": _ZOE, **_CLASSED},
    {"event": "csat", "event_timestamp": _AT + 80_000, "date": _AT + 80_000, "answer_id": "5:s:q2", "call_id": "5",
     "survey_id": "s", "question_id": "q2", "question": "And why?", "target": _SALES, "operator": _ZOE,
     "channel": "sms", "date_sent": _AT + 80_000, "external_number": "+15550100"},
    {"event": "screenshare", "event_timestamp": _AT, "screenshare_id": "s1", "date": _AT, "call_id": "6",
     "target": _ZOE, "participants": 3, "date_ended": _AT + 60_000},
    {"event": "screenshare", "event_timestamp": _AT, "screenshare_id": "s2", "date": _AT + 1, "target": _ZOE},
    {"id": "t1", "message_status": "delivered", "event_timestamp": _AT, "created_date": _AT, "direction": "outbound",
     "target": _ZOE, "sender_id": "91", "from_number": "+15550201", "to_number": ["+15550100", "+15550101"],
     "mms": True, "encrypted_text": "kept in the raw text alone"},
    {"event": "text", "event_timestamp": _AT, "message_id": "t2", "date": _AT + 1, "direction": "inbound",
     "target": _SALES, "from_phone": "+15550100", "encrypted_text": "c2Vj", "encrypted_aes_text": "QUVT"},
    {"on_duty_status": "available", "event_timestamp": _AT, "target": _ZOE, "call_center_ids": ["31", "32"],
     "availability_status": "open"},
    {"on_duty_status": "wrapup-end", "event_timestamp": _AT + 80_000, "target": _ZOE},
    {"event": "duty", "event_timestamp": _AT + 90_000, "record_id": "d-31", "date": _AT + 90_000, "target": _ZOE,
     "on_duty_status": "busy", "reason": "lunch, long", "call_center_id": "31", "setter_name": "Max",
     "setter_email": "max@x", "setter_role": "admin"},
]  # fmt: skip
_SOURCES = {
    "csat": "csat_csv",
    "dispositions": "dispositions_csv",
    "onduty": "onduty_csv",
    "recordings": "recordings_csv",
    "screenshare": "screenshare_csv",
    "texts": "texts_csv",
    "voicemails": "voicemails_csv",
}
_ROWS = {"csat": 2, "dispositions": 2, "onduty": 4, "recordings": 2, "screenshare": 2, "texts": 2, "voicemails": 2}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house in which one company's events are taken in, and its records exports as another's."""
    house = new_house(tmp_path_factory.mktemp("home"), _NOW)
    file = tmp_path_factory.mktemp("files") / "events.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, _EVENTS)))
    account = import_path(house, "dialpad", file, "First", strict=True)
    assert (account.understood, account.taken) == (len(_EVENTS), len(_EVENTS))
    for stat_type, source in {"calls": "records_csv", **_SOURCES}.items():
        account = import_path(house, source, report_path(house, "First", **_asked(stat_type)), "Second", strict=True)
        assert account.understood == account.taken == account.read, (stat_type, account)
    return house


def _asked(stat_type: str) -> Mapping[str, Any]:
    # Yesterday and the days before it, in a zone in which 10:00 UTC is of another day.
    days = {"days_ago_start": 1, "days_ago_end": 3, "timezone": "Pacific/Kiritimati"}
    target = {"target_id": "31", "target_type": "callcenter"} if stat_type in ("csat", "dispositions") else {}
    return {"stat_type": stat_type, "export_type": "records", **days, **target}


@pytest.mark.parametrize("stat_type", _SOURCES)
def test_records_come_back_the_same(house: House, stat_type: str) -> None:
    first, second = (report_rows(house, company, **_asked(stat_type)) for company in ("First", "Second"))
    assert len(first) == _ROWS[stat_type]
    assert [_but_company(row) for row in second] == [_but_company(row) for row in first]


def _but_company(row: Mapping[str, str]) -> Mapping[str, str]:
    return {name: cell for name, cell in row.items() if name != "company_id"}


@pytest.mark.parametrize("stat_type", _SOURCES)
def test_every_column_that_has_a_source_is_filled_somewhere(house: House, stat_type: str) -> None:
    rows = report_rows(house, "Second", **_asked(stat_type))
    # A call center has no address.
    expected = {"email"} if stat_type == "csat" else set()
    assert {name for name in rows[0] if not any(row[name] for row in rows)} == expected


def test_the_same_export_again_takes_nothing(house: House, tmp_path: Path) -> None:
    for stat_type, source in _SOURCES.items():
        path = tmp_path / f"{stat_type}.csv"
        path.write_bytes(report_path(house, "Second", **_asked(stat_type)).read_bytes())
        assert import_path(house, source, path, "Second").taken == 0


def test_an_export_says_what_the_events_said_up_to_the_printed_precision(house: House) -> None:
    path = report_path(house, "First", **_asked("recordings"))
    with path.open("rb") as file:
        rows = list(SOURCES["recordings_csv"].rows(file, Context("Second", "2", "UTC")))
    events = [event for row in rows if isinstance(row, Taken) for event in row.events]
    assert [(event.date, event.duration) for event in events] == [
        (1_772_445_610_000_000, 61_800_000),
        (1_772_445_630_000_000, 0),
    ]
