"""The figures of the made-up company: what it is made of, how much is called, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from mimesis.locales import Locale

from busyhour.domain.directory import Kind

__all__ = [
    "CLOSED_SHARE",
    "DEVICES",
    "HOLIDAY_HOURS",
    "HOLIDAY_SHARE",
    "OFFICES",
    "TEAMS",
    "WEEKDAYS",
    "HourWeights",
    "LinePlan",
    "OfficePlan",
    "RoomPlan",
    "TeamPlan",
]

DEVICES = ("desktop_app", "web_app", "android", "ios", "desk_phone", "forwarding_number")

WEEKDAYS = (1.15, 1.05, 1.0, 0.98, 0.86, 0.25, 0.05)
"""How much is called from Monday to Sunday, against a plain day."""

CLOSED_SHARE = 0.0025
"""The part of a plain day's calls that comes in each hour outside the opening hours."""

HOLIDAY_SHARE = 0.3
"""How much is called on a holiday, against the same weekday."""

HourWeights = tuple[tuple[int, float], ...]
"""Local hours with their weights."""

_MORNING_HOURS: HourWeights = ((8, 5), (9, 10), (10, 16), (11, 12), (12, 8))
_OFFICE_HOURS: HourWeights = (*_MORNING_HOURS, (13, 9), (14, 11), (15, 10), (16, 8), (17, 5))
_SATURDAY_HOURS: HourWeights = ((9, 10), (10, 16), (11, 12), (12, 8))
_LATE_HOURS: HourWeights = ((15, 8), (16, 9), (17, 9), (18, 10), (19, 10), (20, 10), (21, 9), (22, 9), (23, 9))
_CLOSED: HourWeights = ()

HOLIDAY_HOURS: HourWeights = ((9, 8), (10, 12), (11, 12), (12, 8))
"""The hours in which call centers of the daytime are open on a holiday; other lines are closed."""

_MAIN_LINE_WAYS = (("dtmf_transfer", 0.24), ("scripted_ivr_transfer", 0.1), ("router_transfer", 0.1))
_WAYS = (
    ("dtmf_transfer", 0.02),
    ("dtmf_voicemail", 0.01),
    ("router_transfer", 0.006),
    ("scripted_ivr_transfer", 0.004),
)


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line: calls a plain day, opening hours by the weight of each local hour, median talk in seconds."""

    kind: Kind
    name: str
    seats: int
    """How many people have it as their first line."""
    inbound: float
    outbound: float
    talk: float
    hours: HourWeights = _OFFICE_HOURS
    saturday: HourWeights = _CLOSED
    shift: int | None = None
    """The local hour at which its people begin, where they work for this line alone."""
    ways: Sequence[tuple[str, float]] = _WAYS
    """What the menu leads to but the line's people: tokens of a leg, each with its part of the callers."""
    campaigns: Sequence[str] = ()
    """What most of its outbound calls are made for."""

    def hours_on(self, weekday: int) -> HourWeights:
        """The opening hours of a day (Monday is 0)."""
        if weekday == 6:
            return _CLOSED
        return self.saturday if weekday == 5 else self.hours


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room with a telephone; `lines` are the names of those that ring there."""

    name: str
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """An office; `share` is its part of the company's personal calls, holidays are months with their days."""

    name: str
    timezone: str
    locale: Locale
    share: float
    lines: Sequence[LinePlan]
    rooms: Sequence[RoomPlan]
    holidays: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A coaching team of people of the first office, by their seats; `guest` is its trainee in its turn only."""

    name: str
    coach: int
    trainees: Sequence[int]
    guest: int


TEAMS = (
    TeamPlan("First Calls", coach=3, trainees=(4, 5, 6, 7), guest=9),
    TeamPlan("Difficult Calls", coach=11, trainees=(12, 13, 14), guest=9),
)

_FOUNDING_DAY = (11, 4)

OFFICES = (
    OfficePlan(
        "New York",
        "America/New_York",
        Locale.EN,
        0.4,
        (
            LinePlan(Kind.OFFICE, "New York", 2, 45, 5, 110, ways=_MAIN_LINE_WAYS),
            LinePlan(Kind.CALL_CENTER, "Customer Support", 8, 200, 30, 300, saturday=_SATURDAY_HOURS),
            LinePlan(
                Kind.CALL_CENTER, "Sales", 6, 110, 50, 240, saturday=_SATURDAY_HOURS,
                campaigns=("spring-offer", "renewals"),
            ),
            LinePlan(Kind.CALL_CENTER, "Billing", 4, 85, 15, 200),
            LinePlan(Kind.DEPARTMENT, "Returns", 2, 40, 10, 150),
            LinePlan(Kind.DEPARTMENT, "Human Resources", 2, 15, 5, 210),
            LinePlan(Kind.STAFF_GROUP, "Facilities", 0, 12, 4, 120),
        ),
        (RoomPlan("Front Desk", ("New York", "Returns")), RoomPlan("Board Room")),
        ((1, 1), (6, 19), (7, 4), _FOUNDING_DAY, (11, 11), (12, 25)),
    ),
    OfficePlan(
        "Berlin",
        "Europe/Berlin",
        Locale.DE,
        0.35,
        (
            LinePlan(Kind.OFFICE, "Berlin", 2, 35, 5, 100, ways=_MAIN_LINE_WAYS),
            LinePlan(Kind.CALL_CENTER, "Support Europe", 8, 160, 20, 280, saturday=_SATURDAY_HOURS),
            LinePlan(Kind.CALL_CENTER, "Sales Europe", 6, 100, 45, 230, campaigns=("renewals-europe",)),
            LinePlan(Kind.DEPARTMENT, "Logistics", 3, 50, 10, 140),
            LinePlan(Kind.DEPARTMENT, "Accounting", 1, 15, 5, 180),
        ),
        (RoomPlan("Warehouse", ("Logistics",)),),
        ((1, 1), (3, 8), (5, 1), (10, 3), _FOUNDING_DAY, (12, 25), (12, 26)),
    ),
    OfficePlan(
        "Kolkata",
        "Asia/Kolkata",
        Locale.EN_GB,
        0.25,
        (
            LinePlan(Kind.OFFICE, "Kolkata", 1, 25, 3, 90, ways=_MAIN_LINE_WAYS),
            LinePlan(Kind.CALL_CENTER, "Technical Support", 7, 130, 15, 330, saturday=_SATURDAY_HOURS),
            LinePlan(Kind.CALL_CENTER, "Night Desk", 5, 60, 5, 260, hours=_LATE_HOURS, shift=15),
            LinePlan(Kind.DEPARTMENT, "Quality", 3, 25, 8, 160),
        ),
        (),
        ((1, 26), (8, 15), (10, 2), _FOUNDING_DAY, (12, 25)),
    ),
)  # fmt: skip
