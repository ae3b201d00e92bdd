"""What a report is made of: columns, each with its name, unit, definition and expression in one place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Scope
from busyhour.reports.grids import Grid
from busyhour.reports.inline import Facts

__all__ = ["Column", "Form", "Scoping", "Shape", "Unit", "count", "distinct", "mean", "share", "total"]

MICROS_A_MINUTE = 60_000_000


class Unit(Enum):
    """What the common SQL returns for a column, and how the writer prints it."""

    COUNT = "count"
    NUMBER = "whole number"
    MINUTES_1 = "minutes, 1 decimal"
    MINUTES_2 = "minutes, 2 decimals"
    PERCENT_1 = "percent, 1 decimal"
    TEXT = "text"
    BOOLEAN = "true or false"
    INSTANT = "local time"
    INSTANT_SECONDS = "local time, whole seconds"
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
    """An expression over one record, or an aggregate over the records of a row, in the common SQL."""
    source: str = "documented"
    """How sure its compatibility is: `captured` from the vendor's own output, `documented`, or `ours`."""
    behind: str | None = None
    """Which records stand behind a figure; for a count, exactly as many as it says."""
    divided_by: str | None = None
    """Which records a mean is divided by."""
    each: str | None = None
    """What a count of distinct things counts: of a row's records, one stands behind the figure for each."""
    behind_in: str | None = None
    """The stat type whose records stand behind it, where that is another than the report's own."""


class Shape(Enum):
    """How rows come about."""

    RECORDS = "a row per record"
    BY_DATE = "a row per day"
    BY_USER = "a row per day and person"
    BY_PERSON = "a row per person, all days together"
    BY_OWNER = "a row per day and owner"
    BY_GROUP = "a row per call center and department"
    BY_CELL = "a row per cell of a grid"
    BY_INTERVAL = "a row per day, agent and interval of one status"


class Scoping(Enum):
    """What belongs to a target."""

    LEGS = "group legs, agent legs and personal legs, by the scope table"
    OWN = "what is the target's own"
    OPERATED = "what is the target's own; for a person also what they operated"
    DUTY = "the duty of agents: all of an office's, a center's own for it"


@dataclass(frozen=True, slots=True)
class Form:
    """One report form: which records it counts, into which columns, in their order."""

    stat_type: str
    export_type: str
    group_by: str | None
    shape: Shape
    columns: Sequence[Column]
    tables: Mapping[str, tuple[int, int]]
    """The tables it reads, and how many days before and after the range."""
    rows: Callable[[Facts, Scope], str]
    """SQL for the records, before scope and range."""
    moment: str
    """The instant by which a record belongs to a local day."""
    key: str
    """What tells records of one moment apart."""
    scoping: Scoping
    center_columns: Sequence[Column] | None = None
    """The columns where the target is a call center, where they differ."""
    day: str | None = None
    """An expression for a record's local day (a number since 1970), where it is not that of its moment."""
    explained: Callable[[Facts, Scope], str] | None = None
    """SQL for the records behind its figures, where `rows` holds more than those or less of them."""
    owner: str = "target_type"
    """The column that says what kind of target a record's owner is."""
    presorted: bool = False
    """Whether reading the first table's files in order gives the order of the records."""
    identity: Sequence[str] = ()
    """Columns that are no figures and still are aggregated over a row's records."""
    by: Dimension | None = None
    """Which of our own dimensions it is, if it is no form of the vendor's."""
    grid: Grid | None = None
    """Whose cells are the rows, where they come by cell."""

    @property
    def rows_are(self) -> str:
        """What its rows are, for people."""
        return self.grid.rows_are if self.grid is not None else self.shape.value


def count(name: str, predicate: str, definition: str, source: str = "documented") -> Column:
    """A column that counts the records for which a predicate holds."""
    return Column(name, Unit.COUNT, definition, f"count(*) FILTER (WHERE {predicate})", source, behind=predicate)


def distinct(name: str, each: str, predicate: str, definition: str, source: str = "documented") -> Column:
    """A column that counts the distinct values of a comma-joined expression over the records of a predicate."""
    sql = f"distinct_tokens(string_agg(DISTINCT CASE WHEN {predicate} THEN {each} END, ','))"
    return Column(name, Unit.COUNT, definition, sql, source, behind=f"{predicate} AND {each} IS NOT NULL", each=each)


def total(name: str, unit: Unit, micros: str, definition: str, source: str = "documented") -> Column:
    """A column that sums durations (an expression in µs) and rounds once, at the end."""
    sql = rounded_minutes(sum_of(micros), "1", unit)
    return Column(name, unit, definition, sql, source, behind=f"({micros}) <> 0")


def mean(name: str, unit: Unit, micros: str, over: str, definition: str, source: str = "documented") -> Column:
    """A column that divides a sum of durations (µs) by the count of records for which `over` holds, rounded once."""
    sql = rounded_minutes(sum_of(micros), f"count(*) FILTER (WHERE {over})", unit)
    return Column(name, unit, definition, sql, source, behind=f"({micros}) <> 0", divided_by=over)


def share(name: str, part: Column, over: str, definition: str) -> Column:
    """A column that says in percent how many a count counts of the records for which `over` holds."""
    sql = f"round_div(1000 * {part.sql}, count(*) FILTER (WHERE {over}))"
    return Column(name, Unit.PERCENT_1, definition, sql, "ours", behind=part.behind, divided_by=over)


def sum_of(expression: str) -> str:
    """A sum that is 0 over nothing and a 64-bit integer on every engine."""
    return f"CAST(coalesce(sum({expression}), 0) AS BIGINT)"


def rounded_minutes(micros: str, by: str, unit: Unit) -> str:
    """µs as tenths or hundredths of a minute divided by a count, half away from zero, exact."""
    part = MICROS_A_MINUTE // unit.parts
    divisor = str(part) if by == "1" else f"{part} * ({by})"
    return f"round_div({micros}, {divisor})"
