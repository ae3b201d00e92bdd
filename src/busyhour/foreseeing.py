"""What the overview will want is made before it asks: of companies whose pages are looked at, after each refresh."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from busyhour.domain.clock import Clock, micros
from busyhour.domain.dimensions import Dimension
from busyhour.domain.directory import Kind
from busyhour.domain.periods import Tier
from busyhour.domain.requests import Request
from busyhour.domain.roster import main_timezone
from busyhour.reception import Reception
from busyhour.store.access import Access
from busyhour.store.ahead import Ahead

__all__ = ["Foresight"]

_LOOKED_WITHIN = timedelta(days=3)
_LOOK_SECONDS = 60.0
"""Seconds between two looks at what is missing: results run out between refreshes, and days end."""

_DAYS = {"days_ago_start": 1, "days_ago_end": 30}
_DAYS_BEFORE = {"days_ago_start": 31, "days_ago_end": 60}
_CALLS = {"stat_type": "calls", "export_type": "stats"}
_DUTY = {"stat_type": "onduty", "export_type": "stats"}
_OVERVIEW: Sequence[tuple[Mapping[str, Any], Dimension]] = (
    (_CALLS | _DAYS, Dimension.TOTAL),
    (_CALLS | _DAYS, Dimension.DATE),
    (_CALLS | _DAYS, Dimension.WEEKDAY_HOUR),
    (_CALLS | _DAYS, Dimension.WAIT),
    (_DUTY | _DAYS, Dimension.TOTAL),
    (_CALLS | _DAYS, Dimension.HOUR),
    (_CALLS | _DAYS, Dimension.GROUP),
    (_CALLS | _DAYS_BEFORE, Dimension.TOTAL),
    (_DUTY | _DAYS_BEFORE, Dimension.TOTAL),
)
"""What the overview asks for as it is first opened, in the order in which it is seen."""

log = structlog.get_logger()


@dataclass(slots=True)
class Foresight:
    """Queues what the overview will want; `next` on a clock that never goes back, `shown` by company."""

    reception: Reception
    ahead: Ahead
    access: Access
    clock: Clock
    next: float = 0.0
    shown: dict[str, int] = field(default_factory=dict)

    def run_due(self, now: float, real_now: float) -> None:
        """Queue after a refresh, and now and then what has run out; both times in seconds, of different clocks."""
        is_time = now >= self.next
        for company_id in self.access.looked_at_since(real_now - _LOOKED_WITHIN.total_seconds()):
            pin = self.reception.state.pinned(company_id, Tier.HISTORICAL)
            if pin is not None and (is_time or self.shown.get(company_id) != pin.refreshed_at):
                self._queue(company_id, pin.as_of)
                self.shown[company_id] = pin.refreshed_at
        if is_time:
            self.next = now + _LOOK_SECONDS

    def _queue(self, company_id: str, as_of: int) -> None:
        count = self.ahead.queue(company_id, list(self._wanted(company_id)), micros(self.clock()), as_of)
        if count:
            log.info("queued ahead", company_id=company_id, reports=count)

    def _wanted(self, company_id: str) -> Iterator[Request]:
        timezone = main_timezone(self.reception.directory.entries(company_id, [Kind.OFFICE]))
        for fields, by in _OVERVIEW:
            yield self.reception.resolve(company_id, {**fields, "timezone": timezone}, by)
