"""Sorting: arrivals are read, what is understood becomes batches of the inbox, the rest goes into quarantine."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import structlog

from busyhour.sources.dialpad import parse
from busyhour.sources.values import NotUnderstood
from busyhour.store.arrivals import BATCHES, Arrival, Arrivals
from busyhour.store.inbox import Inbox
from busyhour.store.leases import Leases
from busyhour.store.quarantine import Held, Quarantine, held
from busyhour.tables.schema import Event
from busyhour.tables.staging import stage_events

__all__ = ["Sorter", "understood"]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts every company's arrivals; any number of processes may try, one does.

    A crash between two steps repeats them: an event twice in the inbox is taken in once, and what is held twice has
    one id.
    """

    arrivals: Arrivals
    inbox: Inbox
    quarantine: Quarantine
    leases: Leases

    def sort(self) -> int:
        """Sort everything that was acknowledged before now; how many arrivals that were."""
        if not self.arrivals.has_some():
            return 0
        with self.leases.hold("sort"):
            return self.arrivals.hand_over(self._sort)

    def _sort(self, arrivals: Sequence[Arrival]) -> None:
        by_company = attrgetter("company_id")
        for company_id, theirs in groupby(sorted(arrivals, key=by_company), by_company):
            doubtful: list[Held] = []
            events = list(_read(theirs, doubtful))
            self.quarantine.hold(doubtful)
            if events:
                stage_events(events, company_id, self.inbox, is_live=True)
            if doubtful:
                log.warning("events were not understood", company_id=company_id, quarantined=len(doubtful))


def understood(body: bytes) -> Sequence[Event]:
    """The events of a body; raises NotUnderstood, also for what breaks its reader: nothing may stop the others."""
    try:
        return parse(body)
    except NotUnderstood:
        raise
    except Exception as error:
        log.exception("an event broke its reader")
        raise NotUnderstood(f"event: it broke its reader ({type(error).__name__})") from error


def _read(arrivals: Iterable[Arrival], doubtful: list[Held]) -> Iterator[Event]:
    """The events of arrivals; what is not understood is added to the doubtful ones."""
    for arrival in arrivals:
        for line, body in _bodies(arrival):
            try:
                yield from understood(body)
            except NotUnderstood as error:
                doubtful.append(held(arrival, line, body, error.reason, error.came))


def _bodies(arrival: Arrival) -> Iterator[tuple[int, bytes]]:
    if arrival.door != BATCHES:
        yield 0, arrival.body
        return
    for line, body in enumerate(arrival.body.split(b"\n"), 1):
        if body.strip():
            yield line, body.strip()
