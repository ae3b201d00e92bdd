"""Figures, and the records behind them: made by a report, read out of its file, never computed here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from busyhour.domain import requests
from busyhour.domain.clock import Clock
from busyhour.errors import Unavailable
from busyhour.reports.figures import printed_columns
from busyhour.web.packing import page_json
from busyhour.web.page.asking import Asker, Report
from busyhour.web.page.tables import Selection, described, selection_of, shown
from busyhour.web.page.view import Question, asked, figure_asked
from busyhour.web.sessions import Sessions
from busyhour.web.times import instant_text

__all__ = ["FiguresDoor"]

_WAIT_SECONDS = 2.0
_WAIT_SECONDS_OF_FILES = 25.0
_LOOK_AGAIN = {"Retry-After": "1"}
_OF_ROWS = ("limit", "offset", "sort", "where", "columns", "request_id")
"""What a query says of a table and not of its file."""

Meaning = Callable[[Request], Question]


@dataclass(frozen=True, slots=True)
class FiguresDoor:
    """The handlers of tables and of their files."""

    sessions: Sessions
    asker: Asker
    clock: Clock

    async def figures(self, request: Request) -> Response:
        """GET /page/figures."""
        return await self._table(request, self._figures)

    async def csv(self, request: Request) -> Response:
        """GET /page/figures.csv."""
        return await self._file(request, self._figures)

    async def behind(self, request: Request) -> Response:
        """GET /page/behind: the records behind one figure."""
        return await self._table(request, self._behind)

    async def behind_csv(self, request: Request) -> Response:
        """GET /page/behind.csv."""
        return await self._file(request, self._behind)

    def _figures(self, request: Request) -> Question:
        return asked(request, self.clock())

    def _behind(self, request: Request) -> Question:
        return replace(asked(request, self.clock()), figure=figure_asked(request))

    async def _table(self, request: Request, meaning: Meaning) -> Response:
        company_id, meant, selection = await run_in_threadpool(self._meant, request, meaning)
        report = await self.asker.ask(company_id, meant, _WAIT_SECONDS, request.query_params.get("request_id"))
        if report.path is None:
            said = {"status": "processing", "request_id": report.stored.id}
            return page_json(request, said, 202, _LOOK_AGAIN)
        return await run_in_threadpool(_answer, request, report, selection)

    async def _file(self, request: Request, meaning: Meaning) -> Response:
        company_id, meant, _ = await run_in_threadpool(self._meant, request, meaning)
        report = await self.asker.ask(company_id, meant, _WAIT_SECONDS_OF_FILES)
        if report.path is None:
            raise Unavailable("The file is still being made: ask again in a moment.")
        headers = {"Cache-Control": "no-store"}
        return FileResponse(report.path, headers=headers, media_type="text/csv; charset=utf-8", filename=_name(meant))

    def _meant(self, request: Request, meaning: Meaning) -> tuple[str, requests.Request, Selection]:
        company_id = self.sessions.enter(request).company_id
        meant = self.asker.resolve(company_id, meaning(request))
        return company_id, meant, selection_of(request.query_params, request.query_params.getlist("where"), meant)


def _answer(request: Request, report: Report, selection: Selection) -> Response:
    assert report.path is not None  # noqa: S101 - asked before
    stored = report.stored
    columns = printed_columns(stored.request)
    table = shown(report.path, columns, selection, stored.rows or 0)
    said: dict[str, Any] = {
        "status": "complete",
        "request_id": stored.id,
        "as_of": instant_text(stored.as_of),
        "columns": described(columns, selection, stored.request),
        "rows": table.rows,
        "total_rows": table.total,
        "cut_at": table.cut_at,
        "csv": _csv_url(request),
    }
    return page_json(request, said)


def _csv_url(request: Request) -> str:
    said = [(name, value) for name, value in request.query_params.multi_items() if name not in _OF_ROWS]
    return f"{request.url.path}.csv?{urlencode(said)}"


def _name(meant: requests.Request) -> str:
    """What a file is called by whoever saves it."""
    grouping = meant.by.value if meant.by else meant.group_by
    what = ["behind", meant.figure.column] if meant.figure else [meant.export_type]
    parts = [meant.stat_type, *what, *([f"by_{grouping}"] if grouping else [])]
    return f"{'_'.join(parts)}_{meant.period.first}_{meant.period.last}.csv"
