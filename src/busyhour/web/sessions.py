"""Who is signed in: a signed cookie for some hours, and the proof that a form or a script is our own page's."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadData, URLSafeTimedSerializer

from busyhour.errors import Forbidden, Unauthorized
from busyhour.store.access import Access, digest_of

__all__ = ["CSRF_HEADER", "SECONDS", "SESSION_COOKIE", "Session", "Sessions"]

SESSION_COOKIE = "busyhour_session"
VISITOR_COOKIE = "busyhour_visitor"
CSRF_HEADER = "X-CSRF-Token"
SECONDS = 12 * 3600
"""How long a session lasts, by the real clock."""

_FROM_HERE = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of somebody at one company; it ends with the key that it was opened by."""

    company_id: str
    key_digest: str
    id: str


class Sessions:
    """Opens, finds and ends sessions, and says what a page's own requests must bring along."""

    def __init__(self, secret: str, access: Access, public_url: str | None) -> None:
        self._secret = secret.encode()
        self._serializer = URLSafeTimedSerializer(secret, salt="session")
        self._access = access
        self._public_url = public_url

    def open(self, request: Request, response: Response, key: str) -> None:
        """Let the answer sign its reader in; raises Unauthorized for a key that is not known."""
        company_id = self._access.company_of(key)
        token = self._serializer.dumps([company_id, digest_of(key), secrets.token_urlsafe(16)])
        self._set(request, response, SESSION_COOKIE, str(token))

    def close(self, response: Response) -> None:
        """Let the answer sign its reader out."""
        response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")

    def find(self, request: Request) -> Session | None:
        """The session of a request, if it has one that holds."""
        try:
            company_id, digest, session_id = self._serializer.loads(
                request.cookies.get(SESSION_COOKIE, ""), max_age=SECONDS
            )
        except (BadData, ValueError, TypeError):
            return None
        if self._access.company_of_digest(digest) != company_id:
            return None
        return Session(company_id, digest, session_id)

    def enter(self, request: Request) -> Session:
        """The session of a request of the page's own; raises Unauthorized."""
        session = self.find(request)
        if session is None:
            raise Unauthorized("Not signed in, or no longer: sign in at /sign-in.")
        return session

    def token(self, session: Session) -> str:
        """What the page of a session sends along with each POST."""
        return self._proof(f"session {session.id}")

    def visitor(self, request: Request) -> str:
        """The id of somebody who is not signed in, new where the request has none."""
        return request.cookies.get(VISITOR_COOKIE) or secrets.token_urlsafe(16)

    def visitor_token(self, visitor: str) -> str:
        """What the sign-in form sends along."""
        return self._proof(f"visitor {visitor}")

    def remember_visitor(self, request: Request, response: Response, visitor: str) -> None:
        """Let the answer give a visitor the id that the form's token was made for."""
        self._set(request, response, VISITOR_COOKIE, visitor)

    def check(self, request: Request, session: Session, fields: Mapping[str, str] | None = None) -> None:
        """Refuse a POST that our own page of this session did not make; raises Forbidden."""
        sent = request.headers.get(CSRF_HEADER) or (fields or {}).get("csrf", "")
        self._check(request, sent, self.token(session))

    def check_visitor(self, request: Request, sent: str) -> None:
        """Refuse a sign-in that our own form did not make; raises Forbidden."""
        visitor = request.cookies.get(VISITOR_COOKIE)
        if not visitor:
            raise Forbidden("The form came without its cookie: allow cookies for this site, and open the form again.")
        self._check(request, sent, self.visitor_token(visitor))

    def _check(self, request: Request, sent: str, expected: str) -> None:
        if not hmac.compare_digest(sent.encode(), expected.encode()):
            raise Forbidden("This page is older than your session: load it again, and send it again.")
        if request.headers.get("sec-fetch-site", "none") not in _FROM_HERE or not self._is_own_origin(request):
            raise Forbidden(
                "This came from another site than ours. Behind a proxy, set BUSYHOUR_PUBLIC_URL to the address in use."
            )

    def _is_own_origin(self, request: Request) -> bool:
        origin = request.headers.get("origin")
        own = [str(request.base_url), self._public_url]
        return origin is None or urlsplit(origin).netloc in [urlsplit(url).netloc for url in own if url]

    def _proof(self, text: str) -> str:
        return hmac.new(self._secret, f"csrf {text}".encode(), sha256).hexdigest()

    def _set(self, request: Request, response: Response, name: str, value: str) -> None:
        is_secure = request.url.scheme == "https" or (self._public_url or "").startswith("https:")
        response.set_cookie(
            name, value, max_age=SECONDS, path="/", httponly=True, samesite="lax", secure=is_secure
        )  # fmt: skip
