"""Signing in, staying so, and signing out; and that no other site can do it in somebody's name."""

import time
from typing import Any

import pytest
from sqlalchemy import text

from api.browser import Browser, hidden_fields, signed_in
from api.conftest import Opener
from api.door import CALLS, Door, new_key, refusal
from busyhour.store.access import digest_of
from busyhour.web.pages import PAGES
from busyhour.web.sessions import SECONDS, SESSION_COOKIE


@pytest.fixture
def browser(door: Door) -> Browser:
    return Browser(door.http.app)


def _is_signed_in(browser: Browser) -> bool:
    code = browser.ask("/page/freshness").status_code
    assert code in (200, 401)
    return bool(code == 200)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_leads_to_the_form_and_from_there_back(door: Door, browser: Browser, path: str) -> None:
    led = browser.http.get(path, params={"scope": "callcenter:31", "x": "a&b"})
    assert led.status_code == 303
    form = browser.http.get(led.headers["location"])
    assert form.status_code == 200
    onward = browser.http.post("/sign-in", data=hidden_fields(form.text) | {"key": door.key})
    assert onward.status_code == 303
    assert onward.headers["location"] == f"{path}?scope=callcenter%3A31&x=a%26b"
    shown = browser.http.get(onward.headers["location"])
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert "Acme" in shown.text


def test_whoever_is_signed_in_needs_no_form(door: Door, browser: Browser) -> None:
    browser.sign_in(f"  {door.key}\n")
    led = browser.http.get("/sign-in", params={"next": "/people"})
    assert (led.status_code, led.headers["location"]) == (303, "/people")


@pytest.mark.parametrize("key", ["", "bh_unknown", "ключ", "x" * 5_000])
def test_a_wrong_key_is_said_to_be_one(browser: Browser, key: str) -> None:
    answer = browser.sign_in(key, "/people?x=1")
    assert answer.status_code == 401
    assert "The API key is not known here." in answer.text
    assert hidden_fields(answer.text)["next"] == "/people?x=1"
    assert key not in answer.text or not key
    assert not _is_signed_in(browser)


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
        "people", "\\", "",
    ],
)  # fmt: skip
def test_a_sign_in_leads_to_no_other_site(door: Door, browser: Browser, onward: str) -> None:
    assert browser.sign_in(door.key, onward).headers["location"] == "/"
    assert browser.http.get("/sign-in", params={"next": onward}).headers["location"] == "/"


def test_what_is_told_of_the_cookie(door: Door, browser: Browser) -> None:
    cookie = browser.sign_in(door.key).headers["set-cookie"]
    told = {part.strip() for part in cookie.split(";")[1:]}
    assert told == {"HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={SECONDS}"}
    assert door.key not in cookie


@pytest.mark.parametrize(("url", "public"), [("https://testserver", None), ("http://testserver", "https://t.example")])
def test_a_cookie_of_a_secure_site_is_secure(opened: Opener, url: str, public: str | None) -> None:
    door = opened(public_url=public)
    browser = Browser(door.http.app, url=url)
    fields = browser.form()
    visitor = browser.http.cookies.get("busyhour_visitor") or _kept(browser)
    answer = browser.http.post(
        "/sign-in", data=fields | {"key": door.key}, headers={"Cookie": f"busyhour_visitor={visitor}"}
    )
    assert answer.status_code == 303
    assert "Secure" in answer.headers["set-cookie"]


def _kept(browser: Browser) -> str:
    """A secure cookie that the jar holds and would not send by plain HTTP."""
    return next(cookie.value or "" for cookie in browser.http.cookies.jar)


def test_a_session_ends_after_twelve_hours(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, now = signed_in(door), time.time()
    cookie = {"Cookie": f"{SESSION_COOKIE}={browser.http.cookies[SESSION_COOKIE]}"}
    for seconds, code in ((12 * 3600 - 1, 200), (12 * 3600 + 1, 401)):
        monkeypatch.setattr(time, "time", lambda later=now + seconds: later)
        assert browser.http.get("/page/freshness", headers=cookie).status_code == code


def test_a_session_ends_with_its_key(door: Door, browser: Browser) -> None:
    browser.sign_in(door.key)
    other = signed_in(door)
    with door.house.database.write() as connection:
        connection.execute(text("DELETE FROM keys WHERE digest = :digest"), {"digest": digest_of(door.key)})
    assert not _is_signed_in(browser)
    assert browser.http.get("/people").status_code == 303
    assert _is_signed_in(other)


def test_a_changed_cookie_is_nobodys(door: Door, browser: Browser) -> None:
    browser.sign_in(door.key)
    whole = browser.http.cookies[SESSION_COOKIE]
    payload, stamp, signature = whole.rsplit(".", 2)
    for forged in (
        "",
        "x",
        f"{payload}.{stamp}",
        f"{payload}x.{stamp}.{signature}",
        f"{payload}.{stamp}.{signature[::-1]}",
    ):
        fresh = Browser(door.http.app)
        fresh.http.cookies.set(SESSION_COOKIE, forged)
        assert not _is_signed_in(fresh)


def test_a_download_links_signature_opens_no_session(door: Door, browser: Browser) -> None:
    token = door.link(door.make(CALLS)).rsplit("/", 1)[1].removesuffix(".csv")
    browser.http.cookies.set(SESSION_COOKIE, token)
    assert not _is_signed_in(browser)


def _sign_out(browser: Browser, **fields: str) -> Any:
    return browser.http.post("/sign-out", data=fields)


def test_signing_out(door: Door, browser: Browser) -> None:
    browser.sign_in(door.key)
    answer = _sign_out(browser, csrf=browser.csrf)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert not _is_signed_in(browser)
    assert _sign_out(browser).status_code == 303


def test_nobody_is_signed_out_by_another_site(door: Door, browser: Browser) -> None:
    browser.sign_in(door.key)
    other = signed_in(door)
    for token in ("", "x", other.csrf):
        refusal(_sign_out(browser, csrf=token), 403, "forbidden")
    assert _is_signed_in(browser)


def test_nobody_is_signed_in_by_another_site(door: Door, browser: Browser) -> None:
    stranger = Browser(door.http.app)
    fields = browser.form()
    assert stranger.http.post("/sign-in", data=fields | {"key": door.key}).status_code == 403
    stranger.form()
    assert stranger.http.post("/sign-in", data=fields | {"key": door.key}).status_code == 403
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert browser.http.post("/sign-in", data=fields | {"key": door.key}, headers=headers).status_code == 403
    assert not _is_signed_in(browser)
    own = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert browser.http.post("/sign-in", data=fields | {"key": door.key}, headers=own).status_code == 303


def test_the_address_that_people_use_is_our_own(opened: Opener) -> None:
    door = opened(public_url="http://phones.example/")
    browser = Browser(door.http.app)
    fields = browser.form() | {"key": door.key}
    headers = {"Origin": "http://phones.example"}
    assert browser.http.post("/sign-in", data=fields, headers=headers).status_code == 303


def test_wrong_keys_are_limited_by_address(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    app, now = door.http.app, time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    guesser, neighbour = Browser(app), Browser(app, "198.51.100.4")
    assert {guesser.sign_in(f"bh_{number}").status_code for number in range(20)} == {401}
    refused = guesser.sign_in(door.key)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert "try again in 60 seconds" in refused.text
    assert neighbour.sign_in(door.key).status_code == 303
    monkeypatch.setattr(time, "time", lambda: now + 60)
    assert guesser.sign_in(door.key).status_code == 303


def test_right_keys_are_not_limited(door: Door) -> None:
    app = door.http.app
    assert {Browser(app).sign_in(door.key).status_code for _ in range(30)} == {303}


def test_a_page_counts_against_no_limit_of_the_company(opened: Opener) -> None:
    door = opened(limit_get_per_minute=1, limit_post_per_hour=1, limit_per_second=1)
    browser = signed_in(door)
    assert {browser.ask("/page/freshness").status_code for _ in range(5)} == {200}
    assert {browser.post(CALLS).status_code for _ in range(3)} == {200}
    assert door.post(CALLS).status_code == 200


def test_a_key_is_not_a_session_and_a_session_is_not_a_key(door: Door, browser: Browser) -> None:
    refusal(browser.http.get("/page/freshness", headers=door.bearer), 401, "unauthorized")
    browser.sign_in(door.key)
    refusal(browser.http.post("/api/v2/stats", json=CALLS), 401, "unauthorized")


def test_a_large_form_is_not_read(browser: Browser) -> None:
    assert browser.http.post("/sign-in", content=b"key=" + b"x" * 20_000).status_code == 413


def test_keys_of_two_companies_open_each_their_own(door: Door, browser: Browser) -> None:
    browser.sign_in(new_key(door.house, "Rival"))
    assert browser.get("/page/scopes")["company"]["name"] == "Rival"
