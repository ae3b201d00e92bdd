"""`busyhour key`: which keys a company has, and that a removed one opens nothing."""

from hashlib import sha256
from pathlib import Path

import pytest

from api.browser import Browser
from api.door import CALLS, STATS
from api.small_company import NOW
from busyhour.front import web_app
from end_to_end.commanding import Shop, refused
from houses import new_house


@pytest.fixture
def own(shop: Shop, tmp_path: Path) -> Shop:
    return shop.copy(tmp_path)


@pytest.fixture
def browser(own: Shop) -> Browser:
    return Browser(web_app(new_house(own.home, NOW)))


def _new(own: Shop, company: str) -> str:
    return own.run("key", "new", "--company", company).stdout.strip()


def _id(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:12]


def _opens(browser: Browser, key: str) -> bool:
    status = browser.http.post(STATS, json=CALLS, headers={"Authorization": f"Bearer {key}"}).status_code
    assert status in (200, 401)
    return status == 200


def test_a_removed_key_opens_nothing_and_the_others_stay(own: Shop, browser: Browser) -> None:
    second = _new(own, "Acme")
    shown = own.run("key", "list").stdout
    assert {line.split()[0] for line in shown.splitlines()[1:]} == {_id(own.key), _id(second)}
    assert own.key not in shown
    assert "2026-03-10 12:00:00Z" in shown
    assert [_opens(browser, own.key), _opens(browser, second)] == [True, True]
    assert own.run("key", "remove", _id(own.key)).stderr == f"{_id(own.key)}: removed. It opens nothing any more.\n"
    assert [_opens(browser, own.key), _opens(browser, second)] == [False, True]
    assert own.run("key", "list").stdout.splitlines()[1:] == [f"{_id(second)}  2026-03-10 12:00:00Z"]


@pytest.mark.parametrize("key_id", ["", "%", "000000000000", "bh_secret"])
def test_what_is_no_key_of_the_company_is_said(own: Shop, key_id: str) -> None:
    message = refused(own.run("key", "remove", key_id), 1)
    assert message.startswith(f"error: ID: got '{key_id}'; the company has no such key.")
    assert len(own.run("key", "list").stdout.splitlines()) == 2


def test_the_key_of_another_company_stays(own: Shop, browser: Browser) -> None:
    rivals = _new(own, "Rival")
    refused(own.run("key", "remove", _id(rivals), "--company", "Acme"), 1)
    assert _opens(browser, rivals)
    assert _id(rivals) not in own.run("key", "list", "--company", "Acme").stdout


def test_sessions_end_with_the_key_that_opened_them(own: Shop, browser: Browser) -> None:
    assert browser.sign_in(own.key).status_code == 303
    assert browser.http.get("/").status_code == 200
    own.run("key", "remove", _id(own.key))
    assert browser.http.get("/").status_code == 303
