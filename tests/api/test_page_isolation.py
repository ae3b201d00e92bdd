"""Nobody sees another company's anything, by whichever of the page's requests."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.browser import VIEW, Browser, signed_in
from api.door import Door, refusal
from api.small_company import RIVAL_DESK, RIVAL_OFFICE

CALLS = {"stat_type": "calls"}
RECORDS = {"stat_type": "calls", "export_type": "records"}


@pytest.fixture(scope="module")
def rival(served: Door) -> Browser:
    """Somebody of the other company's, at the same server."""
    return signed_in(served, "Rival")


def _routes(served: Door) -> set[tuple[str, str]]:
    routes = [route for route in served.http.app.routes if isinstance(route, APIRoute)]
    return {(method, route.path) for route in routes for method in route.methods if route.path.startswith("/page/")}


def test_every_request_of_the_page_needs_a_session(served: Door) -> None:
    routes = _routes(served)
    assert len(routes) >= 11
    for method, path in routes:
        answer = Browser(served.http.app).http.request(method, path.format(id="any"), headers=served.bearer)
        assert "sign in" in refusal(answer, 401, "unauthorized"), path


ASKED: Mapping[str, Mapping[str, Any]] = {
    "/page/figures": VIEW | CALLS,
    "/page/figures.csv": VIEW | CALLS,
    "/page/behind": VIEW | CALLS | {"column": "missed"},
    "/page/behind.csv": VIEW | CALLS | {"column": "missed"},
    "/page/snippets": VIEW | CALLS,
}


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("scope", [f"callcenter:{RIVAL_DESK}", f"office:{RIVAL_OFFICE}"])
def test_anothers_scope_is_not_there(browser: Browser, rival: Browser, path: str, scope: str) -> None:
    refusal(browser.ask(path, **ASKED[path], scope=scope), 404, "notFound")
    assert rival.ask(path, **ASKED[path], scope=scope).status_code == 200


def test_the_same_question_has_each_companys_own_answer(browser: Browser, rival: Browser) -> None:
    for query, own, others in (
        (CALLS | {"by": "total"}, "5", "1"),
        (CALLS | {"by": "date", "from": "2026-03-09", "to": "2026-03-09"}, "3", "1"),
    ):
        assert browser.figures(**query)["rows"][0]["inbound_calls"] == own
        assert rival.figures(**query)["rows"][0]["inbound_calls"] == others
    names = [{row["name"] for row in one.figures(**RECORDS)["rows"]} for one in (browser, rival)]
    assert not names[0] & names[1]
    behind = [one.get("/page/behind", **VIEW, **CALLS, by="total", column="answered") for one in (browser, rival)]
    assert [said["total_rows"] for said in behind] == [3, 1]


def test_files_are_each_companys_own(browser: Browser, rival: Browser) -> None:
    url = browser.figures(**RECORDS)["csv"]
    own, others = browser.http.get(url), rival.http.get(url)
    assert "Sales" in own.text
    assert "Sales" not in others.text
    assert "Desk" in others.text


def test_a_call_of_the_same_id_is_each_companys_own(browser: Browser, rival: Browser) -> None:
    """Both companies have a call 1 on that day."""
    legs = [one.get("/page/call", call_id="1", date="2026-03-09")["legs"] for one in (browser, rival)]
    assert [[leg["name"] for leg in of_one] for of_one in legs] == [["Sales", "Zoë"], ["Desk"]]
    refusal(rival.ask("/page/call", call_id="2", date="2026-03-09"), 404, "notFound")


def test_anothers_request_is_not_there(browser: Browser, rival: Browser) -> None:
    said = browser.figures(**CALLS, group_by="date")
    refusal(rival.ask(f"/page/exports/{said['request_id']}"), 404, "notFound")
    assert said["request_id"] not in {one["request_id"] for one in rival.get("/page/exports")["exports"]}
    others = rival.figures(**CALLS, group_by="date", request_id=said["request_id"])
    assert others["request_id"] != said["request_id"]
    assert others["rows"] != said["rows"]


def test_scopes_and_names_are_each_companys_own(browser: Browser, rival: Browser) -> None:
    said = [one.get("/page/scopes") for one in (browser, rival)]
    assert [one["company"]["name"] for one in said] == ["Acme", "Rival"]
    ids = [{(entry["kind"], entry["id"]) for entry in one["entries"]} for one in said]
    assert not ids[0] & ids[1]
    for one, own, other in ((browser, "Acme", "Rival"), (rival, "Rival", "Acme")):
        page = one.http.get("/people").text
        assert own in page
        assert other not in page


def test_anothers_token_proves_nothing(browser: Browser, rival: Browser) -> None:
    fields = CALLS | {"export_type": "stats"}
    answer = rival.http.post("/page/exports", json=fields, headers={"X-CSRF-Token": browser.csrf})
    refusal(answer, 403, "forbidden")


def test_freshness_is_each_companys_own(served: Door, rival: Browser) -> None:
    served.house.access.company("Third", 0)
    third = signed_in(served, "Third")
    assert third.get("/page/freshness")["historical"]["as_of"] is None
    assert rival.get("/page/freshness")["historical"]["as_of"] is not None
