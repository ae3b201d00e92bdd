"""Whether everything that this server promises can be kept now, check by check."""

import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from busyhour.domain.clock import Clock, micros
from busyhour.domain.periods import Tier
from busyhour.store.arrivals import Arrivals
from busyhour.store.database import Database
from busyhour.store.figures import Figures
from busyhour.store.storage import Storage

__all__ = ["Probe", "Readiness"]

_PERIODS = 3
_ARRIVALS_SECONDS = 300.0
_PROBE_BYTES = 4096
_PROBED_SECONDS = 5.0


class Probe:
    """Tries whether the home folder and the storage can be written to, at most every few seconds."""

    def __init__(self, folder: Path, storage: Storage, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._storage = storage
        self._monotonic = monotonic
        self._lock = Lock()
        self._tried: float | None = None
        self._problem: str | None = None

    def problem(self) -> str | None:
        """What is wrong with it, if anything."""
        with self._lock:
            now = self._monotonic()
            if self._tried is None or now - self._tried >= _PROBED_SECONDS:
                self._problem, self._tried = self._try() or self._try_storage(), now
            return self._problem

    def _try(self) -> str | None:
        path = self._folder / str(os.getpid())
        try:
            self._folder.mkdir(exist_ok=True, mode=0o700)
            with path.open("wb") as file:
                file.write(bytes(_PROBE_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # Another host, whose process has the same number, may have been faster.
            path.unlink(missing_ok=True)
        except OSError as error:
            return f"The home folder cannot be written to ({error.strerror})."
        return None

    def _try_storage(self) -> str | None:
        hindered = self._storage.tried()
        return None if hindered is None else f"The storage cannot be used: {hindered}."


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checks of /readyz."""

    database: Database
    figures: Figures
    arrivals: Arrivals
    probe: Probe
    periods: Mapping[Tier, int]
    clock: Clock

    def readyz(self) -> Response:
        """GET /readyz: 200 where every check holds, else 503."""
        problems = {name: _problem(check) for name, check in self._checks().items()}
        checks = {name: {"ok": problem is None, "message": problem or "ok"} for name, problem in problems.items()}
        is_ready = not any(problems.values())
        body = {"status": "ready" if is_ready else "not ready", "checks": checks}
        return JSONResponse(body, 200 if is_ready else 503)

    def _checks(self) -> dict[str, Callable[[], str | None]]:
        return {
            "database": self._database,
            "storage": self.probe.problem,
            "arrivals": self._arrivals,
            "refresher": self._refresher,
        }

    def _database(self) -> str | None:
        return None if self.database.is_current() else "The database's schema is not this version's."

    def _arrivals(self) -> str | None:
        oldest = self.arrivals.oldest()
        waited = 0.0 if oldest is None else time.time() - oldest / 1_000_000
        if waited <= max(_ARRIVALS_SECONDS, self.periods[Tier.REALTIME]):
            return None
        return f"The oldest arrival has waited {waited:.0f} seconds to be sorted."

    def _refresher(self) -> str | None:
        for tier, seconds in self.periods.items():
            lag = self.figures.lag(tier, time.time(), micros(self.clock()))
            if lag > _PERIODS * seconds:
                return f"A company's {tier.value} tier was not refreshed for {lag:.0f} seconds."
        return None


def _problem(check: Callable[[], str | None]) -> str | None:
    try:
        return check()
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        return f"It cannot be read ({type(error).__name__})."
