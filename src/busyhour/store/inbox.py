"""The inbox: events that are safely on disk and not yet in the tables, as sealed batches of Parquet parts."""

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["Batch", "Inbox", "Stage"]

_OPEN = ".open"


@dataclass(frozen=True, slots=True)
class Batch:
    """A sealed batch: it is whole, and it stays until it is removed."""

    id: str
    folder: Path

    def parts(self) -> Iterator[tuple[str, pa.Table]]:
        """Its events, part by part, each with the name of its stream."""
        for path in sorted(self.folder.glob("*.parquet")):
            yield path.name.split(".")[1], pq.read_table(path, partitioning=None)

    def remove(self) -> None:
        """Delete it, after its events stand in the tables."""
        shutil.rmtree(self.folder)


class Stage:
    """A batch that is being written; nobody sees it before it is sealed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = 0

    def write(self, stream: str, events: pa.Table) -> None:
        """Add a part of one stream, synced to disk."""
        path = self._folder / f"{self._parts:06}.{stream}.parquet"
        pq.write_table(events, path, compression="zstd", compression_level=1)
        _sync(path)
        self._parts += 1

    def seal(self) -> str:
        """Make the batch visible, in one step that survives a crash; its id."""
        _sync(self._folder)
        sealed = self._folder.with_suffix("")
        self._folder.rename(sealed)
        _sync(sealed.parent)
        return sealed.name

    def discard(self) -> None:
        """Leave no trace."""
        shutil.rmtree(self._folder, ignore_errors=True)


class Inbox:
    """All companies' batches under one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stage(self, company_id: str) -> Stage:
        """A new batch to write to."""
        folder = self._root / company_id / f"{secrets.token_hex(12)}{_OPEN}"
        folder.mkdir(parents=True)
        return Stage(folder)

    def sealed(self, company_id: str) -> list[Batch]:
        """The company's batches that wait to be taken in, the oldest first."""
        folder = self._root / company_id
        if not folder.is_dir():
            return []
        found = [path for path in folder.iterdir() if path.suffix != _OPEN]
        return [Batch(path.name, path) for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
