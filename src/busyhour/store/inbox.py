"""The inbox: events that are safely on disk and not yet in the tables, as sealed batches of Parquet parts."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["Batch", "Damaged", "Inbox", "Stage"]

_OPEN = ".open"
_LIVE = "live-"
_CORRUPT = ".corrupt"


class Damaged(Exception):
    """A part of a batch that cannot be read, however often it is tried."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A sealed batch: it is whole, and it stays until it is removed."""

    id: str
    folder: Path

    @property
    def is_live(self) -> bool:
        """Whether it came through the live doors, and was not imported by somebody who waits for it."""
        return self.id.startswith(_LIVE)

    def parts(self) -> Iterator[tuple[str, pa.Table]]:
        """Its events, part by part, each with the name of its stream; raises Damaged."""
        for path in sorted(self.folder.glob("*.parquet")):
            yield path.name.split(".")[1], _read(path)

    def remove(self) -> None:
        """Delete it, after its events stand in the tables."""
        shutil.rmtree(self.folder)

    def set_aside(self) -> Path:
        """Put a damaged batch where nobody trips over it, whole, for whoever repairs it; its new folder."""
        return self.folder.rename(self.folder.with_name(self.folder.name + _CORRUPT))


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

    def stage(self, company_id: str, *, is_live: bool = False) -> Stage:
        """A new batch to write to."""
        folder = self._root / company_id / f"{_LIVE if is_live else ''}{secrets.token_hex(12)}{_OPEN}"
        folder.mkdir(parents=True)
        return Stage(folder)

    def sealed(self, company_id: str) -> list[Batch]:
        """The company's batches that wait to be taken in, the oldest first."""
        folder = self._root / company_id
        if not folder.is_dir():
            return []
        found = [path for path in folder.iterdir() if path.suffix not in (_OPEN, _CORRUPT)]
        return [Batch(path.name, path) for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))]

    def unsealed(self) -> list[Path]:
        """The folders of batches that are being written, or were when their writer ended; of every company."""
        return list(self._root.glob(f"*/*{_OPEN}"))

    def oldest(self) -> int | None:
        """When the batch that has waited longest of all companies' was written, in µs; None where none waits."""
        return min((moment for folder in _folders(self._root) for moment in _moments(folder)), default=None)


def _folders(root: Path) -> list[str]:
    with suppress(FileNotFoundError), os.scandir(root) as entries:
        return [entry.path for entry in entries]
    return []


def _moments(folder: str) -> Iterator[int]:
    # A batch may be taken in and removed while we look.
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.endswith((_OPEN, _CORRUPT)):
                yield entry.stat().st_mtime_ns // 1000


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path, partitioning=None)
    except (pa.ArrowInvalid, OSError) as error:
        # A number says that the disk could not be read just now; without one it is the content.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Damaged(f"{path.name}: {error}") from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
