"""The on-duty timeline of days on which the clock changes: every bar where the moment lies, and the axis with it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from conftest import need
from pages.demo import ZONE, Demo, Reader, demonstrated

ON_DUTY = ("available", "occupied", "wrapup", "busy")
A_HAIR = 0.001
"""In per cent: a browser keeps six digits of a length."""


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """In New York the clock goes back on 1 November 2026."""
    need(shutil.which("chromium") is not None, "chromium")
    with demonstrated(tmp_path_factory.mktemp("autumn"), 3, "2026-11-02T16:00:00Z") as served:
        yield served


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def _second(printed: str) -> datetime:
    """What the page is told of a time that is printed in UTC: its second."""
    return datetime.fromisoformat(printed).replace(tzinfo=UTC, microsecond=0)


def _expected(demo: Demo, folder: Path, day: date, days_ago: tuple[int, int]) -> list[tuple[float, float]]:
    """Where each stretch on duty begins and ends in the day, in per cent: by the report in UTC, whose clock stays."""
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    options = ("--stat-type", "onduty", "--export-type", "stats", "--by", "interval", "--timezone", "UTC")
    ago = ("--days-ago-start", str(days_ago[0]), "--days-ago-end", str(days_ago[1]))
    spans: list[tuple[datetime, datetime]] = []
    last_key = None
    for row in sorted(demo.report(folder / "duty.csv", *options, *ago), key=lambda row: (row["user_id"], row["date"])):
        first, last = (_second(row[name]) for name in ("date_started", "date_ended"))
        if row["on_duty_status"] not in ON_DUTY or first >= end or last <= start:
            continue
        key = (row["user_id"], row["on_duty_status"])
        if key == last_key and spans[-1][1] == first:
            # It was cut at UTC's midnight alone.
            first = spans.pop()[0]
        spans.append((max(first, start), min(last, end)))
        last_key = key
    return sorted(
        (100 * (first - start) / (end - start), 100 * (last - start) / (end - start)) for first, last in spans
    )


def _shown(reader: Reader) -> list[tuple[float, float]]:
    """The same by the bars."""
    bars = reader.page.locator("#duty .track .span")
    places = bars.evaluate_all("all => all.map(({ style }) => [parseFloat(style.left), parseFloat(style.width)])")
    return sorted((left, left + width) for left, width in places)


def _ticks(reader: Reader) -> list[tuple[str, float]]:
    """The hours of the axis, each with its place in per cent."""
    marks = reader.page.locator("#duty .axis span")
    found = marks.evaluate_all("all => all.map((one) => [one.textContent, parseFloat(one.style.left)])")
    return [(text, place) for text, place in found]


def _check(reader: Reader, folder: Path, day: date, days_ago: tuple[int, int], hours: dict[str, int]) -> None:
    """The bars are those of the report; each hour of the axis is so many hours after midnight, the last at the end."""
    reader.open("/people", **{"from": str(day), "to": str(day), "timezone": ZONE})
    expected, shown = _expected(reader.demo, folder, day, days_ago), _shown(reader)
    assert len(shown) == len(expected) > 20
    for bar, span in zip(shown, expected, strict=True):
        assert bar == pytest.approx(span, abs=A_HAIR)
    length = (_midnight(day + timedelta(days=1)) - _midnight(day)) / timedelta(hours=1)
    places = [(text, pytest.approx(100 * passed / length, abs=A_HAIR)) for text, passed in hours.items()]
    assert _ticks(reader) == [*places, ("12 AM", 100)]


def test_a_day_of_23_hours(reader: Reader, tmp_path: Path) -> None:
    """8 March 2026: after 1:59 comes 3:00."""
    hours = {"12 AM": 0, "3 AM": 2, "6 AM": 5, "9 AM": 8, "12 PM": 11, "3 PM": 14, "6 PM": 17, "9 PM": 20}
    _check(reader, tmp_path, date(2026, 3, 8), (2, 3), hours)


def test_a_day_of_25_hours(autumn: Demo, browser: Browser, tmp_path: Path) -> None:
    """1 November 2026: after the first 1:59 comes the second 1:00."""
    reader = Reader.of(autumn, browser)
    reader.sign_in()
    hours = {"12 AM": 0, "3 AM": 4, "6 AM": 7, "9 AM": 10, "12 PM": 13, "3 PM": 16, "6 PM": 19, "9 PM": 22}
    _check(reader, tmp_path, date(2026, 11, 1), (0, 1), hours)
    assert reader.wrong == []
    reader.context.close()
