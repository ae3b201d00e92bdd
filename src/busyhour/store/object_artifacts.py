"""Finished reports in an object store: written on this machine, then uploaded whole."""

import secrets
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import obstore

from busyhour.errors import InternalError
from busyhour.store.artifacts import Content, Written, content_of
from busyhour.store.folder_artifacts import FolderArtifacts
from busyhour.store.object_store import CloudStore, Listed, delete_all, download, listed

__all__ = ["ObjectArtifacts"]

_CHUNK = 1 << 20
_UPLOADS = 4
"""Parts of a file that are uploaded at once, of 5 MB each."""


class ObjectArtifacts:
    """One object a request, below its company's id; drafts, and copies for whoever reads a path, in a local folder.

    An object is named by its content too. So a worker that is late never writes over what is given out: it has written
    the same, or has another name.
    """

    def __init__(self, store: CloudStore, key: str, folder: Path) -> None:
        self._store = store
        self._key = key
        self._local = FolderArtifacts(folder)

    def make(
        self,
        company_id: str,
        request_id: str,
        worker: str,
        write: Callable[[Path], None],
        may_publish: Callable[[], bool],
    ) -> Content:
        """Let `write` fill a draft on this machine, and upload it where it still may be; what it holds."""

        def write_and_upload(draft: Path) -> None:
            write(draft)
            if may_publish():
                self._upload(draft, company_id, request_id, may_publish)

        return self._local.make(company_id, request_id, worker, write_and_upload, lambda: False)

    def path(self, company_id: str, request_id: str, content: Content | None) -> Path:
        """A copy on this machine, there until the report goes; raises FileNotFoundError, InternalError."""
        if not self._local.is_whole(company_id, request_id, content):
            key = self._object(company_id, request_id, content)
            token = secrets.token_hex(4)
            if self._local.make(company_id, request_id, token, lambda draft: self._save(key, draft), _yes) != content:
                self._local.remove(company_id, request_id)
                raise self._damaged(key)
        return self._local.path(company_id, request_id)

    def chunks(self, company_id: str, request_id: str, content: Content | None) -> Iterator[bytes]:
        """A report's bytes as they come; what ends them early, with InternalError, is that they are not the report's.

        The store is asked at once: FileNotFoundError comes from here and not from the first chunk.
        """
        key = self._object(company_id, request_id, content)
        stream = obstore.get(self._store, key).stream(min_chunk_size=_CHUNK)
        return self._checked((bytes(chunk) for chunk in stream), key, content)

    def link(self, company_id: str, request_id: str, content: Content | None, good_for: timedelta) -> str:
        """A URL at which the store gives the report out itself, for so long."""
        return obstore.sign(self._store, "GET", self._object(company_id, request_id, content), good_for)

    def is_there(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether there is an object of that size."""
        try:
            found = obstore.head(self._store, self._object(company_id, request_id, content))
        except FileNotFoundError:
            return False
        return content is not None and found["size"] == content.size

    def is_whole(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether it is there: it was put whole, and its bytes are looked at while they are given out."""
        return self.is_there(company_id, request_id, content)

    def remove(self, company_id: str, request_id: str) -> None:
        """Delete a report, whatever it held, and what lies here of it."""
        self._local.remove(company_id, request_id)
        delete_all(self._store, [item.key for item in self._listed(company_id) if _request_id(item) == request_id])

    def remove_all(self, company_id: str) -> None:
        """Delete drafts and copies here and every object of the company, until there are none."""
        self._local.remove_all(company_id)
        while items := self._listed(company_id):
            delete_all(self._store, [item.key for item in items])

    def files(self) -> Iterator[Written]:
        """Every object, and what lies here."""
        for item in listed(self._store, self._key):
            yield Written(item.key, item.folder.rpartition("/")[2], _request_id(item), False, item.put_at)
        yield from self._local.files()

    def delete(self, written: Written) -> None:
        """Delete an object, or a file that lies here."""
        if Path(written.place).is_absolute():
            self._local.delete(written)
        else:
            delete_all(self._store, [written.place])

    def _object(self, company_id: str, request_id: str, content: Content | None) -> str:
        said = "unknown" if content is None else f"{content.size}-{content.checksum:08x}"
        return f"{self._key}/{company_id}/{request_id}.{said}.csv"

    def _upload(self, draft: Path, company_id: str, request_id: str, may_publish: Callable[[], bool]) -> None:
        content = content_of(draft)
        if self.is_there(company_id, request_id, content):
            return
        key = self._object(company_id, request_id, content)
        obstore.put(
            self._store, key, draft, max_concurrency=_UPLOADS,
            attributes={
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": f'attachment; filename="{request_id}.csv"',
            },
        )  # fmt: skip
        # An upload takes its time: whoever lost the request meanwhile, be it because it is forgotten, leaves nothing.
        if not may_publish():
            delete_all(self._store, [key])

    def _checked(self, chunks: Iterator[bytes], key: str, content: Content | None) -> Iterator[bytes]:
        """Chunks, the last one only when all that came before it is as it was written."""
        last, size, checksum = b"", 0, 0
        for chunk in chunks:
            size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
            yield last
            last = chunk
        if Content(size, checksum) != content:
            raise self._damaged(key)
        yield last

    def _damaged(self, key: str) -> InternalError:
        """What to say of an object that does not hold what was written; it goes, so that it is made again."""
        delete_all(self._store, [key])
        return InternalError("The report's file is damaged; ask for it again.")

    def _save(self, key: str, draft: Path) -> None:
        with draft.open("wb") as file:
            download(self._store, key, file)

    def _listed(self, company_id: str) -> list[Listed]:
        return listed(self._store, f"{self._key}/{company_id}")


def _yes() -> bool:
    return True


def _request_id(item: Listed) -> str:
    return item.name.partition(".")[0]
