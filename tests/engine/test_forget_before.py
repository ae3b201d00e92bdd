"""A period forgotten: the days before a date are gone, and what stands on later days stays as it was."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from busyhour.domain.clock import micros
from busyhour.domain.events import MICROSECONDS_A_DAY, content_hash
from busyhour.domain.things import TextEvent, thing
from busyhour.tables.forget_before import BeforeChoice
from busyhour.tables.forgetting import Forgotten
from busyhour.tables.lake import Lake
from busyhour.tables.schema import Event
from engine.forgettable import DAY, NOW, SALES, WAITING, at, leg, take
from houses import House, company_of, new_house, refresh
from kept import all_rows, remembered, texts_of_files

CHOICE = BeforeChoice(DAY)
OLD, NEW, MOVED = "+15550001111", "+15550002222", "+15550003333"


def _text(message: str, day: int, number: str) -> Event:
    when = at(day, 5)
    return thing(TextEvent, raw="", event_timestamp=when, date=when, message_id=message, to_phone=number)


# A call over midnight: the group leg began the day before, Ann's leg after.
OVER = {"entry_point_call_id": "g", "entry_point_target": SALES, "date_rang": at(0, 1), "date_connected": at(0, 2)}
EVENTS: list[Event] = [
    leg("g", -1, 1438, OLD, target=SALES, date_ended=at(0, 4)),
    leg("a", 0, 1, NEW, date_ended=at(0, 4), **OVER),
    leg("old", -40, 600, OLD),
    leg("new", 0, 600, NEW),
    # It began on a later day by the newest word; another one earlier.
    leg("later", -3, 600, MOVED, device="desk_phone"),
    leg("later", 0, 30, None, event_timestamp=at(0, 40)),
    leg("earlier", 0, 30, OLD, event_timestamp=at(-3, 0)),
    leg("earlier", -3, 600, OLD, event_timestamp=at(0, 40)),
    leg("waits", -2, 600, OLD, **WAITING),
    leg("waits too", 0, 600, NEW, **WAITING),
    # Ann talks on, so that its end is due later.
    leg("open", 0, 900, NEW, date_ended=None, state="connected"),
    _text("t1", -1, OLD),
    _text("t2", 0, NEW),
]

GONE = {"g", "old", "earlier", "waits", "t1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built")
    house = new_house(home, NOW)
    for part in (EVENTS[::2], EVENTS[1::2]):
        take(house, *part)
    with house.database.write() as connection:
        for name, moment in (("old", at(0, 0) - 1), ("new", at(0, 0))):
            connection.execute(
                text("INSERT INTO quarantine SELECT :id, id, 'door', :at, 1, 'why', '', :body FROM companies"),
                {"id": name, "at": moment, "body": b"body"},
            )
    house.database.close()
    return home


@pytest.fixture
def house(built: Path, tmp_path: Path) -> Iterator[House]:
    house = new_house(shutil.copytree(built, tmp_path / "home"), NOW)
    yield house
    house.database.close()


def _forget(house: House) -> Forgotten:
    return house.forgetter().forget(company_of(house, "A"), CHOICE, micros(house.clock()))


def _stays(row: dict[str, Any]) -> bool:
    return (row.get("message_id") or row["call_id"]) not in GONE


def _check(house: House, before: dict[str, list[dict[str, Any]]]) -> None:
    assert all_rows(house, "A") == {table: [row for row in rows if _stays(row)] for table, rows in before.items()}
    folder = house.settings.folder / "companies"
    assert [path for path, said in texts_of_files(folder) if OLD in said] == []


def test_the_days_before_are_gone_and_later_ones_are_as_they_were(house: House) -> None:
    before = all_rows(house, "A")
    first = datetime.fromtimestamp(at(0, 0) / 1_000_000, UTC).date()
    assert {row["call_id"] for row in before["calls"] if row["day"] < first} == {"g", "old", "earlier"}
    assert {row["call_id"] for row in before["calls"] if row["day"] == first} == {"a", "new", "later"}
    forgotten = _forget(house)
    _check(house, before)
    # Of the call over midnight Ann's leg stays, with the group that it had.
    assert [row["entry_point_target_id"] for row in all_rows(house, "A")["calls"] if row["call_id"] == "a"] == ["31"]
    counts = {table: count for table, count in forgotten.removed.items() if count}
    assert counts == {"call_events": 5, "calls": 3, "text_events": 1, "texts": 1}
    assert (forgotten.requests, forgotten.quarantined) == (0, 1)
    with house.database.read() as connection:
        assert connection.execute(text("SELECT id FROM quarantine")).scalars().all() == ["new"]


def test_a_preview_says_the_same_and_changes_nothing(house: House) -> None:
    before, state = all_rows(house, "A"), remembered(house)
    preview = house.forgetter().preview(company_of(house, "A"), CHOICE)
    assert (all_rows(house, "A"), remembered(house)) == (before, state)
    assert _forget(house) == preview


def test_of_the_days_before_only_those_of_moved_legs_are_remembered(house: House) -> None:
    before = remembered(house)
    _forget(house)
    after = remembered(house)
    later, earlier = content_hash(b"later"), content_hash(b"earlier")
    assert after["moved"] == {("call", "later", DAY - 3), ("call", "later", DAY)}
    assert after["thing_days"] == {
        row for row in before["thing_days"] if row[1] != earlier and (row[2] >= DAY or row[1] == later)
    }
    assert {("call", later, DAY - 3), ("call", later, DAY)} < after["thing_days"]
    assert after["due_days"] == {("call", DAY, at(0, 900) + 2 * 60_000_000 + MICROSECONDS_A_DAY)}


def test_a_moved_leg_is_still_folded_from_all_its_events(house: House) -> None:
    _forget(house)
    take(house, leg("later", 0, 31, None, event_timestamp=at(0, 50), direction="outbound"))
    (row,) = [row for row in all_rows(house, "A")["calls"] if row["call_id"] == "later"]
    assert (row["external_number"], row["device"], row["direction"]) == (MOVED, "desk_phone", "outbound")
    assert micros(row["date_started"]) == at(0, 31)


def test_later_days_folded_anew_show_nothing_of_what_went(house: House) -> None:
    before = all_rows(house, "A")
    _forget(house)
    house.state.note_dirty(company_of(house, "A"), "call", range(DAY - 5, DAY + 2))
    refresh(house, "A")
    kept = [row["call_id"] for row in before["calls"] if _stays(row)]
    assert sorted(row["call_id"] for row in all_rows(house, "A")["calls"]) == sorted(kept)


def test_nothing_before_the_first_day_is_nothing(house: House) -> None:
    before = all_rows(house, "A")
    choice = BeforeChoice(DAY - 100)
    forgotten = house.forgetter().forget(company_of(house, "A"), choice, micros(house.clock()))
    assert set(forgotten.removed.values()) == {0}
    assert all_rows(house, "A") == before


def test_a_company_without_events(tmp_path: Path) -> None:
    house = new_house(tmp_path, NOW)
    forgotten = house.forgetter().forget(company_of(house, "A"), CHOICE, micros(house.clock()))
    assert forgotten == Forgotten({}, 0, 0, 0)


class Stopped(BaseException):
    """As if the process had ended."""


@pytest.mark.parametrize("writes", range(5))
def test_stopped_after_any_write_it_is_done_when_run_again(house: House, writes: int) -> None:
    before = all_rows(house, "A")
    real, done = Lake.replace_days, []

    def stopping(*arguments: Any) -> None:
        if len(done) == writes:
            raise Stopped
        real(*arguments)
        done.append(arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lake, "replace_days", stopping)
        with pytest.raises(Stopped):
            _forget(house)
    refresh(house, "A")
    _forget(house)
    _check(house, before)
    assert not any(row[1] == "earlier" for row in remembered(house)["moved"])
