"""How a row of the Anonymous Bank is read: hand-made rows, each with every field that it gives written out."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from busyhour.domain.directory import Entry, Kind, Origin, derived_id
from busyhour.domain.events import CallEvent, Party
from busyhour.errors import UnreadableFile
from busyhour.sources.anonymous_bank import SOURCE
from busyhour.sources.base import Context, Ignored, Refused, Row, Taken

_CONTEXT = Context("Bank", "1", "Asia/Jerusalem")
_HEADER = (
    "vru+line call_id customer_id priority type date vru_entry vru_exit vru_time q_start q_exit q_time outcome "
    "ser_start ser_exit ser_time server"
)
_OFFICE = derived_id("Bank", "office")
_SALES = Party(derived_id("Bank", "callcenter", "NW"), "call_center", "NW", office_id=_OFFICE)
_TOVA = Party(derived_id("Bank", "user", "TOVA"), "user", "TOVA", office_id=_OFFICE)
_ANSWERED = "AA0101 1 0 0 NW 990201 9:00:00 9:00:10 10 9:00:10 9:00:40 30 AGENT 9:00:40 9:02:40 120 TOVA"


def _read(*rows: str) -> list[Row]:
    text = "".join(row.replace(" ", "\t") + "\n" for row in (_HEADER, *rows))
    return list(SOURCE.rows(io.BytesIO(text.encode()), _CONTEXT))


def _only(row: str) -> Taken:
    (taken,) = _read(row)
    assert isinstance(taken, Taken)
    return taken


def _at(clock: str, day: int = 1) -> int:
    """µs UTC of a clock time in February 1999, when Israel was two hours ahead."""
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    local = datetime(1999, 2, day, hours, minutes, seconds, tzinfo=UTC)
    return (local - timedelta(hours=2) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_an_answered_call_is_a_group_leg_and_an_agent_leg() -> None:
    taken = _only(_ANSWERED)
    group_id = derived_id("Bank", "anonymous_bank", "990201", "AA0101", "1")
    group, agent = (replace(event, hash=0) for event in taken.events)
    raw = _ANSWERED.replace(" ", "\t")
    assert group == CallEvent(
        call_id=group_id,
        state="hangup",
        event_timestamp=_at("9:02:40"),
        hash=0,
        raw=raw,
        direction="inbound",
        date_started=_at("9:00:00"),
        date_first_rang=_at("9:00:40"),
        date_queued=_at("9:00:10"),
        date_connected=_at("9:00:40"),
        date_ended=_at("9:02:40"),
        target=_SALES,
        master_call_id=group_id,
        is_internal=False,
        talk_time=120_000_000,
    )
    assert agent == CallEvent(
        call_id=derived_id(group_id, "TOVA"),
        state="hangup",
        event_timestamp=_at("9:02:40"),
        hash=0,
        raw=raw,
        direction="inbound",
        date_started=_at("9:00:40"),
        date_rang=_at("9:00:40"),
        date_connected=_at("9:00:40"),
        date_ended=_at("9:02:40"),
        target=_TOVA,
        entry_point_target=_SALES,
        entry_point_call_id=group_id,
        master_call_id=group_id,
        group_call_id=group_id,
        is_internal=False,
        talk_time=120_000_000,
    )
    assert taken.mended == ()
    assert taken.events[0].hash != taken.events[1].hash


@pytest.mark.parametrize(
    ("row", "started", "queued", "connected", "ended", "talk", "legs", "mended"),
    [
        (  # hung up in the menu
            "AA01 1 0 0 PS 990201 9:00:00 9:00:10 10 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER",
            _at("9:00:00"), None, None, _at("9:00:10"), None, 1, (),
        ),
        (  # hung up in the queue, with service times that cannot be
            "AA01 1 0 0 PS 990201 9:00:00 9:00:10 10 9:00:10 9:01:00 50 HANG 9:01:00 9:02:00 60 TOVA",
            _at("9:00:00"), _at("9:00:10"), None, _at("9:01:00"), None, 1,
            ("HANG with service times: ignored them",),
        ),
        (  # queued at midnight: only q_time tells
            "AA01 1 0 0 PS 990201 0:00:00 0:00:00 0 0:00:00 0:00:05 5 HANG 0:00:00 0:00:00 0 NO_SERVER",
            _at("0:00:00"), _at("0:00:00"), None, _at("0:00:05"), None, 1, (),
        ),
        (  # the agent is not known
            "AA01 1 0 0 PS 990201 9:00:00 9:00:10 10 0:00:00 0:00:00 0 AGENT 9:00:09 9:01:09 60 NO_SERVER",
            _at("9:00:00"), None, _at("9:00:09"), _at("9:01:09"), 60_000_000, 1, (),
        ),
        (  # no service times at all
            "AA01 1 0 0 PS 990201 9:00:00 9:00:10 10 0:00:00 0:00:00 0 AGENT 0:00:00 0:00:00 0 NO_SERVER",
            _at("9:00:00"), None, _at("9:00:10"), _at("9:00:10"), 0, 1,
            ("AGENT without ser_start: connected and ended as the wait ended",),
        ),
        (  # the clock ran back
            "AA01 1 0 0 PS 990201 9:00:10 9:00:00 -10 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER",
            _at("9:00:00"), None, None, _at("9:00:00"), None, 1,
            ("vru_time negative: started at vru_exit",),
        ),
        (  # over midnight
            "AA01 1 0 0 PS 990201 23:59:00 23:59:10 10 0:00:00 0:00:00 0 AGENT 23:59:10 0:01:10 120 TOVA",
            _at("23:59:00"), None, _at("23:59:10"), _at("0:01:10", 2), 120_000_000, 2,
            ("ser_exit more than 12 h before vru_entry: of the next day",),
        ),
    ],
)  # fmt: skip
def test_how_the_times_of_a_call_are_read(
    row: str,
    started: int,
    queued: int | None,
    connected: int | None,
    ended: int,
    talk: int | None,
    legs: int,
    mended: tuple[str, ...],
) -> None:
    taken = _only(row)
    group = taken.events[0]
    times = (group.date_started, group.date_queued, group.date_connected, group.date_ended, group.talk_time)
    assert times == (started, queued, connected, ended, talk)
    assert len(taken.events) == legs
    assert taken.mended == mended


def test_a_phantom_is_no_call() -> None:
    row = "AA01 1 0 0 PS 990201 0:00:00 0:00:00 0 0:00:00 0:00:00 0 PHANTOM 0:00:00 0:00:00 0 NO_SERVER"
    assert _read(row) == [Ignored(2, "outcome PHANTOM: no call")]


@pytest.mark.parametrize(
    ("good", "bad", "reason", "came"),
    [
        ("990201", "99-2-1", "date: expected yymmdd", "99-2-1"),
        ("9:00:00", "9:60:00", "vru_entry: expected a clock time H:MM:SS", "9:60:00"),
        ("9:02:40", "9:02", "ser_exit: expected a clock time H:MM:SS", "9:02"),
        ("120", "2m", "ser_time: expected whole seconds, at most a day's", "2m"),
        ("120", "9" * 18, "ser_time: expected whole seconds, at most a day's", "9" * 18),
        ("120", "-86401", "ser_time: expected whole seconds, at most a day's", "-86401"),
        ("AGENT", "agent", "outcome: expected one of AGENT, HANG", "agent"),
        ("NW", "XX", "type: expected one of PS, PE, IN, NE, NW, TT", "XX"),
        (" TOVA", "", "expected 17 tab-separated fields", "16 fields"),
    ],
)
def test_a_row_that_is_not_understood_says_why(good: str, bad: str, reason: str, came: str) -> None:
    rows = _read(_ANSWERED, _ANSWERED.replace(good, bad), _ANSWERED)
    assert rows[1] == Refused(3, reason, came if came.endswith(" fields") else repr(came))
    assert [type(row) for row in rows] == [Taken, Refused, Taken]


def test_quoted_fields_are_another_form() -> None:
    quoted = "\t".join(f'"{name}"' for name in _HEADER.split(" "))
    with pytest.raises(UnreadableFile, match="Line 1 is not the header of an Anonymous Bank file"):
        list(SOURCE.rows(io.BytesIO(quoted.encode()), _CONTEXT))


def test_times_need_a_zone() -> None:
    file = io.BytesIO(_HEADER.replace(" ", "\t").encode())
    with pytest.raises(UnreadableFile, match="Invalid timezone name 'Asia/Nowhere'"):
        list(SOURCE.rows(file, Context("Bank", "1", "Asia/Nowhere")))


def test_one_office_named_as_the_company_and_six_centers() -> None:
    office, *centers = SOURCE.entries(_CONTEXT)
    assert office == Entry(Kind.OFFICE, _OFFICE, "Bank", timezone="Asia/Jerusalem", origin=Origin.SOURCE)
    assert [center.name for center in centers] == ["PS", "PE", "IN", "NE", "NW", "TT"]
    assert {(center.kind, center.office_id, center.origin) for center in centers} == {
        (Kind.CALL_CENTER, _OFFICE, Origin.SOURCE)
    }
