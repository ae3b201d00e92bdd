"""The sign-in: an API key becomes a session, for a browser that came to our own form."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from busyhour.errors import BusyhourError, Unauthorized
from busyhour.store.access import Access, Limit
from busyhour.web.bodies import read_body
from busyhour.web.pages import Pages
from busyhour.web.sessions import Sessions

__all__ = ["SignInDoor"]

_MOST_BYTES = 10_000
_SHARES = 4_096
"""Addresses are counted in so many shares, so that whoever has many of them cannot fill the state database."""
_WRONG_KEYS_A_MINUTE = 20


@dataclass(frozen=True, slots=True)
class SignInDoor:
    """The handlers of the form and of signing out."""

    sessions: Sessions
    access: Access
    pages: Pages

    def form(self, request: Request) -> Response:
        """GET /sign-in."""
        if self.sessions.find(request) is not None:
            return RedirectResponse(_path(request.query_params.get("next")), 303)
        return self._form(request, request.query_params.get("next"))

    async def sign_in(self, request: Request) -> Response:
        """POST /sign-in: on with a session, or the form again with what was wrong."""
        fields = await _form_fields(request)
        return await run_in_threadpool(self._sign_in, request, fields)

    async def sign_out(self, request: Request) -> Response:
        """POST /sign-out."""
        fields = await _form_fields(request)
        return await run_in_threadpool(self._sign_out, request, fields)

    def _sign_in(self, request: Request, fields: Mapping[str, str]) -> Response:
        onward = fields.get("next")
        try:
            self.sessions.check_visitor(request, fields.get("csrf", ""))
            response = RedirectResponse(_path(onward), 303)
            self._open(request, response, fields.get("key", "").strip())
        except BusyhourError as error:
            return self._form(request, onward, error)
        return response

    def _open(self, request: Request, response: Response, key: str) -> None:
        limit = _limit_of(request)
        self.access.check(_WHOSE, limit, self.access.real_now())
        try:
            self.sessions.open(request, response, key)
        except Unauthorized:
            self.access.count(_WHOSE, limit, self.access.real_now())
            raise

    def _sign_out(self, request: Request, fields: Mapping[str, str]) -> Response:
        response = RedirectResponse("/sign-in", 303)
        session = self.sessions.find(request)
        if session is not None:
            self.sessions.check(request, session, fields)
            self.sessions.close(response)
        return response

    def _form(self, request: Request, onward: str | None, error: BusyhourError | None = None) -> Response:
        visitor = self.sessions.visitor(request)
        response = self.pages.render(
            request, "sign_in", code=error.code if error else 200, csrf=self.sessions.visitor_token(visitor),
            next=_path(onward), message=error.message if error else None,
        )  # fmt: skip
        self.sessions.remember_visitor(request, response, visitor)
        if error is not None and hasattr(error, "retry_after"):
            response.headers["Retry-After"] = str(error.retry_after)
        return response


_WHOSE = "sign-in"


def _limit_of(request: Request) -> Limit:
    address = request.client.host if request.client else ""
    return Limit(f"wrong {crc32(address.encode()) % _SHARES}", _WRONG_KEYS_A_MINUTE, 60)


async def _form_fields(request: Request) -> dict[str, str]:
    body = await read_body(request, _MOST_BYTES)
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _path(text: str | None) -> str:
    """A path on this server, and the overview for anything that leads elsewhere."""
    # TRICKY: browsers take "//" and "/\" for the beginning of another host, and skip control characters in between.
    is_odd = text is None or "\\" in text or any(character < " " or character == "\x7f" for character in text)
    if text is None or is_odd or not text.startswith("/") or text.startswith("//"):
        return "/"
    return text if urlsplit(text).netloc == "" else "/"
