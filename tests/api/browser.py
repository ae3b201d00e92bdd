"""Somebody at a browser: signed in at one company, with a worker that makes what their page asks for."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from threading import Event, Thread
from typing import Any

from starlette.testclient import TestClient

from api.door import Door, new_key
from busyhour.wiring import House

VIEW = {"from": "2026-03-08", "to": "2026-03-10", "timezone": "UTC"}
"""All days of the small company's calls."""


class Browser:
    """One cookie jar at the application; it follows no redirect by itself."""

    def __init__(self, app: Any, address: str = "203.0.113.7", url: str = "http://testserver") -> None:
        self.http = TestClient(
            app, url, raise_server_exceptions=False, follow_redirects=False, client=(address, 50_000)
        )

    def form(self, onward: str | None = None) -> dict[str, str]:
        """The sign-in form's hidden fields."""
        return hidden_fields(self.http.get("/sign-in", params={"next": onward} if onward else None).text)

    def sign_in(self, key: str, onward: str | None = None) -> Any:
        """The answer to the form with a key in it."""
        return self.http.post("/sign-in", data=self.form(onward) | {"key": key})

    @property
    def csrf(self) -> str:
        """What the page of the session sends along with its POSTs."""
        found = re.search(r'<meta name="csrf" content="(\w+)">', self.http.get("/exports").text)
        assert found
        return found[1]

    def ask(self, path: str, **query: Any) -> Any:
        """The answer to a request of the page's own."""
        return self.http.get(path, params=query)

    def get(self, path: str, **query: Any) -> Any:
        """What a request of the page's own says in the end."""
        for _ in range(20):
            answer = self.ask(path, **query)
            if answer.status_code != 202:
                break
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    def figures(self, **query: Any) -> Any:
        """A table of the whole view, unless the query says otherwise."""
        return self.get("/page/figures", **VIEW | query)

    def post(self, fields: Mapping[str, Any], **headers: str) -> Any:
        """The answer to an export that the page starts."""
        named = {"X-CSRF-Token": self.csrf} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post("/page/exports", json=dict(fields), headers=named)


def signed_in(door: Door, company: str = "Acme") -> Browser:
    """A browser whose session is open."""
    browser = Browser(door.http.app)
    assert browser.sign_in(new_key(door.house, company)).status_code == 303
    return browser


@contextmanager
def working(house: House) -> Iterator[None]:
    """A worker on the same home, as another process would have one."""
    other, stop = House(house.settings), Event()
    thread = Thread(target=other.worker().run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        other.database.close()


def hidden_fields(page: str) -> dict[str, str]:
    """What a form sends along without being asked."""
    inputs = [dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(r"<input [^>]*>", page)]
    return {one["name"]: unescape(one["value"]) for one in inputs if one.get("type") == "hidden"}


_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
