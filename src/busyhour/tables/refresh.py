"""A refresh: take the inbox in, fold the days touched, let tiers show what was committed."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from busyhour.domain.periods import Tier
from busyhour.engine.base import Engine, Relation
from busyhour.store.directory import Directory
from busyhour.store.inbox import Inbox
from busyhour.store.leases import Leases
from busyhour.store.table_state import Pin, TableState
from busyhour.tables import fold
from busyhour.tables.intake import Intake
from busyhour.tables.lake import Lake
from busyhour.tables.schema import CALL_EVENTS, CALLS

__all__ = ["Progress", "Refresher"]

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

_EVENTS_AT_ONCE = 150_000
_DERIVED = ("call_events", "calls")


def _silent(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """Refreshes one company at a time; any number of processes may try, one does."""

    engine: Engine
    companies: Path
    state: TableState
    directory: Directory
    inbox: Inbox
    leases: Leases

    def lake(self, company_id: str) -> Lake:
        """The company's tables."""
        return Lake(self.companies / company_id / "tables")

    def refresh(self, company_id: str, tiers: Collection[Tier], as_of: int, progress: Progress = _silent) -> None:
        """Bring everything acknowledged before now into the tables and into these tiers; `as_of` in µs."""
        with self.leases.hold(f"refresh:{company_id}"):
            lake = self.lake(company_id)
            intake = Intake(company_id, self.engine, lake, self.state, self.directory)
            taken: dict[str, int] = {}
            batches = self.inbox.sealed(company_id)
            for number, batch in enumerate(batches):
                progress("taking in", number, len(batches))
                taken[batch.id] = sum(intake.take(part) for part in batch.parts())
            self._fold(company_id, lake, as_of, progress)
            versions = {table: version for table in _DERIVED if (version := lake.version(table)) is not None}
            self.state.pin(company_id, tiers, Pin(as_of, int(time.time() * 1000), versions), taken)
            for batch in batches:
                batch.remove()

    def _fold(self, company_id: str, lake: Lake, as_of: int, progress: Progress) -> None:
        days = self.state.to_fold(company_id, as_of)
        done = 0
        for span in _spans(days, lake):
            progress("folding days", done, len(days))
            events = self._events(company_id, lake, span[0] - 1, span[-1] + 1)
            parameters = {"first": span[0], "last": span[-1], "as_of": as_of}
            rows = self.engine.query(fold.calls_sql(), parameters, {"call_events": events}).cast(CALLS)
            lake.replace_days("calls", span, rows)
            due = self.engine.query(fold.open_legs_sql(), parameters, {"call_events": events}).to_pylist()
            self.state.folded(company_id, span[0], span[-1], {row["day"]: row["due"] for row in due})
            done += len(span)
        progress("folding days", len(days), len(days))

    def _events(self, company_id: str, lake: Lake, first: int, last: int) -> Relation | pa.Table:
        """The events of the days, and of legs that moved between days all that is known of them."""
        version = lake.version("call_events")
        here = lake.relation("call_events", CALL_EVENTS, version, first, last)
        moved = self.state.moved(company_id, first, last)
        elsewhere = {day for days in moved.values() for day in days if not first <= day <= last}
        if not elsewhere:
            return here
        sql = """
            SELECT * FROM here
            UNION ALL
            SELECT * FROM elsewhere WHERE call_id IN (SELECT call_id FROM moved)
        """
        relations = {
            "here": here,
            "elsewhere": lake.relation_of_days("call_events", CALL_EVENTS, version, elsewhere),
            "moved": pa.table({"call_id": pa.array(list(moved), pa.string())}),
        }
        return self.engine.query(sql, {}, relations)


def _spans(days: Sequence[int], lake: Lake) -> Iterator[list[int]]:
    """Runs of consecutive days, so many at once that their events fit in memory with room to spare."""
    rows: dict[int, int] = {}
    if days:
        for file in lake.days("call_events", lake.version("call_events"), days[0], days[-1]):
            rows[file.day] = rows.get(file.day, 0) + file.rows
    span: list[int] = []
    for day in days:
        is_full = sum(rows.get(known, 0) for known in [*span, day]) > _EVENTS_AT_ONCE
        if span and (day != span[-1] + 1 or is_full):
            yield span
            span = []
        span.append(day)
    if span:
        yield span
