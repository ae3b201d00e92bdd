"""The oracle of all stat types but `calls`, against figures worked out by hand and faults put in on purpose."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from truth import recount
from truth.cast import Cast, Place, duty_scope, own_scope
from truth.dispositions import wrong_dispositions
from truth.duty import Center, by_agent
from truth.recount import Range, compare
from truth.thing_columns import THING_COLUMNS
from truth.thing_forms import wrong_form
from truth.things import by_owner

NEW_YORK = "America/New_York"
DAYS = [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9)]
TYPES = {"31": "call_center", "91": "user", "92": "user", "12": "office", "41": "department", "51": "coaching_team"}
CAST = Cast(
    types=TYPES,
    offices={"31": "12", "41": "12", "51": "12", "91": "12", "92": "13", "12": "12"},
    places=[
        Place("51", "92", "trainee", until=date(2026, 3, 9)),
        Place("51", "91", "coach"),
        Place("41", "92", "operator", since=date(2026, 3, 9)),
    ],
)
DAY_FILE = Path(recount.__file__).with_name("a_day.csv")


def _printed(stat_type: str, said: str, **more: str) -> dict[str, str]:
    """A record of such words as `target_id=91 mms=true`; its date is given apart."""
    known = dict.fromkeys(THING_COLUMNS[stat_type, "records"], "")
    return known | {"timezone": NEW_YORK} | dict(word.split("=") for word in said.split()) | more


def _said(row: Mapping[str, str | Range]) -> str:
    """What a row says, without its day and zone; numbers that are 0 are left out."""
    left_out = ("date", "timezone")
    return " ".join(f"{name}={value}" for name, value in row.items() if name not in left_out and value not in ("", "0"))


def test_headers_have_their_lengths() -> None:
    records = {kind: len(columns) for (kind, export), columns in THING_COLUMNS.items() if export == "records"}
    assert records == {
        "texts": 14, "voicemails": 14, "recordings": 13, "screenshare": 11, "csat": 18, "dispositions": 21,
        "onduty": 14,
    }  # fmt: skip
    stats = {kind: len(columns) for (kind, export), columns in THING_COLUMNS.items() if export == "stats"}
    assert stats == {"texts": 13, "voicemails": 10, "recordings": 10, "screenshare": 10, "onduty": 18}
    assert all(len(set(columns)) == len(columns) for columns in THING_COLUMNS.values())


def test_voicemails() -> None:
    """One heard after 10 minutes, one after an hour of a clock that went on by two, one not yet; the day after none."""
    told = (
        ("91 name=Ann", "2026-03-07 12:00:00.0", "2026-03-07 12:10:00.0"),
        ("91 name=Ann", "2026-03-08 01:30:00.0", "2026-03-08 03:30:00.0"),
        ("31 name=Sales", "2026-03-07 13:00:00.0", ""),
    )
    records = [_printed("voicemails", f"target_id={owner}", date=at, date_listened=heard) for owner, at, heard in told]
    rows = by_owner("voicemails", records, DAYS, TYPES, NEW_YORK)
    assert [_said(row) for row in rows] == [
        "user_id=91 name=Ann type=user voicemails=1 listened=1 avg_time_to_listen_minutes=10",
        "user_id=31 name=Sales type=call_center voicemails=1 unlistened=1",
        "user_id=91 name=Ann type=user voicemails=1 listened=1 avg_time_to_listen_minutes=60",
        "",
    ]
    assert [row["date"] for row in rows] == ["2026-03-07", "2026-03-07", "2026-03-08", "2026-03-09"]


def test_recordings_and_screens() -> None:
    said = "target_id=91 name=Ann call_id"
    records = [
        _printed("recordings", f"{said}={call_id}", date="2026-03-07 12:00:00", duration=duration)
        for call_id, duration in (("1", "1.5"), ("1", "2.05"), ("2", ""))
    ]
    # 3.55 give or take a hundredth.
    assert [_said(row) for row in by_owner("recordings", records, DAYS[:1], TYPES, NEW_YORK)] == [
        "user_id=91 name=Ann type=user recordings=3 recorded_calls=2 recording_minutes=3.5 … 3.6"
        " avg_recording_minutes=1.2"
    ]
    shared = [
        _printed("screenshare", "target_id=91 target_type=user participants=3", date_started=start, date_ended=end)
        for start, end in (("2026-03-07 12:00:00.0", "2026-03-07 12:01:30.0"), ("2026-03-07 13:00:00.0", ""))
    ]
    assert [_said(row) for row in by_owner("screenshare", shared, DAYS[:1], TYPES, NEW_YORK)] == [
        "user_id=91 type=user screenshares=2 screenshare_minutes=1.5 avg_screenshare_minutes=1.5 participants=6"
    ]


def test_texts() -> None:
    said = "target_id=91 target_type=user mms"
    records = [
        _printed("texts", f"{said}={mms} {more}", date="2026-03-07 12:00:00.0")
        for mms, more in (
            ("true", "direction=inbound from_phone=A to_phone=me"),
            ("false", "direction=outbound from_phone=me to_phone=A,D sender_id=91"),
            ("false", "direction=internal from_phone=me to_phone=B sender_id=91"),
            ("false", "direction=internal from_phone=C to_phone=me sender_id=92"),
        )
    ]
    (row,) = by_owner("texts", records, DAYS[:1], TYPES, NEW_YORK)
    assert _said(row) == (
        "user_id=91 type=user all_texts=4 inbound_texts=1 outbound_texts=1 internal_texts=2 mms=1 failed=0 … 3"
        " contacts=4"
    )


CHANGES = [
    # (agent, center, UTC, status); New York skips an hour on the 8th, at 07:00 UTC.
    ("92", "31", "2026-03-07 23:00", "available"),
    ("92", "32", "2026-03-07 23:30", "occupied"),
    ("92", "32", "2026-03-08 00:00", "unavailable"),
    ("92", "31", "2026-03-08 14:00", "wrapup"),
    ("92", "", "2026-03-08 16:00", "unavailable"),
]


def _changes() -> list[dict[str, str]]:
    return [
        _printed(
            "onduty", f"target_id={agent} name=Ben target_type=user on_duty_status={status} call_center_id={center}",
            date=f"{at}:00.000000", timezone="UTC",
        )
        for agent, center, at, status in CHANGES
    ]  # fmt: skip


def test_duty() -> None:
    as_of = datetime(2026, 3, 9, 12, tzinfo=UTC)
    rows = by_agent(_changes(), DAYS, NEW_YORK, as_of, duty_scope(CAST))
    ben = "user_id=92 name=Ben type=user"
    # From 18:00; on the 8th until 12:00, which is 11 hours of 23; the 9th is 8 hours old.
    assert [_said(row) for row in rows] == [
        f"{ben} on_duty_minutes=360 available_minutes=330 occupied_minutes=30 occupancy=8.3 on_duty_occurrences=1"
        " first_on_duty=2026-03-07 18:00:00.000000 last_on_duty=2026-03-08 00:00:00.000000",
        f"{ben} on_duty_minutes=660 available_minutes=540 wrapup_minutes=120 unavailable_minutes=720 occupancy=18.2"
        " on_duty_occurrences=1 first_on_duty=2026-03-08 00:00:00.000000 last_on_duty=2026-03-08 12:00:00.000000",
        f"{ben} unavailable_minutes=480",
    ]
    of_center = by_agent(_changes(), DAYS[:1], NEW_YORK, as_of, duty_scope(CAST), Center("32", "Night"))
    assert [_said(row) for row in of_center] == [
        f"{ben} call_center_id=32 call_center_name=Night on_duty_minutes=30 occupied_minutes=30 unavailable_minutes=300"
        " occupancy=100 on_duty_occurrences=1 first_on_duty=2026-03-07 18:30:00.000000"
        " last_on_duty=2026-03-07 19:00:00.000000"
    ]


@pytest.mark.parametrize(
    ("scope", "days"),
    [
        ({}, "7 8 9"),
        ({"office_id": "13"}, "7 8 9"),
        ({"office_id": "12"}, "9"),
        ({"target_id": "12"}, ""),
        ({"target_id": "41"}, "9"),
        ({"target_id": "92"}, "7 8 9"),
        ({"target_id": "51", "trainees": True}, "7 8"),
        ({"target_id": "51"}, ""),
    ],
)
def test_whose_duty(scope: dict[str, str], days: str) -> None:
    rows = by_agent(_changes(), DAYS, NEW_YORK, datetime(2026, 3, 10, tzinfo=UTC), duty_scope(CAST, **scope))  # type: ignore[arg-type]
    assert [str(row["date"])[-1] for row in rows if row["user_id"]] == days.split()
    assert [row["date"] for row in rows] == [day.isoformat() for day in DAYS]


def test_whose_things() -> None:
    day = DAYS[0]
    assert own_scope(CAST)(["91"], day)
    assert own_scope(CAST, office_id="12")(["91"], day)
    assert not own_scope(CAST, office_id="13")(["91"], day)
    assert own_scope(CAST, target_id="51", trainees=True)(["31", "92"], day)
    assert not own_scope(CAST, target_id="51", trainees=True)(["92"], DAYS[2])
    assert not own_scope(CAST, target_id="51")(["92"], day)


def _disposition(call_id: str, operator: str, **more: str) -> dict[str, str]:
    (leg,) = (leg for leg in recount.read_records(DAY_FILE) if leg.call_id == call_id)
    columns = THING_COLUMNS["dispositions", "records"]
    row = {name: str(getattr(leg, name, "")).replace("None", "") for name in columns}
    row |= {"date_started": leg.date_started.strftime("%Y-%m-%d %H:%M:%S.%f")}
    name, email = {"802": ("Ben Brandt", "ben@example.com"), "": ("", "")}[operator]
    return row | {"operator_id": operator, "operator_name": name, "operator_email": email} | more


def test_dispositions() -> None:
    legs = recount.read_records(DAY_FILE)
    rows = [
        _disposition("102", "802", date_rang="2026-03-04 08:05:25", note="a, b"),
        _disposition("105", "", date_ended="2026-03-04 09:01:30", disposition="Too late"),
        _disposition("113", "802", date_ended="2026-03-04 12:41:10"),
    ]
    belongs = own_scope(CAST, target_id="600")
    assert wrong_dispositions(rows, legs, belongs) == []
    assert wrong_dispositions(rows[:2], legs, belongs) == ["113 was handled and is missing"]
    assert wrong_dispositions(rows[::2] * 2, legs, belongs) == ["102 stands 2 times", "113 stands 2 times"]
    assert wrong_dispositions([*rows, _disposition("107", "")], legs, belongs)[0] == "107 does not belong here"
    (fault,) = wrong_dispositions([rows[0], rows[1] | {"disposition": ""}, rows[2]], legs, belongs)
    assert fault == "105 was not handled (missed), and has no disposition"
    (fault,) = wrong_dispositions([rows[0] | {"date_rang": ""}, *rows[1:]], legs, belongs)
    assert fault == "102 date_rang: expected '2026-03-04 08:05:25', got ''"


def test_faults_of_form() -> None:
    good = [_printed("voicemails", f"call_id={n} target_id=91", date=f"2026-03-07 12:00:0{n}.000000") for n in range(3)]
    assert wrong_form("voicemails", good, NEW_YORK) == []
    assert wrong_form("voicemails", good[::-1], NEW_YORK)[0].startswith("row 2: 2026-03-07 12:00:01.000000 is out of")
    assert len(wrong_form("voicemails", good, "UTC")) == 3
    for name, value in (("date", "2026-03-07 12:00:00"), ("target_id", ""), ("date_listened", "soon")):
        assert len(wrong_form("voicemails", [good[0] | {name: value}], NEW_YORK)) == 1


def test_an_empty_expectation_is_no_pass() -> None:
    (row,) = by_owner("texts", [], DAYS[:1], TYPES, NEW_YORK)
    assert compare([row], []) == ["2026-03-07 · row missing"]
