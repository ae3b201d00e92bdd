"""This machine's copies of objects that never change: fetched in parallel, bounded in bytes, for all its processes."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from busyhour.errors import InternalError

__all__ = ["FileCache", "FileGone"]

_AT_ONCE = 16
_UNUSED_SECONDS = 86_400.0
_YOUNG_SECONDS = 60.0
"""A statement's folder that was made just now may not be locked yet."""

log = structlog.get_logger()


class FileGone(InternalError):
    """An object that a table's version names is not in the store any more."""


@dataclass(frozen=True, slots=True)
class FileCache:
    """Copies by the names of their objects, in `files`; in `held` links to them, a folder for each running statement.

    A copy that is read is read through such a link, so its own name may be removed at any time: the least recently
    used go first once all are more than `most_bytes`. What running statements read comes on top of that.
    `fetch` writes the content of an object to a file and raises FileNotFoundError where there is no such object.
    """

    folder: Path
    most_bytes: int
    fetch: Callable[[str, BinaryIO], None]

    @contextmanager
    def held(self, names: Sequence[str]) -> Iterator[list[Path]]:
        """Copies of objects, whole, to the end of the block; raises FileGone."""
        with self._hold() as hold:
            missing = [name for name in names if not self._link(name, hold)]
            if missing:
                self._fetch_all(missing, hold)
                self._evict()
            yield [hold / name for name in names]

    def keep_only(self, folder: str, kept: Collection[str]) -> None:
        """Delete the copies of every other object whose name begins so."""
        for path in self._copies(folder):
            if path.relative_to(self._files).as_posix() not in kept:
                path.unlink(missing_ok=True)

    def clear(self, real_now: float) -> None:
        """Delete copies that nobody used for a day, and the links of statements whose process is gone."""
        for path in self._copies():
            with suppress(FileNotFoundError):
                if real_now - path.stat().st_mtime > _UNUSED_SECONDS:
                    path.unlink()
        for hold in self._holds.glob("*"):
            _remove_where_left(hold, real_now)

    @property
    def _files(self) -> Path:
        return self.folder / "files"

    @property
    def _holds(self) -> Path:
        return self.folder / "held"

    def _copies(self, folder: str = "") -> Iterator[Path]:
        return (path for path in (self._files / folder).rglob("*") if path.is_file())

    @contextmanager
    def _hold(self) -> Iterator[Path]:
        """A folder that is locked for as long as its process lives."""
        hold = self._holds / secrets.token_hex(8)
        hold.mkdir(parents=True, mode=0o700)
        descriptor = os.open(hold, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield hold
        finally:
            shutil.rmtree(hold, ignore_errors=True)
            os.close(descriptor)

    def _link(self, name: str, hold: Path) -> bool:
        """Hold a copy, and note that it was used; False where there is none."""
        target = hold / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(self._files / name)
        except FileExistsError:
            return True
        except FileNotFoundError:
            return False
        os.utime(target)
        return True

    def _fetch_all(self, names: Collection[str], hold: Path) -> None:
        pool = ThreadPoolExecutor(min(_AT_ONCE, len(names)), "fetch")
        try:
            list(pool.map(lambda name: self._fetch(name, hold), dict.fromkeys(names)))
        finally:
            pool.shutdown(cancel_futures=True)

    def _fetch(self, name: str, hold: Path) -> None:
        target, copy = hold / name, self._files / name
        draft = target.with_name(f"{target.name}.part")
        with draft.open("wb") as file:
            try:
                self.fetch(name, file)
            except FileNotFoundError:
                log.error("a file of the tables is gone", object=name)
                raise FileGone(
                    "A file that is to be read is gone from the storage; ask again. `busyhour doctor` names what is"
                    " missing."
                ) from None
            file.flush()
            # A copy is believed to be whole by its name, also after a power loss.
            os.fsync(file.fileno())
        draft.rename(target)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            copy.hardlink_to(target)

    def _evict(self) -> None:
        found = []
        for path in self._copies():
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((stat.st_mtime_ns, stat.st_size, path))
        excess = sum(size for _, size, _ in found) - self.most_bytes
        for _, size, path in sorted(found):
            if excess <= 0:
                return
            path.unlink(missing_ok=True)
            excess -= size


def _remove_where_left(hold: Path, real_now: float) -> None:
    """Remove a statement's folder whose process is gone."""
    try:
        descriptor = os.open(hold, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if real_now - os.fstat(descriptor).st_mtime > _YOUNG_SECONDS:
            shutil.rmtree(hold, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)
