"""A plan: a report ready to run on any engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

__all__ = ["DaySpan", "Parameter", "Plan"]

Parameter = int | str | None


@dataclass(frozen=True, slots=True)
class DaySpan:
    """UTC days of a table, both included, counted from 1970."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One common SQL text that gives whole numbers, instants in µs and text; and how its columns are printed."""

    sql: str
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, DaySpan]
    """The tables it reads, and the days of them that can hold its rows."""
    printed: str
    """The writer's select list over the relation `report`: local times, minutes, text."""
    order: str
    """The total order of the rows, over the columns of `report`."""
    presorted: bool = False
    """Whether reading the files in order gives that order by itself."""
    day_by_day: bool = False
    """Whether each row is of one row of its only table, so that the rows of some days' files come before all others."""
    inline: Mapping[str, pa.Table] = field(default_factory=dict)
    """Small relations that come with the plan."""
