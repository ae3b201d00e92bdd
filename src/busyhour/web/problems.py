"""How errors leave: in the vendor's envelope, or as a page for who came for one; never with a traceback."""

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from obstore.exceptions import BaseError as ObjectsError
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from busyhour.errors import BadRequest, BusyhourError, InternalError, RateLimited, Unavailable
from busyhour.faults import unavailable
from busyhour.web.counting import asked
from busyhour.web.hardening import HEADERS
from busyhour.web.pages import Pages

__all__ = ["add_problem_handlers", "envelope"]

log = structlog.get_logger()

_REASONS = {404: "notFound", 405: "methodNotAllowed"}
_FOR_PROGRAMS = (
    "/api/",
    "/page/",
    "/ingest/",
    "/downloads/",
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
)


def envelope(code: int, reason: str, message: str) -> dict[str, object]:
    """The vendor's error body."""
    return {
        "error": {
            "code": code,
            "errors": [{"domain": "global", "message": message, "reason": reason}],
            "message": message,
        }
    }


def add_problem_handlers(app: FastAPI, pages: Pages) -> None:
    """Let every error of this application be told."""
    teller = _Teller(pages)
    app.add_exception_handler(BusyhourError, teller.ours)
    app.add_exception_handler(HTTPException, teller.of_http)
    app.add_exception_handler(ClientDisconnect, teller.gone)
    app.add_exception_handler(SQLAlchemyError, teller.away)
    app.add_exception_handler(OSError, teller.away)
    app.add_exception_handler(ObjectsError, teller.away)
    app.add_exception_handler(Exception, teller.unforeseen)


class _Teller:
    """Tells of errors."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def ours(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, BusyhourError)  # noqa: S101 - registered for this class alone
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimited | Unavailable) else {}
        return await self._answer(request, error.code, error.reason, error.message, headers)

    async def gone(self, request: Request, _error: Exception) -> Response:
        """Nobody reads this: the client went away before it had said everything."""
        return await self.ours(request, BadRequest("The body ended early."))

    async def of_http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed(request))
        reason = _REASONS.get(error.status_code, "badRequest")
        message = f"{error.detail}: {request.method} {request.url.path}"
        return await self._answer(request, error.status_code, reason, message, headers)

    async def away(self, request: Request, error: Exception) -> Response:
        found = unavailable(error)
        if found is None:
            raise error
        log.error("request could not be served", route=asked(request.scope)[1], reason=found.cause)
        return await self.ours(request, found)

    async def unforeseen(self, request: Request, error: Exception) -> Response:
        method, route = asked(request.scope)
        company_id = getattr(request.state, "company_id", None)
        log.error("request broke", method=method, route=route, company_id=company_id, exc_info=error)
        return await self.ours(request, InternalError("Something broke on our side; the server's log says what."))

    async def _answer(
        self, request: Request, code: int, reason: str, message: str, headers: dict[str, str]
    ) -> Response:
        # What nobody foresaw is answered outside of what hardens other answers.
        headers |= HEADERS
        if not _came_for_a_page(request):
            return JSONResponse(envelope(code, reason, message), code, headers)
        response = await run_in_threadpool(self._pages.problem, request, code, message)
        response.headers.update(headers)
        return response


def _came_for_a_page(request: Request) -> bool:
    is_for_people = "text/html" in request.headers.get("accept", "")
    return is_for_people and not request.url.path.startswith(_FOR_PROGRAMS)


def _allowed(request: Request) -> list[str]:
    """Every method of the path, which may be several routes'; a HEAD is not spoken of."""
    matching = (
        route
        for route in request.app.routes
        if isinstance(route, APIRoute) and route.path_regex.match(request.url.path)
    )
    return sorted({method for route in matching for method in route.methods or ()} - {"HEAD"})
