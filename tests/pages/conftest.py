"""One simulated company and one browser for all tests of pages."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from conftest import need
from pages.demo import Demo, Reader, chromium, demonstrated

NOW = "2026-03-11T16:00:00Z"
DAYS = 9


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    need(shutil.which("chromium") is not None, "chromium")
    with demonstrated(tmp_path_factory.mktemp("demo"), DAYS, NOW) as served:
        yield served


# Not for the session: while it runs, this thread has an event loop that other tests cannot do with.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need(shutil.which("chromium") is not None, "chromium")
    with sync_playwright() as playwright:
        launched = chromium(playwright)
        yield launched
        launched.close()


@pytest.fixture
def visitor(demo: Demo, browser: Browser) -> Iterator[Reader]:
    """Somebody who is not signed in; at the end nothing has gone wrong on the pages."""
    reader = Reader.of(demo, browser)
    yield reader
    reader.context.close()
    assert reader.wrong == []


@pytest.fixture
def reader(visitor: Reader) -> Reader:
    """Somebody who is signed in."""
    visitor.sign_in()
    return visitor
