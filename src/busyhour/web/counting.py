"""Counts every answer by its route, and writes a line for each where that is asked for."""

import time
from functools import cache

import structlog
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from busyhour.metrics import HTTP_ANSWERS, HTTP_SECONDS

__all__ = ["Counting", "asked", "note_company"]

_METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger()


class Counting:
    """A layer around the application; it costs some microseconds a request."""

    def __init__(self, app: ASGIApp, log_requests: bool) -> None:
        self._app = app
        self._log_requests = log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and count its answer once its last byte is sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._count(scope, status, time.perf_counter() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = asked(scope)
        answers, durations = _counters(method, route, status // 100)
        answers.inc()
        durations.observe(seconds)
        if self._log_requests:
            noted = scope.get("state", {})
            known = {name: noted[name] for name in ("company_id", "request_id") if name in noted}
            log.info("answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1), **known)


def asked(scope: Scope) -> tuple[str, str]:
    """The method and the route of a request, as they may be told: a path itself can hold a token."""
    method = scope["method"]
    return method if method in _METHODS else "other", getattr(scope.get("route"), "path", "none")


def note_company(scope: Scope, company_id: str, request_id: str | None = None) -> None:
    """Remember whom a request concerns, and which report, for its lines in the log."""
    noted = scope.setdefault("state", {})
    noted["company_id"] = company_id
    if request_id is not None:
        noted["request_id"] = request_id


@cache
def _counters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return HTTP_ANSWERS.labels(method, route, f"{status}xx"), HTTP_SECONDS.labels(method, route)
