"""Requests to put into a queue."""

from datetime import date

from busyhour.domain.periods import Period, Tier
from busyhour.domain.requests import Request, Scope

ACME, RIVAL = "1", "2"


def request(day: int = 1, tier: Tier = Tier.HISTORICAL) -> Request:
    """A request of its own for each day of March 2026."""
    on_the_day = Period(date(2026, 3, day), date(2026, 3, day), "UTC")
    return Request("calls", "stats", "date", Scope(), on_the_day, tier)
