"""The overview of a company with a million calls, in a real browser: how soon are its figures painted?

Thirty days of the whole company are opened right after a refresh: once with no report made (cold), and once after the
refresher has had the overview's reports made (warm). A time is from the navigation until the tiles and the first three
charts are painted, median of the runs. Needs Chromium, and playwright of the development environment.
"""

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import text

from bench.servers import Doors, new_doors, served
from bench.synthetic import make_calls
from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind
from busyhour.domain.periods import Tier
from busyhour.settings import Settings
from busyhour.simulating import simulate_into
from busyhour.wiring import House

__all__ = ["run"]

_NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
_DAYS = 62
_LEGS = 2_000_000
"""A million calls: each has a group's leg and an agent's."""
_RUNS = 5
_BOUND = 1.0
_PATIENCE_MS = 120_000
_SETTINGS = {"now": _NOW.isoformat(), "log_level": "warning"}
_PAINTED = """
    () => document.querySelectorAll('#tiles .tile .figure:not(.skeleton)').length === 8
        && ['days', 'heat', 'waits'].every(
            (id) => document.querySelector(`#${id}[aria-busy="false"] :is(canvas, table)`))
"""
_SINCE_NAVIGATION = """
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))
"""


def run(folder: Path) -> None:
    """Build what is missing, measure, print."""
    home = folder / "page"
    if not home.exists():
        _build(home)
    doors = new_doors(home)
    with served(doors, **_SETTINGS) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
        _sign_in(page, url, doors)
        _tell("cold", _times(page, url, lambda: _forget(doors.house)))
        _tell("warm", _times(page, url, lambda: _refresh(doors)))
        browser.close()


def _times(page: Page, url: str, prepare: Callable[[], None]) -> list[float]:
    return [_time(page, url, prepare) for _ in range(_RUNS + 1)][1:]


def _time(page: Page, url: str, prepare: Callable[[], None]) -> float:
    page.goto("about:blank")
    prepare()
    page.goto(f"{url}/", wait_until="commit")
    page.wait_for_function(_PAINTED, polling="raf", timeout=_PATIENCE_MS)
    return float(page.evaluate(_SINCE_NAVIGATION)) / 1000


def _forget(house: House) -> None:
    """Nothing has been asked for yet."""
    with house.database.write() as connection:
        connection.execute(text("DELETE FROM requests"))


def _refresh(doors: Doors) -> None:
    """Another refresh, as `busyhour refresh` does it, and what the server makes after it."""
    _forget(doors.house)
    doors.house.refresher().refresh(doors.company_id, tuple(Tier), micros(_NOW))
    while not _is_made(doors.house):
        time.sleep(0.1)


def _is_made(house: House) -> bool:
    with house.database.read() as connection:
        statuses = connection.execute(text("SELECT status FROM requests")).scalars().all()
    return len(statuses) > 1 and set(statuses) == {"complete"}


def _sign_in(page: Page, url: str, doors: Doors) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("API key").fill(doors.key)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/")


def _tell(what: str, times: list[float]) -> None:
    median, longest = statistics.median(times), max(times)
    verdict = "holds" if median <= _BOUND else "DOES NOT HOLD"
    print(f"overview of 30 days, {what:<5} {median:6.2f} s   longest {longest:5.2f} s   bound {_BOUND}   {verdict}")


def _build(home: Path) -> None:
    """A simulated company, among whose calls are a million synthetic ones."""
    print(f"making {_LEGS:,} legs over {_DAYS} days")
    draft = home.with_name(f"{home.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    house = House(Settings(home=draft))
    house.prepare()
    now = micros(_NOW)
    company_id = house.access.company("Bench", now)
    simulate_into(house, "Bench", company_id, days=_DAYS, seed=1, now=now)
    refresher = house.refresher()
    refresher.refresh(company_id, tuple(Tier), now)
    house.directory.learn(company_id, _entries(now))
    make_calls(draft / "companies" / company_id / "tables", _LEGS, _DAYS)
    refresher.refresh(company_id, tuple(Tier), now)
    house.database.close()
    draft.rename(home)


def _entries(now: int) -> Iterator[Entry]:
    """Whose the synthetic calls are."""
    for number in range(40):
        office_id = str(8_000_000_000_000_000 + number % 5)
        center_id = str(7_000_000_000_000_000 + number)
        yield Entry(Kind.CALL_CENTER, center_id, f"Center {number}", office_id=office_id, seen_at=now)
    for number in range(500):
        user_id = str(6_000_000_000_000_000 + number)
        yield Entry(Kind.USER, user_id, f"Agent {number}", f"agent{number}@example.com", seen_at=now)
