"""What the oracle tells: faults of form and content in records, differences between reports; and repeated hours."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from truth import recount
from truth.handmade import write_records
from truth.recount import Range, Record, by_date, by_user, compare

DAY_FILE = Path(recount.__file__).with_name("a_day.csv")
DAYS = [date(2026, 3, 4)]
AUTUMN, SPRING = "2026-10-25 ", "2026-03-29 "


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = DAY_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "records.csv"
    path.write_bytes(text.replace(old, new, 1).encode())
    return path


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("date_started,", "\ufeffdate_started,", "no byte order mark"),
        ("is_internal\n", "is_internal\r\n", "got CRLF"),
        ("call_id,category", "category,call_id", "header of 54 columns"),
        ("2026-03-04 08:00:05.000000", "2026-03-04 08:00:05", "line 2: date_ended: expected YYYY-MM-DD"),
        ("2026-03-04 08:00:05.000000", "2026-03-04 08:61:05.000000", "line 2: date_ended: no date and time"),
        ("2026-03-04 08:00:00.000000", "2026-03-29 02:30:00.000000", "does not exist in Europe/Berlin"),
        ("Europe/Berlin", "Europe/Bonn", "no zone of the tz database: 'Europe/Bonn'"),
        ("false", "False", "line 2: was_recorded: expected true or false, got 'False'"),
        (",5.67,", ",5.670,", "line 3: time_in_system: expected minutes to 2 decimals without trailing zeros"),
        (",5.67,", ",5.666,", "line 3: time_in_system"),
        (",50,9.5,", ",50.0,9.5,", "line 3: percent_ai_listen_time"),
        (",0.08,", ",,", "line 2: time_in_system: empty"),
        ("Support,", "Support,,", "line 2: expected 54 fields, got 55"),
    ],
)
def test_faults_of_form(tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = _changed(tmp_path, old, new)
    assert fault in "\n".join(recount.check_form(path))
    with pytest.raises(ValueError, match="faults of form"):
        recount.read_records(path)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("2026-03-04 08:05:20.000000,103", "2026-03-04 08:04:20.000000,103", "(103): out of order"),
        (",108,outgoing", ",1069,outgoing", "(1069): out of order"),
        ("missed,inbound", "missed,outbound", "category missed of an outbound leg"),
        ("abandoned,inbound,unanswered", "inbound,abandoned,unanswered", "categories not sorted"),
        ("answered,human_agent,inbound", "human_agent,inbound", "category incoming without its token"),
        ("inbound,spam,unanswered", "inbound,spam,surprise,unanswered", "unknown tokens: surprise"),
        (",103,missed,", ",103,abandoned,", "abandoned, but it rang somebody"),
        ("UserProfile,user", "Room,user", "does not go with target_type"),
        (",102,600,", ",999,600,", "entry_point_call_id 999 is no group leg"),
        (",102,600,", ",102,601,", "entry_point_target_id: expected the group leg's '600', got '601'"),
        ("operator", "", "participant_type ''"),
        (",5.67,", ",5.66,", "time_in_system 5.66 is not date_ended"),
        (",102,0.5,", ",102,0.4,", "time_to_answer: expected 0.50, got 0.4"),
        (",0.25,1,0.5,1,4.5,", ",0.25,1,0.5,1,4.6,", "talk 4.6 + hold 0.5 is not"),
        (",0.33,2,", ",0.33,3,", "ringing_occurrences 3 with 2 agent legs"),
        (",0.33,2,", ",0.5,2,", "ringing_duration 0.5 is more than its agents rang"),
        ("0.07,1,0", "0.07,0,0", "queued_occurrences 0 with date_queued"),
        ("Europe/Berlin", "Europe/Paris", "expected one timezone"),
        (",desk_phone,", ",toaster,", "device: expected one of"),
        (",105,missed", ",101,missed", "call_id 101 stands twice"),
    ],
)
def test_faults_of_content(tmp_path: Path, old: str, new: str, fault: str) -> None:
    records = recount.read_records(_changed(tmp_path, old, new))
    assert fault in "\n".join(recount.check_records(records))


def test_a_foreign_files_word_is_not_held_against_it(tmp_path: Path) -> None:
    records = recount.read_records(_changed(tmp_path, ",103,missed,", ",103,abandoned,"))
    assert recount.check_records(records, imported=True) == []


def _of_day(records: list[Record]) -> list[dict[str, str]]:
    """The day's report by user, printed as one who rounds rightly would."""
    rows = by_user(records, DAYS, call_center=False)
    return [
        # A range is told as its bounds, the lower first.
        {column: str(figure).partition(" …")[0] for column, figure in row.items()}
        for row in rows
    ]


def test_differences_in_words() -> None:
    records = recount.read_records(DAY_FILE)
    expected, actual = by_user(records, DAYS, call_center=False), _of_day(records)
    assert compare(expected, actual) == []
    actual[0] |= {"missed": "7", "talk_duration": "5.2", "hold_duration": "0.010", "email": ""}
    assert compare(expected, actual)[:4] == [
        "2026-03-04 user Ana Arendt (801) · email: expected ana@example.com, got ",
        "2026-03-04 user Ana Arendt (801) · missed: expected 2, got 7",
        "2026-03-04 user Ana Arendt (801) · hold_duration: expected 0 … 0.02, got 0.010",
        "2026-03-04 user Ana Arendt (801) · talk_duration: expected 5.09 … 5.12, got 5.2",
    ]


def test_rows_and_header_differences() -> None:
    records = recount.read_records(DAY_FILE)
    expected, (ana, ben, lobby) = by_user(records, DAYS, call_center=False), _of_day(records)
    told = compare(expected, [ana, lobby, lobby | {"user_id": "901"}])
    assert told[:2] == [
        "2026-03-04 user Ben Brandt (802) · row missing",
        "2026-03-04 room Lobby, 1st floor (901) · row not expected",
    ]
    assert compare(expected, [ben, ana, lobby])[0].startswith("order: expected 2026-03-04 user Ana")
    turned = dict(reversed(ana.items()))
    assert compare(expected, [turned, ben, lobby])[0].startswith("header: expected date,user_id,")


def test_ranges_are_no_wider_than_the_rounding() -> None:
    (row,) = by_date(recount.read_records(DAY_FILE), DAYS, call_center=False)
    ringing = row["ringing_duration"]
    assert isinstance(ringing, Range)
    # Three legs rang 0.93 in print, seven printed 0: half a hundredth each, and none below 0.
    assert (ringing.low, ringing.high) == (Decimal("0.92"), Decimal("0.98"))


def _times(day: str, started: str, connected: str, ended: str, in_system: str) -> dict[str, str]:
    return {
        **{"category": "incoming", "categories": "answered,human_agent,inbound", "time_in_system": in_system},
        **{"date_started": f"{day}{started}.000000", "date_connected": f"{day}{connected}.000000"},
        **{"date_ended": f"{day}{ended}.000000"},
    }


@pytest.mark.parametrize(
    ("leg", "minutes"),
    [
        # Over the lost hour, and over the repeated one: the instants count, not the clock.
        (_times(SPRING, "01:50:00", "01:55:00", "03:10:00", "20"), "15"),
        (_times(AUTUMN, "01:50:00", "01:55:00", "03:10:00", "140"), "135"),
        # Ended in the repeated hour, which of the two is told by the time in the system.
        (_times(AUTUMN, "02:30:00", "02:50:00", "02:10:00", "40"), "20"),
        (_times(AUTUMN, "02:30:00", "02:50:00", "02:55:00", "25"), "5"),
        # Connected in one of the two hours, and nothing tells in which.
        (_times(AUTUMN, "01:59:00", "02:10:00", "03:30:00", "151"), "80 … 140"),
    ],
)
def test_clock_changes(tmp_path: Path, leg: dict[str, str], minutes: str) -> None:
    records = recount.read_records(write_records(tmp_path / "records.csv", [leg]))
    (row,) = by_date(records, [records[0].date_started.date()], call_center=True)
    assert str(row["minutes"]) == minutes
    assert recount.check_records(records, imported=True) == []


def test_order_in_the_repeated_hour(tmp_path: Path) -> None:
    late = _times(AUTUMN, "02:50:00", "02:50:00", "02:50:00", "0")
    early = _times(AUTUMN, "02:10:00", "02:10:00", "02:10:00", "0")
    twice = recount.read_records(write_records(tmp_path / "records.csv", [late, early]))
    assert recount.check_records(twice, imported=True) == []
    thrice = recount.read_records(write_records(tmp_path / "records.csv", [late, early, late, early]))
    assert any("(1003): out of order" in fault for fault in recount.check_records(thrice, imported=True))
