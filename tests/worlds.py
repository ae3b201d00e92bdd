"""Simulated companies for tests that need every kind of event."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind
from busyhour.simulating import simulate_into
from houses import House, company_of, new_house, refresh


@dataclass(frozen=True)
class World:
    """A company in a house, the days to ask for, and the zone to ask in."""

    house: House
    company: str
    days: tuple[int, int]
    timezone: str
    today: date

    @property
    def dates(self) -> list[date]:
        nearer, farther = self.days
        return [self.today - timedelta(days=n) for n in range(farther, nearer - 1, -1)]

    def asked(self, stat_type: str = "calls", **fields: Any) -> dict[str, Any]:
        return {
            "stat_type": stat_type,
            "days_ago_start": self.days[0],
            "days_ago_end": self.days[1],
            "timezone": self.timezone,
            **fields,
        }

    def entries(self, *kinds: Kind) -> list[Entry]:
        return self.house.directory.entries(company_of(self.house, self.company), kinds)


def simulated_world(home: Path, *, days: int = 9, seed: int = 5, now: str = "2026-11-05T20:00:00+00:00") -> World:
    """A simulated company over some days, asked for in New York, where a clock goes back on 1 November 2026."""
    house = new_house(home, now)
    company_id = company_of(house, "Sim")
    simulate_into(house, "Sim", company_id, days=days, seed=seed, now=micros(house.clock()))
    refresh(house, "Sim")
    return World(house, "Sim", (0, days - 3), "America/New_York", house.clock().date())
