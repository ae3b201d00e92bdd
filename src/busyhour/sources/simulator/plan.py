"""The figures of the made-up company: what it is made of, how much is called, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from mimesis.locales import Locale

from busyhour.domain.directory import Kind

__all__ = ["CLOSED_SHARE", "DEVICES", "OFFICES", "WEEKDAYS", "HourWeights", "LinePlan", "OfficePlan"]

DEVICES = ("desktop_app", "web_app", "android", "ios", "desk_phone", "forwarding_number")

WEEKDAYS = (1.15, 1.05, 1.0, 0.98, 0.86, 0.25, 0.05)
"""How much is called from Monday to Sunday, against a plain day."""

CLOSED_SHARE = 0.0025
"""The part of a plain day's calls that comes in each hour outside the opening hours."""

HourWeights = tuple[tuple[int, float], ...]
"""Local hours with their weights."""

_MORNING_HOURS: HourWeights = ((8, 5), (9, 10), (10, 16), (11, 12), (12, 8))
_OFFICE_HOURS: HourWeights = (*_MORNING_HOURS, (13, 9), (14, 11), (15, 10), (16, 8), (17, 5))
_SATURDAY_HOURS: HourWeights = ((9, 10), (10, 16), (11, 12), (12, 8))
_LATE_HOURS: HourWeights = ((15, 8), (16, 9), (17, 9), (18, 10), (19, 10), (20, 10), (21, 9), (22, 9), (23, 9))
_CLOSED: HourWeights = ()


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line: calls a plain day, opening hours by the weight of each local hour, median talk in seconds."""

    kind: Kind
    name: str
    seats: int
    inbound: float
    outbound: float
    talk: float
    hours: HourWeights = _OFFICE_HOURS
    saturday: HourWeights = _CLOSED
    shift: int | None = None
    """The local hour at which its people begin, where they work for this line alone."""

    def hours_on(self, weekday: int) -> HourWeights:
        """The opening hours of a day (Monday is 0)."""
        if weekday == 6:
            return _CLOSED
        return self.saturday if weekday == 5 else self.hours


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """An office; `share` is its part of the company's personal calls."""

    name: str
    timezone: str
    locale: Locale
    share: float
    lines: Sequence[LinePlan]


OFFICES = (
    OfficePlan(
        "New York",
        "America/New_York",
        Locale.EN,
        0.4,
        (
            LinePlan(Kind.OFFICE, "New York", 2, 45, 5, 110),
            LinePlan(Kind.CALL_CENTER, "Customer Support", 8, 200, 30, 300, saturday=_SATURDAY_HOURS),
            LinePlan(Kind.CALL_CENTER, "Sales", 6, 110, 50, 240, saturday=_SATURDAY_HOURS),
            LinePlan(Kind.CALL_CENTER, "Billing", 4, 85, 15, 200),
            LinePlan(Kind.DEPARTMENT, "Returns", 2, 40, 10, 150),
            LinePlan(Kind.DEPARTMENT, "Human Resources", 2, 15, 5, 210),
        ),
    ),
    OfficePlan(
        "Berlin",
        "Europe/Berlin",
        Locale.DE,
        0.35,
        (
            LinePlan(Kind.OFFICE, "Berlin", 2, 35, 5, 100),
            LinePlan(Kind.CALL_CENTER, "Support Europe", 8, 160, 20, 280, saturday=_SATURDAY_HOURS),
            LinePlan(Kind.CALL_CENTER, "Sales Europe", 6, 100, 45, 230),
            LinePlan(Kind.DEPARTMENT, "Logistics", 3, 50, 10, 140),
            LinePlan(Kind.DEPARTMENT, "Accounting", 1, 15, 5, 180),
        ),
    ),
    OfficePlan(
        "Kolkata",
        "Asia/Kolkata",
        Locale.EN_GB,
        0.25,
        (
            LinePlan(Kind.OFFICE, "Kolkata", 1, 25, 3, 90),
            LinePlan(Kind.CALL_CENTER, "Technical Support", 7, 130, 15, 330, saturday=_SATURDAY_HOURS),
            LinePlan(Kind.CALL_CENTER, "Night Desk", 5, 60, 5, 260, hours=_LATE_HOURS, shift=15),
            LinePlan(Kind.DEPARTMENT, "Quality", 3, 25, 8, 160),
        ),
    ),
)
