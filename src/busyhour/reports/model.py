"""What a report is made of: columns, each with its name, unit, definition and expression in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

__all__ = ["Column", "Form", "Shape", "Unit", "count", "mean", "total"]

MICROS_A_MINUTE = 60_000_000


class Unit(Enum):
    """What the common SQL returns for a column, and how the writer prints it."""

    COUNT = "count"
    MINUTES_1 = "minutes, 1 decimal"
    MINUTES_2 = "minutes, 2 decimals"
    PERCENT_1 = "percent, 1 decimal"
    TEXT = "text"
    BOOLEAN = "true or false"
    INSTANT = "local time"
    DATE = "local date"

    @property
    def parts(self) -> int:
        """Into how many parts one unit is divided in the whole number that the SQL returns."""
        return {Unit.MINUTES_1: 10, Unit.PERCENT_1: 10, Unit.MINUTES_2: 100}.get(self, 1)

    @property
    def is_figure(self) -> bool:
        """Whether it is a number that is 0 where there is nothing."""
        return self in (Unit.COUNT, Unit.MINUTES_1, Unit.MINUTES_2, Unit.PERCENT_1)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report, whole: everything that is said of it elsewhere derives from this."""

    name: str
    unit: Unit
    definition: str
    """A sentence for people who read the figures."""
    sql: str
    """An expression over one leg, or an aggregate over the legs of a row, in the common SQL."""
    source: str = "documented"
    """How sure its compatibility is: `captured` from the vendor's own output, `documented`, or `ours`."""


class Shape(Enum):
    """How rows come about."""

    RECORDS = "a row per record"
    BY_DATE = "a row per day"
    BY_USER = "a row per day and person"
    BY_GROUP = "a row per call center and department"


@dataclass(frozen=True, slots=True)
class Form:
    """One report form: what is counted, over which table, into which columns, in their order."""

    stat_type: str
    export_type: str
    group_by: str | None
    shape: Shape
    table: str
    columns: Sequence[Column]
    center_columns: Sequence[Column] | None = None
    """The columns where the target is a call center, where they differ."""


def count(name: str, predicate: str, definition: str, source: str = "documented") -> Column:
    """A column that counts the legs for which a predicate holds."""
    return Column(name, Unit.COUNT, definition, f"count(*) FILTER (WHERE {predicate})", source)


def total(name: str, unit: Unit, micros: str, definition: str, source: str = "documented") -> Column:
    """A column that sums durations (an expression in µs) and rounds once, at the end."""
    return Column(name, unit, definition, rounded_minutes(sum_of(micros), "1", unit), source)


def mean(name: str, unit: Unit, micros: str, over: str, definition: str, source: str = "documented") -> Column:
    """A column that divides a sum of durations (µs) by a count of legs, and rounds once."""
    return Column(name, unit, definition, rounded_minutes(sum_of(micros), over, unit), source)


def sum_of(expression: str) -> str:
    """A sum that is 0 over nothing and a 64-bit integer on every engine."""
    return f"CAST(coalesce(sum({expression}), 0) AS BIGINT)"


def rounded_minutes(micros: str, by: str, unit: Unit) -> str:
    """µs as tenths or hundredths of a minute divided by a count, half away from zero, exact."""
    part = MICROS_A_MINUTE // unit.parts
    divisor = str(part) if by == "1" else f"{part} * ({by})"
    return f"round_div({micros}, {divisor})"
