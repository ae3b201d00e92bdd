"""Small files of days that are over become one, and nothing that is read from them changes."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.events import MICROSECONDS_A_DAY, CallEvent, Party, content_hash, typed_content
from busyhour.domain.periods import Tier
from busyhour.tables import compaction
from busyhour.tables.schema import UNDATED
from busyhour.tables.staging import stage_events
from busyhour.tables.streams import SCHEMAS
from houses import House, company_of, new_house, refresh, report_path

NOW = datetime.fromisoformat("2026-06-20T18:00:00+00:00")
TODAY = micros(NOW) // MICROSECONDS_A_DAY
MINUTE = 60_000_000
ANN = Party("11", "user", "Ann", "ann@example.com", "+4911", "9")


def _event(day: int, number: int, **said: Any) -> CallEvent:
    start = day * MICROSECONDS_A_DAY + number * MINUTE
    values: dict[str, Any] = {
        "call_id": f"{day}-{number}", "state": "hangup", "event_timestamp": start + MINUTE, "date_started": start,
        "date_ended": start + MINUTE, "direction": "inbound", "target": ANN, "external_number": f"+49{number}",
    }  # fmt: skip
    values |= said
    return CallEvent(hash=content_hash(typed_content(values)), raw="{}", **values)


def _take(house: House, *events: CallEvent) -> None:
    stage_events(iter(events), company_of(house, "A"), house.inbox)
    refresh(house, "A", Tier.REALTIME)


def _files(house: House) -> dict[int, int]:
    """How many files each day of call events has."""
    lake = house.refresher().lake(company_of(house, "A"))
    files = lake.days("call_events", lake.version("call_events"), UNDATED, TODAY)
    return {day: sum(file.day == day for file in files) for day in {file.day for file in files}}


def _rows(house: House, table: str, version: int) -> list[dict[str, Any]]:
    relation = house.refresher().lake(company_of(house, "A")).relation(table, SCHEMAS[table], version, UNDATED, TODAY)
    return list(house.engine().query("SELECT * FROM t ORDER BY ALL", {}, {"t": relation}).to_pylist())


def _records(house: House, *, days: int) -> bytes:
    """A report of past days, made anew each time."""
    path = report_path(
        house, "A", stat_type="calls", export_type="records", days_ago_start=1, days_ago_end=days, timezone="UTC"
    )
    house.requests.forget(path.stem)
    return path.read_bytes()


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house with six refreshes of events of six days, some of which wait for the beginning of their leg."""
    house = new_house(tmp_path, NOW)
    for number in range(6):
        started = [_event(TODAY - ago, number) for ago in range(5)]
        _take(house, *started, _event(TODAY - 3, number, call_id=f"w{number}", date_started=None, date_ended=None))
    refresh(house, "A", Tier.REALTIME)
    return house


def test_a_refresh_of_the_past_joins_the_files_of_closed_days_alone(house: House) -> None:
    assert _files(house) == {UNDATED: 6, **dict.fromkeys(range(TODAY - 4, TODAY + 1), 6)}
    refresh(house, "A", Tier.REALTIME)
    assert set(_files(house).values()) == {6}
    refresh(house, "A")
    closed = dict.fromkeys((UNDATED, *range(TODAY - 4, TODAY - 1)), 1)
    assert _files(house) == closed | dict.fromkeys((TODAY - 1, TODAY), 6)


def test_days_of_few_files_are_left_alone(tmp_path: Path) -> None:
    house = new_house(tmp_path, NOW)
    for number in range(4):
        _take(house, _event(TODAY - 9, number))
    refresh(house, "A")
    assert _files(house) == {TODAY - 9: 4}


def test_so_many_rows_a_refresh(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "_ROWS_AT_ONCE", 13)
    lake = house.refresher().lake(company_of(house, "A"))
    done = []
    for _ in range(3):
        compaction.compact_closed_days(lake, micros(NOW))
        done.append(sorted(day for day, count in _files(house).items() if count == 1))
    days = [UNDATED, *range(TODAY - 4, TODAY - 1)]
    assert done == [days[:2], days, days]


def test_what_is_read_stays_the_same(house: House) -> None:
    lake = house.refresher().lake(company_of(house, "A"))
    before = {table: _rows(house, table, lake.version(table) or 0) for table in ("calls", "call_events")}
    assert [len(rows) for rows in before.values()] == [30, 36]
    refresh(house, "A")
    records = _records(house, days=4)
    assert records.count(b"\n") == 1 + 4 * 6
    refresh(house, "A")
    pin = house.state.pinned(company_of(house, "A"), Tier.HISTORICAL)
    assert pin is not None
    assert pin.versions["call_events"] == lake.version("call_events")
    assert _files(house)[TODAY - 3] == 1
    assert {table: _rows(house, table, lake.version(table) or 0) for table in before} == before
    assert _records(house, days=4) == records


def test_a_pinned_version_stays_readable_whatever_is_joined_and_cleaned(house: House) -> None:
    refresh(house, "A")
    company_id = company_of(house, "A")
    lake = house.refresher().lake(company_id)
    pin = house.state.pinned(company_id, Tier.HISTORICAL)
    assert pin is not None
    # The pinned version is from before the files were joined.
    assert pin.versions["call_events"] < (lake.version("call_events") or 0)
    before = _rows(house, "call_events", pin.versions["call_events"])
    lake.clean("call_events", [pin.versions["call_events"]], hours=0)
    assert _rows(house, "call_events", pin.versions["call_events"]) == before
    assert _rows(house, "call_events", lake.version("call_events") or 0) == before


def test_events_that_come_late_are_known_and_joined(house: House) -> None:
    refresh(house, "A")
    _take(house, _event(TODAY - 3, 2), _event(TODAY - 3, 0, call_id="w0"), _event(TODAY - 3, 60))
    refresh(house, "A")
    lake = house.refresher().lake(company_of(house, "A"))
    rows = _rows(house, "call_events", lake.version("call_events") or 0)
    assert len(rows) == 30 + 6 + 2
    assert sum(row["call_id"] == "w0" for row in rows) == 2
