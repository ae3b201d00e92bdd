"""On duty: intervals from status changes, cut at midnight and at the as-of time, carried in, counted once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind, Origin
from busyhour.domain.events import Party
from busyhour.domain.memberships import Membership, Role
from busyhour.domain.things import DutyEvent, thing
from busyhour.tables.staging import stage_events
from houses import House, company_of, new_house, refresh, report_rows

ANN = Party("11", "user", "Ann", "ann@example.com", office_id="1")
BOB = Party("12", "user", "Bob", "bob@example.com", office_id="1")
CHANGES = [
    # Ann went on duty two days before the range, for one center alone.
    (ANN, "101", "2026-03-05 22:00", "available"),
    (ANN, "101", "2026-03-07 15:00", "occupied"),
    (ANN, "101", "2026-03-07 16:30", "wrapup"),
    (ANN, "101", "2026-03-07 17:00", "available"),
    (ANN, "101", "2026-03-07 21:00", "unavailable"),
    # Bob is on duty for two centers at once, and off for one before the other; New York skips an hour on the 8th.
    (BOB, "101", "2026-03-08 04:00", "available"),
    (BOB, "102", "2026-03-08 04:00", "available"),
    (BOB, "101", "2026-03-08 10:00", "unavailable"),
    (BOB, "102", "2026-03-08 12:00", "busy"),
    (BOB, "102", "2026-03-08 13:00", "unavailable"),
    (BOB, "102", "2026-03-09 18:00", "available"),
]


def _events() -> list[DutyEvent]:
    found = []
    for number, (agent, center, at, status) in enumerate(CHANGES):
        moment = micros(datetime.fromisoformat(at).replace(tzinfo=UTC))
        found.append(
            thing(
                DutyEvent, raw="", event_timestamp=moment, date=moment, target=agent, record_id=f"{number}",
                on_duty_status=status, call_center_id=center,
            )
        )  # fmt: skip
    return found


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = new_house(tmp_path, "2026-03-09T20:00:00+00:00")
    company_id = company_of(house, "A")
    stage_events(iter(_events()), company_id, house.inbox)
    house.directory.learn(
        company_id,
        [
            Entry(Kind.OFFICE, "1", "Office", origin=Origin.SOURCE),
            *(
                Entry(Kind.CALL_CENTER, number, f"Center {number}", office_id="1", origin=Origin.SOURCE)
                for number in ("101", "102")
            ),
        ],
    )
    refresh(house, "A")
    return house


SHOWN = (
    "date", "name", "on_duty_minutes", "available_minutes", "occupied_minutes", "wrapup_minutes", "busy_minutes",
    "unavailable_minutes", "occupancy", "on_duty_occurrences", "first_on_duty", "last_on_duty",
)  # fmt: skip


def _stats(house: House, days: int, **fields: object) -> list[tuple[str, ...]]:
    rows = report_rows(
        house, "A", stat_type="onduty", export_type="stats", timezone="America/New_York", days_ago_start=0,
        days_ago_end=days, **fields,
    )  # fmt: skip
    return [tuple(row[name].replace(".000000", "") for name in SHOWN) for row in rows]


def test_days_of_the_company(house: House) -> None:
    # date, name; minutes on duty, available, occupied, in wrap-up, busy, unavailable; occupancy; stretches; from, to
    assert [" ".join(row) for row in _stats(house, 2)] == [
        # On the 7th Ann is on duty from midnight (05:00 UTC) to 16:00 local; on calls 90 min, wrapping up 30.
        "2026-03-07 Ann 960 840 90 30 0 480 12.5 1 2026-03-07 00:00:00 2026-03-07 16:00:00",
        # Bob went on duty at 23:00 of the 7th: no status before, one hour of it.
        "2026-03-07 Bob 60 60 0 0 0 0 0 1 2026-03-07 23:00:00 2026-03-08 00:00:00",
        # The 8th has 23 hours. Bob: 05:00 to 13:00 UTC, of which one hour busy; once, though in two centers.
        "2026-03-08 Ann 0 0 0 0 0 1380 0 0  ",
        "2026-03-08 Bob 480 420 0 0 60 900 0 1 2026-03-08 00:00:00 2026-03-08 09:00:00",
        # The 9th is cut at 20:00 UTC, 16:00 local.
        "2026-03-09 Ann 0 0 0 0 0 960 0 0  ",
        "2026-03-09 Bob 120 120 0 0 0 840 0 1 2026-03-09 14:00:00 2026-03-09 16:00:00",
    ]


def test_one_center_counts_only_its_own(house: House) -> None:
    rows = report_rows(
        house, "A", stat_type="onduty", export_type="stats", timezone="America/New_York", days_ago_start=1,
        days_ago_end=1, target_type="callcenter", target_id="101",
    )  # fmt: skip
    found = [(row["name"], row["call_center_name"], row["on_duty_minutes"]) for row in rows]
    assert found == [("Ann", "Center 101", "0"), ("Bob", "Center 101", "300")]


def test_records_of_one_center(house: House) -> None:
    rows = report_rows(house, "A", stat_type="onduty", export_type="records", days_ago_end=30, days_ago_start=0)
    assert len(rows) == len(CHANGES)
    assert [row["date"][:16] for row in rows] == sorted(at for _, _, at, _ in CHANGES)


def test_whoever_has_left_a_center_is_not_in_its_report(house: House) -> None:
    left = Membership(
        (Kind.CALL_CENTER, "101"), (Kind.USER, "12"), Role.OPERATOR, None, date(2026, 3, 8), Origin.SOURCE
    )
    house.memberships.learn(company_of(house, "A"), [left])
    rows = report_rows(
        house, "A", stat_type="onduty", export_type="stats", timezone="America/New_York", days_ago_start=1,
        days_ago_end=2, target_type="callcenter", target_id="101",
    )  # fmt: skip
    assert [(row["date"], row["name"]) for row in rows] == [
        ("2026-03-07", "Ann"), ("2026-03-07", "Bob"), ("2026-03-08", "Ann"),
    ]  # fmt: skip
