"""The columns that say of which hour, weekday and days a row of a grid is, whatever it counts."""

from busyhour.reports.grids import Grid
from busyhour.reports.model import Column, Unit

__all__ = ["days", "hour", "number", "weekday"]


def number(grid: Grid, name: str, definition: str) -> Column:
    """A whole number that a grid's row has."""
    return Column(name, Unit.NUMBER, definition, f"{grid.relation}.{name}", "ours")


def weekday(grid: Grid) -> Column:
    """A row's weekday."""
    return Column("weekday", Unit.TEXT, "monday to sunday, by the local date.", f"{grid.relation}.weekday", "ours")


def hour(grid: Grid) -> Column:
    """A row's hour."""
    return number(
        grid,
        "hour",
        "0 to 23 of the local clock, by the moment that gives the local day; an hour that a clock repeats adds up.",
    )


def days(grid: Grid) -> Column:
    """How many days a row is about."""
    return number(grid, "days", "How many of the range's days the row is about: divide by it for a usual day.")
