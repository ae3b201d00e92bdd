"""Sorting: everything that was acknowledged is in the tables once or in quarantine, wherever sorting is stopped."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from arriving import arrival, arrive, arrive_and_die, batch, stored, waiting
from busyhour.store.arrival_file import ArrivalFile, take_away
from busyhour.store.folder_inbox import FolderInbox
from busyhour.tables import sorting as module
from houses import House, company_of, new_house, refresh

NOW = "2026-03-10T12:00:00+00:00"
NINE = 1_773_133_200_000


@pytest.fixture
def house(tmp_path: Path) -> House:
    return new_house(tmp_path / "home", NOW)


def _leg(number: int, **more: Any) -> dict[str, Any]:
    told = {"call_id": number, "state": "hangup", "event_timestamp": NINE + 60_000, "date_started": NINE}
    return told | {"date_ended": NINE + 60_000, "target": {"id": 91, "type": "user", "office_id": 12}} | more


def _once(*numbers: int) -> dict[str, int]:
    """These legs, each once, by the text in which they come."""
    return {json.dumps(_leg(number)): 1 for number in numbers}


def _held(house: House, company: str = "Acme") -> list[tuple[int, bytes]]:
    return [(one.line, one.body) for one in house.quarantine.all(company_of(house, company))]


def test_what_is_understood_waits_for_the_refresh_and_the_rest_is_held(house: House) -> None:
    arrive(house, arrival(house, _leg(1)), arrival(house, b"not JSON"), arrival(house, {"unknown": 1}))
    assert house.sorter.sort() == 3
    assert waiting(house) == _once(1)
    assert sorted(_held(house)) == [(0, b"not JSON"), (0, b'{"unknown": 1}')]
    assert house.arrivals.oldest() is None
    assert house.sorter.sort() == 0


def test_what_is_held_says_why_and_where_it_came_in(house: House) -> None:
    arrive(house, arrival(house, _leg(1, state="dancing"), door="dialpad/office", at=7))
    house.sorter.sort()
    (held,) = house.quarantine.all(company_of(house, "Acme"))
    assert (held.door, held.received_at - 7, held.line) == ("dialpad/office", 1_773_000_000_000_000, 0)
    assert (held.reason, held.came) == ("state: expected the state of a call", "'dancing'")


def test_a_batch_is_read_line_by_line(house: House) -> None:
    arrive(house, batch(house, _leg(1), b"", b"broken", b"  \r", json.dumps(_leg(2)).encode() + b"\r", b"[]"))
    house.sorter.sort()
    assert waiting(house) == _once(1, 2)
    assert _held(house) == [(3, b"broken"), (6, b"[]")]


def test_what_comes_twice_is_held_once_for_each_time_and_taken_in_once(house: House) -> None:
    arrive(house, *[arrival(house, _leg(1), at=at) for at in (1, 2)], *[arrival(house, b"?", at=at) for at in (3, 4)])
    refresh(house, "Acme")
    assert stored(house) == _once(1)
    assert _held(house) == [(0, b"?"), (0, b"?")]


def test_each_companys_own(house: House) -> None:
    companies = ("Acme", "Rival", "Acme", "Third")
    arrive(house, *[arrival(house, _leg(number), company) for number, company in enumerate(companies)])
    arrive(house, arrival(house, b"?", "Rival"))
    house.sorter.sort()
    assert [waiting(house, company) for company in ("Acme", "Rival", "Third")] == [_once(0, 2), _once(1), _once(3)]
    assert [_held(house, company) for company in ("Acme", "Rival")] == [[], [(0, b"?")]]


class _Struck(Exception):
    """The process is gone at this moment."""


def _strike_once(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """Let a method raise instead of doing anything, the first time."""
    whole = getattr(owner, name)

    def struck(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(owner, name, whole)
        raise _Struck

    monkeypatch.setattr(owner, name, struck)


@pytest.mark.parametrize(
    ("owner", "name"),
    [(ArrivalFile, "remove"), (FolderInbox, "stage"), (module.Quarantine, "hold")],
    ids=str,
)
@pytest.mark.parametrize("is_refreshed", [True, False])
def test_a_crash_between_any_two_steps_loses_and_doubles_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, is_refreshed: bool
) -> None:
    arrive(house, arrival(house, _leg(1)), batch(house, b"broken", _leg(2)))
    _strike_once(monkeypatch, owner, name)
    with pytest.raises(_Struck):
        house.sorter.sort()
    if is_refreshed:
        refresh(house, "Acme")
    house.sorter.sort()
    refresh(house, "Acme")
    assert stored(house) == _once(1, 2)
    assert _held(house) == [(1, b"broken")]


def test_a_file_of_a_process_that_was_killed_is_sorted_and_removed(house: House) -> None:
    path = arrive_and_die(house, arrival(house, _leg(1)), arrival(house, b"?"))
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    assert house.sorter.sort() == 2
    assert list(path.parent.iterdir()) == []
    assert (waiting(house), _held(house)) == (_once(1), [(0, b"?")])


def test_a_crash_over_an_abandoned_file_loses_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    path = arrive_and_die(house, arrival(house, _leg(1)))
    _strike_once(monkeypatch, ArrivalFile, "remove")
    with pytest.raises(_Struck):
        house.sorter.sort()
    assert house.sorter.sort() == 1
    assert list(path.parent.iterdir()) == []
    refresh(house, "Acme")
    assert stored(house) == _once(1)


def test_a_file_that_was_taken_away_and_not_removed_is_sorted_too(house: House) -> None:
    path = arrive_and_die(house, arrival(house, _leg(1)))
    take_away(path)
    assert house.sorter.sort() == 1
    assert list(path.parent.iterdir()) == []
    assert waiting(house) == _once(1)


def test_the_file_of_a_living_process_stays(house: House) -> None:
    path = arrive(house, arrival(house, _leg(1)))
    house.sorter.sort()
    assert path.exists()


def test_an_event_that_breaks_its_reader_is_held_and_stops_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = module.parse

    def breaking(body: bytes) -> Any:
        if b"poison" in body:
            raise ZeroDivisionError("a detail of ours")
        return parse(body)

    monkeypatch.setattr(module, "parse", breaking)
    arrive(house, arrival(house, _leg(1)), arrival(house, b'{"poison": 1}'), arrival(house, _leg(2)))
    assert house.sorter.sort() == 3
    assert waiting(house) == _once(1, 2)
    (held,) = house.quarantine.all(company_of(house, "Acme"))
    assert (held.body, held.reason) == (b'{"poison": 1}', "event: it broke its reader (ZeroDivisionError)")


HOSTILE = {
    "nested": b'{"call_id":1,"state":"hangup","event_timestamp":1773133200000,"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a lone surrogate": b'{"call_id": "\\ud800", "state": "hangup", "event_timestamp": 1773133200000}',
    "not UTF-8": b"\xff\xfe\x00",
    "a zero byte": b"\x00",
    "empty": b"",
    "a huge number": b'{"call_id": 1, "state": "hangup", "event_timestamp": 1e400}',
    "a long id": b'{"call_id": "' + b"9" * 100_000 + b'", "state": "hangup", "event_timestamp": 1773133200000}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_comes_is_held_whole_and_stops_no_other(house: House, body: bytes) -> None:
    arrive(house, arrival(house, _leg(1)), arrival(house, body), arrival(house, _leg(2)))
    refresh(house, "Acme")
    assert stored(house) == _once(1, 2)
    assert _held(house) == [(0, body)]


def test_what_can_be_read_of_a_damaged_file_is_sorted_and_the_file_kept(house: House) -> None:
    legs = [_leg(number, note=f"leg {number:04}" + "." * 2500) for number in range(60)]
    path = arrive(house, *[arrival(house, leg) for leg in legs])
    content = bytearray(path.read_bytes())
    page = content.index(b"leg 0030") // 4096 * 4096
    content[page : page + 4096] = os.urandom(4096)
    path.write_bytes(content)
    sound = arrive(house, arrival(house, _leg(100)))
    house.sorter.sort()
    refresh(house, "Acme")
    found = stored(house)
    assert found.keys() >= {json.dumps(leg) for leg in legs if not 28 <= leg["call_id"] <= 32}
    assert set(found.values()) == {1}
    assert json.dumps(_leg(100)) in found
    kept = list(path.parent.glob("*.corrupt-*"))
    assert [aside.read_bytes() for aside in kept] == [bytes(content)]
    assert sound.exists()
    assert not path.exists()


def test_a_file_that_is_no_database_is_put_aside(house: House) -> None:
    path = house.arrivals.new_path()
    path.write_bytes(b"no database at all" * 1000)
    arrive(house, arrival(house, _leg(1)))
    assert house.sorter.sort() == 1
    assert [aside.name.partition(".corrupt-")[0] for aside in path.parent.glob("*.corrupt-*")] == [path.name]
    assert house.sorter.sort() == 0


def test_many_who_sort_at_once_take_each_arrival_once(tmp_path: Path, house: House) -> None:
    arrive(house, *[arrival(house, _leg(number)) for number in range(200)])
    others = [new_house(tmp_path / "home", NOW) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(lambda other: other.sorter.sort(), others))
    assert sorted(counts) == [0, 0, 200]
    assert waiting(house) == _once(*range(200))
