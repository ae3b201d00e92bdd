"""The worker: claims a request, compiles its plan, exports it, publishes the file."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from structlog.contextvars import bound_contextvars
from structlog.typing import FilteringBoundLogger as Logger

from busyhour.deadline import Deadline
from busyhour.domain.clock import Clock, micros
from busyhour.domain.requests import LIFE, Request
from busyhour.errors import BusyhourError, Unavailable
from busyhour.faults import Patience, unavailable
from busyhour.making import Made, Maker
from busyhour.metrics import REPORT_SECONDS, REPORTS
from busyhour.store.artifacts import Artifacts, Content
from busyhour.store.file_cache import FileGone
from busyhour.store.leases import keep_alive
from busyhour.store.requests import Claim, Requests

__all__ = ["Worker"]

_LEASE_SECONDS = 15.0
_LOOK_AGAIN = 0.05

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes one report at a time; any number of workers share the queue. `seconds` is what a report may take."""

    maker: Maker
    requests: Requests
    artifacts: Artifacts
    clock: Clock
    seconds: float = 300.0
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; what is being made then is handed back. What is away is waited for."""
        patience = Patience(stop.wait)
        while not stop.is_set():
            with patience.bearing():
                if not self.run_one(stop=stop):
                    stop.wait(_LOOK_AGAIN)

    def run_one(self, request_id: str | None = None, stop: threading.Event | None = None) -> bool:
        """Make the next report, or just that one; False where there was none to make.

        Raises Unavailable where something is away that it needs: the request waits then as if nobody had tried.
        """
        claim = self.requests.claim(self.name, self.requests.real_now(), _LEASE_SECONDS, request_id)
        if claim is None:
            return False
        concerned = bound_contextvars(request_id=claim.id, company_id=claim.company_id)
        with concerned, keep_alive(lambda: self._renew(claim), _LEASE_SECONDS / 3):
            self._make(claim, stop)
        return True

    def _renew(self, claim: Claim) -> bool:
        return self.requests.renew(claim, self.requests.real_now(), _LEASE_SECONDS)

    def _make(self, claim: Claim, stop: threading.Event | None) -> None:
        started = time.perf_counter()
        logger = log.bind(request_id=claim.id, company_id=claim.company_id, stat_type=claim.request.stat_type)
        deadline = Deadline(self.seconds, self._interrupt)
        try:
            with deadline:
                made, content = self._export(claim)
        except Exception as error:
            self._end(claim, error, self._reason(error, deadline), stop, logger)
            return
        if _written(lambda: self._complete(claim, made, content), stop):
            _count_complete(claim.request, time.perf_counter() - started)
            logger.info("report complete", rows=made.rows, seconds=round(time.perf_counter() - started, 3))

    def _interrupt(self) -> None:
        self.maker.engine.interrupt()

    def _export(self, claim: Claim) -> tuple[Made, Content]:
        made: list[Made] = []

        def write(draft: Path) -> None:
            made.append(self.maker.report(claim.company_id, claim.request, draft))

        # Whoever took the request over has published: a late file must not take the place of that one.
        content = self.artifacts.make(claim.company_id, claim.id, self.name, write, lambda: self._renew(claim))
        return made[0], content

    def _complete(self, claim: Claim, made: Made, content: Content) -> bool:
        completed = self.clock()
        expires = completed + LIFE[claim.request.tier]
        return self.requests.complete(claim, micros(completed), micros(expires), made.as_of, made.rows, content)

    def _reason(self, error: Exception, deadline: Deadline) -> str | None:
        """Why there will be no report, as it may be shown; None where another attempt may go well."""
        if deadline.has_passed:
            return f"The report took longer than the {self.seconds:g} seconds of BUSYHOUR_REPORT_SECONDS."
        is_passing = isinstance(error, Unavailable | FileGone)
        return error.message if isinstance(error, BusyhourError) and not is_passing else None

    def _end(
        self, claim: Claim, error: Exception, reason: str | None, stop: threading.Event | None, logger: Logger
    ) -> None:
        """What becomes of a report that could not be made; raises Unavailable where something was away."""
        away = unavailable(error)
        if reason is not None:
            _written(lambda: self.requests.fail(claim, reason), stop)
            REPORTS.labels("failed").inc()
            logger.warning("report refused", reason=reason)
        elif away is not None or (stop is not None and stop.is_set()):
            _written(lambda: self.requests.hand_back(claim), stop)
            REPORTS.labels("handed_back").inc()
            logger.info("report handed back")
        else:
            _written(lambda: self.requests.retry(claim), stop)
            REPORTS.labels("retried").inc()
            logger.exception("report broke", error=type(error).__name__)
        if away is not None:
            raise away


def _written(write: Callable[[], bool], stop: threading.Event | None) -> bool:
    """Write an outcome down, however long the state database is away; what is told to stop leaves it to the lease."""
    patience = Patience(stop.wait if stop is not None else time.sleep)
    while True:
        with patience.bearing():
            return write()
        if stop is None or stop.is_set():
            raise Unavailable("The state database cannot be used at the moment; the report is made again.")


def _count_complete(request: Request, seconds: float) -> None:
    REPORTS.labels("complete").inc()
    REPORT_SECONDS.labels(request.stat_type, request.export_type).observe(seconds)
