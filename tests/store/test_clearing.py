"""What is cleared away, and what never is."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from busyhour.domain.clock import micros
from busyhour.domain.requests import LIFE, Request
from houses import House, company_of, new_house
from store.asking import request

NOW = "2026-03-10T12:00:00+00:00"
DAY = 86_400
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = new_house(tmp_path / "home", NOW)
    company_of(house, "Acme")
    return house


def _later(house: House, span: timedelta) -> House:
    return new_house(house.settings.home, datetime.fromisoformat(NOW) + span)


def _acme(house: House) -> str:
    return company_of(house, "Acme")


def _completed(house: House, asked: Request) -> Path:
    """A finished report's file."""
    request_id, _ = house.requests.submit(_acme(house), asked, micros(house.clock()))
    claim = house.requests.claim("hand", 100.0, 10.0, request_id)
    assert claim is not None

    def write(draft: Path) -> None:
        draft.write_text("made")

    content = house.artifacts.make(_acme(house), request_id, "hand", write, lambda: True)
    now = house.clock()
    assert house.requests.complete(claim, micros(now), micros(now + LIFE[asked.tier]), 0, 1, content)
    return house.artifacts.path(_acme(house), request_id)


def _rows(house: House) -> int:
    with house.database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM requests")).scalar_one())


def _clear(house: House, times: int = 3) -> None:
    clearing = house.clearing()
    for _ in range(times):
        clearing.clear(time.time())


def _age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_result_goes_with_its_file_a_minute_after_its_time(house: House) -> None:
    path = _completed(house, request())
    life = LIFE[request().tier]
    _clear(_later(house, life + timedelta(minutes=1) - A_SECOND))
    assert (path.exists(), _rows(house)) == (True, 1)
    _clear(_later(house, life + timedelta(minutes=1)))
    assert (path.exists(), _rows(house)) == (False, 0)


def test_a_result_of_a_future_that_is_no_more_goes(house: House) -> None:
    path = _completed(_later(house, timedelta(minutes=5)), request(1))
    gone = _completed(_later(house, timedelta(minutes=6)), request(2))
    _clear(house)
    assert (path.exists(), gone.exists(), _rows(house)) == (True, False, 1)


def test_a_file_of_a_request_that_started_anew_goes_at_the_second_look(house: House) -> None:
    old = _completed(house, request())
    later = _later(house, LIFE[request().tier])
    new = _completed(later, request())
    clearing = later.clearing()
    clearing.clear(time.time())
    assert (old.exists(), new.exists()) == (True, True)
    clearing.clear(time.time())
    assert (old.exists(), new.exists()) == (False, True)


def test_a_file_of_nobody_goes(house: House) -> None:
    path = house.artifacts.path("77", "unknown")
    path.parent.mkdir(parents=True)
    path.touch()
    _clear(house)
    assert not path.exists()


def test_a_file_that_is_made_while_one_clears_is_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its request is asked for after the files were listed."""
    kept = _completed(house, request(1))
    really, made = house.requests.ids, []

    def ids(company_id: str) -> set[str]:
        if not made:
            made.append(_completed(house, request(2)))
        return really(company_id)

    clearing = house.clearing()
    monkeypatch.setattr(house.requests, "ids", ids)
    for _ in range(3):
        clearing.clear(time.time())
    assert kept.exists()
    assert made[0].exists()


def test_a_file_that_is_published_and_not_yet_noted_is_left(house: House) -> None:
    request_id, _ = house.requests.submit(_acme(house), request(), 0)
    claim = house.requests.claim("hand", time.time(), 10.0)
    house.artifacts.make(_acme(house), request_id, "hand", lambda draft: draft.touch(), lambda: True)
    _clear(house)
    assert claim is not None
    assert house.artifacts.path(_acme(house), request_id).exists()


def test_drafts_of_who_is_gone_go_after_a_day(house: House) -> None:
    folder = house.artifacts.path(_acme(house), "r").parent
    folder.mkdir(parents=True)
    old, young = (folder / f"r.csv.{worker}.draft" for worker in ("gone", "alive"))
    for path, age in ((old, DAY + 60), (young, DAY - 60)):
        path.touch()
        _age(path, age)
    _clear(house)
    assert (old.exists(), young.exists()) == (False, True)


def test_what_has_failed_is_forgotten_after_a_day(house: House) -> None:
    request_id, _ = house.requests.submit(_acme(house), request(), micros(house.clock()))
    claim = house.requests.claim("hand", 100.0, 10.0)
    assert claim is not None
    house.requests.fail(claim, "for a test")
    waiting, _ = house.requests.submit(_acme(house), request(2), micros(house.clock()))
    _clear(_later(house, timedelta(days=1)))
    assert house.requests.ids(_acme(house)) == {request_id, waiting}
    _clear(_later(house, timedelta(days=1) + A_SECOND))
    assert house.requests.ids(_acme(house)) == {waiting}


def test_batches_that_nobody_writes_any_more_go_after_a_day(house: House) -> None:
    inbox = house.settings.folder / "inbox" / _acme(house)
    left, written, sealed = (inbox / name for name in ("a.open", "b.open", "c"))
    for folder in (left, written, sealed):
        folder.mkdir(parents=True)
        (folder / "000000.calls.parquet").touch()
        _age(folder / "000000.calls.parquet", DAY + 60)
        _age(folder, DAY + 60)
    # A large part grows in its file, and its folder does not change.
    _age(written / "000000.calls.parquet", 5)
    _clear(house)
    assert [folder.exists() for folder in (left, written, sealed)] == [False, True, True]


def test_nothing_to_clear(house: House) -> None:
    _clear(house)
    assert list(house.artifacts.files()) == []
