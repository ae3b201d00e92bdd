"""Pages for people: made from templates, by name, with what every page knows."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from jinja2 import Environment, PackageLoader

from busyhour.domain.clock import Clock, micros
from busyhour.domain.directory import Kind
from busyhour.domain.roster import main_timezone
from busyhour.reports.dictionary import Page, pages
from busyhour.store.access import Access
from busyhour.store.directory import Directory
from busyhour.web.assets import Assets
from busyhour.web.packing import packed
from busyhour.web.sessions import Session, Sessions
from busyhour.web.times import instant_text

__all__ = ["PAGES", "Begins", "Pages"]

Begins = Callable[[str], date | None]
"""The first UTC day with calls of a company, or None."""

PAGES = {"/": "overview"} | {f"/{name}": name for name in ("people", "groups", "calls", "messages", "exports")}
"""Every page that somebody must be signed in for, by its path."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The handlers of pages, and how their templates are filled."""

    sessions: Sessions
    access: Access
    directory: Directory
    clock: Clock
    begins: Begins
    templates: Environment

    @classmethod
    def over(
        cls,
        sessions: Sessions,
        access: Access,
        directory: Directory,
        clock: Clock,
        begins: Begins,
        assets: Assets,
    ) -> "Pages":
        """Pages out of this version's templates."""
        templates = Environment(loader=PackageLoader("busyhour.web"), autoescape=True)
        templates.globals["static"] = assets.url
        return cls(sessions, access, directory, clock, begins, templates)

    def page(self, name: str) -> Callable[[Request], Response]:
        """A handler that shows a page to whoever is signed in, and leads others to the sign-in."""

        def handler(request: Request) -> Response:
            session = self.sessions.find(request)
            if session is None:
                return RedirectResponse(f"/sign-in?next={quote(_here(request), safe='')}", 303)
            self.access.note_look(session.company_id, time.time())
            return self.render(request, name, session)

        return handler

    def dictionary(self, request: Request) -> Response:
        """GET /dictionary: every column explained, to anybody."""
        return self.render(request, "dictionary", self.sessions.find(request), pages=_dictionary())

    def render(
        self, request: Request, name: str, session: Session | None = None, code: int = 200, **more: Any
    ) -> Response:
        """A template with what every page knows."""
        known = {"page": name, "company_name": None, "csrf": "", "query": dict(request.query_params)}
        if session is not None:
            known |= self._of_company(session)
        content = self.templates.get_template(f"{name}.html").render(known | more).encode()
        return packed(request, content, "text/html; charset=utf-8", code)

    def _of_company(self, session: Session) -> dict[str, Any]:
        return {
            "company_name": self.access.company_name(session.company_id),
            "csrf": self.sessions.token(session),
            "now": instant_text(micros(self.clock())),
            "begins": self.begins(session.company_id),
            "timezone_default": main_timezone(self.directory.entries(session.company_id, [Kind.OFFICE])),
        }

    def problem(self, request: Request, code: int, message: str) -> Response:
        """What went wrong, as a page."""
        return self.render(request, "problem", code=code, status=code, message=message)


def _here(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


@cache
def _dictionary() -> Sequence[Page]:
    return pages()
