"""/metrics: what the processes have counted, and what is read from the state at that moment."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

from fastapi import Request
from fastapi.responses import Response
from obstore.exceptions import BaseError as ObjectsError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from busyhour import __version__
from busyhour.domain.clock import Clock, micros
from busyhour.domain.periods import Tier
from busyhour.errors import Unauthorized
from busyhour.metrics import BUILD, DISK_FREE, INBOX_AGE, QUARANTINED, QUEUE, REFRESH_LAG, UNREADABLE, counted
from busyhour.store.arrivals import Arrivals
from busyhour.store.figures import Figures
from busyhour.store.inbox import Inbox
from busyhour.store.quarantine import Quarantine

__all__ = ["ScrapeDoor", "StateCollector"]


@dataclass(frozen=True, slots=True)
class StateCollector(Collector):
    """Reads the figures that nobody counts; what cannot be read is left out, and told."""

    figures: Figures
    arrivals: Arrivals
    inbox: Inbox
    quarantine: Quarantine
    folder: Path
    clock: Clock

    def collect(self) -> Iterator[Metric]:
        """Every figure as it stands."""
        yield from counted()
        yield BUILD.of({(__version__,): 1})
        unreadable: dict[tuple[str, ...], float] = {}
        for part, read in self._parts().items():
            try:
                found = list(read())
            except (SQLAlchemyError, sqlite3.Error, OSError, ObjectsError):
                found = []
            unreadable[part,] = 0 if found else 1
            yield from found
        yield UNREADABLE.of(unreadable)

    def _parts(self) -> dict[str, Callable[[], Iterable[Metric]]]:
        return {"database": self._database, "inbox": self._inbox, "disk": self._disk}

    def _database(self) -> Iterator[Metric]:
        yield QUEUE.of({(status,): count for status, count in self.figures.queue().items()})
        yield QUARANTINED.of({(): self.quarantine.count()})
        now, business_now = time.time(), micros(self.clock())
        yield REFRESH_LAG.of({(tier.value,): self.figures.lag(tier, now, business_now) for tier in Tier})

    def _inbox(self) -> Iterator[Metric]:
        arrival, batch = self.arrivals.oldest(), self.inbox.oldest()
        now = time.time()
        yield INBOX_AGE.of({("arrivals",): _age(now, arrival), ("batches",): _age(now, batch)})

    def _disk(self) -> Iterator[Metric]:
        yield DISK_FREE.of({(): shutil.disk_usage(self.folder).free})


def _age(now: float, moment: int | None) -> float:
    return 0.0 if moment is None else max(0.0, now - moment / 1_000_000)


@dataclass(frozen=True, slots=True)
class ScrapeDoor:
    """The handler of /metrics."""

    collector: StateCollector
    key: str | None

    def metrics(self, request: Request) -> Response:
        """GET /metrics; raises Unauthorized."""
        if self.key is not None and not _brings(request, self.key):
            raise Unauthorized("/metrics wants 'Authorization: Bearer KEY' with the key of BUSYHOUR_METRICS_KEY.")
        registry = CollectorRegistry()
        registry.register(self.collector)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _brings(request: Request, key: str) -> bool:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(bearer.strip().encode(), key.encode())
