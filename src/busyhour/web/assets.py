"""Static files: under a folder named by their content, so that a browser fetches each version once."""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import Request
from fastapi.responses import Response

from busyhour.errors import NotFound
from busyhour.web.packing import takes_gzip

__all__ = ["Asset", "Assets"]

_TYPES = {
    "css": "text/css; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "woff2": "font/woff2",
}
_PACKED_BY_THEMSELVES = ("ico", "png", "woff2")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class Asset:
    """One file and what it is."""

    content: bytes
    ending: str

    @property
    def type(self) -> str:
        """Its media type."""
        return _TYPES.get(self.ending, "application/octet-stream")

    @cached_property
    def packed(self) -> bytes | None:
        """Its content by gzip, made once; None where that makes it no smaller."""
        if self.ending in _PACKED_BY_THEMSELVES:
            return None
        packed = gzip.compress(self.content, 9, mtime=0)
        return packed if len(packed) < len(self.content) else None


class Assets:
    """Every file of a folder, read at start."""

    def __init__(self, folder: Traversable) -> None:
        self._files: Mapping[str, Asset] = dict(_read(folder, ""))
        digest = sha256()
        for name, asset in sorted(self._files.items()):
            digest.update(f"{name}\n{len(asset.content)}\n".encode() + asset.content)
        self.version = digest.hexdigest()[:16]

    @classmethod
    def of_package(cls) -> "Assets":
        """The files that come with this version."""
        return cls(files("busyhour.web").joinpath("static"))

    def url(self, name: str) -> str:
        """Where a page finds a file; modules that import their neighbours find the same version."""
        return f"/static/{self.version}/{name}"

    def versioned(self, request: Request, version: str, path: str) -> Response:
        """GET /static/{version}/{path}."""
        if version == self.version:
            return self._answer(request, path, _FOR_EVER)
        # A page that was opened before an update asks for the files of then: those of now are not kept for them.
        found = path if path in self._files else f"{version}/{path}"
        return self._answer(request, found, _ASK_AGAIN)

    def plain(self, request: Request, name: str) -> Response:
        """GET /static/{name}: a file by its name alone."""
        return self._answer(request, name, _ASK_AGAIN)

    def favicon(self, request: Request) -> Response:
        """GET /favicon.svg and /favicon.ico."""
        return self._answer(request, request.url.path.lstrip("/"), _ASK_AGAIN)

    def _answer(self, request: Request, name: str, caching: str) -> Response:
        asset = self._files.get(name)
        if asset is None:
            raise NotFound(f"There is no file {name!r:.80} here.")
        headers = {"Cache-Control": caching, "Vary": "Accept-Encoding", "ETag": f'"{self.version}"'}
        if caching == _ASK_AGAIN and request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if asset.packed is not None and takes_gzip(request):
            return Response(asset.packed, media_type=asset.type, headers=headers | {"Content-Encoding": "gzip"})
        return Response(asset.content, media_type=asset.type, headers=headers)


def _read(folder: Traversable, before: str) -> Iterator[tuple[str, Asset]]:
    for entry in folder.iterdir() if folder.is_dir() else ():
        name = f"{before}{entry.name}"
        if entry.is_dir():
            yield from _read(entry, f"{name}/")
        else:
            yield name, Asset(entry.read_bytes(), entry.name.rpartition(".")[2].lower())
