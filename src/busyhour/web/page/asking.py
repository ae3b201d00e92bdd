"""How a page's question is answered: by a report through the queue, waited for without holding anything up."""

import time
from dataclasses import dataclass
from pathlib import Path

from anyio import sleep
from starlette.concurrency import run_in_threadpool

from busyhour.domain.requests import AskedBy, Request, Status
from busyhour.errors import InternalError, NotFound, Unavailable
from busyhour.reception import Reception
from busyhour.store.artifacts import Artifacts
from busyhour.store.requests import Requests, Stored
from busyhour.web.page.view import Question

__all__ = ["Asker", "Report"]

_FIRST_LOOK = 0.01
_LAST_LOOK = 0.06
"""Seconds between two looks, which grow: most figures are there at once or after a few."""


@dataclass(frozen=True, slots=True)
class Report:
    """A request as it stands, and its file where it is made."""

    stored: Stored
    path: Path | None


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks for the reports of companies."""

    reception: Reception
    requests: Requests
    artifacts: Artifacts

    def resolve(self, company_id: str, question: Question) -> Request:
        """The request that a question means; raises BadRequest, NotFound, Unavailable."""
        request = self.reception.resolve(company_id, question.fields, question.by, question.figure)
        if (request.period.first, request.period.last) != (question.first, question.last):
            # Midnight came between two looks at the clock.
            raise Unavailable("A day ended just now: ask again.")
        return request

    async def ask(self, company_id: str, request: Request, seconds: float, request_id: str | None = None) -> Report:
        """The report of a request, made or still on its way after some seconds.

        `request_id` is what an earlier answer named, so that one that fails is not started again without end.
        Raises InternalError where it cannot be made.
        """
        deadline = time.monotonic() + seconds
        stored = await run_in_threadpool(self._start, company_id, request, request_id)
        wait = _FIRST_LOOK
        while stored.status in (Status.QUEUED, Status.RUNNING) and time.monotonic() < deadline:
            await sleep(wait)
            wait = min(wait * 1.3, _LAST_LOOK)
            stored = await run_in_threadpool(self.reception.look, company_id, stored.id)
        if stored.status is Status.FAILED:
            raise InternalError(f"These figures could not be made: {stored.reason or 'the log says why.'}")
        return Report(stored, await run_in_threadpool(self._path, stored) if stored.status is Status.COMPLETE else None)

    def _start(self, company_id: str, request: Request, request_id: str | None) -> Stored:
        known = self._known(company_id, request_id)
        if known is not None and known.request == request:
            return known
        started = self._queued(company_id, request)
        if started.status is Status.COMPLETE and not self._is_there(started):
            # Somebody deleted the file: without the row it is made anew.
            self.requests.forget(started.id)
            return self._queued(company_id, request)
        return started

    def _queued(self, company_id: str, request: Request) -> Stored:
        request_id, _ = self.reception.queue(company_id, request, AskedBy.PAGE)
        return self.reception.look(company_id, request_id)

    def _known(self, company_id: str, request_id: str | None) -> Stored | None:
        if not request_id:
            return None
        try:
            return self.reception.look(company_id, request_id)
        except NotFound:
            return None

    def _path(self, stored: Stored) -> Path:
        return self.artifacts.path(stored.company_id, stored.id, stored.content)

    def _is_there(self, stored: Stored) -> bool:
        return self.artifacts.is_there(stored.company_id, stored.id, stored.content)
