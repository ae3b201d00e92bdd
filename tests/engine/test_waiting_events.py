"""Events that do not say when their leg began wait for a sibling that does, and none of them is lost or doubled."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from busyhour.domain.events import MICROSECONDS_A_DAY, CallEvent, content_hash, typed_content
from busyhour.tables.staging import stage_events
from busyhour.tables.streams import SCHEMAS
from houses import House, company_of, new_house, refresh, report_rows

NOW = "2026-06-20T18:00:00+00:00"
NOON = 20_624 * MICROSECONDS_A_DAY + MICROSECONDS_A_DAY // 2
SECOND = 1_000_000


def _event(call_id: str, at: int, **said: Any) -> CallEvent:
    values = {"call_id": call_id, "state": "hangup", "event_timestamp": NOON + at * SECOND, **said}
    return CallEvent(hash=content_hash(typed_content(values)), raw="", **values)


def _take(house: House, *events: CallEvent) -> None:
    stage_events(iter(events), company_of(house, "A"), house.inbox)
    refresh(house, "A")


def _stored(house: House) -> list[str]:
    lake = house.refresher().lake(company_of(house, "A"))
    relation = lake.relation("call_events", SCHEMAS["call_events"], lake.version("call_events"), -800_000, 800_000)
    rows = house.engine().query("SELECT call_id, us(event_timestamp) AS at FROM e", {}, {"e": relation}).to_pylist()
    return sorted(f"{row['call_id']}+{(row['at'] - NOON) // SECOND}" for row in rows)


def _records(house: House) -> list[tuple[str, str]]:
    rows = report_rows(house, "A", stat_type="calls", export_type="records", is_today=True)
    return [(row["call_id"], row["external_number"]) for row in rows]


STARTED = {"date_started": NOON, "date_ended": NOON + 60 * SECOND, "direction": "inbound"}


def test_a_waiting_event_joins_its_leg(tmp_path: Path) -> None:
    house = new_house(tmp_path, NOW)
    _take(house, _event("1", 90, external_number="+491"))
    assert _records(house) == []
    _take(house, _event("1", 60, **STARTED))
    assert _stored(house) == ["1+60", "1+90"]
    assert _records(house) == [("1", "+491")]


def test_one_is_released_while_another_begins_to_wait(tmp_path: Path) -> None:
    house = new_house(tmp_path, NOW)
    _take(house, _event("1", 90, external_number="+491"))
    _take(house, _event("1", 60, **STARTED), _event("2", 30, external_number="+492"))
    assert _stored(house) == ["1+60", "1+90", "2+30"]
    assert _records(house) == [("1", "+491")]


def test_one_that_comes_again_after_its_leg_moved_stands_once(tmp_path: Path) -> None:
    house = new_house(tmp_path, NOW)
    undated = _event("1", 90, external_number="+491")
    _take(house, _event("1", 60, **STARTED))
    _take(house, undated)
    _take(house, _event("1", 70, date_started=NOON + 3 * MICROSECONDS_A_DAY))
    _take(house, undated)
    assert _stored(house) == ["1+60", "1+70", "1+90"]


def test_a_leg_whose_end_never_comes_ends_a_day_after_its_last_event(tmp_path: Path) -> None:
    house = new_house(tmp_path, NOW)
    _take(
        house,
        _event("1", 5, state="connected", date_started=NOON, date_connected=NOON + 5 * SECOND, direction="inbound"),
    )
    assert _records(house) == []
    # NOW is six hours after the call; 18 hours and a moment later nothing new has come, and the leg is ended.
    # (Another range each time, since the first result is still cached.)
    for hours, days, found in ((17, 1, 0), (19, 2, 1)):
        later = new_house(tmp_path, house.clock() + timedelta(hours=hours))
        refresh(later, "A")
        rows = report_rows(later, "A", stat_type="calls", export_type="records", days_ago_start=0, days_ago_end=days)
        assert len(rows) == found
    assert rows[0]["date_ended"] == "2026-06-20 12:00:05.000000"
    assert rows[0]["category"] == "incoming"
