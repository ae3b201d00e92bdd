"""How errors leave: always in the vendor's envelope, never with a traceback."""

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from busyhour.errors import BadRequest, BusyhourError, InternalError, RateLimited, Unavailable
from busyhour.faults import unavailable
from busyhour.web.counting import asked

__all__ = ["add_problem_handlers", "envelope"]

log = structlog.get_logger()

_REASONS = {404: "notFound", 405: "methodNotAllowed"}


def envelope(code: int, reason: str, message: str) -> dict[str, object]:
    """The vendor's error body."""
    return {
        "error": {
            "code": code,
            "errors": [{"domain": "global", "message": message, "reason": reason}],
            "message": message,
        }
    }


def add_problem_handlers(app: FastAPI) -> None:
    """Let every error of this application answer in the envelope."""
    app.add_exception_handler(BusyhourError, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(SQLAlchemyError, _away)
    app.add_exception_handler(OSError, _away)
    app.add_exception_handler(Exception, _unforeseen)


def _answer(error: BusyhourError) -> JSONResponse:
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimited | Unavailable) else None
    return JSONResponse(envelope(error.code, error.reason, error.message), error.code, headers)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BusyhourError)  # noqa: S101 - registered for this class alone
    return _answer(error)


async def _gone(_request: Request, _error: Exception) -> JSONResponse:
    """Nobody reads this: the client went away before it had said everything."""
    return _answer(BadRequest("The body ended early."))


async def _away(request: Request, error: Exception) -> JSONResponse:
    found = unavailable(error)
    if found is None:
        raise error
    log.error("request could not be served", route=asked(request.scope)[1], reason=found.cause)
    return _answer(found)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    if error.status_code == 405:
        error.headers = {"Allow": ", ".join(_allowed(request))}
    reason = _REASONS.get(error.status_code, "badRequest")
    message = f"{error.detail}: {request.method} {request.url.path}"
    return JSONResponse(envelope(error.status_code, reason, message), error.status_code, error.headers)


def _allowed(request: Request) -> list[str]:
    """Every method of the path, which may be several routes'."""
    matching = (
        route
        for route in request.app.routes
        if isinstance(route, APIRoute) and route.include_in_schema and route.path_regex.match(request.url.path)
    )
    return sorted({method for route in matching for method in route.methods or ()})


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    method, route = asked(request.scope)
    company_id = getattr(request.state, "company_id", None)
    log.error("request broke", method=method, route=route, company_id=company_id, exc_info=error)
    return _answer(InternalError("Something broke on our side; the server's log says what."))
