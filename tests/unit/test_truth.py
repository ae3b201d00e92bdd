"""The oracle itself, against figures worked out by hand: a day of fifteen legs, and a vendor's own days."""

from datetime import date
from pathlib import Path

import pytest

from truth import recount
from truth.handmade import write_records
from truth.recount import Center, Group, Range, Record, by_date, by_group, by_user, compare

DAY_FILE = Path(recount.__file__).with_name("a_day.csv")
DAYS = [date(2026, 3, 4)]


@pytest.fixture(scope="module")
def day() -> list[Record]:
    return recount.read_records(DAY_FILE)


def _support(day: list[Record]) -> list[Record]:
    """What records with the call center as target would hold."""
    return [leg for leg in day if "600" in (leg.target_id, leg.entry_point_target_id)]


def _assert_agrees(row: dict[str, str | Range], by_hand: str) -> None:
    figures = dict(figure.rsplit(" ", 1) for figure in by_hand.split(", "))
    assert compare([{column: row[column] for column in figures}], [figures]) == []


def test_headers_have_their_lengths() -> None:
    headers = (
        recount.COLUMNS_RECORDS,
        recount.COLUMNS_DATE_CENTER,
        recount.COLUMNS_DATE,
        recount.COLUMNS_USER,
        recount.COLUMNS_USER_CENTER,
        recount.COLUMNS_GROUP,
    )
    assert [len(header) for header in headers] == [54, 68, 59, 49, 55, 70]
    assert all(len(set(header)) == len(header) for header in headers)


def test_the_day_is_right_in_form_and_content(day: list[Record]) -> None:
    assert recount.check_form(DAY_FILE) == []
    assert recount.check_records(day) == []


def test_company_by_date(day: list[Record]) -> None:
    (row,) = by_date(day, DAYS, call_center=False)
    assert tuple(row) == recount.COLUMNS_DATE
    # Legs 101, 102, 105, 107, 108, 109, 111, 112, 113, 115. Minutes in: 5 + 2, out: 2 + 3.1 + 1.
    _assert_agrees(
        row,
        "all_calls 10, inbound_calls 6, outbound_calls 4, answered 2, missed 1, abandoned 1, callbacks_requested 1,"
        " outbound_connected 2, cancelled 1, callbacks_connected 1, callbacks_completed 1, handled 5, voicemails 1,"
        " missed_voicemails 1, other_voicemails 0, total_voicemails 1, resolved_voicemails 0, unresolved_voicemails 1,"
        " spam 1, transferred_out 1, answered_transferred 1, transferred_in 0, average_percent_ai_talk_time 40.5,"
        " minutes 13.1, inbound_minutes 7, outbound_minutes 6.1, acd 2.6, asa 0.3",
    )
    # Rang 20 + 30 + 6 s, queued 4 + 30 + 35 + 30 s.
    _assert_agrees(
        row,
        "ringing_duration 0.93, avg_ringing_duration 0.16, talk_duration 12.6, avg_talk_duration 2.52,"
        " hold_duration 0.5, avg_hold_duration 0.1, queued_duration 1.65, avg_queued_duration 0.41",
    )


def test_company_by_user(day: list[Record]) -> None:
    ana, ben, lobby = by_user(day, DAYS, call_center=False)
    assert tuple(ana) == recount.COLUMNS_USER
    _assert_agrees(
        ana,
        "user_id 801, email ana@example.com, type user, all_calls 4, inbound_calls 3, outbound_calls 1, answered 1,"
        " missed 2, handled 2, internal_calls 1, desk_phone 1, web_app 1, rejected 1, ring_no_answer 1,"
        " minutes 5.1, inbound_minutes 2, outbound_minutes 3.1, acd 2.6, ringing_duration 0.77, talk_duration 5.1",
    )
    _assert_agrees(
        ben,
        "user_id 802, all_calls 3, answered 1, outbound_connected 1, handled 3, desktop_app 2, mobile_voip 1,"
        " minutes 8, acd 2.7, ringing_duration 0.25, hold_duration 0.5, avg_hold_duration 0.17, talk_duration 7.5",
    )
    _assert_agrees(lobby, "user_id 900, type room, all_calls 1, cancelled 1, handled 0, minutes 0, acd 0")
    assert lobby["name"] == "Lobby, 1st floor"


def test_call_center_by_date(day: list[Record]) -> None:
    (row,) = by_date(_support(day), DAYS, call_center=True)
    assert tuple(row) == recount.COLUMNS_DATE_CENTER
    # Legs 101, 102, 105, 112, 113. In the system 5 + 340 + 90 + 33 s over four inbound.
    _assert_agrees(
        row,
        "all_calls 5, inbound_calls 4, outbound_calls 1, answered 1, missed 1, abandoned 1, short_abandoned 1,"
        " callbacks_requested 1, callbacks_completed 1, handled 2, open_inbound_calls 4, open_missed_calls 1,"
        " open_abandoned_calls 1, open_transferred 0, service_level 1, minutes 6, acd 3, aht 3.5, asa 0.5,"
        " time_in_system 2, ringing_duration 0.83, avg_ringing_duration 0.21, wrapup_duration 1,"
        " avg_wrapup_duration 0.5, avg_talk_duration 2.75",
    )


@pytest.mark.parametrize(
    ("center", "expected"),
    [
        (Center(short_abandon_seconds=5), "short_abandoned 0, service_level 1"),
        (Center(service_level_seconds=30), "short_abandoned 1, service_level 1"),
        (Center(service_level_seconds=29), "short_abandoned 1, service_level 0"),
    ],
)
def test_a_centers_thresholds(day: list[Record], center: Center, expected: str) -> None:
    (row,) = by_date(_support(day), DAYS, call_center=True, center=center)
    _assert_agrees(row, expected)


def test_call_center_by_user(day: list[Record]) -> None:
    ana, ben = by_user(_support(day), DAYS, call_center=True)
    assert tuple(ana) == recount.COLUMNS_USER_CENTER
    _assert_agrees(ana, "all_calls 2, missed 2, abandoned 0, minutes 0, acd 0, aht 0, avg_ringing_duration 0.33")
    _assert_agrees(ben, "all_calls 2, handled 2, minutes 6, acd 3, aht 3.5, wrapup_duration 1, timezone Europe/Berlin")


def test_by_group_with_a_group_without_calls(day: list[Record]) -> None:
    groups = [*recount.groups_of(day), Group("601", "call_center", "Sales")]
    sales, support, billing = by_group(day, groups)
    assert tuple(sales) == recount.COLUMNS_GROUP
    _assert_agrees(sales, "name Sales, type call_center, all_calls 0, acd 0, avg_talk_duration 0")
    _assert_agrees(support, "name Support, all_calls 5, handled 2, minutes 6, aht 3.5, asa 0.5, short_abandoned 1")
    _assert_agrees(billing, "type department, all_calls 2, spam 1, handled 1, acd 3.1, time_in_system 0.1")


@pytest.mark.parametrize(
    ("kind", "by_day", "by_person"),
    [("company", 10, {"801": 4, "802": 3, "900": 1}), ("group", 10, {"801": 3, "802": 2})],
)
def test_which_legs_a_scope_counts(
    day: list[Record], kind: recount.Asked, by_day: int, by_person: dict[str, int]
) -> None:
    (of_day,) = by_date(day, DAYS, call_center=False, kind=kind)
    assert of_day["all_calls"] == str(by_day)
    of_users = by_user(day, DAYS, call_center=False, kind=kind)
    assert {row["user_id"]: row["all_calls"] for row in of_users} == {k: str(v) for k, v in by_person.items()}


def test_a_person_has_every_leg_by_date(day: list[Record]) -> None:
    (row,) = by_date([leg for leg in day if leg.target_id == "801"], DAYS, call_center=False, kind="person")
    _assert_agrees(row, "all_calls 4, answered 1, missed 2, minutes 5.1, asa 0")


def test_empty_days_have_rows(day: list[Record]) -> None:
    before = [date(2026, 3, 3), *DAYS]
    empty, full = by_date(day, before, call_center=False)
    _assert_agrees(empty, "date 2026-03-03, all_calls 0, acd 0, avg_hold_duration 0, timezone Europe/Berlin")
    assert full["date"] == "2026-03-04"
    nameless = by_user(day, before, call_center=False)[0]
    assert list(nameless.values())[:6] == ["2026-03-03", "", "", "", "", "0"]


def test_the_days_rows_obey_the_identities(day: list[Record]) -> None:
    slices = recount.user_slices(day, DAYS, "company", Center())
    rows = [{k: v for k, v in row.items() if isinstance(v, str)} for row in by_user(day, DAYS, call_center=False)]
    assert recount.check_identities(rows, slices) == []
    rows[0]["missed"] = "3"
    (broken,) = recount.check_identities(rows, slices)
    assert broken.startswith("2026-03-04 user Ana Arendt · inbound_calls 3 is not the sum of answered 1, missed 3")


OFFICE = {
    **dict.fromkeys(("forwarded", "callbacks_requested", "callbacks_completed", "callbacks_cancelled"), "0"),
    **{"all_calls": "221", "inbound_calls": "10", "outbound_calls": "211", "outbound_connected": "154"},
    **{"cancelled": "57", "handled": "156", "answered": "2", "missed": "6", "abandoned": "2"},
    **{"callbacks_connected": "0", "minutes": "5.1", "inbound_minutes": "2", "outbound_minutes": "3"},
}


def test_a_vendors_office_obeys_the_identities() -> None:
    assert recount.check_identities([OFFICE]) == []


@pytest.mark.parametrize("column", ["inbound_calls", "outbound_calls", "handled", "minutes"])
def test_a_broken_identity_is_told(column: str) -> None:
    assert recount.check_identities([OFFICE | {column: "7"}]) != []


def _call(category: str, waited: int, ended: int, direction: str = "inbound") -> dict[str, str]:
    """A call at noon that waited in the queue, connected where it was taken, and ended; seconds after noon."""
    moment = [f"2026-03-04 12:{second // 60:02}:{second % 60:02}.000000" for second in (0, waited, ended)]
    taken = category in ("incoming", "outgoing")
    return {
        **{"category": category, "direction": direction, "categories": direction, "date_started": moment[0]},
        **{"date_queued": moment[0], "date_connected": moment[1] if taken else "", "date_ended": moment[2]},
    }


@pytest.mark.parametrize(
    ("calls", "expected", "percent"),
    [
        (
            {
                "soon": 286,
                "soon_at": 30,
                "late": 67,
                "late_at": 93,
                "short": 5,
                "long": 16,
                "missed": 6,
                "other": 16,
                "out": 110,
            },
            "inbound_calls 396, outbound_calls 110, answered 353, abandoned 21, short_abandoned 5, missed 6,"
            " service_level 286, asa 0.7",
            "74.3",
        ),
        (
            {
                "soon": 225,
                "soon_at": 40,
                "late": 64,
                "late_at": 239,
                "short": 11,
                "long": 26,
                "missed": 0,
                "other": 19,
                "out": 87,
            },
            "inbound_calls 345, outbound_calls 87, answered 289, abandoned 37, short_abandoned 11, missed 0,"
            " service_level 225, asa 1.4",
            "67.4",
        ),
    ],
)
def test_a_vendors_days_of_a_call_center(tmp_path: Path, calls: dict[str, int], expected: str, percent: str) -> None:
    legs = [
        *[_call("incoming", calls["soon_at"], 300)] * calls["soon"],
        *[_call("incoming", calls["late_at"], 300)] * calls["late"],
        *[_call("abandoned", 0, 29)] * calls["short"],
        *[_call("abandoned", 0, 30)] * calls["long"],
        *[_call("missed", 0, 40)] * calls["missed"],
        *[_call("other", 0, 40)] * calls["other"],
        *[_call("outgoing", 5, 60, "outbound")] * calls["out"],
    ]
    records = recount.read_records(write_records(tmp_path / "records.csv", legs))
    (row,) = by_date(records, DAYS, call_center=True, center=Center(short_abandon_seconds=30))
    _assert_agrees(row, expected)
    printed = {column: figure for column, figure in row.items() if isinstance(figure, str)}
    assert recount.service_level_percent(printed) == percent
    assert recount.check_identities([printed]) == []
