"""Answers made smaller for who can read them so; files that are somebody's result are never touched."""

import gzip
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import Response

__all__ = ["packed", "page_json", "takes_gzip"]

_WORTH_IT = 1_000
_LEVEL = 5
_NOT_KEPT = "no-store"


def takes_gzip(request: Request) -> bool:
    """Whether a client says that it reads gzip."""
    offered = [part.replace(" ", "") for part in request.headers.get("accept-encoding", "").lower().split(",")]
    return any(part == "gzip" or (part.startswith("gzip;q=") and part[7:].strip("0.") != "") for part in offered)


def packed(
    request: Request, content: bytes, media_type: str, code: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer that nobody keeps, by gzip where it is large."""
    said = {"Cache-Control": _NOT_KEPT, "Vary": "Accept-Encoding", **(headers or {})}
    if len(content) > _WORTH_IT and takes_gzip(request):
        said["Content-Encoding"] = "gzip"
        content = gzip.compress(content, _LEVEL, mtime=0)
    return Response(content, code, said, media_type)


def page_json(request: Request, said: Any, code: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON for the page, of what belongs to the session's company alone."""
    return packed(request, orjson.dumps(said), "application/json", code, headers)
