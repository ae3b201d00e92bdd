"""What holds on every page: nobody is shut out, light or dark, wide or narrow; and the way in and out."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from pages.demo import Demo, Reader
from pages.views import VIEW

PAGES = ("/", "/people", "/groups", "/calls", "/messages", "/exports", "/dictionary")


def _grave(reader: Reader) -> list[Any]:
    """Findings that shut somebody out."""
    found = Axe().run(reader.page).response["violations"]
    return [
        (one["id"], [node["html"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_shuts_anybody_out(demo: Demo, browser: Browser, scheme: str) -> None:
    reader = Reader.of(demo, browser, color_scheme=scheme)
    reader.page.goto(f"{demo.url}/sign-in")
    assert _grave(reader) == []
    reader.sign_in()
    for path in PAGES:
        reader.open(path, **VIEW)
        assert reader.page.locator("html").get_attribute("data-theme") == scheme
        assert (path, _grave(reader)) == (path, [])
    assert reader.wrong == []
    reader.context.close()


@pytest.mark.parametrize("width", [360, 390, 1440])
def test_no_page_is_wider_than_its_window(demo: Demo, browser: Browser, width: int) -> None:
    reader = Reader.of(demo, browser, viewport={"width": width, "height": 800})
    reader.sign_in()
    for path in PAGES:
        reader.open(path, **VIEW)
        assert (path, reader.page.evaluate("document.documentElement.scrollWidth") <= width) == (path, True)
    reader.context.close()


def test_freshness_is_in_view_on_every_page(reader: Reader) -> None:
    for path in PAGES:
        reader.open(path, **VIEW)
        reader.page.locator("#fresh-time[datetime]").wait_for()
        assert reader.page.locator("#fresh").is_visible()


def test_a_chosen_theme_is_kept(reader: Reader) -> None:
    reader.open("/", **VIEW)
    reader.page.get_by_role("button", name="Dark colours").click()
    reader.open("/groups", **VIEW)
    assert reader.page.locator("html").get_attribute("data-theme") == "dark"


def test_the_view_goes_along_to_other_pages(reader: Reader) -> None:
    reader.open("/", **VIEW)
    reader.page.get_by_role("link", name="People").click()
    reader.page.wait_for_url("**/people?**")
    reader.settle()
    assert reader.page.get_by_label("From", exact=True).input_value() == VIEW["from"]


def test_signing_out_ends_it(reader: Reader) -> None:
    reader.open("/", **VIEW)
    reader.page.get_by_role("button", name="Sign out").click()
    reader.page.wait_for_url("**/sign-in")
    reader.page.goto(f"{reader.demo.url}/people")
    assert "/sign-in?next=%2Fpeople" in reader.page.url


def test_a_wrong_key_is_said_to_be_wrong(visitor: Reader) -> None:
    visitor.page.goto(f"{visitor.demo.url}/sign-in")
    visitor.page.get_by_label("API key").fill("bh_wrong")
    visitor.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    assert visitor.page.get_by_role("alert").is_visible()
    # A refusal is what was asked for, and browsers tell of each.
    assert visitor.wrong
    visitor.wrong.clear()


def test_a_session_that_ended_leads_to_the_sign_in_and_back(reader: Reader) -> None:
    reader.open("/groups", **VIEW)
    reader.context.clear_cookies()
    reader.page.get_by_label("Days", exact=True).select_option("Yesterday")
    reader.page.wait_for_url("**/sign-in?next=**groups**")
    reader.wrong.clear()
    reader.page.get_by_label("API key").fill(reader.demo.key)
    reader.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    reader.page.wait_for_url("**/groups?**range=yesterday**")
