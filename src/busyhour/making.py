"""How a report is made: the plan of a request over the table versions that its tier shows."""

from dataclasses import dataclass
from pathlib import Path

from busyhour.domain.clock import Clock, micros
from busyhour.domain.requests import Request
from busyhour.engine.base import Engine
from busyhour.reports.briefing import brief
from busyhour.reports.compile import compile_plan
from busyhour.reports.inline import Facts
from busyhour.reports.plan import Plan
from busyhour.store.directory import Directory
from busyhour.store.memberships import Memberships
from busyhour.store.storage import Storage
from busyhour.store.table_state import Pin, TableState
from busyhour.tables.lake import Lake
from busyhour.tables.streams import SCHEMAS

__all__ = ["Made", "Maker"]


@dataclass(frozen=True, slots=True)
class Made:
    """A report's number of rows, and as of when its data is (µs)."""

    rows: int
    as_of: int


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes reports of any company, one at a time."""

    engine: Engine
    directory: Directory
    memberships: Memberships
    state: TableState
    storage: Storage
    clock: Clock

    def report(self, company_id: str, request: Request, path: Path) -> Made:
        """Write a request's report to a new file."""
        pin = self._pin(company_id, request)
        return self._export(company_id, compile_plan(request, self._facts(company_id, request, pin)), pin, path)

    def _pin(self, company_id: str, request: Request) -> Pin:
        return self.state.pinned(company_id, request.tier) or Pin(micros(self.clock()), 0, {})

    def _facts(self, company_id: str, request: Request, pin: Pin) -> Facts:
        entries, memberships = self.directory.entries(company_id), self.memberships.all(company_id)
        return brief(company_id, pin.as_of, request.period, entries, memberships)

    def _export(self, company_id: str, plan: Plan, pin: Pin, path: Path) -> Made:
        lake = Lake(self.storage.below(f"companies/{company_id}/tables"))
        relations = {
            table: lake.relation(table, SCHEMAS[table], pin.versions.get(table), span.first, span.last)
            for table, span in plan.tables.items()
        }
        return Made(self.engine.export(plan, relations, path), pin.as_of)
