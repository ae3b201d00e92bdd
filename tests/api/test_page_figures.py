"""Figures of the page: the cells of the very CSV that the API gives, chosen and put in order as the page asks."""

import csv
import io
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.browser import VIEW, Browser, signed_in
from api.door import Door, refusal
from api.small_company import BILLING, CY, NORTH, SALES, SOUTH, ZOE
from busyhour.errors import Unavailable
from busyhour.reports.registry import DIMENSIONS, FORMS
from busyhour.web.page.asking import Asker
from busyhour.web.page.view import Question
from houses import company_of

CALLS = {"stat_type": "calls", "export_type": "stats"}
RECORDS = {"stat_type": "calls", "export_type": "records"}
NEEDS_TARGET = ("csat", "dispositions")


def _csv(content: bytes) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return list(reader.fieldnames or []), list(reader)


def _downloaded(door: Door, fields: Mapping[str, Any]) -> bytes:
    """The bytes that a client of the API fetches in the end."""
    request_id = door.id_of(fields)
    for _ in range(200):
        if door.get(request_id).json()["status"] != "processing":
            break
        time.sleep(0.05)
    return bytes(door.http.get(door.link(request_id)).content)


SCOPES: Mapping[str, Mapping[str, Any]] = {
    "company": {},
    f"office:{NORTH}": {"office_id": NORTH},
    f"callcenter:{SALES}": {"target_type": "callcenter", "target_id": SALES},
    f"department:{BILLING}": {"target_type": "department", "target_id": BILLING},
    f"user:{ZOE}": {"target_type": "user", "target_id": ZOE},
    "coachingteam:51": {"target_type": "coachingteam", "target_id": 51, "coaching_team": True},
}
"""A scope of the page, and the same in the fields of the API."""


@pytest.mark.parametrize("form", FORMS, ids=lambda form: "-".join(map(str, form)))
def test_a_form_is_the_apis_own(served: Door, browser: Browser, form: tuple[str, str, str | None]) -> None:
    stat_type, export_type, group_by = form
    scope = f"callcenter:{SALES}" if stat_type in NEEDS_TARGET else "company"
    query = {"stat_type": stat_type, "export_type": export_type, "scope": scope}
    _check(served, browser, query | ({"group_by": group_by} if group_by else {}), SCOPES[scope])


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("query", [CALLS | {"group_by": "date"}, RECORDS, {"stat_type": "onduty"}])
def test_a_scope_is_the_apis_own(served: Door, browser: Browser, scope: str, query: Mapping[str, str]) -> None:
    _check(served, browser, {**query, "scope": scope}, SCOPES[scope])


def _check(door: Door, browser: Browser, query: Mapping[str, str], scope: Mapping[str, Any]) -> None:
    """A table of the page, its file, and the file of the same request by the API are one."""
    asked = {name: value for name, value in query.items() if name != "scope"}
    content = _downloaded(door, {"export_type": "stats", **asked, "days_ago_start": 0, "days_ago_end": 2, **scope})
    header, rows = _csv(content)
    said = browser.figures(**query)
    assert said["rows"] == rows
    assert [column["name"] for column in said["columns"]] == header
    assert (said["total_rows"], said["cut_at"]) == (len(rows), None)
    assert browser.http.get(said["csv"]).content == content


@pytest.mark.parametrize("form", DIMENSIONS, ids=lambda form: f"{form[0]}-{form[1].value}")
def test_a_dimension_is_its_own_file(browser: Browser, form: tuple[str, Any]) -> None:
    said = browser.figures(stat_type=form[0], by=form[1].value)
    answer = browser.http.get(said["csv"])
    assert said["rows"] == _csv(answer.content)[1]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')


def test_calls_by_the_hour(browser: Browser) -> None:
    """By hand: Sales answered at 10 and lost one at 11, Billing missed one at 12, two desks answered at 9."""
    rows = browser.figures(stat_type="calls", by="hour")["rows"]
    assert [row["hour"] for row in rows] == [str(hour) for hour in range(24)]
    inbound = {row["hour"]: row["inbound_calls"] for row in rows if row["inbound_calls"] != "0"}
    assert inbound == {"9": "2", "10": "1", "11": "1", "12": "1"}
    assert [row["hour"] for row in rows if row["missed"] == "1"] == ["12"]
    assert {row["days"] for row in rows} == {"3"}


def test_the_same_calls_by_another_clock(browser: Browser) -> None:
    """On 8 March 2026 New York's clock goes forward: 10:00 UTC is 06:00 there on the 9th."""
    rows = browser.figures(stat_type="calls", by="hour", timezone="America/New_York")["rows"]
    assert {row["hour"]: row["inbound_calls"] for row in rows if row["inbound_calls"] != "0"} == {
        "5": "2", "6": "1", "7": "1", "8": "1",
    }  # fmt: skip


def test_todays_figures_are_the_realtime_tiers(browser: Browser) -> None:
    today = {"from": "2026-03-10", "to": "2026-03-10"}
    (row,) = browser.figures(**CALLS, group_by="date", **today)["rows"]
    assert (row["date"], row["answered"]) == ("2026-03-10", "2")
    asked = {**CALLS, "export_type": "stats", "group_by": "date", "is_today": True}
    told = browser.get(f"/page/exports/{browser.post(asked).json()['request_id']}")
    assert told["tier"] == "realtime"
    assert (told["completed"], told["expires"]) == ("2026-03-10T12:00:00Z", "2026-03-10T12:30:00Z")


def test_days_are_those_of_the_zone(browser: Browser) -> None:
    """At noon UTC it is the 11th already on Kiritimati, and still the 10th in New York."""
    asked = {**CALLS, "group_by": "date", "from": "2026-03-11", "to": "2026-03-11"}
    (row,) = browser.figures(**asked, timezone="Pacific/Kiritimati")["rows"]
    assert row["date"] == "2026-03-11"
    message = refusal(
        browser.ask("/page/figures", **VIEW | asked | {"timezone": "America/New_York"}), 400, "badRequest"
    )
    assert message == "from: got 2026-03-11, which has not come; accepted: a day up to 2026-03-10."


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"from": ""}, "from: missing"),
        ({"from": "2026-02-30"}, "from: got '2026-02-30'; accepted: a day as YYYY-MM-DD."),
        ({"to": "20260310"}, "to: got '20260310'"),
        ({"to": "٢٠٢٦-٠٣-١٠"}, "to: got"),
        ({"to": "2026-03-11"}, "to: got 2026-03-11, which has not come"),
        ({"from": "2026-03-10", "to": "2026-03-09"}, "from: got 2026-03-10, which is after 2026-03-09"),
        ({"from": "1926-01-01"}, "from: got 1926-01-01; accepted: a day no more than 36500 days ago."),
        ({"timezone": "Mars/Olympus"}, "timezone: got 'Mars/Olympus'"),
        ({"scope": "planet:1"}, "scope: got 'planet:1'; accepted: company, callcenter:ID"),
        ({"scope": "user:"}, "scope: got 'user:'"),
        ({"scope": "user:x"}, "target_id: got 'x'"),
        ({"scope": "unknown:91"}, "scope: got 'unknown:91'"),
        ({"stat_type": ""}, "stat_type: got ''"),
        ({"stat_type": "nonsense"}, "stat_type: got 'nonsense'"),
        ({"export_type": "x"}, "export_type: got 'x'"),
        ({"by": "minute"}, "by: got 'minute'; accepted: date, hour"),
        ({"by": "interval"}, "by: got 'interval'; accepted for calls"),
        ({"by": "hour", "group_by": "date"}, "group_by: got 'date' beside by 'hour'"),
        ({"limit": "-1"}, "limit: got '-1'; accepted: a whole number."),
        ({"offset": "x"}, "offset: got 'x'"),
        ({"sort": "nonsense"}, "sort: got 'nonsense'; accepted: date, user_id"),
        ({"where": "nonsense:1"}, "where: got 'nonsense'"),
        ({"where": "answered"}, "where: got 'answered'; accepted: column:value."),
        ({"columns": "date,nonsense"}, "columns: got 'nonsense'"),
        ({"stat_type": "csat", "export_type": "records"}, "target_id: missing; csat needs"),
    ],
)  # fmt: skip
def test_what_is_impossible_is_named(browser: Browser, query: Mapping[str, str], message: str) -> None:
    answer = browser.ask("/page/figures", **VIEW | CALLS | query)
    assert refusal(answer, 400, "badRequest").startswith(message)


def test_a_scope_that_is_not_there(browser: Browser) -> None:
    answer = browser.ask("/page/figures", **VIEW | CALLS | {"scope": "user:12345"})
    assert refusal(answer, 404, "notFound") == "UserProfile with id 12345 not found."


def test_what_is_said_of_a_column_is_its_declaration(browser: Browser) -> None:
    columns = {column["name"]: column for column in browser.figures(stat_type="calls", by="total")["columns"]}
    assert columns["asa"] == {
        "name": "asa",
        "label": "Average speed of answer",
        "unit": "minutes_1",
        "definition": "Average speed of answer: from the earlier of queueing and the first ring to the conversation, "
        "per answered leg.",
        "behind": True,
    }
    assert columns["answered_percent"]["label"] == "Answered %"
    assert columns["answered"]["unit"] == "count"
    assert not columns["days"]["behind"]
    assert not any(column["behind"] for column in browser.figures(**RECORDS)["columns"])


def _ids(said: Mapping[str, Any]) -> list[str]:
    return [row["call_id"] for row in said["rows"]]


def test_rows_page_by_page(browser: Browser) -> None:
    pages = [browser.figures(**RECORDS, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [_ids(page) for page in pages] == [["4", "1", "2"], ["3", "5", "6"], ["7", "8"], []]
    assert {page["total_rows"] for page in pages} == {8}


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("time_in_system", ["6", "5", "3", "7", "8", "4", "2", "1"]),
        ("-time_in_system", ["1", "2", "4", "7", "8", "3", "5", "6"]),
        ("-date_started", ["8", "7", "6", "5", "3", "2", "1", "4"]),
        ("date_queued", ["1", "3", "4", "2", "5", "6", "7", "8"]),
        ("-date_queued", ["3", "1", "4", "2", "5", "6", "7", "8"]),
    ],
)
def test_rows_in_order(browser: Browser, sort: str, ids: list[str]) -> None:
    """By hand: 28, 30, 40, 60, 60, 120, 310 and 330 seconds; two were queued; what is empty comes last."""
    assert _ids(browser.figures(**RECORDS, sort=sort)) == ids
    half = browser.figures(**RECORDS, sort=sort, limit=3, offset=2)
    assert (_ids(half), half["total_rows"]) == (ids[2:5], 8)


def test_rows_with_some_values(browser: Browser) -> None:
    missed = browser.figures(**RECORDS, where="category:missed")
    assert (_ids(missed), missed["total_rows"]) == (["5", "6"], 2)
    either = browser.figures(**RECORDS, where=["category:missed", "category:abandoned", "target_type:department"])
    assert _ids(either) == ["5"]
    both = browser.figures(**RECORDS, where=["category:missed", "category:abandoned"], sort="-call_id", limit=2)
    assert (_ids(both), both["total_rows"]) == (["6", "5"], 3)
    assert browser.figures(**RECORDS, where="name:Zoë")["total_rows"] == 1
    assert browser.figures(**RECORDS, where="date_started:2026-03-09 10:00:00.000000")["total_rows"] == 1


def test_some_columns_alone(browser: Browser) -> None:
    said = browser.figures(**RECORDS, columns="name,call_id", where="target_id:91")
    assert said["rows"] == [{"name": "Zoë", "call_id": "2"}]
    assert {column["name"] for column in said["columns"]} == {"call_id", "name"}


def test_a_long_file_is_looked_through_so_far(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busyhour.web.page.tables.MOST_SORTED", 5)
    said = browser.figures(**RECORDS, sort="-call_id")
    assert (_ids(said), said["total_rows"], said["cut_at"]) == (["5", "4", "3", "2", "1"], 5, 5)
    assert browser.figures(**RECORDS)["cut_at"] is None


def test_what_is_not_made_yet_is_asked_for_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busyhour.web.page.figures._WAIT_SECONDS", 0.05)
    monkeypatch.setattr("busyhour.web.page.figures._WAIT_SECONDS_OF_FILES", 0.05)
    browser = signed_in(door)
    answer = browser.ask("/page/figures", **VIEW | CALLS)
    assert (answer.status_code, answer.headers["retry-after"]) == (202, "1")
    said = answer.json()
    assert said["status"] == "processing"
    assert browser.ask("/page/figures", **VIEW | CALLS).json() == said
    late = browser.ask("/page/figures.csv", **VIEW | CALLS)
    assert "still being made" in refusal(late, 503, "backendError")
    door.house.worker().run_one(said["request_id"])
    assert browser.figures(**CALLS)["request_id"] == said["request_id"]


def test_an_answer_does_not_wait_for_another(door: Door) -> None:
    """Whoever waits two seconds for a figure holds nobody up."""
    browser = signed_in(door)
    started = time.monotonic()
    assert browser.ask("/page/figures", **VIEW | CALLS).status_code == 202
    assert 1.9 < time.monotonic() - started < 5


def test_a_figure_that_cannot_be_made_is_not_asked_for_without_end(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busyhour.web.page.figures._WAIT_SECONDS", 0.05)
    browser = signed_in(door)
    request_id = browser.ask("/page/figures", **VIEW | CALLS).json()["request_id"]
    claim = door.house.requests.claim("w", time.time(), 60, request_id)
    assert claim is not None
    door.house.requests.fail(claim, "The disk is full.")
    again = browser.ask("/page/figures", **VIEW | CALLS | {"request_id": request_id})
    assert "The disk is full." in refusal(again, 500, "backendError")
    anew = browser.ask("/page/figures", **VIEW | CALLS)
    assert anew.status_code == 202
    assert anew.json()["request_id"] != request_id


def test_a_request_that_is_named_must_be_the_one_that_is_asked_for(browser: Browser) -> None:
    other = browser.figures(**RECORDS)["request_id"]
    said = browser.figures(**CALLS, group_by="date", request_id=other)
    assert said["request_id"] != other
    assert len(said["rows"]) == 3
    assert len(browser.figures(**CALLS, group_by="date", request_id="nonsense")["rows"]) == 3


def test_a_file_that_is_gone_is_made_anew(served: Door, browser: Browser) -> None:
    before = browser.figures(**CALLS)
    served.house.artifacts.remove(company_of(served.house, "Acme"), before["request_id"])
    after = browser.figures(**CALLS)
    assert after["request_id"] != before["request_id"]
    assert after["rows"] == before["rows"]


def test_midnight_between_two_looks_at_the_clock(door: Door) -> None:
    house, day = door.house, door.house.clock().date()
    later = replace(house.reception, clock=lambda: house.clock() + timedelta(days=1))
    asker = Asker(later, house.requests, house.artifacts)
    question = Question(CALLS | {"days_ago_start": 0, "days_ago_end": 0}, None, day, day)
    with pytest.raises(Unavailable, match="A day ended just now"):
        asker.resolve(company_of(house, "Acme"), question)


@pytest.mark.parametrize("scope", [f"office:{SOUTH}", f"user:{CY}"])
def test_an_office_is_everything_under_it(browser: Browser, scope: str) -> None:
    """Billing's missed call rang Cy, who sits in its office."""
    rows = browser.figures(**CALLS, group_by="user", scope=scope)["rows"]
    assert [(row["user_id"], row["missed"]) for row in rows if row["user_id"]] == [(str(CY), "1")]
