"""What is cleared away: results whose time is over, files that nobody knows, drafts and batches of who is gone."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from busyhour.domain.clock import Clock, micros
from busyhour.store.artifacts import DRAFT, Artifacts
from busyhour.store.inbox import Inbox
from busyhour.store.requests import Requests

__all__ = ["Clearing"]

_DAY_SECONDS = 86_400
_DAY = _DAY_SECONDS * 1_000_000
_MINUTE = 60_000_000
"""How much longer than its life a file stays (µs): a download that began in time has opened it long before."""

log = structlog.get_logger()


@dataclass(slots=True)
class Clearing:
    """Deletes what is no longer of use, never what is being written or served."""

    requests: Requests
    artifacts: Artifacts
    inbox: Inbox
    clock: Clock
    strays: set[Path] = field(default_factory=set)
    """Files without a request, as of the last time."""

    def clear(self, real_now: float) -> None:
        """Delete what is no longer of use; `real_now` in seconds."""
        now = micros(self.clock())
        for company_id, request_id in self.requests.expired(now, since=_MINUTE):
            self.artifacts.remove(company_id, request_id)
            self.requests.forget(request_id)
        self.requests.forget_failed(now - _DAY)
        self._clear_files(lambda path: _age(path, real_now) > _DAY_SECONDS)
        self._clear_batches(real_now)

    def _clear_files(self, is_old: Callable[[Path], bool]) -> None:
        # The files before the rows: a file that is made meanwhile is not looked for among rows of before.
        found = list(self.artifacts.files())
        known = {company_id: self.requests.ids(company_id) for company_id in {path.parent.name for path in found}}
        for path in found:
            if path.suffix == DRAFT and is_old(path):
                _delete(path)
        strays = {path for path in found if path.suffix == ".csv" and path.stem not in known[path.parent.name]}
        # A link may have been looked up before the request started anew: what it opens then is there once more.
        for path in strays & self.strays:
            _delete(path)
        self.strays = strays

    def _clear_batches(self, real_now: float) -> None:
        for folder in self.inbox.unsealed():
            if all(_age(path, real_now) > _DAY_SECONDS for path in (folder, *folder.glob("*"))):
                shutil.rmtree(folder, ignore_errors=True)
                log.info("cleared", path=str(folder))


def _age(path: Path, real_now: float) -> float:
    """Seconds since a file was last written; none for one that is gone."""
    try:
        return real_now - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _delete(path: Path) -> None:
    path.unlink(missing_ok=True)
    log.info("cleared", path=str(path))
