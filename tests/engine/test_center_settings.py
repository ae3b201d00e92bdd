"""What the directory says of a center decides its figures: thresholds, opening hours, holidays."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind, Origin
from busyhour.domain.events import CallEvent, Party, content_hash, typed_content
from busyhour.tables.staging import stage_events
from houses import House, company_of, new_house, refresh, report_rows

SUPPORT = Party("31", "call_center", "Support", office_id="9")
SETTINGS = {
    "service_level_seconds": 20,
    "short_abandon_seconds": 30,
    "hours": {day: ["09:00", "17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
    "holidays": [{"date": "2026-03-04", "name": "Town fair"}],
}


def _call(number: int, at: str, *, answered_after: int | None, lasted: int, **more: Any) -> CallEvent:
    """A call to the center at a moment of UTC; seconds until it was taken, if it was, and until it ended."""
    start = micros(datetime.fromisoformat(f"{at}+00:00"))
    values = {
        "call_id": str(number),
        "state": "hangup",
        "event_timestamp": start + lasted * 1_000_000,
        "direction": "inbound",
        "date_started": start,
        "date_queued": start,
        "date_connected": None if answered_after is None else start + answered_after * 1_000_000,
        "date_ended": start + lasted * 1_000_000,
        "target": SUPPORT,
        **more,
    }
    return CallEvent(hash=content_hash(typed_content(values)), raw="", **values)


CALLS = [
    # Berlin is an hour ahead: 08:00 UTC opens the line on the 3rd, a Tuesday.
    _call(1, "2026-03-03T07:59:59", answered_after=5, lasted=60),
    _call(2, "2026-03-03T08:00:00", answered_after=20, lasted=60),
    _call(3, "2026-03-03T08:10:00", answered_after=21, lasted=60),
    _call(4, "2026-03-03T09:00:00", answered_after=None, lasted=29),
    _call(5, "2026-03-03T15:59:59", answered_after=None, lasted=30),
    _call(6, "2026-03-03T16:00:00", answered_after=None, lasted=5),
    # What an event says wins over the hours.
    _call(7, "2026-03-03T20:00:00", answered_after=3, lasted=60, availability="open"),
    # The 4th is a holiday.
    _call(8, "2026-03-04T10:00:00", answered_after=3, lasted=60),
]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = new_house(tmp_path, "2026-03-05T08:00:00+00:00")
    company_id = company_of(house, "A")
    house.directory.learn(
        company_id,
        [
            Entry(Kind.OFFICE, "9", "Berlin", timezone="Europe/Berlin", origin=Origin.SOURCE),
            Entry(Kind.CALL_CENTER, "31", "Support", office_id="9", origin=Origin.SOURCE, details=json.dumps(SETTINGS)),
        ],
    )
    stage_events(iter(CALLS), company_id, house.inbox)
    refresh(house, "A")
    return house


ASKED = {"stat_type": "calls", "days_ago_start": 1, "days_ago_end": 2, "timezone": "Europe/Berlin"}


def test_availability_of_each_call(house: House) -> None:
    rows = report_rows(house, "A", export_type="records", **ASKED)
    assert [row["call_id"] for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert [row["availability"] for row in rows] == [
        "closed", "open", "open", "open", "open", "closed", "open", "holiday_closed",
    ]  # fmt: skip


@pytest.mark.parametrize("scope", [{"target_type": "callcenter", "target_id": 31}])
def test_figures_of_the_center(house: House, scope: dict[str, object]) -> None:
    third, fourth = report_rows(house, "A", export_type="stats", group_by="date", **ASKED, **scope)
    # Answered within 20 s while open: calls 2 and 7. Abandoned under 30 s: 4 and 6.
    assert (third["answered"], third["service_level"]) == ("4", "2")
    assert (third["abandoned"], third["short_abandoned"]) == ("3", "2")
    assert (third["open_inbound_calls"], third["open_abandoned_calls"]) == ("5", "2")
    assert (fourth["answered"], fourth["service_level"], fourth["open_inbound_calls"]) == ("1", "0", "0")


def test_figures_by_group(house: House) -> None:
    (row,) = report_rows(house, "A", export_type="stats", group_by="group", **ASKED)
    assert (row["service_level"], row["short_abandoned"], row["open_abandoned_calls"]) == ("2", "2", "2")
