"""The records behind a figure, and a call as a whole: by hand on the small company, and as `explain` lists them."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.browser import VIEW, Browser, signed_in, working
from api.door import Door, refusal
from api.small_company import NOW, leg, write_lines
from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Figure, Request, request_from_json, request_to_json
from busyhour.explaining import Explainer
from busyhour.front import web_app
from busyhour.web.page.call import linked
from houses import company_of, import_path, new_house

CALLS = {"stat_type": "calls"}
DAYS = {"days_ago_start": 0, "days_ago_end": 2}


def _behind(browser: Browser, column: str, *row: str, **query: Any) -> Any:
    return browser.get("/page/behind", **VIEW | CALLS | query, column=column, row=list(row))


def _ids(said: Mapping[str, Any]) -> list[str]:
    return [row["call_id"] for row in said["rows"]]


@pytest.mark.parametrize(
    ("query", "column", "row", "ids"),
    [
        ({"by": "total"}, "answered", [], ["1", "7", "8"]),
        ({"by": "hour"}, "answered", ["hour:9"], ["7", "8"]),
        ({"by": "weekday"}, "inbound_calls", ["weekday:monday"], ["1", "3", "5"]),
        ({"by": "weekday_hour"}, "abandoned", ["weekday:monday", "hour:11"], ["3"]),
        ({"by": "weekday_hour"}, "abandoned", ["weekday:monday", "hour:12"], []),
        ({"by": "wait"}, "answered", ["wait_from:20", "wait_until:30"], ["1"]),
        ({"by": "date"}, "all_calls", ["date:2026-03-08"], ["4"]),
        ({"by": "date"}, "abandoned_percent", ["date:2026-03-09"], ["3"]),
        ({"group_by": "date"}, "missed", ["date:2026-03-09"], ["5"]),
        ({"group_by": "user"}, "answered", ["date:2026-03-09", "user:91"], ["2"]),
        ({"group_by": "user"}, "answered", ["date:2026-03-09", "user_id:91"], ["2"]),
        ({"group_by": "group"}, "inbound_calls", ["group:31"], ["1", "3"]),
        ({"by": "total", "scope": "office:13"}, "inbound_calls", [], ["5", "7"]),
    ],
)
def test_the_records_of_a_figure(
    browser: Browser, query: Mapping[str, str], column: str, row: list[str], ids: list[str]
) -> None:
    said = _behind(browser, column, *row, **query)
    assert (_ids(said), said["total_rows"]) == (ids, len(ids))
    records = browser.figures(**CALLS, export_type="records", limit=0)
    assert said["columns"] == records["columns"]
    with_header = browser.http.get(said["csv"]).text.splitlines()
    assert len(with_header) == len(ids) + 1


def test_as_many_as_the_figure_says_and_as_explain_lists(served: Door, browser: Browser, tmp_path: Path) -> None:
    company_id = company_of(served.house, "Acme")
    explainer = Explainer(served.house.reception, served.house.maker())
    (figures,) = browser.figures(**CALLS, by="total")["rows"]
    for column in ("all_calls", "answered", "missed", "abandoned", "service_level", "minutes"):
        said = _behind(browser, column, by="total")
        path = tmp_path / column
        explainer.explain(company_id, {**CALLS, "export_type": "stats", **DAYS}, column, {}, path, Dimension.TOTAL)
        with path.open(newline="", encoding="utf-8") as file:
            assert said["rows"] == list(csv.DictReader(file))
        assert column == "minutes" or said["total_rows"] == int(figures[column])


def test_records_behind_are_chosen_and_put_in_order_too(browser: Browser) -> None:
    said = _behind(browser, "inbound_calls", by="total", sort="-time_in_system", limit=2, where="direction:inbound")
    assert (_ids(said), said["total_rows"]) == (["1", "7"], 5)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"by": "total"}, "column: missing"),
        ({"by": "total", "column": "nonsense"}, "column: got 'nonsense'; accepted: all_calls"),
        ({"by": "total", "column": "days"}, "column: got 'days'"),
        ({"by": "hour", "column": "missed", "row": "hour"}, "row: got 'hour'; accepted: column:value."),
        ({"by": "hour", "column": "missed", "row": "day:1"}, "row: got 'day'; accepted: hour, date, user, group."),
        ({"by": "hour", "column": "missed", "row": "hour:24"}, "row hour: got '24'; accepted: '0', '1'"),
        ({"group_by": "date", "column": "missed", "row": "date:monday"}, "date: got 'monday'"),
        ({"export_type": "records", "column": "call_id"}, "export_type: got 'records'"),
        ({"by": "total", "column": "missed", "sort": "missed"}, "sort: got 'missed'; accepted: date_started"),
    ],
)
def test_what_is_no_figure_is_refused(browser: Browser, query: Mapping[str, str], message: str) -> None:
    answer = browser.ask("/page/behind", **VIEW | CALLS | query)
    assert refusal(answer, 400, "badRequest").startswith(message)


def test_a_figures_request_has_a_key_of_its_own_and_other_requests_keep_theirs(served: Door) -> None:
    reception, company_id = served.house.reception, company_of(served.house, "Acme")
    fields = {**CALLS, "export_type": "stats", "group_by": "user"}
    plain = reception.resolve(company_id, fields)
    assert set(_json(plain)) == {"export_type", "group_by", "period", "scope", "stat_type", "tier"}
    one, same, other = (
        reception.resolve(company_id, fields, None, Figure.of("missed", row))
        for row in ({"date": "2026-03-09", "user": "91"}, {"user": "91", "date": "2026-03-09", "group": None}, {})
    )
    assert request_to_json(one) == request_to_json(same)
    assert len({request_to_json(request) for request in (plain, one, other)}) == 3
    assert [request_from_json(request_to_json(request)) for request in (plain, one, other)] == [plain, one, other]


def _json(request: Request) -> Mapping[str, Any]:
    said: Mapping[str, Any] = json.loads(request_to_json(request))
    return said


def _legs(browser: Browser, call_id: str, day: str, timezone: str = "UTC") -> list[str]:
    said = browser.get("/page/call", call_id=call_id, date=day, timezone=timezone)
    return [leg["call_id"] for leg in said["legs"]]


@pytest.mark.parametrize(
    ("call_id", "day", "ids"),
    [
        ("1", "2026-03-09", ["1", "2"]),
        ("2", "2026-03-09", ["1", "2"]),
        ("3", "2026-03-09", ["3"]),
        ("6", "2026-03-09", ["5", "6"]),
        ("7", "2026-03-10", ["7"]),
    ],
)
def test_the_legs_of_a_call(browser: Browser, call_id: str, day: str, ids: list[str]) -> None:
    assert _legs(browser, call_id, day) == ids


def test_a_leg_is_a_whole_record(browser: Browser) -> None:
    (told, _) = browser.get("/page/call", call_id="1", date="2026-03-09")["legs"]
    assert told == browser.figures(**CALLS, export_type="records", where="call_id:1")["rows"][0]


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ({"date": "2026-03-09"}, 400, "call_id: missing"),
        ({"call_id": "1"}, 400, "date: missing"),
        ({"call_id": "1", "date": "2026-03-11"}, 400, "date: got 2026-03-11, which has not come"),
        ({"call_id": "1", "date": "2026-03-09", "timezone": "x"}, 400, "timezone: got 'x'"),
        ({"call_id": "1", "date": "2026-03-08"}, 404, "Call with id 1 not found on 2026-03-08."),
        ({"call_id": "nonsense", "date": "2026-03-09"}, 404, "Call with id nonsense not found"),
    ],
)
def test_a_call_that_is_not_there(browser: Browser, query: Mapping[str, str], code: int, message: str) -> None:
    reason = {400: "badRequest", 404: "notFound"}[code]
    assert refusal(browser.ask("/page/call", **query), code, reason).startswith(message)


def test_legs_are_linked_through_whichever_others() -> None:
    links = [["2", "1"], ["3", "2"], ["1"], ["4", "9"], ["9", "5"], ["6"]]
    assert linked(links, "3") == {"1", "2", "3"}
    assert linked(links, "5") == {"4", "5", "9"}
    assert linked(links, "6") == {"6"}
    assert linked([], "7") == {"7"}


def _night() -> Iterator[dict[str, Any]]:
    """A call that began before midnight, was passed on after it, and ended on the same day as it was passed on."""
    desk = {"id": 31, "type": "call_center", "name": "Sales", "office_id": 12}
    zoe, bob = (
        {"id": number, "type": "user", "name": name, "office_id": 12} for number, name in ((91, "Zoë"), (92, "Bob"))
    )
    yield leg(1, desk, "2026-03-08 23:59:00", "2026-03-09 00:20:00", date_connected="2026-03-08 23:59:10")
    yield leg(2, zoe, "2026-03-08 23:59:05", "2026-03-09 00:10:00", master_call_id=1, entry_point_call_id=1,
        entry_point_target=desk, date_connected="2026-03-08 23:59:10")  # fmt: skip
    yield leg(
        3, bob, "2026-03-09 00:10:00", "2026-03-09 00:20:00", master_call_id=1, date_connected="2026-03-09 00:10:05"
    )


@pytest.mark.parametrize(("call_id", "day"), [("1", "2026-03-08"), ("2", "2026-03-08"), ("3", "2026-03-09")])
def test_a_call_over_midnight_is_whole(tmp_path: Path, call_id: str, day: str) -> None:
    house = new_house(tmp_path / "home", NOW)
    import_path(house, "dialpad", write_lines(tmp_path / "night.jsonl", _night()), "Acme")
    with working(house), TestClient(web_app(house), raise_server_exceptions=False) as http:
        browser = signed_in(Door(house, http, ""))
        assert _legs(browser, call_id, day) == ["1", "2", "3"]
        assert _legs(browser, call_id, "2026-03-08", "America/New_York") == ["1", "2", "3"]
    house.database.close()
