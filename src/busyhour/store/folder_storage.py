"""Storage in a folder of this machine."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from busyhour.store.storage import Found

__all__ = ["FolderStorage"]


@dataclass(frozen=True, slots=True)
class FolderStorage:
    """Files below a folder, which need not be there yet."""

    root: Path

    @property
    def options(self) -> None:
        """A path says it all."""
        return

    def uri(self, name: str) -> str:
        """The path of a name."""
        return str(self.root / name)

    def below(self, name: str) -> "FolderStorage":
        """A folder in this one."""
        return FolderStorage(self.root / name)

    def files(self, folder: str) -> list[Found]:
        """Every file in a folder and in those below it."""
        paths = sorted(path for path in (self.root / folder).rglob("*") if path.is_file())
        return [Found(path.relative_to(self.root).as_posix(), path.stat().st_size) for path in paths]

    def folders(self, folder: str) -> list[str]:
        """The folders in a folder."""
        return sorted(path.name for path in (self.root / folder).glob("*") if path.is_dir())

    def is_there(self) -> bool:
        """Whether there is the folder."""
        return self.root.is_dir()

    def size(self, name: str) -> int:
        """The bytes of a file."""
        return (self.root / name).stat().st_size

    def opened(self, name: str) -> BinaryIO:
        """A file to read."""
        return (self.root / name).open("rb")

    def read(self, name: str) -> bytes | None:
        """A small file's content."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, body: bytes) -> None:
        """Write a draft, sync it, give it its name."""
        path = self.root / name
        draft = path.with_name(f"{path.name}.draft")
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def remove(self, name: str) -> None:
        """Delete a file."""
        (self.root / name).unlink(missing_ok=True)

    def keep_only(self, folder: str, kept: Collection[str]) -> None:
        """Delete every other file of a folder."""
        for path in (self.root / folder).rglob("*"):
            if path.is_file() and path.relative_to(self.root).as_posix() not in kept:
                path.unlink()

    def check(self) -> None:
        """The home folder is looked at by whoever makes it."""

    def tried(self) -> None:
        """The home folder is tried by itself."""
        return

    def clear(self, real_now: float) -> None:
        """There are no copies."""

    @contextmanager
    def held(self, uris: Sequence[str]) -> Iterator[Sequence[str]]:
        """They are paths of this machine already, and stay: versions that are read keep their files."""
        yield uris
