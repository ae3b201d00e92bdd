"""Finished reports as files: written under a temporary name, synced, there all at once, and known to be whole."""

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DRAFT", "Artifacts", "Content"]

DRAFT = ".draft"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """What a finished file holds: its bytes' number and their CRC-32."""

    size: int
    checksum: int


class Artifacts:
    """One CSV file a request, in its company's folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, company_id: str, request_id: str) -> Path:
        """Where a finished report lies."""
        return self._root / company_id / f"{request_id}.csv"

    def make(
        self,
        company_id: str,
        request_id: str,
        worker: str,
        write: Callable[[Path], None],
        may_publish: Callable[[], bool],
    ) -> Content:
        """Let `write` fill a file, and publish it whole where it still may be; what it holds."""
        path = self.path(company_id, request_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{worker}{DRAFT}")
        try:
            write(draft)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            content = _content(draft)
            if may_publish():
                draft.replace(path)
            return content
        finally:
            draft.unlink(missing_ok=True)

    def is_there(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether there is a file of that size; a cheap look."""
        try:
            size = self.path(company_id, request_id).stat().st_size
        except FileNotFoundError:
            return False
        return content is None or size == content.size

    def is_whole(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether the file holds every byte that was written; it is read to its end."""
        if content is None or not self.is_there(company_id, request_id, content):
            return self.is_there(company_id, request_id, content)
        try:
            return _content(self.path(company_id, request_id)) == content
        except FileNotFoundError:
            return False

    def remove(self, company_id: str, request_id: str) -> None:
        """Delete a report whose time is over, and what workers that were killed had written of it."""
        path = self.path(company_id, request_id)
        for file in (path, *path.parent.glob(f"{path.name}.*")):
            file.unlink(missing_ok=True)

    def files(self) -> Iterator[Path]:
        """Every file, finished or not, in the folder of its company's id."""
        yield from self._root.glob("*/*")

    def remove_all(self, company_id: str) -> None:
        """Delete a company's reports and what is being written of them; whoever writes one fails."""
        while paths := list((self._root / company_id).glob("*")):
            for path in paths:
                path.unlink(missing_ok=True)


def _content(path: Path) -> Content:
    size, checksum = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
    return Content(size, checksum)
