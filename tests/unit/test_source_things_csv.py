"""How the records exports of everything but calls are read: hand-made rows, their fields written out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from busyhour.domain.events import CallEvent, Party
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
from busyhour.sources.base import Refused, Taken
from file_samples import EXPORTS, read_export

_SALES = Party("31", "call_center", "Sales")
_ZOE = Party("91", "user", "Zoë", "zoe@acme.example")
_SAID: dict[str, Any] = {"hash": 0, "raw": ""}
_NY = "America/New_York"


def _only(source: str, row: str, header: str = "") -> Thing:
    (taken,) = read_export(source, row, header=header)
    assert isinstance(taken, Taken), taken
    (event,) = taken.events
    assert not isinstance(event, CallEvent)
    assert event.raw == row
    return replace(event, hash=0, raw="")


def _at(text: str) -> int:
    instant = datetime.fromisoformat(text).astimezone(UTC)
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        (
            "csat_csv",
            '2026-03-02 10:00:00.250000,5,s3,q1,"How, did we do?",4,sms,31,call_center,Sales,,'
            f"91,Zoë,zoe@acme.example,+15550100,2026-03-02 10:12:00.000000,2026-03-02 11:00:00.500000,{_NY}",
            CsatEvent(
                **_SAID, event_timestamp=_at("2026-03-02 16:00:00.500000Z"), date=_at("2026-03-02 15:00:00.250000Z"),
                answer_id="5:s3:q1", call_id="5", survey_id="s3", question_id="q1", question="How, did we do?",
                response="4", channel="sms", target=_SALES, operator=_ZOE, external_number="+15550100",
                date_sent=_at("2026-03-02 15:12:00Z"), date_responded=_at("2026-03-02 16:00:00.500000Z"),
            ),
        ),
        (
            "dispositions_csv",
            "2026-03-02 10:00:00.250000,5,91,Zoë,zoe@acme.example,Order~New,inbound,+15550100,+15550200,"
            "2026-03-02 10:00:05,2026-03-02 10:00:03,2026-03-02 10:00:09,2026-03-02 10:05:00,31,CallCenter,12,"
            f'1,00T,https://r/1,"He said ""no"",\nthen yes",{_NY}',
            DispositionEvent(
                **_SAID, event_timestamp=_at("2026-03-02 15:00:00.250000Z"), date=_at("2026-03-02 15:00:00.250000Z"),
                call_id="5", target=replace(_SALES, name=None, office_id="12"), operator=_ZOE,
                disposition="Order~New", note='He said "no",\nthen yes', recording_url="https://r/1",
            ),
        ),
        (
            "onduty_csv",
            "2026-03-02 10:00:00,77-31,91,open,wrapup,after a call,Zoë,zoe@acme.example,user,31,Max,max@x,admin,",
            DutyEvent(
                **_SAID, event_timestamp=_at("2026-03-02 10:00:00Z"), date=_at("2026-03-02 10:00:00Z"),
                record_id="77-31", target=_ZOE, availability_status="open", on_duty_status="wrapup",
                reason="after a call", call_center_id="31", setter_name="Max", setter_email="max@x",
                setter_role="admin",
            ),
        ),
        (
            "recordings_csv",
            "5,91,Zoë,zoe@acme.example,91,Zoë,zoe@acme.example,+15550100,+15550200,2026-03-02 10:00:00,"
            f"https://r/1,4.67,{_NY}",
            RecordingEvent(
                **_SAID, event_timestamp=_at("2026-03-02 15:00:00Z"), date=_at("2026-03-02 15:00:00Z"),
                recording_id="", call_id="5", target=_ZOE, operator=_ZOE, external_number="+15550100",
                internal_number="+15550200", recording_url="https://r/1", duration=280_200_000,
            ),
        ),
        (
            "screenshare_csv",
            "2026-03-02 10:00:00.000001,9,5,91,Zoë,zoe@acme.example,user,3,2026-03-02 10:05:00,5,UTC",
            ScreenshareEvent(
                **_SAID, event_timestamp=_at("2026-03-02 10:05:00Z"), date=_at("2026-03-02 10:00:00.000001Z"),
                screenshare_id="9", call_id="5", target=_ZOE, participants=3, date_ended=_at("2026-03-02 10:05:00Z"),
            ),
        ),
        (
            "texts_csv",
            '2026-03-02 10:00:00.5,8,Zoë,zoe@acme.example,user,91,92,Outbound,"+15550100,+15550101",+15550201,'
            "c2VjcmV0,QUVT,true,UTC",
            TextEvent(
                **_SAID, event_timestamp=_at("2026-03-02 10:00:00.500000Z"), date=_at("2026-03-02 10:00:00.500000Z"),
                message_id="8", target=_ZOE, sender_id="92", direction="outbound", to_phone="+15550100,+15550101",
                from_phone="+15550201", encrypted_text="c2VjcmV0", encrypted_aes_text="QUVT", mms=True,
            ),
        ),
        (
            "voicemails_csv",
            "5,91,Zoë,zoe@acme.example,+15550100,+15550201,2026-03-02 10:00:00,2026-03-02 12:00:00,"
            '92,Bob,bob@x,https://v/1,"Call me,\nplease.",UTC',
            VoicemailEvent(
                **_SAID, event_timestamp=_at("2026-03-02 12:00:00Z"), date=_at("2026-03-02 10:00:00Z"), call_id="5",
                target=_ZOE, external_number="+15550100", internal_number="+15550201",
                date_listened=_at("2026-03-02 12:00:00Z"), listened_by=Party("92", "user", "Bob", "bob@x"),
                recording_url="https://v/1", transcription_text="Call me,\nplease.",
            ),
        ),
    ],
)  # fmt: skip
def test_every_field_of_a_row(source: str, row: str, expected: Thing) -> None:
    event = _only(source, row)
    if isinstance(event, RecordingEvent):
        assert event.recording_id
        event = replace(event, recording_id="")
    assert event == expected


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        ("csat_csv", "2026-03-02 10:00:00,5,,q1,,,,31,CallCenter,,,,,,,,,", CsatEvent(
            **_SAID, event_timestamp=_at("2026-03-02 10:00:00Z"), date=_at("2026-03-02 10:00:00Z"), call_id="5",
            answer_id="5:q1", question_id="q1", target=Party("31", "call_center"),
        )),
        ("dispositions_csv", "2026-03-02 10:00:00,5,,,,,,,,,,,,12,Office,11,,,,,", DispositionEvent(
            **_SAID, event_timestamp=_at("2026-03-02 10:00:00Z"), date=_at("2026-03-02 10:00:00Z"), call_id="5",
            target=Party("12", "office", office_id="12"),
        )),
        ("onduty_csv", "2026-03-02 10:00:00,7,91,,occupied-end,,,,Room,,,,,", DutyEvent(
            **_SAID, event_timestamp=_at("2026-03-02 10:00:00Z"), date=_at("2026-03-02 10:00:00Z"), record_id="7",
            target=Party("91", "room"), on_duty_status="available",
        )),
        ("voicemails_csv", "5,31,Sales,,,,2026-03-02 10:00:00,,,Bob,,,,", VoicemailEvent(
            **_SAID, event_timestamp=_at("2026-03-02 10:00:00Z"), date=_at("2026-03-02 10:00:00Z"), call_id="5",
            target=Party("31", None, "Sales"), listened_by=Party(name="Bob"),
        )),
        ("screenshare_csv", "2026-03-02 10:00:00,9,,91,,,user,,,,", ScreenshareEvent(
            **_SAID, event_timestamp=_at("2026-03-02 10:00:00Z"), date=_at("2026-03-02 10:00:00Z"),
            screenshare_id="9", target=Party("91", "user"),
        )),
        ("texts_csv", "2026-03-02 10:00:00,8,,,department,30,,inbound,,,,,,", TextEvent(
            **_SAID, event_timestamp=_at("2026-03-02 10:00:00Z"), date=_at("2026-03-02 10:00:00Z"), message_id="8",
            target=Party("30", "department"), direction="inbound",
        )),
    ],
)  # fmt: skip
def test_the_least_of_a_row(source: str, row: str, expected: Thing) -> None:
    assert _only(source, row) == expected


@pytest.mark.parametrize("source", ["recordings_csv", "voicemails_csv"])
def test_a_target_of_no_said_kind_is_a_user_where_it_has_an_address_and_else_of_none(source: str) -> None:
    def target(email: str, kind: str) -> Party | None:
        header = "call_id,date,target_id,email,target_kind,recording_url,duration,date_listened"
        return _only(source, f"5,2026-03-02 10:00:00,91,{email},{kind},,,", header).target

    assert target("zoe@x", "") == Party("91", "user", email="zoe@x")
    assert target("", "") == Party("91")
    assert target("", "CallCenter") == Party("91", "call_center")


def test_answers_of_questions_without_an_id_are_told_apart_by_all_else_but_the_answer() -> None:
    header = "call_id,date,survey_id,question,response,target_type,target_id"
    rows = [
        "5,2026-03-02 10:00:00,s,Quick?,,user,7",
        "5,2026-03-02 10:00:00,s,Quick?,4,user,7",
        "5,2026-03-02 10:00:00,s,Kind?,4,user,7",
        "5,2026-03-02 10:00:00,t,Quick?,4,user,7",
        "6,2026-03-02 10:00:00,s,Quick?,4,user,7",
        "5,2026-03-02 10:00:01,s,Quick?,4,user,7",
    ]
    events = [_only("csat_csv", row, header) for row in rows]
    ids = [event.answer_id for event in events if isinstance(event, CsatEvent)]
    assert ids[0] == ids[1]
    assert len({*ids}) == len(rows) - 1


def test_recordings_are_told_apart_by_call_moment_and_place() -> None:
    header = "call_id,date,target_id,recording_url,duration,timezone"
    rows = [
        "5,2026-03-02 10:00:00,7,https://r/1,4,UTC",
        "5,2026-03-02 05:00:00,7,https://r/1,5,America/New_York",
        "5,2026-03-02 10:00:00,7,https://r/2,4,UTC",
        "6,2026-03-02 10:00:00,7,https://r/1,4,UTC",
        "5,2026-03-02 10:00:01,7,https://r/1,4,UTC",
    ]
    events = [_only("recordings_csv", row, header) for row in rows]
    ids = [event.recording_id for event in events if isinstance(event, RecordingEvent)]
    assert ids[0] == ids[1]
    assert len({*ids}) == len(rows) - 1


@pytest.mark.parametrize("source", EXPORTS)
def test_an_hour_that_comes_twice_is_resolved_by_order(source: str) -> None:
    moment = "date_started" if source in ("dispositions_csv", "screenshare_csv") else "date"
    cells = {"on_duty_status": "busy", "direction": "inbound", "target_type": "user", "target_kind": "UserProfile"}
    names = EXPORTS[source].split(",")
    day = "2026-11-01"
    clocks = ["00:59:59", "01:10:00", "01:50:00", "01:20:00", "02:00:00"]

    def row(clock: str) -> str:
        said = {moment: f"{day} {clock}", "timezone": _NY, **cells}
        return ",".join(said.get(name, "7" if name.endswith("_id") else "") for name in names)

    rows = read_export(source, *map(row, clocks))
    starts = [event.date for taken in rows if isinstance(taken, Taken) for event in taken.events
              if isinstance(event, Thing)]  # fmt: skip
    utc = ["04:59:59", "05:10:00", "05:50:00", "06:20:00", "07:00:00"]
    assert starts == [_at(f"{day} {clock}Z") for clock in utc]
    first = [f"{moment} in an hour that comes twice: the first, by order"]
    second = [f"{moment} in an hour that comes twice: the second, by order"]
    assert [list(taken.mended) for taken in rows if isinstance(taken, Taken)] == [[], first, first, second, []]


def test_a_later_time_of_a_row_does_not_lie_before_its_moment() -> None:
    (row,) = read_export(
        "screenshare_csv", f"2026-11-01 01:50:00,9,,91,,,user,,2026-11-01 01:10:00,,{_NY}", timezone="Asia/Kolkata"
    )
    assert isinstance(row, Taken)
    assert list(row.mended) == [
        "date_started in an hour that comes twice: the first, by order",
        "date_ended in an hour that comes twice: the second, by order",
    ]
    assert [event.event_timestamp for event in row.events] == [_at("2026-11-01 06:10:00Z")]


def test_the_zone_is_the_rows_and_else_the_files() -> None:
    row = "2026-03-02 10:00:00,9,,91,,,user,,,,"
    (taken,) = read_export("screenshare_csv", row, timezone="Asia/Kolkata")
    assert isinstance(taken, Taken)
    assert [event.event_timestamp for event in taken.events] == [_at("2026-03-02 04:30:00Z")]
    assert read_export("screenshare_csv", f"{row}EST5") == [
        Refused(2, "timezone: expected a name of the tz database", "'EST5'")
    ]


def test_equal_content_has_an_equal_hash_however_and_in_whatever_zone_it_is_written() -> None:
    header = "message_id,date,target_type,target_id,direction,mms,timezone"

    def hash_of(row: str) -> int:
        (taken,) = read_export("texts_csv", row, header=header)
        assert isinstance(taken, Taken)
        return taken.events[0].hash

    one = hash_of("8,2026-03-02 10:00:00,user,91,inbound,true,America/New_York")
    assert hash_of('"8","2026-03-02T15:00:00.000","UserProfile","91","INBOUND","1",""') == one
    assert hash_of("8,2026-03-02 10:00:00,user,91,inbound,,America/New_York") != one
