"""Screenshots of the pages on simulated data: `make screenshots`, all or those that are named."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
DAYS = 35
MOST_BYTES = 250_000
"""What a picture in the documentation may weigh."""
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

sys.path.insert(0, str(Path(__file__).parent.parent))

from pages.demo import ZONE, Demo, Reader, chromium, demonstrated  # noqa: E402


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, and how it is looked at."""

    name: str
    path: str
    more: tuple[tuple[str, str], ...] = ()
    size: tuple[str, Any] = ("desktop", DESKTOP)
    scheme: str = "light"
    press: str | None = None
    """What is pressed before the picture is taken."""
    awaits: str | None = None
    """What has to be there by then."""


_PHONE = ("phone", PHONE)
SHOTS = (
    Shot("overview", "/"),
    Shot("overview-dark", "/", scheme="dark"),
    Shot("overview-phone", "/", size=_PHONE),
    Shot("people", "/people"),
    Shot("on-duty", "/people", (("day", "wednesday"),), press="#duty .timeline li:nth-child(14) .who"),
    Shot("people-phone", "/people", size=_PHONE),
    Shot("groups", "/groups"),
    Shot("groups-dark", "/groups", scheme="dark"),
    Shot("calls", "/calls", (("column", "missed"), ("stat_type", "calls"), ("export_type", "stats"), ("by", "total"))),
    Shot(
        "call-legs",
        "/calls",
        (("where", "category:incoming"), ("sort", "transferred_to")),
        press="#records tbody tr:nth-child(2) button",
    ),
    Shot("messages", "/messages", (("tab", "voicemails"),)),
    Shot("exports", "/exports", press="#start", awaits="#download"),
    Shot("exports-phone", "/exports", size=_PHONE, scheme="dark"),
    Shot("dictionary", "/dictionary"),
    Shot("sign-in", "/sign-in"),
)


def main() -> None:
    """Take every picture, or those that the command line names."""
    wanted = sys.argv[1:]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, demonstrated(Path(home), DAYS) as demo, sync_playwright() as playwright:
        browser = chromium(playwright)
        for shot in (shot for shot in SHOTS if not wanted or shot.name in wanted):
            _take(demo, browser, shot)
        browser.close()


def _take(demo: Demo, browser: Browser, shot: Shot) -> None:
    reader = Reader.of(demo, browser, viewport=shot.size[1], color_scheme=shot.scheme)
    if shot.path == "/sign-in":
        reader.page.goto(f"{demo.url}/sign-in")
    else:
        reader.sign_in()
        reader.open(shot.path, **_two_weeks(), **dict(shot.more) | _workday(shot))
    if shot.press:
        reader.page.locator(shot.press).first.click()
        reader.page.wait_for_timeout(1_500)
        reader.settle()
    if shot.awaits:
        reader.page.locator(shot.awaits).wait_for()
        reader.page.wait_for_timeout(500)
    path = FOLDER / f"{shot.name}.png"
    reader.page.screenshot(path=path)
    reader.context.close()
    _slim(path)
    assert path.stat().st_size < MOST_BYTES, f"{path.name} has {path.stat().st_size} bytes"
    print(f"{path.name}: {path.stat().st_size // 1000} kB")


def _two_weeks() -> dict[str, str]:
    """The two weeks before today, which the demo's days hold together with the two before them."""
    today = datetime.now(UTC).astimezone(ZoneInfo(ZONE)).date()
    return {"from": str(today - timedelta(days=14)), "to": str(today - timedelta(days=1)), "timezone": ZONE}


def _workday(shot: Shot) -> dict[str, str]:
    """The last Wednesday of those weeks, for a picture of one day."""
    if "day" not in dict(shot.more):
        return {}
    last = date.fromisoformat(_two_weeks()["to"])
    return {"day": str(last - timedelta(days=(last.weekday() - 2) % 7))}


def _slim(path: Path) -> None:
    """Pack the picture better where the machine has a tool for it."""
    try:
        subprocess.run(["optipng", "-quiet", "-o2", str(path)], check=True)
    except FileNotFoundError:
        return


if __name__ == "__main__":
    main()
