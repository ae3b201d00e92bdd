"""The look-ups of the directory: in the vendor's shapes, of one's own company alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.door import new_key, refusal
from api.look_ups import NOW, VENDOR, Caller, fill_directory
from busyhour.front import web_app
from houses import House, company_of, new_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = new_house(tmp_path / "home", NOW)
    fill_directory(made)
    yield made
    made.database.close()


@pytest.fixture
def meadow(house: House) -> Iterator[Caller]:
    with TestClient(web_app(house), raise_server_exceptions=False) as http:
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
    with TestClient(web_app(later)) as http:
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
    with TestClient(web_app(early)) as http:
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
    with TestClient(web_app(strict)) as http:
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
