"""The Stats API: start a report, see how far it is, fetch it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from busyhour.domain.requests import Status
from busyhour.errors import BadRequest, NotFound
from busyhour.reception import Reception
from busyhour.store.artifacts import Artifacts
from busyhour.store.requests import Requests, Stored
from busyhour.web.bodies import read_fields
from busyhour.web.downloads import Signer
from busyhour.web.security import Gate

__all__ = ["StatsDoor"]

_LOOK_AGAIN = {"Retry-After": "1"}
"""We answer sooner than the vendor, and say so."""


@dataclass(frozen=True, slots=True)
class StatsDoor:
    """The handlers of the vendor's two operations and of the links that they give out."""

    gate: Gate
    reception: Reception
    artifacts: Artifacts
    requests: Requests
    signer: Signer
    public_url: str | None
    max_body_bytes: int

    async def create(self, request: Request) -> Response:
        """POST /api/v2/stats."""
        company_id = await run_in_threadpool(self.gate.enter, request)
        fields = await read_fields(request, self.max_body_bytes)
        request_id, already_started = await run_in_threadpool(self._submit, company_id, fields)
        return JSONResponse({"request_id": request_id, "already_started": already_started}, headers=_LOOK_AGAIN)

    def get(self, request: Request, id: str) -> Response:
        """GET /api/v2/stats/{id}."""
        company_id = self.gate.enter(request)
        stored = self.reception.look(company_id, id)
        if stored.status is Status.COMPLETE:
            return JSONResponse({"status": "complete", "download_url": self._link(request, stored), "file_type": "csv"})
        if stored.status is Status.FAILED:
            return JSONResponse({"status": "failed"})
        return JSONResponse({"status": "processing"}, headers=_LOOK_AGAIN)

    def get_by_query(self, request: Request) -> Response:
        """GET /api/v2/stats?id=…, as some clients ask."""
        request_id = request.query_params.get("id")
        if not request_id:
            self.gate.enter(request)
            raise BadRequest("id: missing; accepted: the request_id that a POST returned.")
        return self.get(request, request_id)

    def download(self, token: str) -> Response:
        """GET /downloads/{token}.csv: the signature is the permission."""
        opened = self.signer.read(token)
        if opened is None:
            raise NotFound("This download link is damaged or its time is over.")
        stored = self.reception.look(*opened)
        path = self.artifacts.path(stored.company_id, stored.id)
        if stored.status is not Status.COMPLETE or not path.is_file():
            raise NotFound(f"The result of request {stored.id} is not there; post the request again.")
        return FileResponse(path, media_type="text/csv; charset=utf-8", filename=f"{stored.id}.csv")

    def _submit(self, company_id: str, fields: Mapping[str, Any]) -> tuple[str, bool]:
        return self.reception.submit(company_id, fields)

    def _link(self, request: Request, stored: Stored) -> str:
        base = self.public_url or str(request.base_url)
        token = self.signer.sign(stored.company_id, stored.id, stored.request.tier)
        return f"{base.rstrip('/')}/downloads/{token}.csv"
