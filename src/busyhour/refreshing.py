"""The refresh clock: each company's tiers are refreshed when their turn comes, by whichever process is first."""

import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import structlog
from structlog.contextvars import bound_contextvars

from busyhour.domain.clock import Clock, micros
from busyhour.domain.periods import Tier
from busyhour.domain.turns import due_tiers
from busyhour.errors import BusyhourError, Unavailable
from busyhour.faults import unavailable
from busyhour.metrics import refresh_watched
from busyhour.store.access import Access
from busyhour.tables.refresh import Refresher
from busyhour.tables.sorting import Sorter

__all__ = ["RefreshClock", "SortClock"]

_SORT_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RefreshClock:
    """Refreshes what is due, company by company; `seconds` says how long a turn of each tier is."""

    refresher: Refresher
    access: Access
    clock: Clock
    seconds: Mapping[Tier, int]

    def run_due(self, stop: threading.Event) -> None:
        """Refresh what is due now; raises Unavailable when all had their turn, where something was away."""
        away: Unavailable | None = None
        for company_id in self.access.companies().values():
            if stop.is_set():
                return
            # A look before the lease: most of the time there is nothing to do, and nothing is written.
            if self._due(company_id):
                away = self._refresh(company_id, stop) or away
        if away is not None:
            raise away

    def _due(self, company_id: str) -> list[Tier]:
        state = self.refresher.state
        pins = {tier: state.pinned(company_id, tier) for tier in Tier}
        refreshed_at = {tier: None if pin is None else pin.refreshed_at for tier, pin in pins.items()}
        return due_tiers(refreshed_at, self.seconds, state.real_now())

    def _refresh(self, company_id: str, stop: threading.Event) -> Unavailable | None:
        started = time.perf_counter()
        logger = log.bind(company_id=company_id)
        try:
            with bound_contextvars(company_id=company_id):
                tiers = self._refresh_due(company_id)
        except Exception as error:
            if stop.is_set():
                return None
            away = unavailable(error)
            if away is not None:
                logger.warning("refresh put off", reason=away.cause)
            elif isinstance(error, BusyhourError):
                logger.error("refresh refused", reason=error.message)
            else:
                logger.exception("refresh broke; it is tried again")
            return away
        if tiers:
            seconds = round(time.perf_counter() - started, 3)
            logger.info("refreshed", tiers=[tier.value for tier in tiers], seconds=seconds)
        return None

    def _refresh_due(self, company_id: str) -> Collection[Tier]:
        with refresh_watched() as watched:
            tiers = self.refresher.refresh_due(company_id, lambda: self._due(company_id), micros(self.clock()))
            watched.extend(tier.value for tier in tiers)
        return tiers


@dataclass(slots=True)
class SortClock:
    """Sorts what came in every few seconds, and seldom enough to take a twentieth of the time at most."""

    sorter: Sorter
    next: float = 0.0

    def run_due(self, now: float) -> None:
        """Sort where it is time to; `now` in seconds of a clock that never goes back."""
        if now < self.next:
            return
        started = time.monotonic()
        count = self.sorter.sort()
        took = time.monotonic() - started
        self.next = now + max(_SORT_SECONDS, 20 * took)
        if count:
            log.info("sorted", arrivals=count, seconds=round(took, 3))
