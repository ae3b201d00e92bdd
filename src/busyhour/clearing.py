"""What is cleared away: results whose time is over, files that nobody knows, drafts and batches of who is gone."""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from busyhour.domain.clock import Clock, micros
from busyhour.store.artifacts import Artifacts, Written
from busyhour.store.inbox import Inbox
from busyhour.store.requests import Requests
from busyhour.store.storage import Storage

__all__ = ["Clearing"]

_DAY_SECONDS = 86_400
_HOUR_SECONDS = 3_600
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
    storage: Storage
    clock: Clock
    strays: set[str] = field(default_factory=set)
    """Files without a request, as of the last time."""
    copies_cleared_at: float = 0.0

    def clear(self, real_now: float) -> None:
        """Delete what is no longer of use; `real_now` in seconds."""
        now = micros(self.clock())
        for company_id, request_id in self.requests.expired(now, since=_MINUTE):
            self.artifacts.remove(company_id, request_id)
            self.requests.forget(request_id)
        self.requests.forget_failed(now - _DAY)
        self._clear_files(lambda written_at: real_now - written_at > _DAY_SECONDS)
        self._clear_batches(lambda written_at: real_now - written_at > _DAY_SECONDS)
        if not 0 <= real_now - self.copies_cleared_at < _HOUR_SECONDS:
            self.storage.clear(real_now)
            self.copies_cleared_at = real_now

    def _clear_files(self, is_old: Callable[[float], bool]) -> None:
        # The files before the rows: a file that is made meanwhile is not looked for among rows of before.
        found = list(self.artifacts.files())
        known = {company_id: self.requests.ids(company_id) for company_id in {file.company_id for file in found}}
        strays = [file for file in found if not file.is_draft and file.request_id not in known[file.company_id]]
        for file in found:
            if file.is_draft and is_old(file.written_at):
                self._delete(file)
        # A link may have been looked up before the request started anew: what it opens then is there once more.
        for file in strays:
            if file.place in self.strays:
                self._delete(file)
        self.strays = {file.place for file in strays}

    def _delete(self, file: Written) -> None:
        self.artifacts.delete(file)
        log.info("cleared", path=file.place)

    def _clear_batches(self, is_old: Callable[[float], bool]) -> None:
        for unsealed in self.inbox.unsealed():
            if is_old(unsealed.written_at):
                self.inbox.discard(unsealed)
                log.info("cleared", path=unsealed.place)
