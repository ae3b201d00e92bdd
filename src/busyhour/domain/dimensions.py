"""Dimensions: our own ways to group a report's figures, which the vendor's API does not know."""

from enum import Enum

__all__ = ["Dimension"]


class Dimension(Enum):
    """What `--by` takes: a form of stats that no POST can ask for."""

    DATE = "date"
    """A row per local day, with every measure."""
    HOUR = "hour"
    """A row per hour of the local day."""
    WEEKDAY = "weekday"
    """A row per weekday of the local date."""
    WEEKDAY_HOUR = "weekday_hour"
    """A row per weekday and hour: 168."""
    TOTAL = "total"
    """One row for all days together."""
    USER = "user"
    """A row per person, all days together."""
    GROUP = "group"
    """A row per call center and department with its id, all days together."""
    WAIT = "wait"
    """A row per stretch of waiting time."""
    INTERVAL = "interval"
    """A row per stretch of one duty status of an agent, within a local day."""
