"""Who may ask, and how often."""

import time

import pytest

from api.conftest import Opener
from api.door import CALLS, STATS, Door, refusal


def _places(key: str) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    return {
        "bearer": ({"Authorization": f"Bearer {key}"}, {}),
        "lower case": ({"authorization": f"bearer {key}"}, {}),
        "header": ({"X-API-Key": key}, {}),
        "url": ({}, {"apikey": key}),
    }


@pytest.mark.parametrize("place", _places(""))
def test_a_key_in_each_of_its_places(door: Door, place: str) -> None:
    headers, params = _places(door.key)[place]
    posted = door.http.post(STATS, json=CALLS, headers=headers, params=params)
    assert posted.status_code == 200
    got = door.http.get(f"{STATS}/{posted.json()['request_id']}", headers=headers, params=params)
    assert got.json()["status"] == "processing"


@pytest.mark.parametrize("place", _places(""))
@pytest.mark.parametrize("key", ["", "bh_unknown", "ключ"])
def test_no_key_or_an_unknown_one(door: Door, place: str, key: str) -> None:
    headers, params = _places(key)[place]
    sent = {name: value.encode() for name, value in headers.items()}
    for answer in (
        door.http.post(STATS, json=CALLS, headers=sent, params=params),
        door.http.get(f"{STATS}/any", headers=sent, params=params),
        door.http.get(STATS, headers=sent, params=params),
    ):
        assert "API key" in refusal(answer, 401, "unauthorized")


def test_another_scheme_is_no_key(door: Door) -> None:
    answer = door.http.post(STATS, json=CALLS, headers={"Authorization": f"Basic {door.key}"})
    assert refusal(answer, 401, "unauthorized").startswith("No API key")


def _wait(answer: object, most: int) -> None:
    message = refusal(answer, 429, "rateLimitExceeded")
    seconds = int(answer.headers["Retry-After"])
    assert 0 < seconds <= most
    assert f"try again in {seconds} seconds" in message


def test_exactly_so_many_posts_an_hour(opened: Opener) -> None:
    door = opened(limit_post_per_hour=3)
    answers = [door.post(CALLS).status_code, door.post({}).status_code, door.post(CALLS).status_code]
    assert answers == [200, 400, 200]
    _wait(door.post(CALLS), 3600)
    _wait(door.post(CALLS), 3600)
    assert door.get("any").status_code == 404
    assert door.of("Rival").post(CALLS).status_code == 200


def test_exactly_so_many_gets_a_minute(opened: Opener) -> None:
    door = opened(limit_get_per_minute=2)
    request_id = door.id_of(CALLS)
    assert door.get(request_id).status_code == 200
    assert door.http.get(STATS, headers=door.bearer).status_code == 400
    _wait(door.get(request_id), 60)
    _wait(door.http.get(STATS, headers=door.bearer), 60)
    assert door.post(CALLS).status_code == 200
    assert door.of("Rival").get("any").status_code == 404


def test_exactly_so_many_requests_a_second_of_any_kind(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    door = opened(limit_per_second=2)
    monkeypatch.setattr(time, "time", lambda: 1_000.0)
    assert [door.post(CALLS).status_code, door.get("any").status_code] == [200, 404]
    _wait(door.post(CALLS), 1)
    monkeypatch.setattr(time, "time", lambda: 1_001.0)
    assert door.post(CALLS).status_code == 200


def test_a_window_ends(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    door = opened(limit_post_per_hour=1)
    monkeypatch.setattr(time, "time", lambda: 1_000.0)
    assert door.post(CALLS).status_code == 200
    monkeypatch.setattr(time, "time", lambda: 4_599.0)
    assert door.post(CALLS).headers["Retry-After"] == "1"
    monkeypatch.setattr(time, "time", lambda: 4_600.0)
    assert door.post(CALLS).status_code == 200


def test_zero_is_no_limit(opened: Opener) -> None:
    door = opened(limit_post_per_hour=0, limit_get_per_minute=0)
    assert {door.post(CALLS).status_code for _ in range(210)} == {200}


def test_servers_on_one_home_count_together(opened: Opener) -> None:
    doors = [opened(limit_post_per_hour=3) for _ in range(2)]
    assert [doors[n % 2].post(CALLS).status_code for n in range(5)] == [200, 200, 200, 429, 429]


def test_the_default_limits_are_the_vendors(door: Door) -> None:
    answers = [door.post({}).status_code for _ in range(201)]
    assert answers == [400] * 200 + [429]


def test_an_unknown_key_uses_up_nobodys_requests(opened: Opener) -> None:
    door = opened(limit_post_per_hour=1)
    for _ in range(3):
        door.http.post(STATS, json=CALLS, headers={"X-API-Key": "bh_unknown"})
    assert door.post(CALLS).status_code == 200
