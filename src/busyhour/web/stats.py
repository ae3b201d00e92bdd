"""The Stats API: start a report, see how far it is, fetch it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from busyhour.domain.requests import Status
from busyhour.errors import BadRequest, NotFound
from busyhour.metrics import REPORT_POSTS
from busyhour.reception import Reception
from busyhour.store.artifacts import Artifacts
from busyhour.store.requests import Requests, Stored
from busyhour.web.bodies import read_fields
from busyhour.web.counting import note_company
from busyhour.web.downloads import Delivery, Links
from busyhour.web.security import Gate

__all__ = ["StatsDoor"]

_LOOK_AGAIN = {"Retry-After": "1"}
"""We answer sooner than the vendor, and say so."""
_AS_OF = "X-Busyhour-As-Of"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StatsDoor:
    """The handlers of the vendor's two operations and of the links that they give out."""

    gate: Gate
    reception: Reception
    artifacts: Artifacts
    requests: Requests
    links: Links
    delivery: Delivery
    max_body_bytes: int

    async def create(self, request: Request) -> Response:
        """POST /api/v2/stats."""
        company_id = await run_in_threadpool(self.gate.enter, request)
        fields = await read_fields(request, self.max_body_bytes)
        request_id, already_started, as_of = await run_in_threadpool(self._submit, company_id, fields)
        note_company(request.scope, company_id, request_id)
        REPORT_POSTS.labels("hit" if already_started else "miss").inc()
        said = {"request_id": request_id, "already_started": already_started}
        return JSONResponse(said, headers=_LOOK_AGAIN | _told(as_of))

    def get(self, request: Request, id: str) -> Response:
        """GET /api/v2/stats/{id}."""
        company_id = self.gate.enter(request)
        stored = self._look(company_id, id)
        note_company(request.scope, company_id, stored.id)
        as_of = self.reception.as_of(stored)
        said = self._progress(request, stored) | ({} if as_of is None else {"as_of": _written(as_of)})
        runs = stored.status in (Status.QUEUED, Status.RUNNING)
        return JSONResponse(said, headers=(_LOOK_AGAIN if runs else {}) | _told(as_of))

    def get_by_query(self, request: Request) -> Response:
        """GET /api/v2/stats?id=…, as some clients ask."""
        request_id = request.query_params.get("id")
        if not request_id:
            self.gate.enter(request)
            raise BadRequest("id: missing; accepted: the request_id that a POST returned.")
        return self.get(request, request_id)

    def download(self, request: Request, token: str) -> Response:
        """GET /downloads/{token}.csv: the signature is the permission."""
        opened = self.links.signer.read(token)
        if opened is None:
            raise NotFound("This download link is damaged or its time is over.")
        stored = self.reception.look(*opened)
        note_company(request.scope, stored.company_id, stored.id)
        if stored.status is Status.FAILED:
            raise NotFound(f"The result of request {stored.id} could not be made; post the request again.")
        if not self._is_whole(stored):
            where = f"GET /api/v2/stats/{stored.id}"
            raise NotFound(f"The result of request {stored.id} is being made again; {where} gives a new link.")
        return self.delivery.answer(request, stored, _told(self.reception.as_of(stored)))

    def _submit(self, company_id: str, fields: Mapping[str, Any]) -> tuple[str, bool, int | None]:
        request_id, already_started = self.reception.submit(company_id, fields)
        stored = self.reception.find(company_id, request_id)
        return request_id, already_started, None if stored is None else self.reception.as_of(stored)

    def _look(self, company_id: str, request_id: str) -> Stored:
        """How far a request is; one whose file is gone is queued again."""
        stored = self.reception.look(company_id, request_id)
        is_gone = stored.status is Status.COMPLETE and not self.artifacts.is_there(
            stored.company_id, stored.id, stored.content
        )
        if not is_gone:
            return stored
        self._make_again(stored)
        return self.reception.look(company_id, request_id)

    def _is_whole(self, stored: Stored) -> bool:
        """Whether the file can be given out, every byte of it; one that cannot is queued again."""
        if stored.status is not Status.COMPLETE:
            return False
        is_whole = self.artifacts.is_whole(stored.company_id, stored.id, stored.content)
        if not is_whole:
            self._make_again(stored)
        return is_whole

    def _make_again(self, stored: Stored) -> None:
        if self.requests.make_again(stored):
            log.error("file not whole, made again", request_id=stored.id, company_id=stored.company_id)

    def _progress(self, request: Request, stored: Stored) -> dict[str, str]:
        if stored.status is Status.COMPLETE:
            return {"status": "complete", "download_url": self.links.of(request, stored), "file_type": "csv"}
        if stored.status is Status.FAILED:
            return {"status": "failed", "reason": stored.reason or ""}
        return {"status": "processing"}


def _written(as_of: int) -> str:
    """An instant (µs) as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(as_of // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(as_of: int | None) -> dict[str, str]:
    return {} if as_of is None else {_AS_OF: _written(as_of)}
