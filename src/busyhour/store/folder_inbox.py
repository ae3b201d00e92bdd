"""An inbox in a folder of this machine: a batch is there from the moment on at which its folder has its name."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from busyhour.store.inbox import LIVE, Damaged, Unsealed, part_name, stream_of_part

__all__ = ["FolderBatch", "FolderInbox", "FolderStage"]

_OPEN = ".open"
_CORRUPT = ".corrupt"


@dataclass(frozen=True, slots=True)
class FolderBatch:
    """A sealed batch: a folder of its parts."""

    id: str
    folder: Path

    @property
    def place(self) -> str:
        """Its folder."""
        return str(self.folder)

    @property
    def sealed_at(self) -> float:
        """When its last part was written; now for one that was taken in meanwhile."""
        return _changed(self.folder)

    @property
    def is_live(self) -> bool:
        """Whether its id says so."""
        return self.id.startswith(LIVE)

    def parts(self) -> Iterator[tuple[str, pa.Table]]:
        """Its events, part by part, each with the name of its stream; raises Damaged."""
        for path in sorted(self.folder.glob("*.parquet")):
            yield stream_of_part(path.name), _read(path)

    def flaws(self) -> Iterator[str]:
        """Parts whose end cannot be read."""
        for path in sorted(self.folder.glob("*.parquet")):
            try:
                pq.read_metadata(path)
            except FileNotFoundError:
                return  # A refresh has just taken the batch in.
            except (OSError, pa.ArrowException) as error:
                yield f"{path} cannot be read ({error})"

    def is_there(self) -> bool:
        """Whether its folder has its name."""
        return self.folder.exists()

    def remove(self) -> None:
        """Delete it, after its events stand in the tables."""
        shutil.rmtree(self.folder)

    def set_aside(self) -> str:
        """Give it a name that is no batch's."""
        return str(self.folder.rename(self.folder.with_name(self.folder.name + _CORRUPT)))


class FolderStage:
    """A batch that is being written, in a folder of another name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = 0

    def write(self, stream: str, events: pa.Table) -> None:
        """Add a part of one stream, synced to disk."""
        path = self._folder / part_name(self._parts, stream)
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


class FolderInbox:
    """All companies' batches under one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stage(self, company_id: str, *, is_live: bool = False) -> FolderStage:
        """A new batch to write to."""
        folder = self._root / company_id / f"{LIVE if is_live else ''}{secrets.token_hex(12)}{_OPEN}"
        folder.mkdir(parents=True)
        return FolderStage(folder)

    def sealed(self, company_id: str) -> Sequence[FolderBatch]:
        """The company's batches that wait to be taken in, the oldest first."""
        folder = self._root / company_id
        if not folder.is_dir():
            return []
        found = [path for path in folder.iterdir() if path.suffix not in (_OPEN, _CORRUPT)]
        return [FolderBatch(path.name, path) for _, path in sorted(chain.from_iterable(map(_aged, found)))]

    def companies(self) -> Sequence[str]:
        """The names of the folders."""
        return sorted(Path(folder).name for folder in _folders(self._root))

    def unsealed(self) -> Sequence[Unsealed]:
        """Folders of batches that were not sealed, as old as the last thing written in them."""
        return [
            Unsealed(str(folder), max(map(_changed, (folder, *folder.glob("*")))))
            for folder in self._root.glob(f"*/*{_OPEN}")
        ]

    def discard(self, unsealed: Unsealed) -> None:
        """Delete such a folder."""
        shutil.rmtree(unsealed.place, ignore_errors=True)

    def aside(self) -> Sequence[str]:
        """What has the name of a damaged batch."""
        return sorted(str(path) for path in self._root.glob(f"*/*{_CORRUPT}"))

    def oldest(self) -> int | None:
        """When the batch that has waited longest of all companies' was written, in µs; None where none waits."""
        return min((moment for folder in _folders(self._root) for moment in _moments(folder)), default=None)


def _changed(path: Path) -> float:
    """When it was last written to, in seconds; now for what was sealed or discarded meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _aged(path: Path) -> Iterator[tuple[int, Path]]:
    """A batch and when it was sealed; nothing where it was taken in and removed while we looked."""
    with suppress(FileNotFoundError):
        yield path.stat().st_mtime_ns, path


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
