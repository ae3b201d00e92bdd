"""Where tables, waiting batches and finished reports lie: one form for a folder and for an object store."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

__all__ = ["Found", "Storage"]


@dataclass(frozen=True, slots=True)
class Found:
    """One file: its name below the storage that was asked, and its bytes."""

    name: str
    size: int


class Storage(Protocol):
    """Files by their names, parts joined by slashes, below one root."""

    @property
    def options(self) -> Mapping[str, str] | None:
        """What deltalake is told beside a `uri`."""
        ...

    def uri(self, name: str) -> str:
        """Where a name stands: a path, or a URL."""
        ...

    def below(self, name: str) -> "Storage":
        """The storage whose root is a folder of this one."""
        ...

    def files(self, folder: str) -> list[Found]:
        """Every file in a folder and in those below it, in order of names; none where there is no such folder."""
        ...

    def folders(self, folder: str) -> list[str]:
        """The names of the folders that stand in a folder itself, sorted."""
        ...

    def is_there(self) -> bool:
        """Whether there is anything: a folder, an object."""
        ...

    def size(self, name: str) -> int:
        """The bytes of a file; raises FileNotFoundError."""
        ...

    def opened(self, name: str) -> BinaryIO:
        """A file to read, to seek in and to close; raises FileNotFoundError."""
        ...

    def read(self, name: str) -> bytes | None:
        """A small file's content; None where there is none."""
        ...

    def write(self, name: str, body: bytes) -> None:
        """Make a small file, whole or not at all, in the place of one that was there; safe when this returns."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file; without effect where there is none."""
        ...

    def keep_only(self, folder: str, kept: Collection[str]) -> None:
        """Delete every file of a folder but those, and this machine's copies of them."""
        ...

    def check(self) -> None:
        """Look once whether it can be used; raises BadRequest where that takes somebody's hand."""
        ...

    def tried(self) -> str | None:
        """What hinders listing, making only what is not there, reading, deleting; None where nothing does."""
        ...

    def clear(self, real_now: float) -> None:
        """Delete this machine's copies that were not used for long; the time is in seconds."""
        ...

    def held(self, uris: Sequence[str]) -> AbstractContextManager[Sequence[str]]:
        """Files that never change as paths of this machine, there to the end of the block; raises FileGone."""
        ...
