"""A simulated company, served by real processes; and a reader of its pages in a real browser."""

import csv
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright, Request, Response

from servers import environment, run, serving

COMPANY = "Demo Telephone Company"
ZONE = "America/New_York"

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Demo:
    """The company's home, an API key, and where it is served."""

    env: Mapping[str, str]
    key: str
    url: str

    def report(self, path: Path, *options: str) -> Rows:
        """What the command line's report says."""
        done = run(dict(self.env), "report", "--company", COMPANY, "--timezone", ZONE, *options, "-o", str(path))
        assert done.returncode == 0, done.stderr
        return rows_of(path)


@contextmanager
def demonstrated(home: Path, days: int, now: str | None = None) -> Iterator[Demo]:
    """A company of some days, served until the end."""
    env = environment(home, now)
    done = run(env, "simulate", "--company", COMPANY, "--days", str(days), "--seed", "1", timeout=900)
    assert done.returncode == 0, done.stderr
    key = run(env, "key", "new", "--company", COMPANY).stdout.split()[-1]
    with serving(env) as url:
        yield Demo(env, key, url)


def rows_of(path: Path) -> Rows:
    """A CSV's rows."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def chromium(playwright: Playwright) -> Browser:
    """The machine's own browser."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])


@dataclass
class Reader:
    """Somebody at a browser, who notes everything that should not happen."""

    demo: Demo
    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, demo: Demo, browser: Browser, **options: Any) -> "Reader":
        """A new reader, not signed in."""
        chosen = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"} | options
        context = browser.new_context(**chosen)
        reader = cls(demo, context, context.new_page())
        reader.page.on("console", reader._heard)
        reader.page.on("pageerror", lambda error: reader.wrong.append(f"error: {error}"))
        reader.page.on("request", reader._asked)
        reader.page.on("response", reader._answered)
        return reader

    def sign_in(self) -> None:
        """Sign in by the form."""
        self.page.goto(f"{self.demo.url}/sign-in")
        self.page.get_by_label("API key").fill(self.demo.key)
        self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.demo.url}/")

    def open(self, path: str, **query: str) -> None:
        """Open a page, and wait until it has everything."""
        self.page.goto(f"{self.demo.url}{path}?{urlencode(query)}")
        self.settle()

    def settle(self, seconds: float = 60) -> None:
        """Wait until no part of the page waits."""
        deadline = time.monotonic() + seconds
        quiet = 0
        while quiet < 3:
            busy = self.page.locator("[aria-busy=true]:visible").count()
            quiet = 0 if busy else quiet + 1
            assert time.monotonic() < deadline, f"{busy} parts of {self.page.url} still wait"
            self.page.wait_for_timeout(50)

    def value(self, locator: Locator) -> str:
        """The figure as the report printed it."""
        return locator.get_attribute("data-value") or ""

    def tile(self, column: str) -> Locator:
        """A tile of the overview."""
        return self.page.locator(f".tile[data-column={column}]")

    def table(self, card: str) -> Sequence[Sequence[str]]:
        """The printed values of a card's table, row by row."""
        rows = self.page.locator(f"#{card} table.data tbody tr").all()
        return [[self.value(cell) for cell in row.locator("th, td").all()] for row in rows]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.demo.url, "data:", "blob:")):
            self.wrong.append(f"a request that leaves the server: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")
