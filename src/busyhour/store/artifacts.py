"""Finished reports as files: there all at once, and known to be whole."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["Artifacts", "Content", "Written", "content_of"]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """What a finished file holds: its bytes' number and their CRC-32."""

    size: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Written:
    """One file, finished or a draft: where it lies, whose it is, when it was last written (seconds)."""

    place: str
    company_id: str
    request_id: str
    is_draft: bool
    written_at: float


class Artifacts(Protocol):
    """One CSV file a request, apart by companies."""

    def make(
        self,
        company_id: str,
        request_id: str,
        worker: str,
        write: Callable[[Path], None],
        may_publish: Callable[[], bool],
    ) -> Content:
        """Let `write` fill a file, and publish it whole where it still may be; what it holds."""
        ...

    def path(self, company_id: str, request_id: str, content: Content | None) -> Path:
        """A finished report as a file of this machine."""
        ...

    def is_there(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether there is a file of that size; a cheap look."""
        ...

    def is_whole(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether every byte that was written can be given out."""
        ...

    def remove(self, company_id: str, request_id: str) -> None:
        """Delete a report whose time is over, and what workers that were killed had written of it."""
        ...

    def remove_all(self, company_id: str) -> None:
        """Delete a company's reports and what is being written of them; whoever writes one fails."""
        ...

    def files(self) -> Iterator[Written]:
        """Every file."""
        ...

    def delete(self, written: Written) -> None:
        """Delete one file; without effect where it is gone."""
        ...


def content_of(path: Path) -> Content:
    """What a file holds, read to its end."""
    size, checksum = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
    return Content(size, checksum)
