"""Reports of 30 days as rows grow and as history grows: time, memory of the process that makes them, files read.

Each report is made in a process of its own, which tells the most memory that it ever had. Rows grow at a fixed history
of a year; history grows at a fixed number of legs a day.
"""

import resource
import statistics
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.reports import history, planned
from busyhour.settings import EMBEDDED, Settings
from busyhour.wiring import House

__all__ = ["run"]

_RUNS = 3
_ROWS = (1_000_000, 10_000_000, 100_000_000)
_LEGS_A_DAY = 20_000
_MONTHS = (2, 12, 36)
_MEMORY_BOUND = 1.5
_FLAT_BOUND = 1.3
_LINE_BOUND = 1.3
_MONTH_AGO = {"stat_type": "calls", "days_ago_start": 1, "days_ago_end": 30}
_REPORTS: Mapping[str, dict[str, object]] = {
    "stats by group": _MONTH_AGO | {"export_type": "stats", "group_by": "group"},
    "records": _MONTH_AGO | {"export_type": "records"},
}


@dataclass(frozen=True, slots=True)
class Made:
    """What one report took: seconds (the median), GiB at the most, rows written, files read of how many."""

    seconds: float
    memory: float
    rows: int
    read: int
    files: int

    def __str__(self) -> str:
        return f"{self.seconds:8.2f} s {self.memory:6.2f} GiB {self.rows:11,} rows   {self.read} of {self.files} files"


def run(folder: Path, most_rows: int, engine: str | None) -> None:
    """Make what is missing, measure both ways of growing, print."""
    print(f"reports of 30 days on {engine or 'DuckDB'}")
    rows = [rows for rows in _ROWS if rows <= most_rows]
    for name, fields in _REPORTS.items():
        grown = [_shown(f"{name}, {count:>11,} legs", folder, count, 365, fields, engine) for count in rows]
        _tell_line(rows, grown)
        longer = [
            _shown(f"{name}, {months:>3} months", folder, _LEGS_A_DAY * 30 * months, 30 * months + 1, fields, engine)
            for months in _MONTHS
        ]
        _tell("longest history : shortest", longer[-1].seconds / longer[0].seconds, _FLAT_BOUND)
        _tell("most memory, GiB", max(made.memory for made in (*grown, *longer)), _MEMORY_BOUND)


def _shown(what: str, folder: Path, legs: int, days: int, fields: dict[str, object], engine: str | None) -> Made:
    root = folder / f"scale-{legs}-{days}"
    history(root, legs, days)
    # Apart, and begun anew: what a process had at the most is told from its beginning.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        made = process.submit(_made, root, fields, engine).result()
    print(f"{what:<36}{made}")
    return made


def _made(root: Path, fields: dict[str, object], engine: str | None) -> Made:
    lake = history(root, 0, 0)
    engines = House(Settings(home=root / "home", engine=engine or EMBEDDED, spark_bytes=0)).engines()
    taken, rows = [], 0
    for _ in range(_RUNS):
        started = time.perf_counter()
        plan, relations = planned(lake, fields)
        rows = engines.export(plan, relations, root / "out.csv")
        taken.append(time.perf_counter() - started)
    (root / "out.csv").unlink()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    read = sum(len(relation.files) for relation in relations.values())
    return Made(
        statistics.median(taken), memory, rows, read, len(lake.days("calls", lake.version("calls"), 0, 1 << 30))
    )


def _tell_line(rows: list[int], made: list[Made]) -> None:
    """How far the middle point lies from the line through the first and the last."""
    if len(rows) < 3:
        return
    slope = (made[-1].seconds - made[0].seconds) / (rows[-1] - rows[0])
    constant = made[0].seconds - slope * rows[0]
    expected = constant + slope * rows[1]
    print(f"  a line: {constant:.2f} s and {slope * 1e6:.3f} s a million legs of the year; {rows[1]:,} legs beside it:")
    off = max(made[1].seconds / expected, expected / made[1].seconds)
    _tell("  measured : expected, either way", off, _LINE_BOUND)


def _tell(what: str, ratio: float, bound: float) -> None:
    print(f"  {what:<34}{ratio:6.2f}   bound {bound}   {'holds' if ratio <= bound else 'DOES NOT HOLD'}")
