"""Download links: unguessable, signed, good for as long as the result is; and what is given out behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from fastapi import Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from itsdangerous import BadData, URLSafeTimedSerializer

from busyhour.domain.periods import Tier
from busyhour.domain.requests import LIFE
from busyhour.store.artifacts import Artifacts, Content
from busyhour.store.object_artifacts import ObjectArtifacts
from busyhour.store.requests import Stored

__all__ = ["Delivery", "Links", "Relay", "Signer", "WholeFile"]

_CSV = "text/csv; charset=utf-8"


class Signer:
    """Signs and reads the tokens in download links, by the real clock."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="download")

    def sign(self, company_id: str, request_id: str, tier: Tier) -> str:
        """A token that opens one result of one company."""
        return str(self._serializer.dumps([company_id, request_id, tier.value]))

    def read(self, token: str) -> tuple[str, str] | None:
        """Company and request of a token; None for one that is forged, damaged or too old."""
        try:
            company_id, request_id, tier = self._serializer.loads(token)
            self._serializer.loads(token, max_age=int(LIFE[Tier(tier)].total_seconds()))
        except (BadData, ValueError, TypeError):
            return None
        return company_id, request_id


@dataclass(frozen=True, slots=True)
class Links:
    """Links to results, as whoever asks can reach this server."""

    signer: Signer
    public_url: str | None
    direct: Callable[[str, str, Content | None, timedelta], str] | None = None
    """Gives the address at which the storage gives a report out itself."""

    def base(self, request: Request) -> str:
        """What our links begin with, without a slash at the end."""
        return (self.public_url or str(request.base_url)).rstrip("/")

    def of(self, request: Request, stored: Stored) -> str:
        """The link to a finished result."""
        if self.direct is not None:
            return self.direct(stored.company_id, stored.id, stored.content, LIFE[stored.request.tier])
        token = self.signer.sign(stored.company_id, stored.id, stored.request.tier)
        return f"{self.base(request)}/downloads/{token}.csv"


class Delivery(Protocol):
    """Gives a finished report out."""

    def answer(self, request: Request, stored: Stored, headers: Mapping[str, str]) -> Response:
        """The answer whose body is the report, to a GET or a HEAD."""
        ...


@dataclass(frozen=True, slots=True)
class WholeFile:
    """From a file of this machine."""

    artifacts: Artifacts

    def answer(self, _request: Request, stored: Stored, headers: Mapping[str, str]) -> Response:
        """The file, or the ranges of it that are asked for."""
        path = self.artifacts.path(stored.company_id, stored.id, stored.content)
        return FileResponse(path, media_type=_CSV, filename=_name(stored), headers=headers)


@dataclass(frozen=True, slots=True)
class Relay:
    """From an object store, a few bytes at a time."""

    artifacts: ObjectArtifacts

    def answer(self, request: Request, stored: Stored, headers: Mapping[str, str]) -> Response:
        """The object's bytes as they come; a damaged one ends before its last byte, so nobody takes it for whole."""
        size = 0 if stored.content is None else stored.content.size
        told = {
            **headers,
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{_name(stored)}"',
        }
        if request.method == "HEAD":
            return Response(None, headers=told, media_type=_CSV)
        chunks = self.artifacts.chunks(stored.company_id, stored.id, stored.content)
        return StreamingResponse(chunks, headers=told, media_type=_CSV)


def _name(stored: Stored) -> str:
    return f"{stored.id}.csv"
