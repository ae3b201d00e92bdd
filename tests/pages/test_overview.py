"""The overview: each figure is the API's or the command line's, and leads to as many records as it says."""

import csv
import io
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from busyhour.domain.requests import AskedBy
from busyhour.settings import Settings
from busyhour.wiring import House
from pages.demo import COMPANY, Reader, Rows
from pages.sdk import downloaded
from pages.views import FIELDS, OPTIONS, VIEW

BY_DATE = {"stat_type": "calls", "export_type": "stats", "group_by": "date", **FIELDS}
COUNTS = ("all_calls", "answered", "missed", "abandoned")
CALLS = ("--stat-type", "calls", "--export-type", "stats", *OPTIONS)


@pytest.fixture
def days(reader: Reader) -> Rows:
    """The days as the SDK downloads them."""
    return list(csv.DictReader(io.StringIO(downloaded(reader.demo, BY_DATE).decode())))


def test_a_tile_counts_what_the_days_of_the_api_add_up_to(reader: Reader, days: Rows) -> None:
    reader.open("/", **VIEW)
    assert len(days) == 7
    for column in COUNTS:
        expected = sum(int(day[column]) for day in days)
        assert expected > 0
        assert reader.value(reader.tile(column)) == str(expected)
        assert reader.tile(column).locator(".figure").inner_text() == f"{expected:,}"


def test_tiles_of_shares_and_means_are_those_of_the_whole_period(reader: Reader, tmp_path: Path) -> None:
    calls = reader.demo.report(tmp_path / "calls.csv", *CALLS, "--by", "total")[0]
    duty = ("--stat-type", "onduty", "--export-type", "stats", *OPTIONS, "--by", "total")
    reader.open("/", **VIEW)
    for column in ("service_level_percent", "speed_of_answer", "aht"):
        assert reader.value(reader.tile(column)) == calls[column]
    assert reader.value(reader.tile("occupancy")) == reader.demo.report(tmp_path / "duty.csv", *duty)[0]["occupancy"]


def test_a_change_is_that_against_the_period_before(reader: Reader, tmp_path: Path) -> None:
    one_day = {**VIEW, "from": "2026-03-10"}
    before, now = (
        reader.demo.report(
            tmp_path / f"{ago}.csv", *CALLS[:4], "--days-ago-start", ago, "--days-ago-end", ago, "--by", "total"
        )[0]
        for ago in ("2", "1")
    )
    reader.open("/", **one_day)
    change = 100 * (int(now["missed"]) - int(before["missed"])) / int(before["missed"])
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    assert f"{sign}{abs(change):.1f}%" in reader.tile("missed").locator(".change").inner_text()
    reader.page.get_by_label("Compare with the period before").uncheck()
    reader.settle()
    assert f"{sign}{abs(change):.1f}%" not in reader.tile("missed").locator(".change").inner_text()
    assert "compare=0" in reader.page.url


def test_nothing_is_compared_with_days_before_the_first_call(reader: Reader, tmp_path: Path) -> None:
    """Before so many days from the sixth on lie as many: up to the first day with calls, and one day more."""
    options = ("--stat-type", "calls", "--export-type", "records", "--timezone", "UTC", "--days-ago-end", "20")
    first = min(
        date.fromisoformat(row["date_started"][:10]) for row in reader.demo.report(tmp_path / "a.csv", *options)
    )
    start = first + timedelta(days=4)
    for days, is_late in ((4, False), (5, True)):
        last = start + timedelta(days=days - 1)
        reader.open("/", **{"from": str(start), "to": str(last), "timezone": "UTC"})
        change = reader.tile("missed").locator(".change")
        assert (change.locator("b").inner_text() == "–") == is_late
        change.hover()
        why = f"calls are known here from {first:%b} {first.day}, {first.year} on"
        assert (why in reader.page.get_by_role("tooltip").inner_text()) == is_late
        reader.page.mouse.move(0, 0)
        reader.page.get_by_label("Compare with the period before").focus()
        assert reader.page.get_by_role("tooltip").is_visible() == is_late


def test_what_the_overview_asks_first_was_made_ahead(reader: Reader) -> None:
    """Without any request, what is foreseen is made; then the page is opened, and asks for nothing else."""
    house = House(
        Settings(
            home=Path(reader.demo.env["BUSYHOUR_HOME"]), now=datetime.fromisoformat(reader.demo.env["BUSYHOUR_NOW"])
        )
    )
    company_id = house.access.companies()[COMPANY]
    with house.database.write() as connection:
        connection.execute(text("DELETE FROM requests"))
    house.foresight().run_due(0.0, time.time())
    made = house.requests.ids(company_id)
    reader.open("/")
    assert len(made) == 9
    assert house.requests.ids(company_id) == made
    asked = [stored.asked_by for one in made if (stored := house.reception.find(company_id, one))]
    # The calls begin too late for the two of the period before.
    assert Counter(asked) == {AskedBy.PAGE: 7, AskedBy.NOBODY: 2}
    house.database.close()


def test_the_table_of_the_days_is_the_file_of_the_sdk(reader: Reader, days: Rows) -> None:
    reader.open("/", **VIEW)
    reader.page.locator("#days [data-table]").click()
    head = reader.page.locator("#days thead th").all_inner_texts()
    shown = reader.table("days")
    for label, column in (("Answered", "answered"), ("Missed", "missed"), ("Average speed of answer", "asa")):
        place = head.index(label)
        assert [row[place] for row in shown] == [day[column] for day in days]


def test_the_heat_map_is_the_report_by_weekday_and_hour(reader: Reader, tmp_path: Path) -> None:
    expected = reader.demo.report(tmp_path / "heat.csv", *CALLS, "--by", "weekday_hour")
    reader.open("/", **VIEW)
    cells = reader.page.locator("#heat .heat td[data-value]").all()
    shown = {
        (cell.get_attribute("data-weekday"), cell.get_attribute("data-hour")): reader.value(cell) for cell in cells
    }
    assert shown == {(row["weekday"], row["hour"]): row["inbound_calls"] for row in expected}
    assert len(shown) == 168


def test_a_tile_leads_to_as_many_records_as_it_says(reader: Reader) -> None:
    reader.open("/", **VIEW)
    missed = reader.value(reader.tile("missed"))
    reader.tile("missed").get_by_role("link").click()
    reader.page.wait_for_url("**/calls?**")
    reader.settle()
    assert reader.value(reader.page.locator("#calls-count")) == missed
    outcomes = set(reader.page.locator("#records tbody tr td:nth-child(2)").all_inner_texts())
    assert outcomes == {"Missed"}


def test_the_busiest_hour_leads_to_its_records_by_keyboard_alone(reader: Reader) -> None:
    reader.open("/", **VIEW)
    busiest = reader.page.locator("#heat .heat td.top")
    busiest.get_by_role("link").focus()
    reader.page.keyboard.press("ArrowRight")
    reader.page.keyboard.press("ArrowLeft")
    expected = reader.value(busiest)
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/calls?**")
    reader.settle()
    assert reader.value(reader.page.locator("#calls-count")) == expected


def test_the_heat_map_is_one_stop_of_the_tab_key(reader: Reader) -> None:
    reader.open("/", **VIEW)
    assert reader.page.locator('#heat .heat a[tabindex="0"]').count() == 1
    reader.page.locator("#heat [data-csv]").focus()
    reader.page.keyboard.press("Tab")
    assert reader.page.locator("#heat .heat a:focus").count() == 1


def test_three_charts_are_in_sight_without_scrolling(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 1280, "height": 800})
    reader.open("/", **VIEW)
    for card in ("days", "heat", "waits"):
        box = reader.page.locator(f"#{card}").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_a_definition_is_shown_on_focus(reader: Reader) -> None:
    reader.open("/", **VIEW)
    reader.tile("answered").get_by_role("link").focus()
    assert reader.page.get_by_role("tooltip").inner_text() == "Inbound legs that a person took."


def test_the_scope_is_chosen_by_keyboard_and_survives_a_reload(reader: Reader) -> None:
    reader.open("/", **VIEW)
    everything = int(reader.value(reader.tile("all_calls")))
    picker = reader.page.get_by_role("combobox", name="Scope")
    picker.focus()
    picker.press_sequentially("billing")
    reader.page.get_by_role("option").first.wait_for()
    picker.press("Enter")
    reader.page.wait_for_url("**scope=callcenter**")
    reader.settle()
    of_billing = int(reader.value(reader.tile("all_calls")))
    assert 0 < of_billing < everything
    reader.page.reload()
    reader.settle()
    assert picker.input_value() == "Billing"
    assert reader.value(reader.tile("all_calls")) == str(of_billing)
    reader.page.go_back()
    reader.settle()
    assert reader.value(reader.tile("all_calls")) == str(everything)


def test_days_without_calls_say_what_to_do(reader: Reader) -> None:
    reader.open("/", **VIEW | {"from": "2025-06-01", "to": "2025-06-02"})
    assert "Choose other days" in reader.page.locator("#days").inner_text()


def test_what_the_server_refuses_is_said_in_words(reader: Reader) -> None:
    reader.open("/", **VIEW | {"scope": "office:1"})
    assert reader.page.locator("#days").get_by_role("alert").is_visible()
    assert reader.page.locator("#days").get_by_role("button", name="Try again").is_visible()
    # The refusals are this test's purpose.
    assert any(one.startswith("404") for one in reader.wrong)
    reader.wrong.clear()
