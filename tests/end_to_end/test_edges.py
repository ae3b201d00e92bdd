"""What is answered at the edges: where there is nothing, nobody, or nothing that can be asked for."""

import csv
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from busyhour.domain.directory import Entry, Kind
from busyhour.domain.memberships import Membership, Role
from busyhour.errors import BadRequest, NotFound
from houses import House, company_of, import_path, new_house, report_path, report_rows
from truth import recount
from truth.thing_columns import THING_COLUMNS

DAY = "2026-03-09"
STAT_TYPES = ("calls", "onduty", "recordings", "screenshare", "texts", "voicemails")
ON_RECORD_ONLY = ("csat", "dispositions")
STATS = [(kind, "user") for kind in STAT_TYPES] + [("calls", "date")]
NORTH, SOUTH, WEST, SALES, ANN, BEN = "12", "13", "14", "31", "91", "92"
TEAM, EMPTY_TEAM, RIVAL_DESK = "51", "52", "71"


def _party(kind: str, number: str, name: str, office: str) -> dict[str, str]:
    return {"id": number, "type": kind, "name": name, "office_id": office}


def _ms(clock: str) -> int:
    return int(datetime.fromisoformat(f"{DAY}T{clock}+00:00").timestamp() * 1000)


def _events() -> list[dict[str, Any]]:
    """One day: Ann lives in the south and answers for Sales in the north, where Ben hands a call over to her."""
    sales, ann = _party("call_center", SALES, "Sales", NORTH), _party("user", ANN, "Ann", SOUTH)
    ben = _party("user", BEN, "Ben", NORTH)
    at, later = _ms("10:00:00"), _ms("11:00:00")
    known, duty = {"event_timestamp": later, "date": at}, {"event": "duty", "target": ann}
    lost: dict[str, Any] = {"event_timestamp": later, "date_started": at, "date_ended": later}
    lost |= {"state": "hangup", "direction": "inbound"}
    rung = {"entry_point_call_id": 1, "entry_point_target": sales, **lost}
    return [
        {"call_id": 1, "target": sales, **lost, "date_connected": at},
        {"call_id": 2, "target": ann, **rung, "date_connected": _ms("10:30:00")},
        {"call_id": 20, "target": ben, **rung, "date_connected": at},
        {"call_id": 21, "target": sales, **lost},
        {"event": "text", "message_id": 3, "target": ann, "direction": "inbound", **known},
        {"event": "text", "message_id": 2, "target": ann | {"name": "Ann Lee"}, **known, "date": later},
        {"event": "voicemail", "call_id": 4, "target": ann, **known},
        {"event": "recording", "recording_id": 5, "call_id": 1, "target": sales, "operator": ann, **known},
        {"event": "screenshare", "screenshare_id": 6, "target": ann, **known},
        {"event": "screenshare", "screenshare_id": 60, "target": ann, **known, "date_ended": later},
        {"record_id": 7, "call_center_id": SALES, "on_duty_status": "available", **duty, **known},
        {"record_id": 8, "on_duty_status": "unavailable", **duty, **known, "date": later},
        {"event": "csat", "answer_id": 9, "call_id": 1, "target": sales, "operator": ann, **known},
        {"event": "disposition", "call_id": 1, "target": sales, "disposition": "Order", **known},
        {"event": "disposition", "call_id": 21, "target": sales, "disposition": "Nobody there", **known},
    ]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    home = tmp_path_factory.mktemp("edges")
    house = new_house(home / "home", "2026-03-11T12:00:00+00:00")
    rival = [{**_events()[0], "target": _party("call_center", RIVAL_DESK, "Desk", "70")}]
    for company, events in (("Acme", _events()), ("Rival", rival)):
        file = home / f"{company}.jsonl"
        file.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
        assert import_path(house, "dialpad", file, company).refused.rows == 0
    places = {TEAM: NORTH, EMPTY_TEAM: WEST}
    teams = [Entry(Kind.COACHING_TEAM, team, "Team", office_id=office) for team, office in places.items()]
    west = Entry(Kind.OFFICE, WEST, "West", office_id=WEST)
    house.directory.learn(company_of(house, "Acme"), [west, *teams])
    ann = (Kind.USER, ANN)
    coaching = [
        Membership((Kind.COACHING_TEAM, EMPTY_TEAM), ann, Role.COACH),
        Membership((Kind.COACHING_TEAM, TEAM), ann, Role.TRAINEE, until=date(2026, 3, 10)),
    ]
    house.memberships.learn(company_of(house, "Acme"), coaching)
    return house


def _asked(stat_type: str, export_type: str, **fields: Any) -> dict[str, Any]:
    """A request for 8, 9 and 10 March."""
    days = {"days_ago_start": 1, "days_ago_end": 3}
    return {"stat_type": stat_type, "export_type": export_type, **days, **fields}


def _target(kind: str, number: str, **more: Any) -> dict[str, Any]:
    return {"target_type": kind, "target_id": number, **more}


def _header(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def _said(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value not in ("", "0")}


@pytest.mark.parametrize("stat_type", [*STAT_TYPES, *ON_RECORD_ONLY])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (_target("callcenter", "999"), "CallCenter with id 999 not found."),
        (_target("user", SALES), f"UserProfile with id {SALES} not found."),
        (_target("unknown", "999"), "Target with id 999 not found."),
        (_target("callcenter", RIVAL_DESK), f"CallCenter with id {RIVAL_DESK} not found."),
        (_target("unknown", RIVAL_DESK), f"Target with id {RIVAL_DESK} not found."),
    ],
)
def test_targets_that_the_company_does_not_have(
    house: House, stat_type: str, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(NotFound) as refused:
        house.reception.submit(company_of(house, "Acme"), _asked(stat_type, "records", **fields))
    assert (refused.value.code, refused.value.message) == (404, message)


@pytest.mark.parametrize("stat_type", ON_RECORD_ONLY)
def test_records_of_a_target_only(house: House, stat_type: str) -> None:
    of_sales = _target("callcenter", SALES)
    refusals = {
        f"export_type: got 'stats'; {stat_type} is to be had as records only.": _asked(stat_type, "stats", **of_sales),
        f"target_id: missing; {stat_type} needs target_id and target_type.": _asked(stat_type, "records"),
    }
    for message, fields in refusals.items():
        with pytest.raises(BadRequest) as refused:
            house.reception.submit(company_of(house, "Acme"), fields)
        assert (refused.value.code, refused.value.message) == (400, message)


def test_an_office_without_groups(house: House) -> None:
    for scope in ({"office_id": SOUTH}, _target("office", SOUTH)):
        path = report_path(house, "Acme", **_asked("calls", "stats", group_by="group", **scope))
        assert path.read_text(encoding="utf-8") == ",".join(recount.COLUMNS_GROUP) + "\n"


@pytest.mark.parametrize("stat_type", [*STAT_TYPES, *ON_RECORD_ONLY])
def test_records_of_days_without_any(house: House, stat_type: str) -> None:
    scope = _target("callcenter", SALES) if stat_type in ON_RECORD_ONLY else {}
    path = report_path(house, "Acme", **_asked(stat_type, "records", **scope) | {"days_ago_start": 3})
    columns = recount.COLUMNS_RECORDS if stat_type == "calls" else THING_COLUMNS[stat_type, "records"]
    assert path.read_text(encoding="utf-8") == ",".join(columns) + "\n"


@pytest.mark.parametrize(("stat_type", "group_by"), STATS)
def test_stats_of_days_without_any(house: House, stat_type: str, group_by: str) -> None:
    fields = _asked(stat_type, "stats", group_by=group_by) | {"days_ago_start": 3_000, "days_ago_end": 3_001}
    rows = report_rows(house, "Acme", **fields)
    # By user, calls have no zone of the row's own.
    of_zone = {} if (stat_type, group_by) == ("calls", "user") else {"timezone": "UTC"}
    assert [_said(row) for row in rows] == [{"date": day, **of_zone} for day in ("2017-12-22", "2017-12-23")]


@pytest.mark.parametrize(("stat_type", "group_by"), STATS)
def test_a_day_without_any_between_others(house: House, stat_type: str, group_by: str) -> None:
    rows = report_rows(house, "Acme", **_asked(stat_type, "stats", group_by=group_by))
    by_day = {row["date"]: _said(row) for row in rows}
    assert list(by_day) == ["2026-03-08", DAY, "2026-03-10"]
    nothing = [said.keys() <= {"date", "timezone"} for said in by_day.values()]
    # Ann is off duty the day after: of that there is a row.
    assert nothing == [True, False, stat_type != "onduty"]
    assert stat_type != "onduty" or by_day["2026-03-10"]["unavailable_minutes"] == "1440"


@pytest.mark.parametrize(("stat_type", "group_by"), STATS)
def test_a_team_without_trainees(house: House, stat_type: str, group_by: str) -> None:
    nobody = _target("coachingteam", EMPTY_TEAM, coaching_team=True)
    rows = report_rows(house, "Acme", **_asked(stat_type, "stats", group_by=group_by, **nobody))
    assert [row["date"] for row in rows] == ["2026-03-08", DAY, "2026-03-10"]
    assert all(set(_said(row)) <= {"date", "timezone"} for row in rows)
    records = report_path(house, "Acme", **_asked(stat_type, "records", **nobody))
    assert len(records.read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize("stat_type", [*STAT_TYPES, *ON_RECORD_ONLY])
def test_a_team_of_one_trainee_of_another_day(house: House, stat_type: str) -> None:
    """Ann is a trainee until before the 10th: what she did on the 9th, and the calls that she handled, are there."""
    team = _target("coachingteam", TEAM, coaching_team=True)
    rows = report_rows(house, "Acme", **_asked(stat_type, "records", **team))
    expected = {"onduty": 2, "screenshare": 2, "texts": 2}
    assert len(rows) == expected.get(stat_type, 1)
    if stat_type not in ON_RECORD_ONLY:
        of_the_10th = {"days_ago_start": 1, "days_ago_end": 1}
        (row,) = report_rows(house, "Acme", **_asked(stat_type, "stats", **team) | of_the_10th)
        assert set(_said(row)) <= {"date", "timezone"}


def test_a_change_for_no_center_is_one_for_all(house: House) -> None:
    """Ann goes on duty for Sales, and off without a word for which center: an hour of duty."""
    for scope in ({}, _target("callcenter", SALES), _target("user", ANN)):
        rows = report_rows(house, "Acme", **_asked("onduty", "stats", **scope))
        assert [row["on_duty_minutes"] for row in rows] == ["0", "60", "0"]


def test_an_offices_coaches_are_not_its_operators(house: House) -> None:
    """Ann lives in the south, and coaches a team of the west that nobody calls."""
    agents = {
        office: {row["name"] for row in report_rows(house, "Acme", **_asked("onduty", "stats", office_id=office))}
        for office in (SOUTH, WEST)
    }
    assert agents == {SOUTH: {"", "Ann"}, WEST: {""}}


def test_whose_a_disposition_is(house: House) -> None:
    """Of two who were on a call the last one; a class is there for a call that nobody took, too."""
    rows = report_rows(house, "Acme", **_asked("dispositions", "records", **_target("callcenter", SALES)))
    said = [(row["call_id"], row["operator_name"], row["disposition"]) for row in rows]
    assert said == [("1", "Ann", "Order"), ("21", "", "Nobody there")]


def test_a_screen_that_is_still_shared(house: House) -> None:
    """It is counted, and has no length yet."""
    _, row, _ = report_rows(house, "Acme", **_asked("screenshare", "stats"))
    names = ("screenshares", "screenshare_minutes", "avg_screenshare_minutes")
    assert [row[name] for name in names] == ["2", "60", "60"]


def test_a_row_is_named_as_its_days_last_record(house: House) -> None:
    """Ann has another name since eleven."""
    _, row, _ = report_rows(house, "Acme", **_asked("texts", "stats"))
    assert (row["name"], row["all_texts"]) == ("Ann Lee", "2")
