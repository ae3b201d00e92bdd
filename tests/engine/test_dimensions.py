"""Hours, weekdays, waits and intervals of a few legs and changes, worked out by hand."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from busyhour.domain.clock import micros
from busyhour.domain.dimensions import Dimension
from busyhour.domain.events import CallEvent, Party, content_hash, typed_content
from busyhour.domain.things import DutyEvent, TextEvent, VoicemailEvent, thing
from busyhour.tables.staging import stage_events
from houses import House, company_of, new_house, refresh, report_rows

DESK = Party("1", "call_center", "Desk", office_id="9")
ANN = Party("11", "user", "Ann", "ann@example.com", office_id="9")


def _at(clock: str) -> int:
    return micros(datetime.fromisoformat(clock).replace(tzinfo=UTC))


def _leg(number: int, started: int, seconds: float = 30, **more: Any) -> CallEvent:
    ended = started + round(seconds * 1_000_000)
    values = {
        "call_id": str(number),
        "state": "hangup",
        "event_timestamp": ended,
        "direction": "inbound",
        "date_started": started,
        "date_ended": ended,
        "target": DESK,
        **more,
    }
    return CallEvent(hash=content_hash(typed_content(values)), raw="", **values)  # type: ignore[arg-type]


def _house(folder: Path, now: str, events: Iterable[Any]) -> House:
    house = new_house(folder, now)
    stage_events(iter(events), company_of(house, "A"), house.inbox)
    refresh(house, "A")
    return house


def _busy(house: House, by: Dimension, *names: str, **asked: Any) -> dict[tuple[str, ...], int]:
    """The calls of each row that has any, by what names it."""
    fields = {"stat_type": "calls", "export_type": "stats", "days_ago_start": 0, **asked}
    rows = report_rows(house, "A", by, **fields)
    return {tuple(row[name] for name in names): int(row["all_calls"]) for row in rows if row["all_calls"] != "0"}


def test_an_hour_that_comes_twice_adds_up(tmp_path: Path) -> None:
    """New York, Sunday, 1 November 2026: 01:30 is at 05:30 UTC, and again at 06:30."""
    clocks = ("05:30", "06:30", "06:59:59.999999", "07:00")
    legs = [_leg(number, _at(f"2026-11-01 {clock}")) for number, clock in enumerate(clocks)]
    house = _house(tmp_path, "2026-11-02T12:00:00+00:00", legs)
    asked = {"timezone": "America/New_York", "days_ago_end": 6}
    assert _busy(house, Dimension.HOUR, "hour", **asked) == {("1",): 3, ("2",): 1}
    by_both = _busy(house, Dimension.WEEKDAY_HOUR, "weekday", "hour", **asked)
    assert by_both == {("sunday", "1"): 3, ("sunday", "2"): 1}


def test_an_hour_that_is_skipped_is_zero(tmp_path: Path) -> None:
    """New York, Sunday, 8 March 2026: after 01:59 (06:59 UTC) comes 03:00. A call a minute for that day."""
    first = datetime(2026, 3, 8, 5, tzinfo=UTC)
    legs = [_leg(number, micros(first + timedelta(minutes=number))) for number in range(23 * 60)]
    house = _house(tmp_path, "2026-03-09T12:00:00+00:00", legs)
    by_hour = _busy(house, Dimension.HOUR, "hour", timezone="America/New_York", days_ago_end=3)
    assert by_hour == {(str(hour),): 60 for hour in range(24) if hour != 2}


def test_half_an_hour_that_comes_twice(tmp_path: Path) -> None:
    """Lord Howe, Sunday, 5 April 2026: at 15:00 UTC of the 4th, 02:00 becomes 01:30."""
    clocks = ("14:29", "14:30", "14:59", "15:00", "15:29", "15:30")
    legs = [_leg(number, _at(f"2026-04-04 {clock}")) for number, clock in enumerate(clocks)]
    house = _house(tmp_path, "2026-04-05T12:00:00+00:00", legs)
    by_hour = _busy(house, Dimension.HOUR, "hour", timezone="Australia/Lord_Howe", days_ago_end=3)
    assert by_hour == {("1",): 5, ("2",): 1}


def test_days_before_1970(tmp_path: Path) -> None:
    """1 January 1969 was a Wednesday; 23:30 UTC of the day before is its 05:00 in Kolkata."""
    legs = [_leg(1, _at("1968-12-31 23:30"))]
    house = _house(tmp_path, "1969-01-03T12:00:00+00:00", legs)
    for zone, named in (("UTC", ("tuesday", "23")), ("Asia/Kolkata", ("wednesday", "5"))):
        found = _busy(house, Dimension.WEEKDAY_HOUR, "weekday", "hour", timezone=zone, days_ago_end=5)
        assert found == {named: 1}


def test_how_many_days_a_row_is_about(tmp_path: Path) -> None:
    """Nine days up to Wednesday, 11 March 2026: two Tuesdays, two Wednesdays, one of the others."""
    house = _house(tmp_path, "2026-03-11T12:00:00+00:00", [])
    fields = {"stat_type": "calls", "export_type": "stats", "days_ago_start": 0, "days_ago_end": 8}
    days = {row["weekday"]: row["days"] for row in report_rows(house, "A", Dimension.WEEKDAY, **fields)}
    assert days == {
        "monday": "1", "tuesday": "2", "wednesday": "2", "thursday": "1", "friday": "1", "saturday": "1", "sunday": "1",
    }  # fmt: skip
    assert {row["days"] for row in report_rows(house, "A", Dimension.HOUR, **fields)} == {"9"}
    assert [row["days"] for row in report_rows(house, "A", Dimension.TOTAL, **fields)] == ["9"]


def test_waits_at_their_bounds(tmp_path: Path) -> None:
    """A wait of just 5 seconds is no longer one of 0 to 5; a personal leg knows of no wait."""
    start = _at("2026-03-10 10:00")
    answered = (0, 4.999999, 5, 300, 4000)
    legs = [
        _leg(number, start, 5000, date_queued=start, date_connected=start + round(wait * 1_000_000))
        for number, wait in enumerate(answered)
    ]
    legs += [_leg(number, start, wait) for number, wait in enumerate((0, 9.999999, 10, 300), start=10)]
    legs.append(_leg(20, start, target=ANN, date_connected=start))
    house = _house(tmp_path, "2026-03-11T12:00:00+00:00", legs)
    rows = report_rows(house, "A", Dimension.WAIT, stat_type="calls", export_type="stats")
    found = {row["wait_from"]: (row["answered"], row["abandoned"]) for row in rows}
    assert {start: counts for start, counts in found.items() if counts != ("0", "0")} == {
        "0": ("2", "1"), "5": ("1", "1"), "10": ("0", "1"), "300": ("2", "1"), "": ("1", "0"),
    }  # fmt: skip
    assert ",".join(row["wait_from"] for row in rows) == "0,5,10,20,30,45,60,90,120,180,300,"
    assert ",".join(row["wait_until"] for row in rows) == "5,10,20,30,45,60,90,120,180,300,,"


def test_texts_of_all_owners_in_the_hour_that_comes_twice(tmp_path: Path) -> None:
    """New York, Sunday, 1 November 2026: 01:30 is at 05:30 UTC, and again at 06:30; one of the numbers wrote twice."""
    texts = (("05:30", DESK, "+1"), ("06:30", ANN, "+2"), ("06:59:59.999999", DESK, "+1"), ("07:00", ANN, "+3"))
    events = [
        thing(
            TextEvent, raw="", event_timestamp=_at(f"2026-11-01 {clock}"), date=_at(f"2026-11-01 {clock}"),
            target=owner, message_id=str(number), direction="inbound", from_phone=other, to_phone="+9",
        )
        for number, (clock, owner, other) in enumerate(texts)
    ]  # fmt: skip
    house = _house(tmp_path, "2026-11-02T12:00:00+00:00", events)
    fields = {"stat_type": "texts", "export_type": "stats", "days_ago_start": 0, "days_ago_end": 2}
    found = {
        by: {
            tuple(row[name] for name in names): (row["all_texts"], row["contacts"])
            for row in report_rows(house, "A", by, timezone="America/New_York", **fields)
            if row["all_texts"] != "0"
        }
        for by, names in (
            (Dimension.DATE, ["date"]),
            (Dimension.HOUR, ["hour"]),
            (Dimension.WEEKDAY_HOUR, ["weekday", "hour"]),
            (Dimension.TOTAL, ["days"]),
        )
    }
    assert found == {
        Dimension.DATE: {("2026-11-01",): ("4", "3")},
        Dimension.HOUR: {("1",): ("3", "2"), ("2",): ("1", "1")},
        Dimension.WEEKDAY_HOUR: {("sunday", "1"): ("3", "2"), ("sunday", "2"): ("1", "1")},
        Dimension.TOTAL: {("3",): ("4", "3")},
    }


def test_a_day_without_voicemails_has_its_row(tmp_path: Path) -> None:
    """Two messages of Tuesday: one heard after 90 seconds, one never."""
    events = [
        thing(
            VoicemailEvent, raw="", event_timestamp=_at("2026-03-10 12:00"), date=_at("2026-03-10 09:00"),
            target=DESK, call_id=str(number), date_listened=heard,
        )
        for number, heard in enumerate((_at("2026-03-10 09:01:30"), None))
    ]  # fmt: skip
    house = _house(tmp_path, "2026-03-11T12:00:00+00:00", events)
    fields = {"stat_type": "voicemails", "export_type": "stats", "days_ago_start": 0, "days_ago_end": 2}
    names = ("date", "voicemails", "unlistened", "avg_time_to_listen_minutes")
    rows = report_rows(house, "A", Dimension.DATE, **fields)
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("2026-03-09", "0", "0", "0"), ("2026-03-10", "2", "1", "1.5"), ("2026-03-11", "0", "0", "0"),
    ]  # fmt: skip


def _duty(folder: Path, now: str, *changes: tuple[str, str, str | None]) -> House:
    return _house(
        folder,
        now,
        [
            thing(
                DutyEvent, raw="", event_timestamp=_at(at), date=_at(at), target=ANN, record_id=str(number),
                on_duty_status=status, call_center_id=center,
            )
            for number, (at, status, center) in enumerate(changes)
        ],
    )  # fmt: skip


def _intervals(house: House, **asked: Any) -> list[str]:
    fields = {"stat_type": "onduty", "export_type": "stats", "days_ago_start": 0, **asked}
    rows: list[Mapping[str, str]] = report_rows(house, "A", Dimension.INTERVAL, **fields)
    shown = ("on_duty_status", "date_started", "date_ended", "minutes")
    return [" ".join(row[name] for name in shown).replace(":00.000000", "") for row in rows]


def test_intervals_are_cut_at_midnight_and_not_where_nothing_changes(tmp_path: Path) -> None:
    """She is told available twice, and is on duty for a second center beside it; the data ends at noon."""
    house = _duty(
        tmp_path,
        "2026-03-10T12:00:00+00:00",
        ("2026-03-08 22:00", "available", "101"),
        ("2026-03-08 23:00", "available", "101"),
        ("2026-03-09 09:00", "unavailable", "102"),
        ("2026-03-09 10:00", "occupied", "102"),
        ("2026-03-09 10:02:30", "available", "102"),
        ("2026-03-10 11:00", "unavailable", None),
    )
    assert _intervals(house, days_ago_end=2) == [
        "available 2026-03-08 22:00 2026-03-09 00:00 120",
        "available 2026-03-09 00:00 2026-03-09 10:00 600",
        "occupied 2026-03-09 10:00 2026-03-09 10:02:30.000000 2.5",
        "available 2026-03-09 10:02:30.000000 2026-03-10 00:00 837.5",
        "available 2026-03-10 00:00 2026-03-10 11:00 660",
        "unavailable 2026-03-10 11:00 2026-03-10 12:00 60",
    ]


def test_a_day_whose_clock_changes_is_one(tmp_path: Path) -> None:
    """New York, 1 November 2026: 25 hours of one status."""
    house = _duty(tmp_path, "2026-11-03T12:00:00+00:00", ("2026-10-30 12:00", "busy", None))
    asked = {"timezone": "America/New_York", "days_ago_start": 2, "days_ago_end": 2}
    assert _intervals(house, **asked) == ["busy 2026-11-01 00:00 2026-11-02 00:00 1500"]


def test_a_day_that_begins_twice_is_in_two_pieces(tmp_path: Path) -> None:
    """St John's, 29 October 2006: after its first minute the clock went back to 23:01 of the day before.

    So it is 23:01, by the new clock, when the first piece ends.
    """
    house = _duty(tmp_path, "2006-10-31T12:00:00+00:00", ("2006-10-20 12:00", "busy", None))
    asked = {"timezone": "America/St_Johns", "days_ago_start": 2, "days_ago_end": 2}
    assert _intervals(house, **asked) == [
        "busy 2006-10-29 00:00 2006-10-28 23:01 1",
        "busy 2006-10-29 00:00 2006-10-30 00:00 1440",
    ]
