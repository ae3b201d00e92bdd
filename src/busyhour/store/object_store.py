"""The objects below a URL, of S3 and what speaks like it, Google's, Azure's: opened, listed, fetched, deleted."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, cast

import obstore
from obstore.store import AzureStore, GCSStore, S3Store, from_url

from busyhour.errors import BadRequest

__all__ = ["CloudStore", "Listed", "delete_all", "download", "fault_of", "listed", "open_store"]

CloudStore = S3Store | GCSStore | AzureStore

_SCHEMES = ("s3://", "gs://", "az://", "abfss://")
_EXPECTED = "expected s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX or abfss://…"

_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist")
_METADATA = "169.254.169.254"
"""Where instances ask for theirs, which is tried last."""
_RETRY_FOR = timedelta(seconds=20)
_CHUNK = 1 << 20


def open_store(url: str) -> CloudStore:
    """The objects below a URL, with the credentials of the environment; nothing is asked of it yet. Raises BadRequest.

    TRICKY: never print a store: what it shows of itself holds its configuration.
    """
    if not url.startswith(_SCHEMES):
        raise BadRequest(f"BUSYHOUR_STORAGE: got {url!r}; {_EXPECTED}.")
    try:
        # TRICKY: no client options: they would take the place of all that the environment says, AWS_ALLOW_HTTP too.
        return cast(CloudStore, from_url(url, retry_config={"max_retries": 4, "retry_timeout": _RETRY_FOR}))
    except (obstore.exceptions.BaseError, ValueError):
        raise BadRequest(f"BUSYHOUR_STORAGE: {url!r} cannot be understood; {_EXPECTED}.") from None


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as the store lists it: its bytes, and when it was put (seconds of the store's clock)."""

    key: str
    size: int
    put_at: float

    @property
    def folder(self) -> str:
        """Its key without the last part."""
        return self.key.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last part of its key."""
        return self.key.rpartition("/")[2]


def listed(store: CloudStore, key: str) -> list[Listed]:
    """Every object below a key, in order of keys."""
    pages = obstore.list(store, key, chunk_size=1000)
    found = (Listed(item["path"], item["size"], item["last_modified"].timestamp()) for page in pages for item in page)
    return sorted(found, key=lambda item: item.key)


def delete_all(store: CloudStore, keys: Sequence[str]) -> None:
    """Delete objects, whether or not they are there."""
    if keys:
        with suppress(FileNotFoundError):
            obstore.delete(store, keys)


def download(store: CloudStore, key: str, file: BinaryIO) -> None:
    """Write an object's content to a file, chunk by chunk; raises FileNotFoundError."""
    for chunk in obstore.get(store, key).stream(min_chunk_size=_CHUNK):
        file.write(chunk)


def fault_of(error: Exception) -> str | None:
    """What somebody has to mend; None for what may pass by itself."""
    said = str(error).partition("Debug source")[0]
    if isinstance(error, obstore.exceptions.UnauthenticatedError) or _METADATA in said:
        return "there are no valid credentials in the environment"
    if isinstance(error, obstore.exceptions.PermissionDeniedError) or "403 Forbidden" in said:
        return "access is denied; these credentials may not list, read, write and delete there"
    if any(word in said for word in _NO_BUCKET):
        return "there is no such bucket"
    if isinstance(error, obstore.exceptions.NotSupportedError):
        return "it cannot make an object only where there is none, which commits rest on"
    return None
