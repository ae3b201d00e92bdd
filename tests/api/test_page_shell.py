"""What surrounds the page: its files, what its answers forbid, errors that people can read."""

import gzip
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from api.browser import Browser, signed_in
from api.door import CALLS, Door, refusal
from busyhour.errors import NotFound
from busyhour.reception import Reception
from busyhour.web.assets import Assets
from busyhour.web.pages import PAGES

POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
    "connect-src": "'self'", "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'",
}  # fmt: skip
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def browser(door: Door) -> Browser:
    return signed_in(door)


def _check(headers: Mapping[str, str]) -> None:
    rules = [rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";")]
    assert dict(rules) == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", [*PAGES, "/dictionary", "/page/scopes", "/nothing", "/static/nothing.js", "/healthz"])
def test_every_answer_forbids_what_we_do_not_do(browser: Browser, path: str) -> None:
    _check(browser.http.get(path).headers)
    _check(browser.http.get(path, headers=HTML).headers)


def test_what_nobody_foresaw_forbids_it_too(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("a detail of ours")

    monkeypatch.setattr("busyhour.web.pages.Pages.render", break_down)
    answer = browser.http.get("/people")
    assert "detail" not in refusal(answer, 500, "backendError")
    _check(answer.headers)


@pytest.mark.parametrize("path", [*PAGES, "/dictionary", "/sign-in", "/nothing"])
def test_no_page_holds_what_its_policy_forbids(door: Door, browser: Browser, path: str) -> None:
    reader = Browser(door.http.app) if path == "/sign-in" else browser
    page = reader.http.get(path, headers=HTML).text
    assert "<html" in page
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(src|href)=[\"']?(https?:)?//", page)


def test_an_unknown_page_is_a_page_for_people_and_an_envelope_for_programs(browser: Browser) -> None:
    page = browser.http.get("/nothing", headers=HTML)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    refusal(browser.http.get("/nothing"), 404, "notFound")
    for path in ("/page/nothing", "/api/v2/nothing", "/static/nothing.js", "/downloads/x.csv"):
        refusal(browser.http.get(path, headers=HTML), 404, "notFound")


def test_a_broken_page_is_a_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise NotFound("Company with id 1 <b>not</b> found.")

    monkeypatch.setattr("busyhour.web.pages._dictionary", gone)
    answer = browser.http.get("/dictionary", headers=HTML)
    assert answer.status_code == 404
    assert "Company with id 1 &lt;b&gt;not&lt;/b&gt; found." in answer.text


def test_a_method_that_a_page_does_not_have(browser: Browser) -> None:
    answer = browser.http.post("/page/figures")
    refusal(answer, 405, "methodNotAllowed")
    assert answer.headers["allow"] == "GET"
    assert browser.http.put("/page/exports").headers["allow"] == "GET, POST"


def test_what_is_large_goes_packed_to_who_unpacks(browser: Browser) -> None:
    plain = browser.http.get("/dictionary", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with browser.http.stream("GET", "/dictionary", headers={"Accept-Encoding": "br, gzip;q=0.5"}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == plain.content
    refused = browser.http.get("/dictionary", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


def test_a_download_is_never_packed(door: Door) -> None:
    link = door.link(door.make(CALLS))
    answer = door.http.get(link, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


def _files() -> dict[str, bytes]:
    folder = Path(str(files("busyhour.web"))) / "static"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_by_its_version_is_kept_for_ever(door: Door) -> None:
    assets, known = Assets.of_package(), _files()
    assert known
    for name, content in known.items():
        answer = door.http.get(assets.url(name))
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_file_by_its_name_is_asked_for_again(door: Door) -> None:
    name, content = next(iter(_files().items()))
    for url in (f"/static/{name}", f"/static/0123456789abcdef/{name}"):
        answer = door.http.get(url)
        assert (answer.content, answer.headers["cache-control"]) == (content, "no-cache")
        unchanged = door.http.get(url, headers={"If-None-Match": answer.headers["etag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["../pages.py", "..%2Fpages.py", "%2e%2e/pages.py", "templates/base.html", "x//", "%00"]
)
def test_no_other_file_is_given(door: Door, path: str) -> None:
    for url in (f"/static/{path}", f"{Assets.of_package().url('')}{path}"):
        assert door.http.get(url).status_code == 404


@pytest.mark.parametrize(("name", "kind"), [("favicon.svg", "image/svg+xml"), ("favicon.ico", "image/x-icon")])
def test_the_favicon(door: Door, name: str, kind: str) -> None:
    answer = door.http.get(f"/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_the_page_is_no_part_of_what_we_describe(door: Door) -> None:
    described = door.http.get("/openapi.json").json()["paths"]
    assert not [path for path in described if path.startswith(("/page", "/static", "/sign", "/people"))]
    assert "/api/v2/stats" in described


def test_figures_that_cannot_be_had_are_told(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a detail of ours")

    monkeypatch.setattr(Reception, "resolve", break_down)
    answer = browser.ask("/page/figures", **{"from": "2026-03-09", "to": "2026-03-09", "stat_type": "calls"})
    assert "detail" not in refusal(answer, 500, "backendError")
