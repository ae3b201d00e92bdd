"""POST: which requests are one, for how long a result answers them, and what starts anew."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.conftest import Opener
from api.door import CALLS, Door, new_key, refusal
from api.small_company import NOW
from busyhour.front import web_app
from houses import new_house

TODAY = CALLS | {"is_today": True}
LIVES = {"today": (TODAY, timedelta(minutes=30)), "past days": (CALLS, timedelta(hours=3))}
A_MICROSECOND = timedelta(microseconds=1)


def _after(span: timedelta) -> str:
    return (datetime.fromisoformat(NOW) + span).isoformat()


def test_a_repeat_joins_the_run(door: Door) -> None:
    first, was_started = door.start(CALLS)
    assert was_started is False
    assert door.start(CALLS) == (first, True)
    door.house.worker().run_one()
    assert door.start(CALLS) == (first, True)


@pytest.mark.parametrize(
    "said",
    [
        {"days_ago_start": 0, "days_ago_end": 0},
        {"days_ago_start": "0", "days_ago_end": "0", "is_today": False},
        {"is_today": True, "days_ago_start": 3, "days_ago_end": 9},
        {"is_today": "true", "days_ago_start": 0},
    ],
)
def test_today_is_one_however_it_is_said(door: Door, said: dict[str, object]) -> None:
    assert door.id_of(CALLS | said) == door.id_of(TODAY)


def test_a_range_that_ends_today_is_not_today(door: Door) -> None:
    assert door.id_of(CALLS | {"days_ago_start": 0, "days_ago_end": 1}) != door.id_of(TODAY)


def test_reversed_days_are_the_same_days(door: Door) -> None:
    straight = CALLS | {"days_ago_start": 0, "days_ago_end": 7, "group_by": "date"}
    turned = straight | {"days_ago_start": 7, "days_ago_end": 0}
    assert door.id_of(straight) == door.id_of(turned)
    dates = [line[:10] for line in door.lines(turned)[1:]]
    assert dates == [f"2026-03-{day:02}" for day in range(3, 11)]


@pytest.mark.parametrize(
    "more",
    [{"timezone": "Asia/Tokyo"}, {"group_by": "date"}, {"export_type": "records"}, {"days_ago_end": 29}],
)
def test_what_makes_another_request(door: Door, more: dict[str, object]) -> None:
    assert door.id_of(CALLS | more) != door.id_of(CALLS)


def test_another_company_has_its_own(door: Door) -> None:
    first, _ = door.start(CALLS)
    other, was_started = door.of("Rival").start(CALLS)
    assert (other == first, was_started) == (False, False)


@pytest.mark.parametrize("asked", [CALLS, TODAY], ids=["past days", "today"])
def test_after_local_midnight_the_same_body_is_another_request(opened: Opener, asked: dict[str, object]) -> None:
    new_york = asked | {"timezone": "America/New_York"}
    before, after = opened("2026-03-10T03:59:59.999999+00:00"), opened("2026-03-10T04:00:00+00:00")
    assert before.id_of(new_york) != after.id_of(new_york)
    assert before.id_of(asked) == after.id_of(asked)


@pytest.mark.parametrize("which", LIVES)
def test_a_result_lives_to_the_microsecond(opened: Opener, which: str) -> None:
    asked, life = LIVES[which]
    made = opened().make(asked)
    young = opened(_after(life - A_MICROSECOND))
    assert young.start(asked) == (made, True)
    assert young.http.get(young.link(made)).status_code == 200


@pytest.mark.parametrize("which", LIVES)
def test_at_the_end_of_its_life_it_is_gone_and_starts_anew(opened: Opener, which: str) -> None:
    asked, life = LIVES[which]
    fresh = opened()
    made = fresh.make(asked)
    link = fresh.link(made)
    old = opened(_after(life))
    assert refusal(old.get(made), 404, "notFound") == f"Request with id {made} not found."
    refusal(old.http.get(link), 404, "notFound")
    again, was_started = old.start(asked)
    assert was_started is False
    assert old.status(again) == "processing"


@pytest.mark.parametrize("which", LIVES)
def test_one_run_for_the_whole_of_its_life_and_the_next_at_its_end(home: Path, which: str) -> None:
    """A clock that moves under one server: asked for, looked at and fetched in every minute, to the microsecond."""
    asked, life = LIVES[which]
    house = new_house(home, NOW)
    start = datetime.fromisoformat(NOW)
    moment = [start]
    vars(house)["clock"] = lambda: moment[0]
    worker = house.worker()
    minutes = [timedelta(minutes=number) for number in range(int(life.total_seconds()) // 60)]
    with TestClient(web_app(house), raise_server_exceptions=False) as http:
        door = Door(house, http, new_key(house, "Acme"))
        made = door.make(asked)
        whole = http.get(door.link(made)).content
        for after in (*minutes, life - A_MICROSECOND):
            moment[0] = start + after
            assert door.start(asked) == (made, True)
            assert http.get(door.link(made)).content == whole
            assert worker.run_one() is False
        link = door.link(made)
        moment[0] = start + life
        refusal(door.get(made), 404, "notFound")
        refusal(http.get(link), 404, "notFound")
        again, was_started = door.start(asked)
        assert (again == made, was_started) == (False, False)
        assert door.start(asked) == (again, True)
        assert [worker.run_one() for _ in range(2)] == [True, False]
        assert http.get(door.link(again)).status_code == 200
    house.database.close()


def test_a_life_begins_with_the_completion(opened: Opener) -> None:
    request_id = opened().id_of(TODAY)
    later = opened(_after(timedelta(minutes=20)))
    later.house.worker().run_one(request_id)
    assert opened(_after(timedelta(minutes=50) - A_MICROSECOND)).start(TODAY) == (request_id, True)
    assert opened(_after(timedelta(minutes=50))).start(TODAY)[1] is False


def test_what_runs_does_not_expire(opened: Opener) -> None:
    request_id = opened().id_of(TODAY)
    much_later = opened(_after(timedelta(hours=9)))
    assert much_later.status(request_id) == "processing"
    assert much_later.start(TODAY) == (request_id, True)


def test_a_failed_request_starts_again(door: Door) -> None:
    failed = door.id_of(CALLS)
    claim = door.house.requests.claim("hand", 0.0, 60.0)
    assert claim is not None
    door.house.requests.fail(claim, "for a test")
    assert door.status(failed) == "failed"
    again, was_started = door.start(CALLS)
    assert was_started is False
    assert door.status(again) == "processing"
    assert door.link(door.make(CALLS))
