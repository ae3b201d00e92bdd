"""Exports: a Stats API request that the page starts, how far it is, what was asked lately, and how to ask oneself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from busyhour.domain.clock import Clock, micros
from busyhour.domain.requests import Scope, Status
from busyhour.reception import Reception
from busyhour.store.access import Access
from busyhour.store.requests import Requests, Stored
from busyhour.web.bodies import read_fields
from busyhour.web.downloads import Links
from busyhour.web.packing import page_json
from busyhour.web.page import snippets
from busyhour.web.page.asking import Asker
from busyhour.web.page.view import asked, figure_asked
from busyhour.web.sessions import Sessions
from busyhour.web.times import instant_text

__all__ = ["ExportsDoor"]

_LOOKED_AT = 500
_SHOWN = 100
_STATUSES = {Status.QUEUED: "processing", Status.RUNNING: "processing"}


@dataclass(frozen=True, slots=True)
class ExportsDoor:
    """The handlers of exports."""

    sessions: Sessions
    access: Access
    reception: Reception
    asker: Asker
    requests: Requests
    links: Links
    clock: Clock
    max_body_bytes: int

    async def start(self, request: Request) -> Response:
        """POST /page/exports."""
        company_id = await run_in_threadpool(self._enter_to_post, request)
        fields = await read_fields(request, self.max_body_bytes)
        request_id, already_started = await run_in_threadpool(self._submit, company_id, fields)
        return page_json(request, {"request_id": request_id, "already_started": already_started})

    def one(self, request: Request, id: str) -> Response:
        """GET /page/exports/{id}."""
        company_id = self.sessions.enter(request).company_id
        return page_json(request, self._told(request, self.reception.look(company_id, id)))

    def recent(self, request: Request) -> Response:
        """GET /page/exports: what the API can be asked for, by whoever it was."""
        company_id = self.sessions.enter(request).company_id
        found = self.requests.recent(company_id, micros(self.clock()), _LOOKED_AT)
        own = [stored for stored in found if stored.request.by is None and stored.request.figure is None]
        return page_json(request, {"exports": [self._told(request, stored) for stored in own[:_SHOWN]]})

    def snippets(self, request: Request) -> Response:
        """GET /page/snippets: the request of a view, in three tongues; of what the API does not know, in one."""
        company_id = self.sessions.enter(request).company_id
        question = asked(request, self.clock())
        if request.query_params.get("column"):
            question = replace(question, figure=figure_asked(request))
        self.asker.resolve(company_id, question)
        url, company = self.links.base(request), self.access.company_name(company_id)
        if question.figure is not None:
            command = snippets.explain(company, question.fields, question.by, question.figure)
            return page_json(request, {"curl": None, "python": None, "cli": command})
        is_ours = question.by is not None
        return page_json(
            request,
            {
                "curl": None if is_ours else snippets.curl(url, question.fields),
                "python": None if is_ours else snippets.python(url, question.fields),
                "cli": snippets.cli(url, company, question.fields, question.by),
            },
        )

    def _enter_to_post(self, request: Request) -> str:
        session = self.sessions.enter(request)
        self.sessions.check(request, session)
        return session.company_id

    def _submit(self, company_id: str, fields: Mapping[str, Any]) -> tuple[str, bool]:
        return self.reception.submit(company_id, fields)

    def _told(self, request: Request, stored: Stored) -> dict[str, object]:
        meant = stored.request
        is_complete = stored.status is Status.COMPLETE
        return {
            "request_id": stored.id,
            "status": _STATUSES.get(stored.status, stored.status.value),
            "stat_type": meant.stat_type,
            "export_type": meant.export_type,
            "group_by": meant.group_by,
            "from": str(meant.period.first),
            "to": str(meant.period.last),
            "timezone": meant.period.timezone,
            "scope": _scope_text(meant.scope),
            "tier": meant.tier.value,
            "rows": stored.rows,
            "as_of": instant_text(stored.as_of),
            "created": instant_text(stored.created_at),
            "completed": instant_text(stored.completed_at),
            "expires": instant_text(stored.expires_at),
            "reason": stored.reason,
            "download_url": self.links.of(request, stored) if is_complete else None,
        }


def _scope_text(scope: Scope) -> str:
    """The scope as a view says it."""
    if scope.target is not None:
        return f"{scope.target.kind.asked}:{scope.target.id}"
    return f"office:{scope.office_id}" if scope.office_id is not None else "company"
