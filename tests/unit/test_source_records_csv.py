"""How the records CSV of calls is read: hand-made rows, their fields written out, and what is refused."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from busyhour.domain.events import CallEvent, Party
from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Refused, Row, Taken
from busyhour.sources.records_csv import SOURCE

_HEADER = (
    "date_started,call_id,category,direction,external_number,internal_number,date_first_rang,date_queued,"
    "date_rang,date_connected,date_ended,target_id,target_kind,target_type,name,email,was_recorded,"
    "entry_point_call_id,entry_point_target_id,entry_point_target_kind,proxy_target_id,voicemail,transferred_to,"
    "transferred_to_contact_id,transferred_from_target_id,office_id,company_id,device,salesforce_activity_id,"
    "timezone,availability,time_in_system,callback_type,callback_id,master_call_id,time_to_answer,"
    "date_callback_connected,date_callback_ended,date_anonymized,categories,ringing_duration,"
    "ringing_occurrences,hold_duration,hold_occurrences,talk_duration,queued_duration,queued_occurrences,"
    "wrapup_duration,participant_type,percent_ai_talk_time,percent_ai_listen_time,percent_ai_silent_time,"
    "campaign_id,is_internal"
)
_GROUP_LEG = (
    "2026-03-02 10:00:00.000000,4503599627370500,incoming,inbound,+15550100,+15550200,2026-03-02 10:00:20.250000,"
    "2026-03-02 10:00:05,,2026-03-02T10:00:30.5,2026-03-02 10:05:30.5,31,CallCenter,call_center,Sales,,true,"
    ",,,,false,Billing,77,30,12,1,,00T5e000001,"
    "America/New_York,open,5.51,agent,4503599627370600,4503599627370500,0.43,"
    "2026-03-02 11:00:00,2026-03-02 11:01:00,2026-03-05 00:00:00,\"inbound,human_agent,answered\",0.17,"
    "2,0.5,1,4.5,0.01,1,"
    "0.25,,45.6,54.35,0,"
    "88,no"
)  # fmt: skip
_AGENT_LEG = (
    "2026-03-02 10:00:20.250000,4503599627370501,,inbound,+15550100,+15550200,,"
    ",2026-03-02 10:00:20.250000,2026-03-02 10:00:30.500000,2026-03-02 10:05:30.500000,"
    "91,UserProfile,user,Zoë,zoe@acme.example,1,"
    "4503599627370500,31,CallCenter,31,0,,,,12,1,desktop_app,,"
    "America/New_York,,,,,4503599627370500,,,,,\"answered,human_agent,inbound\",,,,,,,,,operator,,,,,FALSE"
)  # fmt: skip
_NO_ID = "expected an id, not a number as spreadsheet programs rewrite it"
_NO_KIND = "expected a kind of target, such as call_center"
_NO_TIME = "expected a local time YYYY-MM-DD HH:MM:SS"
_SMALL = "call_id,date_started,direction,target_type,target_id"


def _read(text: str, timezone: str = "UTC") -> list[Row]:
    return list(SOURCE.rows(io.BytesIO(text.encode()), Context("Acme", "1", timezone)))


def _only(header: str, row: str, timezone: str = "UTC") -> CallEvent:
    (taken,) = _read(f"{header}\n{row}\n", timezone)
    assert isinstance(taken, Taken), taken
    (event,) = taken.events
    return event


def _with(column: str, cell: str, **others: str) -> CallEvent:
    """The event of a small row with some more cells."""
    cells = {column: cell, **others}
    start = "1,2026-03-02 10:00:00,inbound,user,7"
    return _only(",".join((_SMALL, *cells)), ",".join((start, *cells.values())))


def _at(text: str) -> int:
    instant = datetime.fromisoformat(text).astimezone(UTC)
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_every_field_of_a_group_leg() -> None:
    event = _only(_HEADER, _GROUP_LEG)
    assert replace(event, hash=0) == CallEvent(
        call_id="4503599627370500",
        state="hangup",
        event_timestamp=_at("2026-03-02 15:05:30.500000Z"),
        hash=0,
        raw=_GROUP_LEG,
        direction="inbound",
        external_number="+15550100",
        internal_number="+15550200",
        date_started=_at("2026-03-02 15:00:00Z"),
        date_first_rang=_at("2026-03-02 15:00:20.250000Z"),
        date_queued=_at("2026-03-02 15:00:05Z"),
        date_connected=_at("2026-03-02 15:00:30.500000Z"),
        date_ended=_at("2026-03-02 15:05:30.500000Z"),
        date_callback_connected=_at("2026-03-02 16:00:00Z"),
        date_callback_ended=_at("2026-03-02 16:01:00Z"),
        date_anonymized=_at("2026-03-05 05:00:00Z"),
        target=Party("31", "call_center", "Sales", office_id="12"),
        master_call_id="4503599627370500",
        transferred_to="Billing",
        transferred_to_contact_id="77",
        transferred_from_target_id="30",
        office_id="12",
        is_internal=False,
        was_recorded=True,
        voicemail=False,
        availability="open",
        category="incoming",
        categories="answered,human_agent,inbound",
        callback_type="agent",
        callback_id="4503599627370600",
        salesforce_activity_id="00T5e000001",
        campaign_id="88",
        talk_time=270_000_000,
        hold_time=30_000_000,
        ringing_time=10_200_000,
        queued_time=600_000,
        wrapup_time=15_000_000,
        hold_occurrences=1,
        ringing_occurrences=2,
        queued_occurrences=1,
        percent_ai_talk_time=456,
        percent_ai_listen_time=544,
        percent_ai_silent_time=0,
    )


def test_every_field_of_an_agent_leg() -> None:
    event = _only(_HEADER, _AGENT_LEG)
    assert replace(event, hash=0) == CallEvent(
        call_id="4503599627370501",
        state="hangup",
        event_timestamp=_at("2026-03-02 15:05:30.500000Z"),
        hash=0,
        raw=_AGENT_LEG,
        direction="inbound",
        external_number="+15550100",
        internal_number="+15550200",
        date_started=_at("2026-03-02 15:00:20.250000Z"),
        date_rang=_at("2026-03-02 15:00:20.250000Z"),
        date_connected=_at("2026-03-02 15:00:30.500000Z"),
        date_ended=_at("2026-03-02 15:05:30.500000Z"),
        target=Party("91", "user", "Zoë", "zoe@acme.example"),
        entry_point_target=Party("31", "call_center", office_id="12"),
        proxy_target=Party("31"),
        entry_point_call_id="4503599627370500",
        master_call_id="4503599627370500",
        group_call_id="4503599627370500",
        office_id="12",
        is_internal=False,
        was_recorded=True,
        voicemail=False,
        category="incoming",
        categories="answered,human_agent,inbound",
        device="desktop_app",
    )


@pytest.mark.parametrize(
    ("target", "cells", "party", "entry_point", "office"),
    [
        # A person's own leg: the office is the person's.
        ("user,91", ",,", Party("91", "user", office_id="12"), None, "12"),
        ("room,92", ",31,CallCenter", Party("92", "room", office_id="12"), Party("31", "call_center"), "12"),
        # An agent leg: the office is the group's.
        ("room,92", "5,31,Department", Party("92", "room"), Party("31", "department", office_id="12"), "12"),
        ("user,91", "5,31,", Party("91", "user"), Party("31", office_id="12"), "12"),
        ("user,91", "5,13,Office", Party("91", "user"), Party("13", "office", office_id="13"), "12"),
        # Of an office's main line the id is the office.
        ("office,13", ",,", Party("13", "office", office_id="13"), None, "13"),
        ("Department,30", ",,", Party("30", "department", office_id="12"), None, "12"),
    ],
)
def test_whose_office_a_row_names(
    target: str, cells: str, party: Party, entry_point: Party | None, office: str
) -> None:
    header = f"{_SMALL},entry_point_call_id,entry_point_target_id,entry_point_target_kind,office_id"
    event = _only(header, f"1,2026-03-02 10:00:00,inbound,{target},{cells},12")
    assert (event.target, event.entry_point_target, event.office_id) == (party, entry_point, office)


def test_an_open_leg_is_taken_with_the_time_of_its_start() -> None:
    event = _with("date_ended", "")
    assert (event.date_ended, event.event_timestamp) == (None, _at("2026-03-02 10:00:00Z"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("true", True), ("TRUE", True), ("1", True), ("Yes", True), ("false", False), ("0", False), ("NO", False)],
)
def test_words_for_true_and_false(cell: str, expected: bool) -> None:
    assert _with("is_internal", cell).is_internal is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("0", 0), ("0.03", 1_800_000), ("1.2", 72_000_000), ("44", 2_640_000_000), ("0.01", 600_000),
     ("0.0000001", 6), ("0.29", 17_400_000), ("123456.78", 7_407_406_800_000)],
)  # fmt: skip
def test_minutes_are_exact(cell: str, expected: int) -> None:
    assert _with("talk_duration", cell).talk_time == expected


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("call_id", "", "call_id: expected a value"),
        ("call_id", "4.5036E+15", f"call_id: {_NO_ID}"),
        ("target_id", "1,23E+15", f"target_id: {_NO_ID}"),
        ("master_call_id", "450359.0", f"master_call_id: {_NO_ID}"),
        ("direction", "", "direction: expected a value"),
        ("direction", "internal", "direction: expected inbound or outbound"),
        ("target_type", "hologram", f"target_type or target_kind: {_NO_KIND}"),
        ("target_type", "", f"target_type or target_kind: {_NO_KIND}"),
        ("date_started", "03/02/2026 10:00", f"date_started: {_NO_TIME}"),
        ("date_started", "2026-03-02", f"date_started: {_NO_TIME}"),
        ("date_started", "2026-03-02 10:00:00Z", f"date_started: {_NO_TIME}"),
        ("date_ended", "2026-02-30 10:00:00", f"date_ended: {_NO_TIME}"),
        ("date_ended", "1970-12-31 23:59:59", f"date_ended: {_NO_TIME} of the years 1971 to 2199"),
        ("timezone", "EST5", "timezone: expected a name of the tz database"),
        ("voicemail", "maybe", "voicemail: expected true or false or 1 or 0 or yes or no"),
        ("talk_duration", "-1", "talk_duration: expected minutes, not negative and at most a year's"),
        ("talk_duration", "00:01:30", "talk_duration: expected minutes, not negative and at most a year's"),
        ("hold_occurrences", "two", "hold_occurrences: expected a whole number, not negative"),
        ("percent_ai_talk_time", "100.1", "percent_ai_talk_time: expected a percentage from 0 to 100"),
        ("entry_point_target_kind", "Hologram", f"entry_point_target_kind: {_NO_KIND}"),
        ("name", "a\x00b", "name: expected text"),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_understood_refuses_its_row(column: str, cell: str, reason: str) -> None:
    good = {
        "call_id": "1", "date_started": "2026-03-02 10:00:00", "direction": "inbound", "target_type": "user",
        "target_id": "7", "entry_point_target_id": "8",
    }  # fmt: skip
    good |= {column: good.get(column, "")}
    bad = good | {column: f'"{cell}"'}
    text = "\n".join(",".join(row) for row in (good, good.values(), bad.values(), good.values()))
    rows = _read(text)
    assert rows[1] == Refused(3, reason, repr(cell) if cell else "nothing")
    assert [type(row) for row in rows] == [Taken, Refused, Taken]


def test_columns_go_by_name_in_any_order_and_unknown_ones_are_ignored() -> None:
    plain = _only(_SMALL, "1,2026-03-02 10:00:00,inbound,user,7")
    other = _only(
        "note, Target_ID ,target_kind,direction,CALL_ID,date_started,note",
        "x,7,UserProfile,Inbound,1,2026-03-02T10:00:00.000,y",
    )
    assert replace(other, raw=plain.raw) == plain


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "call_id,date_started,target_id,name",
            "Line 1 is not the header of a CSV of calls: direction, target_type or target_kind missing among its "
            "comma-separated column names, got 'call_id,date_started,target_id,name'.",
        ),
        (f"{_SMALL},call_id", "Line 1 names a column more than once: call_id."),
    ],
)
def test_a_header_that_cannot_be_read_by_says_why(header: str, message: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        _read(f"{header}\n1,2,3,4\n")
    assert error.value.message == message


def test_every_field_quoted_and_line_ends_in_quotes() -> None:
    header = ",".join(f'"{name}"' for name in f"{_SMALL},name".split(","))
    first = '"1","2026-03-02 10:00:00","inbound","user","7","Zoë\r\n""Z""\nLee"'
    second = '"2","2026-03-02 10:00:00","inbound","user","7","Bob"'
    rows = _read(f"{header}\r\n{first}\r\n{second}\r\n")
    assert [row.line for row in rows] == [2, 5]
    assert [row.events[0].target for row in rows if isinstance(row, Taken)] == [
        Party("7", "user", 'Zoë\r\n"Z"\nLee'),
        Party("7", "user", "Bob"),
    ]
    assert [row.events[0].raw for row in rows if isinstance(row, Taken)] == [first, second]


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("is_quoted", [False, True])
def test_an_unclosed_quote_gives_up_its_own_row_alone(place: int, is_quoted: bool) -> None:
    cells = ["1", "2026-03-02 10:00:00", "inbound", "user", "7", "Zoë"]
    good = ",".join(f'"{cell}"' for cell in cells) if is_quoted else ",".join((*cells[:-1], '"Zoë"'))
    cells[place] = f'"{cells[place]}'
    bad = ",".join(cell if number == place or not is_quoted else f'"{cell}"' for number, cell in enumerate(cells))
    rows = _read("\n".join((f"{_SMALL},name", good, bad, good, good)))
    assert [(row.line, type(row)) for row in rows] == [(2, Taken), (3, Refused), (4, Taken), (5, Taken)]


def test_equal_content_has_an_equal_hash_however_and_in_whatever_zone_it_is_written() -> None:
    header = f"{_SMALL},timezone,talk_duration"
    event = _only(header, "1,2026-03-02 10:00:00,inbound,user,7,America/New_York,0.5")
    same = _only(header, '"1","2026-03-02T15:00:00.000","INBOUND","user","7","","0.50"')
    other = _only(header, "1,2026-03-02 10:00:00,inbound,user,7,America/New_York,0.51")
    assert event.hash == same.hash
    assert event.hash != other.hash
