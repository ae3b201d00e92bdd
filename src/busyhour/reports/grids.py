"""Grids: the rows of a report that stand whether or not there are records for them, such as the hours of a day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from busyhour.domain.centers import WEEKDAYS
from busyhour.domain.periods import Period, local_days

__all__ = [
    "BY_HOUR",
    "BY_WEEKDAY",
    "BY_WEEKDAY_HOUR",
    "GRIDS",
    "HOUR",
    "TOTAL",
    "WAITS",
    "WAIT_SECONDS",
    "WEEKDAY",
    "Cell",
    "Grid",
]

Cell = Mapping[str, int | str | None]
"""The columns of one row of a grid, and their values."""

WAIT_SECONDS = (0, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300)
"""Where the stretches of waiting time begin; each ends before the next, and the last has no end."""

HOUR = "local_hour - 24 * local_day"
"""The hour of a record's local day, 0 to 23: `local_hour` counts since 1970, as `local_day` does."""
WEEKDAY = "local_day + 3 - 7 * floor_div(local_day + 3, 7)"
"""The weekday of a record's local day, Monday 0: day 0 was a Thursday."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows that are printed with zeros where there are no records."""

    relation: str
    """Its name in SQL."""
    rows_are: str
    """What its rows are, for people."""
    keys: Mapping[str, str]
    """Its columns that tell of which row a record is: for each an expression over the record, never null."""
    cells: Callable[[Period], Sequence[Cell]]
    """Its rows for a period, in order."""

    @property
    def order(self) -> str:
        """The order of its rows in a report."""
        return ", ".join(f"report.{key}" for key in self.keys) or "report.days"

    def table(self, period: Period) -> pa.Table:
        """Its rows as a relation."""
        cells = self.cells(period)
        return pa.table({name: pa.array([cell[name] for cell in cells]) for name in cells[0]})

    def holds(self, said: Cell) -> str:
        """A predicate over records: whether they are of the rows in which columns have the values bound as `$row_…`."""
        wanted = [f"cell.{key} = {of_record}" for key, of_record in self.keys.items()]
        wanted += [f"cell.{name} " + ("IS NULL" if said[name] is None else f"= $row_{name}") for name in said]
        return f"EXISTS (SELECT 1 FROM {self.relation} AS cell WHERE {' AND '.join(wanted)})"


def _hours(period: Period) -> Sequence[Cell]:
    days = len(local_days(period))
    return [{"hour": hour, "days": days} for hour in range(24)]


def _weekdays(period: Period) -> Sequence[Cell]:
    numbers = [day.weekday() for day in local_days(period)]
    return [
        {"weekday_number": number, "weekday": name, "days": numbers.count(number)}
        for number, name in enumerate(WEEKDAYS)
    ]


def _weekday_hours(period: Period) -> Sequence[Cell]:
    return [{**weekday, "hour": hour} for weekday in _weekdays(period) for hour in range(24)]


def _total(period: Period) -> Sequence[Cell]:
    return [{"days": len(local_days(period))}]


def _waits(_period: Period) -> Sequence[Cell]:
    ends = (*WAIT_SECONDS[1:], None)
    known = [
        {"bucket": bucket, "wait_from": start, "wait_until": end}
        for bucket, (start, end) in enumerate(zip(WAIT_SECONDS, ends, strict=True))
    ]
    return [*known, {"bucket": len(known), "wait_from": None, "wait_until": None}]


def _bucket() -> str:
    """SQL for the number of the stretch in which `wait_us` lies; one that nobody knows comes after the last."""
    bounds = enumerate(WAIT_SECONDS[1:])
    branches = " ".join(f"WHEN wait_us < {seconds * 1_000_000} THEN {bucket}" for bucket, seconds in bounds)
    return f"CASE WHEN wait_us IS NULL THEN {len(WAIT_SECONDS)} {branches} ELSE {len(WAIT_SECONDS) - 1} END"


BY_HOUR = Grid("clock_hours", "a row per hour of the day", {"hour": HOUR}, _hours)
BY_WEEKDAY = Grid("week_days", "a row per weekday", {"weekday_number": WEEKDAY}, _weekdays)
BY_WEEKDAY_HOUR = Grid(
    "week_hours", "a row per weekday and hour of the day", {"weekday_number": WEEKDAY, "hour": HOUR}, _weekday_hours
)
TOTAL = Grid("whole_period", "one row", {}, _total)
WAITS = Grid("wait_buckets", "a row per stretch of waiting time", {"bucket": _bucket()}, _waits)

GRIDS = (BY_HOUR, BY_WEEKDAY, BY_WEEKDAY_HOUR, TOTAL, WAITS)
