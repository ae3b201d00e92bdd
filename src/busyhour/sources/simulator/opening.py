"""When lines take calls on a day: weekly hours, and holidays on which call centers open for a while."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

from busyhour.sources.simulator.company import Line, Office
from busyhour.sources.simulator.plan import HOLIDAY_HOURS, HOLIDAY_SHARE, WEEKDAYS, HourWeights

__all__ = ["Openings", "shares"]


class Openings:
    """The opening hours of an office's lines on one local day."""

    def __init__(self, office: Office, day: date) -> None:
        self.clock: Sequence[int] = [office.instant(day, hour) for hour in range(25)]
        """When each local hour begins (µs UTC)."""
        self.is_holiday = (day.month, day.day) in office.holidays
        self.volume = WEEKDAYS[day.weekday()] * (HOLIDAY_SHARE if self.is_holiday else 1.0)
        """How much is called, against a plain day."""
        self._hours = {line: self._hours_of(line, day) for line in office.lines}

    def hours(self, line: Line) -> HourWeights:
        """The line's hours of that day with their weights; none where it is closed."""
        return self._hours.get(line, ())

    def is_open(self, line: Line, at: int) -> bool:
        """Whether the line takes calls."""
        hour = bisect_right(self.clock, at) - 1
        return any(hour == open_hour for open_hour, _ in self.hours(line))

    def availability(self, line: Line, at: int) -> str:
        """The same as a leg says it."""
        return self.said(self.is_open(line, at))

    def said(self, is_open: bool) -> str:
        """How a leg of that day says open or closed."""
        word = "open" if is_open else "closed"
        return f"holiday_{word}" if self.is_holiday else word

    def _hours_of(self, line: Line, day: date) -> HourWeights:
        if not self.is_holiday:
            return line.plan.hours_on(day.weekday())
        works = line.is_call_center and line.plan.shift is None and day.weekday() != 6
        return HOLIDAY_HOURS if works else ()


def shares(weights: HourWeights) -> Mapping[int, float]:
    """Each hour's part of a day."""
    whole = sum(weight for _, weight in weights)
    return {hour: weight / whole for hour, weight in weights}
