"""The worker: claims a request, compiles its plan, exports it, publishes the file."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from busyhour.domain.clock import Clock, micros
from busyhour.domain.requests import LIFE
from busyhour.errors import BusyhourError
from busyhour.making import Made, Maker
from busyhour.store.artifacts import Artifacts
from busyhour.store.leases import keep_alive
from busyhour.store.requests import Claim, Requests

__all__ = ["Worker"]

_LEASE_SECONDS = 15.0
_LOOK_AGAIN = 0.05

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes one report at a time; any number of workers share the queue."""

    maker: Maker
    requests: Requests
    artifacts: Artifacts
    clock: Clock
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; what is being made then is handed back."""
        while not stop.is_set():
            if not self.run_one(stop=stop):
                stop.wait(_LOOK_AGAIN)

    def run_one(self, request_id: str | None = None, stop: threading.Event | None = None) -> bool:
        """Make the next report, or just that one; False where there was none to make."""
        claim = self.requests.claim(self.name, time.time(), _LEASE_SECONDS, request_id)
        if claim is None:
            return False
        with keep_alive(lambda: self._renew(claim), _LEASE_SECONDS / 3):
            self._make(claim, stop)
        return True

    def _renew(self, claim: Claim) -> bool:
        return self.requests.renew(claim, time.time(), _LEASE_SECONDS)

    def _make(self, claim: Claim, stop: threading.Event | None) -> None:
        started = time.perf_counter()
        logger = log.bind(request_id=claim.id, company_id=claim.company_id, stat_type=claim.request.stat_type)
        try:
            made = self._export(claim)
        except BusyhourError as error:
            self.requests.fail(claim, error.message)
            logger.warning("report refused", reason=error.message)
        except Exception as error:
            if stop is not None and stop.is_set():
                self.requests.hand_back(claim)
                logger.info("report handed back")
                return
            self.requests.retry(claim)
            logger.exception("report broke", error=type(error).__name__)
        else:
            completed = self.clock()
            expires = completed + LIFE[claim.request.tier]
            if self.requests.complete(claim, micros(completed), micros(expires), made.as_of, made.rows):
                logger.info("report complete", rows=made.rows, seconds=round(time.perf_counter() - started, 3))

    def _export(self, claim: Claim) -> Made:
        made: list[Made] = []

        def write(draft: Path) -> None:
            made.append(self.maker.report(claim.company_id, claim.request, draft))

        # Whoever took the request over has published: a late file must not take the place of that one.
        self.artifacts.make(claim.company_id, claim.id, self.name, write, lambda: self._renew(claim))
        return made[0]
