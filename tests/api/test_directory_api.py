"""The look-ups of the directory: in the vendor's shapes, page by page, of one's own company alone."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from starlette.testclient import TestClient

from api.door import new_key, refusal
from busyhour.domain.directory import Entry, Kind
from busyhour.domain.memberships import Membership, Role
from houses import House, company_of, new_house

NOW = "2026-03-09T15:00:00+00:00"
VENDOR = json.loads(
    (Path(__file__).parent.parent / "conformance" / "vendor_directory_openapi.json").read_text(encoding="utf-8")
)
NORTH, SOUTH, SUPPORT, SALES, LOANS, TEAM, ROOM = "12", "13", "31", "32", "41", "51", "61"
DANA, AVI, GONE = "91", "92", "93"
RIVAL_OFFICE, RIVAL_CENTER = "70", "71"

SUPPORT_DETAILS = {
    "service_level_percent": 80,
    "service_level_seconds": 20,
    "hours": {"monday": ["08:00", "12:00", "14:00", "18:00"]},
    "holidays": [{"date": "2026-12-25", "name": "Christmas"}],
    "description": "Whatever is broken",
}

ENTRIES = (
    Entry(Kind.OFFICE, NORTH, "North", phone="+15550100", office_id=NORTH, timezone="America/New_York",
        details='{"primary": true, "country": "us"}'),
    Entry(Kind.OFFICE, SOUTH, "South", office_id=SOUTH, details='{"state": "suspended"}'),
    Entry(Kind.CALL_CENTER, SUPPORT, "Support", phone="+15550101,+15550102", office_id=NORTH,
        details=json.dumps(SUPPORT_DETAILS)),
    Entry(Kind.CALL_CENTER, SALES, "Sales", office_id=SOUTH),
    Entry(Kind.CALL_CENTER, "queue-7", "Another telephone system's"),
    Entry(Kind.DEPARTMENT, LOANS, "Loans", office_id=NORTH, details='{"hours": null}'),
    Entry(Kind.COACHING_TEAM, TEAM, "New people", office_id=NORTH, details='{"description": "First month"}'),
    Entry(Kind.STAFF_GROUP, "81", "Cleaners", office_id=NORTH),
    Entry(Kind.ROOM, ROOM, "Front desk", phone="+15550103", office_id=NORTH),
    Entry(Kind.USER, DANA, "Dana de Levi", "Dana@meadow.example", "+15550104", NORTH,
        details='{"company_admin": true, "extension": "104", "job_title": "Head"}'),
    Entry(Kind.USER, AVI, "Avi", "avi@meadow.example", office_id=SOUTH, timezone="Asia/Jerusalem"),
    Entry(Kind.USER, GONE, "Gone", office_id=NORTH, details='{"state": "deleted"}'),
)  # fmt: skip

PLACES = (
    Membership((Kind.CALL_CENTER, SUPPORT), (Kind.USER, DANA), Role.SUPERVISOR),
    Membership((Kind.CALL_CENTER, SUPPORT), (Kind.ROOM, ROOM), Role.OPERATOR),
    Membership((Kind.CALL_CENTER, SUPPORT), (Kind.USER, AVI), Role.OPERATOR, None, date(2026, 3, 9)),
    Membership((Kind.DEPARTMENT, LOANS), (Kind.USER, AVI), Role.OPERATOR, date(2026, 3, 9)),
    Membership((Kind.OFFICE, NORTH), (Kind.USER, DANA), Role.ADMIN),
    Membership((Kind.COACHING_TEAM, TEAM), (Kind.USER, DANA), Role.COACH),
    Membership((Kind.COACHING_TEAM, TEAM), (Kind.USER, AVI), Role.TRAINEE, date(2026, 3, 1)),
)


class Caller:
    """A client with a company's key; every answer of 200 is held against the vendor's schema."""

    def __init__(self, http: TestClient, key: str) -> None:
        self.http = http
        self.key = key

    def ask(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/api/v2{path}", params=query or None, headers={"Authorization": f"Bearer {self.key}"})

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        _check(f"/api/v2{path}", said)
        return said

    def ids(self, path: str, **query: Any) -> list[int]:
        return [item["id"] for item in self.get(path, **query)["items"]]


def _strict(schema: Any) -> Any:
    """The vendor's schema as JSON Schema, with null only where it is said, and with no other fields."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _strict(part) for name, part in schema.items() if name not in ("nullable", "description", "title")}
    if "$ref" in made:
        return {"$ref": made["$ref"]}
    if made.get("type") == "object" and isinstance(made.get("properties"), dict):
        made["additionalProperties"] = False
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") is True else made


_COMPONENTS = {"schemas": {name: _strict(schema) for name, schema in VENDOR["components"]["schemas"].items()}}


def _check(path: str, said: Any) -> None:
    known = [known for known in VENDOR["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path)]
    assert known, path
    content = VENDOR["paths"][known[0]]["get"]["responses"]["200"]["content"]
    schema = _strict(content["application/json"]["schema"]) | {"components": _COMPONENTS}
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(said)


def _fill(house: House) -> None:
    house.directory.learn(company_of(house, "Meadow"), ENTRIES)
    house.memberships.learn(company_of(house, "Meadow"), PLACES)
    rival = [Entry(Kind.OFFICE, RIVAL_OFFICE, "Rival"), Entry(Kind.CALL_CENTER, RIVAL_CENTER, "Rivals")]
    house.directory.learn(company_of(house, "Rival"), rival)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = new_house(tmp_path / "home", NOW)
    _fill(made)
    yield made
    made.database.close()


@pytest.fixture
def meadow(house: House) -> Iterator[Caller]:
    with TestClient(house.app(), raise_server_exceptions=False) as http:
        yield Caller(http, new_key(house, "Meadow"))


def test_the_company(house: House, meadow: Caller) -> None:
    said = meadow.get("/company")
    assert said == {"id": int(company_of(house, "Meadow")), "name": "Meadow", "office_count": 2, "state": "active"}


def test_offices(meadow: Caller) -> None:
    said = meadow.get("/offices")
    assert said["cursor"] is None
    north, south = said["items"]
    assert north == {
        "id": 12, "office_id": 12, "name": "North", "country": "us", "state": "active", "is_primary_office": True,
        "timezone": "America/New_York", "phone_numbers": ["+15550100"], "availability_status": "open",
    }  # fmt: skip
    assert (south["id"], south["state"], south["phone_numbers"]) == (13, "suspended", [])
    assert meadow.get("/offices/12") == north


def test_active_offices_only(meadow: Caller) -> None:
    for word in ("true", "True", "1"):
        assert meadow.ids("/offices", active_only=word) == [12]
    assert meadow.ids("/offices", active_only="false") == [12, 13]


def test_a_call_center(meadow: Caller) -> None:
    said = meadow.get("/callcenters/31")
    assert said["alerts"] == {"cc_service_level": 80, "cc_service_level_seconds": 20}
    assert (said["name"], said["office_id"], said["timezone"]) == ("Support", 12, "America/New_York")
    assert said["phone_numbers"] == ["+15550101", "+15550102"]
    assert said["hours_on"] is True
    assert said["monday_hours"] == ["08:00", "12:00", "14:00", "18:00"]
    assert said["tuesday_hours"] == []
    assert said["group_description"] == "Whatever is broken"


def test_a_call_center_that_nobody_set_up_has_the_vendors_defaults(meadow: Caller) -> None:
    said = meadow.get("/callcenters/32")
    assert said["alerts"] == {"cc_service_level": 95, "cc_service_level_seconds": 60}
    assert said["hours_on"] is False
    assert "monday_hours" not in said
    assert said["availability_status"] == "open"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-09T15:00:00+00:00", "open"),
        ("2026-03-09T17:00:00+00:00", "closed"),
        ("2026-12-25T15:00:00+00:00", "holiday_closed"),
    ],
)
def test_whether_it_is_open_by_its_offices_clock(house: House, now: str, expected: str) -> None:
    later = new_house(house.settings.folder, now)
    with TestClient(later.app()) as http:
        said = Caller(http, new_key(house, "Meadow")).get("/callcenters/31")
    later.database.close()
    assert said["availability_status"] == expected


def test_lists_of_groups(meadow: Caller) -> None:
    assert meadow.ids("/callcenters") == [31, 32]
    assert meadow.ids("/callcenters", office_id=13) == [32]
    assert meadow.ids("/callcenters", name_search="UPP") == [31]
    assert meadow.ids("/callcenters", name_search="nothing like it") == []
    assert meadow.ids("/offices/12/callcenters") == [31]
    assert meadow.ids("/departments") == meadow.ids("/offices/12/departments") == [41]
    assert meadow.ids("/offices/13/departments") == []
    assert meadow.ids("/coachingteams") == meadow.ids("/offices/12/teams") == [51]


def test_a_department_and_a_coaching_team(house: House, meadow: Caller) -> None:
    department = meadow.get("/departments/41")
    assert (department["name"], department["hours_on"], department["timezone"]) == ("Loans", False, "America/New_York")
    assert meadow.get("/coachingteams/51") == {
        "id": 51, "name": "New people", "company_id": int(company_of(house, "Meadow")), "office_id": 12,
        "phone_numbers": [], "state": "active", "team_description": "First month",
    }  # fmt: skip


def test_operators_are_those_of_today(meadow: Caller) -> None:
    support, loans = meadow.get("/callcenters/31/operators"), meadow.get("/departments/41/operators")
    assert [user["id"] for user in support["users"]] == [91]
    assert [room["id"] for room in support["rooms"]] == [61]
    assert [user["id"] for user in loans["users"]] == [92]
    assert loans["rooms"] == []
    assert [user["id"] for user in meadow.get("/offices/12/operators")["users"]] == [91]
    assert meadow.get("/callcenters/32/operators") == {"users": [], "rooms": []}


def test_today_begins_with_the_offices_day(house: House) -> None:
    # 03:00 UTC is still the evening before in New York.
    early = new_house(house.settings.folder, "2026-03-09T03:00:00+00:00")
    with TestClient(early.app()) as http:
        caller = Caller(http, new_key(house, "Meadow"))
        assert [user["id"] for user in caller.get("/callcenters/31/operators")["users"]] == [91, 92]
        assert caller.get("/departments/41/operators")["users"] == []
    early.database.close()


def test_coaching_members(meadow: Caller) -> None:
    said = meadow.get("/coachingteams/51/members")
    assert [(member["id"], member["role"]) for member in said["items"]] == [(91, "coach"), (92, "trainee")]
    assert said["items"][1]["emails"] == ["avi@meadow.example"]
    first = meadow.get("/coachingteams/51/members", limit=1)
    assert [member["id"] for member in first["items"]] == [91]
    assert meadow.ids("/coachingteams/51/members", cursor=first["cursor"]) == [92]


def test_rooms(house: House, meadow: Caller) -> None:
    company_id = int(company_of(house, "Meadow"))
    room = {"id": 61, "name": "Front desk", "office_id": 12, "phone_numbers": ["+15550103"], "state": "active"}
    assert meadow.get("/rooms")["items"] == [room | {"company_id": company_id}]
    assert meadow.get("/rooms/61") == room | {"company_id": company_id}
    assert meadow.ids("/rooms", office_id=13) == []


def test_a_user(house: House, meadow: Caller) -> None:
    said = meadow.get("/users/91")
    groups = {(group["group_type"], group["group_id"], group.get("role")) for group in said.pop("group_details")}
    assert groups == {("callcenter", 31, "supervisor"), ("office", 12, "admin"), ("coachingteam", 51, None)}
    assert said == {
        "id": 91, "company_id": int(company_of(house, "Meadow")), "office_id": 12, "display_name": "Dana de Levi",
        "first_name": "Dana", "last_name": "de Levi", "emails": ["Dana@meadow.example"],
        "phone_numbers": ["+15550104"], "timezone": "America/New_York", "state": "active", "extension": "104",
        "job_title": "Head", "admin_office_ids": [12], "is_admin": True, "is_super_admin": True,
    }  # fmt: skip
    avi = meadow.get("/users/92")
    assert (avi["timezone"], avi["is_admin"], avi["admin_office_ids"]) == ("Asia/Jerusalem", False, [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [91, 92]),
        ({"state": "all"}, [91, 92, 93]),
        ({"state": "deleted"}, [93]),
        ({"company_admin": "true"}, [91]),
        ({"company_admin": "false"}, [92]),
        ({"email": "dana@MEADOW.example"}, [91]),
        ({"email": "dana"}, []),
        ({"number": "+15550104"}, [91]),
        ({"number": " 1 (555) 0104"}, [91]),
        ({"number": "5550104"}, []),
    ],
)
def test_users_by(meadow: Caller, query: dict[str, str], expected: list[int]) -> None:
    assert meadow.ids("/users", **query) == expected


def test_pages_hold_every_item_once(house: House, meadow: Caller) -> None:
    more = [Entry(Kind.USER, str(number), f"Somebody {number}") for number in range(1000, 1230)]
    house.directory.learn(company_of(house, "Meadow"), more)
    seen, query = [], {}
    sizes = []
    while True:
        said = meadow.get("/users", **query)
        sizes.append(len(said["items"]))
        seen += [item["id"] for item in said["items"]]
        if said["cursor"] is None:
            break
        query = {"cursor": said["cursor"]}
    assert seen == [91, 92, *range(1000, 1230)]
    assert sizes == [100, 100, 32]
    assert len(meadow.get("/users", limit=1000)["items"]) == 100
    assert len(meadow.get("/users", limit=7)["items"]) == 7


def test_a_page_is_not_shifted_by_who_comes_or_is_renamed_meanwhile(house: House, meadow: Caller) -> None:
    first = meadow.get("/callcenters", limit=1)
    news = [Entry(Kind.CALL_CENTER, "5", "Aardvark"), Entry(Kind.CALL_CENTER, SUPPORT, "Zebra", seen_at=9)]
    house.directory.learn(company_of(house, "Meadow"), news)
    assert [item["id"] for item in first["items"]] == [31]
    assert meadow.ids("/callcenters", cursor=first["cursor"]) == [32]


def test_a_cursor_brings_its_filters_along(house: House, meadow: Caller) -> None:
    more = [Entry(Kind.CALL_CENTER, str(number), f"Desk {number}", office_id=SOUTH) for number in (34, 35)]
    house.directory.learn(company_of(house, "Meadow"), more)
    first = meadow.get("/callcenters", office_id=13, limit=1)
    assert meadow.ids("/callcenters", cursor=first["cursor"]) == [34, 35]
    assert meadow.ids("/callcenters", cursor=first["cursor"], office_id=13) == [34, 35]
    message = refusal(meadow.ask("/callcenters", cursor=first["cursor"], office_id=12), 400, "badRequest")
    assert message.startswith("office_id: got '12'")


def test_an_empty_cursor_is_none(meadow: Caller) -> None:
    assert meadow.ids("/callcenters", cursor="") == [31, 32]


def test_cursors_that_are_not_ours(house: House, meadow: Caller) -> None:
    house.directory.learn(company_of(house, "Rival"), [Entry(Kind.CALL_CENTER, "72", "Rivals too")])
    own = meadow.get("/callcenters", limit=1)["cursor"]
    rivals = Caller(meadow.http, new_key(house, "Rival")).get("/callcenters", limit=1)["cursor"]
    for path, cursor in (
        ("/callcenters", "nonsense"), ("/callcenters", own[:-1]), ("/callcenters", rivals), ("/users", own),
        ("/coachingteams/51/members", own), ("/callcenters", "ключ"), ("/callcenters", "a.b.c"),
    ):  # fmt: skip
        message = refusal(meadow.ask(path, cursor=cursor), 400, "badRequest")
        assert message.startswith("cursor: got ")


@pytest.mark.parametrize(
    "path",
    [
        "/offices/70", "/offices/70/callcenters", "/offices/70/departments", "/offices/70/teams",
        "/offices/70/operators", "/callcenters/71", "/callcenters/71/operators", "/departments/71", "/rooms/71",
        "/departments/71/operators", "/coachingteams/71", "/coachingteams/71/members", "/users/71", "/users/me",
        "/callcenters?office_id=70", "/departments?office_id=70", "/rooms?office_id=70", "/callcenters/12",
        "/users/queue-7",
    ],
)  # fmt: skip
def test_what_is_anothers_or_nobodys_is_not_found(meadow: Caller, path: str) -> None:
    refusal(meadow.ask(path), 404, "notFound")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/offices/abc", "id"), ("/callcenters/queue-7", "id"), ("/callcenters/-1", "id"), ("/callcenters/031", "id"),
        ("/callcenters/9223372036854775808", "id"), ("/callcenters?office_id=x", "office_id"),
        ("/callcenters/%D9%A3", "id"), ("/users?limit=0", "limit"), ("/users?limit=ten", "limit"),
        ("/users?state=asleep", "state"), ("/users?company_admin=maybe", "company_admin"),
        ("/offices?active_only=2", "active_only"), ("/offices/x/teams", "office_id"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_named(meadow: Caller, path: str, field: str) -> None:
    message = refusal(meadow.ask(path), 400, "badRequest")
    assert message.startswith(f"{field}: got ")
    assert "; accepted: " in message


def test_a_key_is_needed_everywhere(meadow: Caller) -> None:
    for path in VENDOR["paths"]:
        answer = meadow.http.get(re.sub(r"\{\w+\}", "12", path))
        refusal(answer, 401, "unauthorized")


def test_look_ups_count_as_gets(house: House) -> None:
    strict = new_house(house.settings.folder, NOW, limit_get_per_minute=2)
    with TestClient(strict.app()) as http:
        caller = Caller(http, new_key(house, "Meadow"))
        caller.get("/company")
        caller.get("/users")
        refusal(caller.ask("/offices"), 429, "rateLimitExceeded")
    strict.database.close()


def test_our_own_description_has_every_look_up(meadow: Caller) -> None:
    described = meadow.http.get("/openapi.json").json()["paths"]
    for path, operations in VENDOR["paths"].items():
        assert described[path]["get"]["operationId"] == operations["get"]["operationId"]
        ours = {parameter["name"] for parameter in described[path]["get"]["parameters"]}
        assert {parameter["name"] for parameter in operations["get"]["parameters"]} <= ours
