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
from busyhour.web import openapi, openapi_watching
from busyhour.web.assets import Assets
from busyhour.web.counting import Counting
from busyhour.web.cursors import Cursors
from busyhour.web.directory import DirectoryDoor, directory_routes
from busyhour.web.downloads import Delivery, Links
from busyhour.web.hardening import Hardening
from busyhour.web.ingest import IngestDoor
from busyhour.web.openapi import Described
from busyhour.web.page.doors import PageDoors
from busyhour.web.pages import PAGES, Begins, Pages
from busyhour.web.problems import add_problem_handlers
from busyhour.web.readiness import Readiness
from busyhour.web.scraping import ScrapeDoor
from busyhour.web.security import Gate, Limits
from busyhour.web.sessions import Sessions
from busyhour.web.sign_in import SignInDoor
from busyhour.web.stats import StatsDoor

__all__ = ["make_app"]

Route = tuple[str, str, Callable[..., Any], Described | None]
"""A method, a path, who answers, and what our description says of it: of our own page's routes nothing."""

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
    links: Links,
    delivery: Delivery,
    max_body_bytes: int,
    ingest: IngestDoor,
    scrape: ScrapeDoor,
    readiness: Readiness,
    log_requests: bool,
    sessions: Sessions,
    assets: Assets,
    page: PageDoors,
    begins: Begins,
) -> FastAPI:
    """The application over what it is given; it builds nothing itself."""
    app = FastAPI(
        title="busyhour", version=__version__, description=openapi.DESCRIPTION, docs_url=None, redoc_url=None,
        lifespan=_closing(ingest),
    )  # fmt: skip
    gate = Gate(access, limits)
    stats = StatsDoor(gate, reception, artifacts, requests, links, delivery, max_body_bytes)
    lookups = DirectoryDoor(gate, access, directory, memberships, clock, cursors)
    pages = Pages.over(sessions, access, directory, clock, begins, assets)
    signing = SignInDoor(sessions, access, pages)

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
        ("HEAD", _DOWNLOADS, stats.download, None),
        ("GET", "/dictionary", pages.dictionary, openapi.DICTIONARY),
        ("GET", "/healthz", healthz, openapi.HEALTH),
        ("GET", "/readyz", readiness.readyz, openapi_watching.READY),
        ("GET", "/metrics", scrape.metrics, openapi_watching.METRICS),
        *(("GET", path, pages.page(name), None) for path, name in PAGES.items()),
        ("GET", "/sign-in", signing.form, None),
        ("POST", "/sign-in", signing.sign_in, None),
        ("POST", "/sign-out", signing.sign_out, None),
        ("GET", "/page/figures", page.figures.figures, None),
        ("GET", "/page/figures.csv", page.figures.csv, None),
        ("GET", "/page/behind", page.figures.behind, None),
        ("GET", "/page/behind.csv", page.figures.behind_csv, None),
        ("GET", "/page/call", page.call.legs, None),
        ("GET", "/page/scopes", page.surroundings.scopes, None),
        ("GET", "/page/freshness", page.surroundings.freshness, None),
        ("GET", "/page/snippets", page.exports.snippets, None),
        ("GET", "/page/exports", page.exports.recent, None),
        ("POST", "/page/exports", page.exports.start, None),
        ("GET", "/page/exports/{id}", page.exports.one, None),
        ("GET", "/static/{version}/{path:path}", assets.versioned, None),
        ("GET", "/static/{name}", assets.plain, None),
        ("GET", "/favicon.svg", assets.favicon, None),
        ("GET", "/favicon.ico", assets.favicon, None),
    )
    for method, path, handler, described in routes:
        told = openapi.UNTOLD if described is None else openapi.told(described)
        app.add_api_route(path, handler, methods=[method], response_model=None, **told)
    app.openapi_schema = openapi.completed(app.openapi())
    app.add_middleware(Hardening)
    app.add_middleware(Counting, log_requests=log_requests)
    add_problem_handlers(app, pages)
    return app


def _closing(ingest: IngestDoor) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(ingest.log.close)

    return lifespan
