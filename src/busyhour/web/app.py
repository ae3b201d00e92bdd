"""The web application: its routes as one list."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from busyhour import __version__
from busyhour.domain.clock import Clock
from busyhour.reception import Reception
from busyhour.store.access import Access
from busyhour.store.artifacts import Artifacts
from busyhour.store.directory import Directory
from busyhour.store.memberships import Memberships
from busyhour.store.requests import Requests
from busyhour.web import openapi, openapi_watching, pages
from busyhour.web.counting import Counting
from busyhour.web.cursors import Cursors
from busyhour.web.directory import DirectoryDoor, directory_routes
from busyhour.web.downloads import Signer
from busyhour.web.ingest import IngestDoor
from busyhour.web.openapi import Described
from busyhour.web.problems import add_problem_handlers
from busyhour.web.readiness import Readiness
from busyhour.web.scraping import ScrapeDoor
from busyhour.web.security import Gate, Limits
from busyhour.web.stats import StatsDoor

__all__ = ["make_app"]

Route = tuple[str, str, Callable[..., Any], Described]
"""A method, a path, who answers, and what our description says of it."""

_DOWNLOADS = "/downloads/{token}.csv"


def make_app(
    *,
    reception: Reception,
    access: Access,
    artifacts: Artifacts,
    requests: Requests,
    directory: Directory,
    memberships: Memberships,
    clock: Clock,
    cursors: Cursors,
    limits: Limits,
    signer: Signer,
    public_url: str | None,
    max_body_bytes: int,
    ingest: IngestDoor,
    scrape: ScrapeDoor,
    readiness: Readiness,
    log_requests: bool,
) -> FastAPI:
    """The application over what it is given; it builds nothing itself."""
    app = FastAPI(
        title="busyhour", version=__version__, description=openapi.DESCRIPTION, docs_url=None, redoc_url=None,
        lifespan=_closing(ingest),
    )  # fmt: skip
    gate = Gate(access, limits)
    stats = StatsDoor(gate, reception, artifacts, requests, signer, public_url, max_body_bytes)
    lookups = DirectoryDoor(gate, access, directory, memberships, clock, cursors)

    def healthz() -> Response:
        access.companies()
        return JSONResponse({"status": "ok"})

    # A path is looked for in this order, so what is asked for most often stands first.
    routes: tuple[Route, ...] = (
        ("POST", "/ingest/dialpad/{token}", ingest.webhook, openapi.WEBHOOK),
        ("POST", "/ingest/events", ingest.batch, openapi.BATCH),
        ("POST", "/api/v2/stats", stats.create, openapi.CREATE),
        ("GET", "/api/v2/stats", stats.get_by_query, openapi.GET_BY_QUERY),
        ("GET", "/api/v2/stats/{id}", stats.get, openapi.GET),
        *directory_routes(lookups),
        ("GET", _DOWNLOADS, stats.download, openapi.DOWNLOAD),
        ("GET", "/dictionary", pages.dictionary, openapi.DICTIONARY),
        ("GET", "/healthz", healthz, openapi.HEALTH),
        ("GET", "/readyz", readiness.readyz, openapi_watching.READY),
        ("GET", "/metrics", scrape.metrics, openapi_watching.METRICS),
    )
    for method, path, handler, described in routes:
        app.add_api_route(
            path,
            handler,
            methods=[method],
            operation_id=described.name,
            summary=described.summary,
            responses=described.responses,
            openapi_extra=described.extra,
            response_model=None,
        )
    app.add_api_route(_DOWNLOADS, stats.download, methods=["HEAD"], include_in_schema=False, response_model=None)
    app.openapi_schema = openapi.completed(app.openapi())
    add_problem_handlers(app)
    app.add_middleware(Counting, log_requests=log_requests)
    return app


def _closing(ingest: IngestDoor) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(ingest.log.close)

    return lifespan
