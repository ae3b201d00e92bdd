"""Reports on a year of history, beside the bare engine doing the same work in the same run.

records  a 30-day calls × records CSV          against DuckDB's own COPY of the same rows, columns, order, files
stats    a 30-day calls × stats, three forms   against the same SQL run bare
day      a one-day report on a year            against the same report on a month of history
"""

import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import rmtree

from bench.synthetic import make_calls
from busyhour.domain.ask import read_ask
from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind
from busyhour.domain.requests import resolve
from busyhour.engine.base import Relation
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.reports.calls_records import COLUMNS
from busyhour.reports.compile import compile_plan
from busyhour.reports.inline import Facts
from busyhour.reports.plan import Plan
from busyhour.store.folder_storage import FolderStorage
from busyhour.tables.lake import Lake
from busyhour.tables.streams import SCHEMAS

__all__ = ["history", "planned", "run"]

_NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
_RUNS = 7
_GROUPS = [
    Entry(Kind.CALL_CENTER, str(7_000_000_000_000_000 + n), f"Center {n}", office_id=str(8_000_000_000_000_000 + n % 5))
    for n in range(40)
]
_STORED = {
    "company_id": "call_id",
    "timezone": "availability",
    "time_in_system": "talk_us",
    "time_to_answer": "queued_us",
    "ringing_duration": "ringing_us",
    "hold_duration": "hold_us",
    "talk_duration": "talk_us",
    "queued_duration": "queued_us",
    "wrapup_duration": "wrapup_us",
}
"""What the bare COPY writes in place of columns that are no stored ones: a stored one of like width."""


def run(folder: Path, legs: int) -> None:
    """Make the data where it is missing, measure, print the ratios."""
    year = history(folder / f"year-{legs}", legs, 365)
    month = history(folder / f"month-{legs}", legs * 31 // 365, 31)
    engine = DuckDBEngine("1GB", 2, folder / "spill", FolderStorage(folder))
    out = folder / "out.csv"
    month_ago = {"days_ago_start": 1, "days_ago_end": 30}

    def ours(lake: Lake, **fields: object) -> Callable[[], int]:
        return lambda: _export(engine, lake, out, {"stat_type": "calls", "export_type": "stats", **fields})

    _compare("records, 30 days : COPY", 1.5, ours(year, export_type="records", **month_ago), _copy(engine, year, out))
    for group_by in ("date", "user", "group"):
        mine = ours(year, group_by=group_by, **month_ago)
        _compare(f"stats by {group_by}, 30 days : SQL", 1.3, mine, _bare(engine, year, group_by))
    one_day = {"days_ago_start": 1, "days_ago_end": 1, "group_by": "date"}
    _compare("one day on a year : on a month", 1.3, ours(year, **one_day), ours(month, **one_day))
    one_day_records = {"days_ago_start": 1, "days_ago_end": 1, "export_type": "records"}
    _compare("records of one day : on a month", 1.3, ours(year, **one_day_records), ours(month, **one_day_records))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory of this process: {peak:.2f} GiB (bound 1.5)")


def history(root: Path, legs: int, days: int) -> Lake:
    """The tables in a folder, made where they are missing: so many legs over so many days."""
    if (root / "calls").exists():
        return Lake(FolderStorage(root))
    print(f"making {legs:,} legs over {days} days")
    # Made beside its place: what was broken off is not taken for the whole.
    draft = root.with_name(f"{root.name}.draft")
    rmtree(draft, ignore_errors=True)
    make_calls(draft, legs, days)
    draft.rename(root)
    return Lake(FolderStorage(root))


def planned(lake: Lake, fields: dict[str, object]) -> tuple[Plan, dict[str, Relation]]:
    """A report's plan, and its tables as a tier pins them: the newest versions, which a worker knows already."""
    request = resolve(read_ask(fields), None, _NOW)
    plan = compile_plan(request, Facts("1", micros(_NOW), _GROUPS))
    relations = {
        table: lake.relation(table, SCHEMAS[table], _newest(lake, table), span.first, span.last)
        for table, span in plan.tables.items()
    }
    return plan, relations


@cache
def _newest(lake: Lake, table: str) -> int | None:
    return lake.version(table)


def _export(engine: DuckDBEngine, lake: Lake, out: Path, fields: dict[str, object]) -> int:
    plan, relations = planned(lake, fields)
    return engine.export(plan, relations, out)


def _copy(engine: DuckDBEngine, lake: Lake, out: Path) -> Callable[[], int]:
    """The engine's own COPY of the 30 days: 54 columns as they are stored."""
    _, relations = planned(
        lake, {"stat_type": "calls", "export_type": "records", "days_ago_start": 1, "days_ago_end": 30}
    )
    columns = ", ".join(f"{_STORED.get(column.name, column.name)} AS {column.name}" for column in COLUMNS)
    first, last = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    sql = f"""
        COPY (SELECT {columns} FROM calls WHERE date_started >= '{first}' AND date_started < '{last}')
        TO '{out}' (FORMAT csv, HEADER)
    """
    return lambda: engine.query(sql, {}, relations).num_rows


def _bare(engine: DuckDBEngine, lake: Lake, group_by: str) -> Callable[[], int]:
    plan, relations = planned(
        lake,
        {"stat_type": "calls", "export_type": "stats", "group_by": group_by, "days_ago_start": 1, "days_ago_end": 30},
    )
    tables = {**relations, **plan.inline}
    return lambda: engine.query(plan.sql, plan.parameters, tables).num_rows


def _compare(what: str, bound: float, mine: Callable[[], int], reference: Callable[[], int]) -> None:
    """Both in turn, so that whatever else the machine does hits both; the ratio of the medians."""
    for function in (mine, reference):
        function()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_RUNS):
        for function, taken in zip((mine, reference), times, strict=True):
            started = time.perf_counter()
            function()
            taken.append(time.perf_counter() - started)
    ours, theirs = (statistics.median(taken) for taken in times)
    verdict = "holds" if ours / theirs <= bound else "DOES NOT HOLD"
    print(f"{what:<34}{ours:8.3f} s {theirs:8.3f} s   ratio {ours / theirs:5.2f}   bound {bound}   {verdict}")
