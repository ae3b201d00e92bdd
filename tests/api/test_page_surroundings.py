"""Scopes, freshness, exports: what the page shows around its figures."""

import time
from datetime import datetime
from typing import Any

import pytest

from api.browser import VIEW, Browser, signed_in, working
from api.conftest import Opener
from api.door import CALLS, Door, refusal
from api.small_company import BILLING, BOB, CY, NORTH, REPAIRS, ROOM, SALES, SERVICE, SOUTH, STAFF, TEAM, ZOE
from busyhour.domain.directory import Entry, Kind
from busyhour.domain.memberships import Membership, Role
from houses import company_of


def test_everything_that_a_figure_can_be_asked_for(browser: Browser) -> None:
    said = browser.get("/page/scopes")
    assert said["company"]["name"] == "Acme"
    found = {(entry["kind"], entry["id"]): entry for entry in said["entries"]}
    expected = {
        "callcenter": (SALES, SERVICE), "coachingteam": (TEAM,), "department": (BILLING, REPAIRS),
        "office": (NORTH, SOUTH), "room": (ROOM,), "staffgroup": (STAFF,), "user": (BOB, CY, ZOE),
    }  # fmt: skip
    assert set(found) == {(kind, str(number)) for kind, numbers in expected.items() for number in numbers}
    zoe = found["user", str(ZOE)]
    assert (zoe["name"], zoe["office_id"]) == ("Zoë", str(NORTH))
    assert f"office:{NORTH}" in zoe["parents"]
    assert found["office", str(NORTH)]["parents"] == []


def test_what_a_center_means_to_reach(door: Door) -> None:
    told = '{"service_level_percent": 80, "service_level_seconds": 20}'
    door.house.directory.learn(
        company_of(door.house, "Acme"), [Entry(Kind.CALL_CENTER, str(SALES), "Sales", details=told)]
    )
    found = {entry["id"]: entry for entry in signed_in(door).get("/page/scopes")["entries"]}
    names = ("service_level_percent", "service_level_seconds")
    assert [found[str(SALES)][name] for name in names] == [80, 20]
    assert [found[str(SERVICE)][name] for name in names] == [95, 60]
    assert not set(names) & set(found[str(BILLING)])


def test_every_scope_is_one_that_figures_take(browser: Browser) -> None:
    for entry in browser.get("/page/scopes")["entries"]:
        scope = f"{entry['kind']}:{entry['id']}"
        assert browser.figures(stat_type="calls", by="total", scope=scope)["total_rows"] == 1
        for parent in entry["parents"]:
            assert browser.ask("/page/snippets", **VIEW, stat_type="calls", scope=parent).status_code == 200


def test_parents_are_the_groups_of_today(door: Door) -> None:
    house, company_id = door.house, company_of(door.house, "Acme")
    zoe = (Kind.USER, str(ZOE))
    today = house.clock().date()
    house.memberships.learn(
        company_id,
        [
            Membership((Kind.COACHING_TEAM, str(TEAM)), zoe, Role.TRAINEE, today),
            Membership((Kind.DEPARTMENT, str(REPAIRS)), zoe, Role.OPERATOR, None, today),
        ],
    )
    house.directory.learn(company_id, [Entry(Kind.USER, "94", "Gone", details='{"state": "deleted"}')])
    entries = signed_in(door).get("/page/scopes")["entries"]
    (parents,) = [entry["parents"] for entry in entries if entry["id"] == str(ZOE)]
    assert f"coachingteam:{TEAM}" in parents
    assert f"department:{REPAIRS}" not in parents
    assert "94" not in {entry["id"] for entry in entries}


def test_how_fresh_each_tier_is(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The turns are every 1,800 and 14,400 seconds of the real clock; the business clock stands at noon."""
    door = opened()
    monkeypatch.setattr(time, "time", lambda: 14_400.0 * 100_000 + 1_000)
    said = signed_in(door).get("/page/freshness")
    assert said == {
        "now": "2026-03-10T12:00:00Z",
        "realtime": {"as_of": "2026-03-10T12:00:00Z", "next": "2026-03-10T12:13:20Z"},
        "historical": {"as_of": "2026-03-10T12:00:00Z", "next": "2026-03-10T15:43:20Z"},
        "timezone_default": "UTC",
    }
    later = signed_in(opened("2026-03-10T12:30:00+00:00")).get("/page/freshness")
    assert (later["now"], later["realtime"]["as_of"]) == ("2026-03-10T12:30:00Z", "2026-03-10T12:00:00Z")


def test_before_the_first_refresh(door: Door) -> None:
    company_of(door.house, "New")
    said = signed_in(door, "New").get("/page/freshness")
    assert (said["realtime"]["as_of"], said["historical"]["as_of"]) == (None, None)


def test_the_zone_of_the_main_office(door: Door) -> None:
    offices = [
        Entry(Kind.OFFICE, str(NORTH), "North", timezone="America/New_York"),
        Entry(Kind.OFFICE, str(SOUTH), "South", timezone="Asia/Jerusalem", details='{"primary": true}'),
    ]
    door.house.directory.learn(company_of(door.house, "Acme"), offices)
    assert signed_in(door).get("/page/freshness")["timezone_default"] == "Asia/Jerusalem"


EXPORT = {"stat_type": "calls", "export_type": "records", "days_ago_start": 0, "days_ago_end": 2, "timezone": "UTC"}


def test_an_export_from_its_start_to_its_file(door: Door) -> None:
    browser = signed_in(door)
    started = browser.post(EXPORT)
    assert started.status_code == 200
    assert browser.post(EXPORT).json() == {**started.json(), "already_started": True}
    request_id = started.json()["request_id"]
    waiting = browser.get(f"/page/exports/{request_id}")
    assert (waiting["status"], waiting["rows"], waiting["download_url"]) == ("processing", None, None)
    door.house.worker().run_one(request_id)
    done = browser.get(f"/page/exports/{request_id}")
    link = done.pop("download_url")
    assert done == {
        "request_id": request_id, "status": "complete", "stat_type": "calls", "export_type": "records",
        "group_by": None, "from": "2026-03-08", "to": "2026-03-10", "timezone": "UTC", "scope": "company",
        "tier": "historical", "rows": 8, "as_of": "2026-03-10T12:00:00Z", "created": "2026-03-10T12:00:00Z",
        "completed": "2026-03-10T12:00:00Z", "expires": "2026-03-10T15:00:00Z", "reason": None,
    }  # fmt: skip
    assert door.http.get(link).content == door.csv(EXPORT)
    assert door.id_of(EXPORT) == request_id


def test_the_recent_requests_are_what_anybody_of_the_company_asked_for(opened: Opener) -> None:
    door = opened()
    by_api = door.make(CALLS | {"target_type": "callcenter", "target_id": SALES, "group_by": "date"})
    browser = signed_in(door)
    by_page = browser.post(EXPORT | {"office_id": NORTH}).json()["request_id"]
    browser.ask("/page/snippets", **VIEW, stat_type="calls", by="hour")
    with working(door.house):
        browser.figures(stat_type="calls", by="total")
        browser.get("/page/behind", **VIEW, stat_type="calls", by="total", column="missed")
    told = {one["request_id"]: one for one in browser.get("/page/exports")["exports"]}
    assert set(told) == {by_api, by_page}
    assert (told[by_api]["scope"], told[by_api]["group_by"]) == (f"callcenter:{SALES}", "date")
    assert told[by_page]["scope"] == f"office:{NORTH}"
    tomorrow = signed_in(opened("2026-03-11T12:00:00+00:00")).get("/page/exports")["exports"]
    assert {one["request_id"] for one in tomorrow} <= {by_page}


def test_a_figure_of_the_page_is_no_request_until_a_client_asks_for_it(opened: Opener) -> None:
    """People asks for the vendor's own form by user: the very request that a client may send."""
    door = opened()
    browser = signed_in(door)
    with working(door.house):
        browser.figures(stat_type="calls", group_by="user")
    assert browser.get("/page/exports")["exports"] == []
    asked = CALLS | {"days_ago_start": 0, "days_ago_end": 2, "timezone": "UTC", "group_by": "user"}
    request_id = door.id_of(asked)
    assert [one["request_id"] for one in browser.get("/page/exports")["exports"]] == [request_id]


def test_the_last_request_is_the_first_of_the_list(opened: Opener) -> None:
    for minute in (1, 3, 2):
        door = opened(f"2026-03-10T12:0{minute}:00+00:00")
        signed_in(door).post(EXPORT | {"days_ago_end": minute + 5})
    created = [one["created"] for one in signed_in(door).get("/page/exports")["exports"]]
    assert created == [f"2026-03-10T12:0{minute}:00Z" for minute in (3, 2, 1)]


def test_an_export_that_failed_says_why(door: Door) -> None:
    browser = signed_in(door)
    request_id = browser.post(EXPORT).json()["request_id"]
    claim = door.house.requests.claim("w", time.time(), 60, request_id)
    assert claim is not None
    door.house.requests.fail(claim, "The disk is full.")
    told = browser.get(f"/page/exports/{request_id}")
    assert (told["status"], told["reason"], told["download_url"]) == ("failed", "The disk is full.", None)


@pytest.mark.parametrize(
    ("headers", "fields", "code"),
    [
        ({"X-CSRF-Token": ""}, EXPORT, 403),
        ({"X-CSRF-Token": "x"}, EXPORT, 403),
        ({"Origin": "https://evil.example"}, EXPORT, 403),
        ({"Sec-Fetch-Site": "same-site"}, EXPORT, 403),
        ({}, {"stat_type": "calls"}, 400),
        ({}, EXPORT | {"timezone": "x"}, 400),
        ({}, EXPORT | {"target_type": "user", "target_id": 404}, 404),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, EXPORT, 200),
    ],
)
def test_who_may_start_an_export(door: Door, headers: dict[str, str], fields: dict[str, Any], code: int) -> None:
    browser = signed_in(door)
    answer = browser.post(fields, **headers)
    assert answer.status_code == code
    if code != 200:
        refusal(answer, code, {400: "badRequest", 403: "forbidden", 404: "notFound"}[code])
        assert browser.get("/page/exports")["exports"] == []


def test_a_body_may_be_so_large_and_no_larger(opened: Opener) -> None:
    browser = signed_in(opened(max_body_bytes=200))
    refusal(browser.post(EXPORT | {"more": "x" * 200}), 413, "payloadTooLarge")


def test_times_are_in_utc_to_the_second(browser: Browser) -> None:
    told = browser.get("/page/freshness")["now"]
    assert datetime.fromisoformat(told).utcoffset() is not None
