"""Storage in an object store."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

import obstore

from busyhour.errors import BadRequest
from busyhour.store.file_cache import FileCache
from busyhour.store.object_file import open_object
from busyhour.store.object_store import CloudStore, delete_all, fault_of, listed
from busyhour.store.storage import Found

__all__ = ["ObjectStorage"]

_OPTIONS = {"aws_conditional_put": "etag", "aws_s3_allow_unsafe_rename": "false"}
"""A commit that another has made in the meantime is refused by the store, whatever the environment says."""


@dataclass(frozen=True, slots=True)
class ObjectStorage:
    """Objects below a URL; `folder` ends with a slash where it is not the root."""

    url: str
    store: CloudStore = field(repr=False)
    cache: FileCache
    folder: str = ""

    @property
    def options(self) -> Mapping[str, str]:
        """Credentials are not among them: deltalake reads them in the environment, as this does."""
        return _OPTIONS

    def uri(self, name: str) -> str:
        """The URL of a name."""
        return f"{self.url}/{self.folder}{name}".rstrip("/")

    def below(self, name: str) -> "ObjectStorage":
        """The objects whose names begin with one more part."""
        return ObjectStorage(self.url, self.store, self.cache, f"{self.folder}{name}/")

    def files(self, folder: str) -> list[Found]:
        """Every object whose name begins so."""
        cut = len(self.folder)
        return [Found(item.key[cut:], item.size) for item in listed(self.store, self._key(folder))]

    def folders(self, folder: str) -> list[str]:
        """The parts that come next in names."""
        listed = obstore.list_with_delimiter(self.store, self._key(folder))
        return sorted(prefix.rstrip("/").rsplit("/", 1)[-1] for prefix in listed["common_prefixes"])

    def is_there(self) -> bool:
        """Whether any object's name begins so."""
        listed = obstore.list_with_delimiter(self.store, self._key(""))
        return bool(listed["objects"] or listed["common_prefixes"])

    def size(self, name: str) -> int:
        """The bytes of an object."""
        return obstore.head(self.store, self._key(name))["size"]

    def opened(self, name: str) -> BinaryIO:
        """An object to read, fetched by ranges."""
        return open_object(self.store, self._key(name))

    def read(self, name: str) -> bytes | None:
        """A small object's content."""
        try:
            return bytes(obstore.get(self.store, self._key(name)).bytes())
        except FileNotFoundError:
            return None

    def write(self, name: str, body: bytes) -> None:
        """Put it: an object is never seen half."""
        obstore.put(self.store, self._key(name), body, use_multipart=False)

    def remove(self, name: str) -> None:
        """Delete an object."""
        delete_all(self.store, [self._key(name)])

    def keep_only(self, folder: str, kept: Collection[str]) -> None:
        """Delete every other object of a folder, and what this machine's cache holds of them."""
        delete_all(self.store, [self._key(found.name) for found in self.files(folder) if found.name not in kept])
        self.cache.keep_only(self._key(folder), {self._key(name) for name in kept})

    def check(self) -> None:
        """List its beginning; one that does not answer just now may do so later, and is no fault. Raises BadRequest."""
        try:
            obstore.list_with_delimiter(self.store, self._key("companies"))
        except obstore.exceptions.BaseError as error:
            fault = fault_of(error)
            if fault is not None:
                raise BadRequest(f"BUSYHOUR_STORAGE: {self.url}: {fault}.") from None

    def tried(self) -> str | None:
        """Try each thing on an object of its own."""
        key = self._key(f"probe/{secrets.token_hex(8)}")
        try:
            obstore.list_with_delimiter(self.store, self._key("companies"))
            obstore.put(self.store, key, key.encode(), mode="create")
            is_refused = _is_refused(self.store, key)
            is_as_put = bytes(obstore.get(self.store, key).bytes()) == key.encode()
            obstore.delete(self.store, [key])
        except (obstore.exceptions.BaseError, FileNotFoundError) as error:
            return fault_of(error) or "it does not answer"
        if not is_refused:
            return "it lets an object be written over that was to be made only once: two writers would lose rows"
        return None if is_as_put else "it gave back something else than was put"

    def clear(self, real_now: float) -> None:
        """Clear the cache."""
        self.cache.clear(real_now)

    @contextmanager
    def held(self, uris: Sequence[str]) -> Iterator[Sequence[str]]:
        """Objects as files of the cache; raises FileGone."""
        cut = len(self.url) + 1
        with self.cache.held([uri[cut:] for uri in uris]) as paths:
            yield [str(path) for path in paths]

    def _key(self, name: str) -> str:
        return f"{self.folder}{name}".rstrip("/")


def _is_refused(store: CloudStore, key: str) -> bool:
    try:
        obstore.put(store, key, b"", mode="create")
    except obstore.exceptions.AlreadyExistsError:
        return True
    return False
