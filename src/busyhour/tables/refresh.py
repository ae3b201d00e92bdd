"""A refresh: take the inbox in, fold the days touched, let tiers show what was committed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import chain

import pyarrow as pa
import structlog

from busyhour.domain.periods import Tier
from busyhour.engine.base import Engine, Input, View
from busyhour.engine.decider import Engines
from busyhour.errors import Conflict
from busyhour.store.directory import Directory
from busyhour.store.inbox import Batch, Damaged, Inbox
from busyhour.store.leases import Leases
from busyhour.store.memberships import Memberships
from busyhour.store.storage import Storage
from busyhour.store.table_state import Pin, TableState
from busyhour.tables.compaction import compact_closed_days
from busyhour.tables.fold import fold_sql, open_legs_sql
from busyhour.tables.intake import Intake
from busyhour.tables.lake import Lake
from busyhour.tables.sorting import Sorter
from busyhour.tables.streams import SCHEMAS, STREAMS, Stream, stream_of

__all__ = ["Progress", "Refresher", "silent", "spans"]

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

_EVENTS_AT_ONCE = 150_000
_SPREAD_AT_ONCE = 1_500_000
"""Where many machines fold, only what comes of it is held here: a sixth of the events, without their texts."""
_COMMITS_BETWEEN_CLEANINGS = 50

log = structlog.get_logger()


def silent(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """Refreshes one company at a time; any number of processes may try, one does."""

    engines: Engines
    storage: Storage
    state: TableState
    directory: Directory
    memberships: Memberships
    inbox: Inbox
    leases: Leases
    sorter: Sorter

    def lake(self, company_id: str, guard: Callable[[], None] = lambda: None) -> Lake:
        """The company's tables."""
        return Lake(self.storage.below(f"companies/{company_id}/tables"), guard)

    def refresh(self, company_id: str, tiers: Collection[Tier], as_of: int, progress: Progress = silent) -> None:
        """Bring everything acknowledged before now into the tables and into these tiers; `as_of` in µs."""
        # TRICKY: before the lease. Who holds one and waits for another would wait for a backup that waits for it.
        self.sorter.sort()
        with self.hold(company_id) as still_ours:
            self._refresh(company_id, tiers, as_of, still_ours, progress)

    def refresh_due(self, company_id: str, due: Callable[[], Collection[Tier]], as_of: int) -> Collection[Tier]:
        """Refresh the tiers that are due once nobody else is at it; none where somebody is. Gives those refreshed."""
        self.sorter.sort()
        with self.leases.attempt(_lease(company_id)) as still_ours:
            tiers = due() if still_ours else ()
            if still_ours and tiers:
                self._refresh(company_id, tiers, as_of, still_ours, silent)
            return tiers

    def _refresh(
        self, company_id: str, tiers: Collection[Tier], as_of: int, still_ours: Callable[[], bool], progress: Progress
    ) -> None:
        versions = self.bring_up(company_id, tiers, as_of, still_ours, progress)
        lake = self.lake(company_id, partial(_check, still_ours))
        if Tier.HISTORICAL in tiers:
            compact_closed_days(lake, as_of)
        self._clean(company_id, lake, versions)

    def hold(self, company_id: str) -> AbstractContextManager[Callable[[], bool]]:
        """Be the only one who writes the company's tables, to the end of the block."""
        return self.leases.hold(_lease(company_id))

    def bring_up(
        self, company_id: str, tiers: Collection[Tier], as_of: int, still_ours: Callable[[], bool], progress: Progress
    ) -> Mapping[str, int]:
        """Refresh for whoever holds the company's tables, and tidy nothing up; the versions that the tiers show now."""
        # A turn belongs to the refresh that began in it: what comes in while it runs waits for the next one.
        began = int(self.state.real_now() * 1000)
        guard = partial(_check, still_ours)
        lake = self.lake(company_id, guard)
        for table in SCHEMAS:
            lake.settle(table)
        batches = self.inbox.sealed(company_id)
        taken = self._take_in(company_id, lake, batches, progress)
        for stream in STREAMS:
            self._fold(company_id, lake, stream, as_of, progress)
        versions = {table: version for table in SCHEMAS if (version := lake.version(table)) is not None}
        guard()
        self.state.pin(company_id, tiers, Pin(as_of, began, versions), taken)
        for batch in batches:
            if batch.is_there():
                batch.remove()
        return versions

    def _clean(self, company_id: str, lake: Lake, versions: Mapping[str, int]) -> None:
        """Now and then, delete what neither tier shows any more."""
        pins = [pin for tier in Tier if (pin := self.state.pinned(company_id, tier)) is not None]
        for table, version in versions.items():
            if version > 0 and version % _COMMITS_BETWEEN_CLEANINGS == 0:
                lake.clean(table, [pin.versions[table] for pin in pins if table in pin.versions])

    def _take_in(self, company_id: str, lake: Lake, batches: Sequence[Batch], progress: Progress) -> dict[str, int]:
        """How many rows of each imported batch brought something new."""
        taken: dict[str, int] = {}
        for number, batch in enumerate(batches):
            progress("taking in", number, len(batches))
            if not batch.is_live:
                taken[batch.id] = len(set(self._take_parts(company_id, lake, _readable(batch))))
        self._take_parts(company_id, lake, _joined(list(_readable(batch)) for batch in batches if batch.is_live))
        return taken

    def _take_parts(self, company_id: str, lake: Lake, parts: Iterable[tuple[str, pa.Table]]) -> list[int]:
        """The lines of a file that brought something new."""
        lines: list[int] = []
        for name, part in parts:
            intake = Intake(
                company_id, stream_of(name), self.engines.embedded, lake, self.state, self.directory, self.memberships
            )
            lines.extend(intake.take(part))
        return lines

    def _fold(self, company_id: str, lake: Lake, stream: Stream, as_of: int, progress: Progress) -> None:
        days = self.state.to_fold(company_id, stream.name, as_of)
        if not days:
            return
        what, done = f"folding {stream.table}", 0
        engine, at_once = self._folding(lake, stream, days)
        for span in spans(days, lake, stream, at_once):
            progress(what, done, len(days))
            relations = self._events(company_id, lake, stream, span[0] - 1, span[-1] + 1)
            parameters = {"first": span[0], "last": span[-1]}
            due: dict[int, int] = {}
            if stream.columns:
                rows = engine.query(fold_sql(stream), parameters, relations)
            else:
                parameters["as_of"] = as_of
                rows = engine.query(fold_sql(stream), parameters, relations)
                open_legs = engine.query(open_legs_sql(), parameters, relations)
                due = {row["day"]: row["due"] for row in open_legs.to_pylist()}
            lake.replace_days(stream.table, span, rows.cast(stream.schema))
            self.state.folded(company_id, stream.name, span[0], span[-1], due)
            done += len(span)
        progress(what, len(days), len(days))

    def _folding(self, lake: Lake, stream: Stream, days: Sequence[int]) -> tuple[Engine, int]:
        """Who folds these days, and how many events at once."""
        version = lake.version(stream.events)
        engine = self.engines.for_bytes(
            lake.relation_of_days(stream.events, SCHEMAS[stream.events], version, days).size
        )
        return engine, _EVENTS_AT_ONCE if engine is self.engines.embedded else _SPREAD_AT_ONCE

    def _events(self, company_id: str, lake: Lake, stream: Stream, first: int, last: int) -> Mapping[str, Input]:
        """The events of the days, and of things that moved between days all that is known of them."""
        table, schema = stream.events, SCHEMAS[stream.events]
        version = lake.version(table)
        here = lake.relation(table, schema, version, first, last)
        moved = self.state.moved(company_id, stream.name, first, last)
        elsewhere = {day for days in moved.values() for day in days if not first <= day <= last}
        if not elsewhere:
            return {"events": here}
        sql = f"""
            SELECT * FROM here
            UNION ALL
            SELECT * FROM elsewhere WHERE {stream.key} IN (SELECT thing FROM moved)
        """
        return {
            "here": here,
            "elsewhere": lake.relation_of_days(table, schema, version, elsewhere),
            "moved": pa.table({"thing": pa.array(list(moved), pa.string())}),
            "events": View(sql),
        }


def _lease(company_id: str) -> str:
    return f"refresh:{company_id}"


def _check(still_ours: Callable[[], bool]) -> None:
    # TRICKY: Delta refuses two writers of one day only where they write at once. Who stood still for longer would add
    # what another has added by now, or put back days as they were before it.
    if not still_ours():
        raise Conflict("Another process took this refresh over while it stood still; that one shows what came in.")


def _readable(batch: Batch) -> Iterator[tuple[str, pa.Table]]:
    """Its parts up to where it is damaged; then it is set aside, so that it does not keep the others waiting."""
    try:
        yield from batch.parts()
    except Damaged as error:
        log.error("a damaged batch was set aside", path=batch.set_aside(), reason=str(error))


def _joined(batches: Iterable[Iterable[tuple[str, pa.Table]]]) -> Iterator[tuple[str, pa.Table]]:
    """Many small parts as few: live batches are of seconds, and a step on each would take longer than their events."""
    waiting: dict[str, list[pa.Table]] = {}
    for name, part in chain.from_iterable(batches):
        parts = waiting.setdefault(name, [])
        parts.append(part)
        if sum(one.num_rows for one in parts) >= _EVENTS_AT_ONCE:
            yield name, pa.concat_tables(waiting.pop(name))
    for name, parts in waiting.items():
        yield name, pa.concat_tables(parts)


def spans(days: Sequence[int], lake: Lake, stream: Stream, at_once: int = _EVENTS_AT_ONCE) -> Iterator[list[int]]:
    """Runs of consecutive days, so many at once that their events fit in memory with room to spare."""
    rows: dict[int, int] = {}
    if days:
        for file in lake.days(stream.events, lake.version(stream.events), days[0], days[-1]):
            rows[file.day] = rows.get(file.day, 0) + file.rows
    span: list[int] = []
    for day in days:
        is_full = sum(rows.get(known, 0) for known in [*span, day]) > at_once
        if span and (day != span[-1] + 1 or is_full):
            yield span
            span = []
        span.append(day)
    if span:
        yield span
