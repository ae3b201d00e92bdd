"""Local days and times as reports print them, on zones where days are short, long, skipped or in two pieces."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.events import CallEvent, Party, content_hash, typed_content
from busyhour.tables.staging import stage_events
from houses import company_of, new_house, refresh, report_rows

CASES = {
    "Pacific/Apia": (datetime(2011, 12, 28, tzinfo=UTC), 5),
    "America/St_Johns": (datetime(2006, 10, 27, tzinfo=UTC), 4),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, tzinfo=UTC), 3),
    "America/New_York": (datetime(2026, 10, 31, tzinfo=UTC), 3),
    "Africa/Casablanca": (datetime(2026, 2, 14, tzinfo=UTC), 3),
    "Asia/Kathmandu": (datetime(2026, 5, 1, tzinfo=UTC), 2),
}


def _leg(number: int, started: datetime) -> CallEvent:
    values = {
        "call_id": str(number),
        "state": "hangup",
        "event_timestamp": micros(started) + 30_000_000,
        "direction": "inbound",
        "date_started": micros(started),
        "date_ended": micros(started) + 30_000_000,
        "target": Party("1", "call_center", "Center", office_id="9"),
    }
    return CallEvent(hash=content_hash(typed_content(values)), raw="", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CASES)
def test_a_call_a_minute(name: str, tmp_path: Path) -> None:
    first, days = CASES[name]
    starts = [first + timedelta(minutes=n, microseconds=n) for n in range(days * 1440)]
    now = first + timedelta(days=days + 1)
    house = new_house(tmp_path, now)
    events = (_leg(number, started) for number, started in enumerate(starts))
    stage_events(events, company_of(house, "A"), house.inbox)
    refresh(house, "A")

    local = [started.astimezone(ZoneInfo(name)).replace(tzinfo=None) for started in starts]
    asked = {"stat_type": "calls", "timezone": name, "days_ago_start": 0, "days_ago_end": days + 3}
    by_date = report_rows(house, "A", export_type="stats", group_by="date", **asked)
    assert {row["date"]: int(row["all_calls"]) for row in by_date if row["all_calls"] != "0"} == {
        str(day): count for day, count in Counter(moment.date() for moment in local).items()
    }
    records = report_rows(house, "A", export_type="records", **asked)
    assert [row["date_started"] for row in records] == [f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in local]
