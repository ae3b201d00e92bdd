"""POST: whose data, and what a company does not know or cannot have."""

from typing import Any

import pytest

from api.door import CALLS, Door, refusal
from api.small_company import BILLING, CY, NORTH, RIVAL_DESK, RIVAL_OFFICE, SALES, SOUTH, TEAM, ZOE

ON_THE_DAY = {"days_ago_start": 1, "days_ago_end": 1}


def _target(kind: str, number: int) -> dict[str, Any]:
    return {"target_type": kind, "target_id": number}


def _call_ids(door: Door, fields: dict[str, Any]) -> list[str]:
    asked = {"export_type": "records", "stat_type": "calls"} | ON_THE_DAY | fields
    return [line.split(",")[1] for line in door.lines(asked)[1:]]


def test_nothing_scoped_is_the_whole_company_and_no_other(door: Door) -> None:
    assert _call_ids(door, {}) == ["1", "2", "3", "5", "6"]
    assert _call_ids(door.of("Rival"), {}) == ["1"]


@pytest.mark.parametrize(
    ("scope", "call_ids"),
    [
        ({"office_id": NORTH}, ["1", "2", "3"]),
        ({"office_id": SOUTH}, ["5", "6"]),
        (_target("callcenter", SALES), ["1", "2", "3"]),
        (_target("department", BILLING), ["5", "6"]),
        (_target("user", ZOE), ["2"]),
        (_target("unknown", CY), ["6"]),
        (_target("office", NORTH), []),
    ],
)
def test_a_scope(door: Door, scope: dict[str, Any], call_ids: list[str]) -> None:
    assert _call_ids(door, scope) == call_ids


def test_a_target_overrides_the_office(door: Door) -> None:
    alone = CALLS | _target("user", ZOE)
    assert door.id_of(alone | {"office_id": SOUTH}) == door.id_of(alone)
    assert door.id_of(alone | {"office_id": 999}) == door.id_of(alone)


def test_two_names_of_one_target_are_one(door: Door) -> None:
    team = door.id_of(CALLS | _target("coachingteam", TEAM))
    assert door.id_of(CALLS | _target("coachinggroup", TEAM)) == team
    assert door.id_of(CALLS | _target("unknown", TEAM)) == team


@pytest.mark.parametrize(
    ("fields", "missing"),
    [({"target_id": ZOE}, "target_type"), ({"target_id": "0"}, "target_type"), ({"target_type": "user"}, "target_id")],
)
def test_half_a_target_names_the_missing_half(door: Door, fields: dict[str, Any], missing: str) -> None:
    assert refusal(door.post(CALLS | fields), 400, "badRequest").startswith(f"{missing}: missing")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"office_id": 999}, "Office with id 999 not found."),
        ({"office_id": SALES}, f"Office with id {SALES} not found."),
        ({"office_id": RIVAL_OFFICE}, f"Office with id {RIVAL_OFFICE} not found."),
        (_target("user", 999), "UserProfile with id 999 not found."),
        (_target("user", SALES), f"UserProfile with id {SALES} not found."),
        (_target("callcenter", RIVAL_DESK), f"CallCenter with id {RIVAL_DESK} not found."),
        (_target("unknown", RIVAL_DESK), f"Target with id {RIVAL_DESK} not found."),
        (_target("coachinggroup", 999), "CoachingTeam with id 999 not found."),
    ],
)
def test_what_the_company_does_not_have(door: Door, fields: dict[str, Any], message: str) -> None:
    assert refusal(door.post(CALLS | fields), 404, "notFound") == message


@pytest.mark.parametrize("flag", ["coaching_team", "coaching_group"])
def test_a_flag_needs_a_coaching_target(door: Door, flag: str) -> None:
    for scope in ({}, _target("user", ZOE), _target("unknown", TEAM), {"office_id": NORTH}):
        message = refusal(door.post(CALLS | scope | {flag: True}), 400, "badRequest")
        assert message.startswith(f"{flag}: got true")
    for kind in ("coachingteam", "coachinggroup"):
        assert door.post(CALLS | _target(kind, TEAM) | {flag: True}).status_code == 200


def test_trainees_are_another_request_under_either_flag(door: Door) -> None:
    team = CALLS | _target("coachingteam", TEAM)
    trainees = door.id_of(team | {"coaching_team": True})
    assert trainees != door.id_of(team)
    assert trainees == door.id_of(team | {"coaching_group": True})


@pytest.mark.parametrize("kind", ["callcenter", "user", "unknown"])
def test_by_group_takes_no_target_but_an_office(door: Door, kind: str) -> None:
    by_group = CALLS | {"group_by": "group"}
    message = refusal(door.post(by_group | _target(kind, SALES)), 400, "badRequest")
    assert message.startswith("group_by: got 'group'")
    assert repr(kind) in message


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ({}, ["Sales", "Service", "Billing", "Repairs"]),
        ({"office_id": NORTH}, ["Sales", "Repairs"]),
        (_target("office", SOUTH), ["Service", "Billing"]),
    ],
)
def test_by_group_of_an_office_or_of_all(door: Door, scope: dict[str, Any], names: list[str]) -> None:
    lines = door.lines(CALLS | {"group_by": "group"} | scope)
    assert [line.split(",")[0] for line in lines[1:]] == names


def test_a_grouping_is_ignored_where_a_report_has_none(door: Door) -> None:
    records = {"export_type": "records", "stat_type": "calls"} | _target("user", ZOE)
    assert door.id_of(records | {"group_by": "group"}) == door.id_of(records)


@pytest.mark.parametrize("stat_type", ["csat", "dispositions"])
def test_what_is_to_be_had_as_records_of_a_target_only(door: Door, stat_type: str) -> None:
    of_center = _target("callcenter", SALES)
    stats = door.post({"stat_type": stat_type, "export_type": "stats"} | of_center)
    assert refusal(stats, 400, "badRequest").startswith("export_type: got 'stats'")
    for scope in ({}, {"office_id": NORTH}):
        records = door.post({"stat_type": stat_type, "export_type": "records"} | scope)
        assert refusal(records, 400, "badRequest").startswith("target_id: missing")
