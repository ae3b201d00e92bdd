"""Arrivals in files: each process of the host writes one of its own, so that none waits for another."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import structlog

from busyhour.errors import Unavailable
from busyhour.store.arrival_file import (
    ArrivalFile,
    beside,
    is_abandoned,
    is_damage,
    remove,
    salvaged,
    set_aside,
    take_away,
)
from busyhour.store.arrivals import Arrival, Take

__all__ = ["ArrivalFileWriter", "ArrivalFiles"]

log = structlog.get_logger()


class ArrivalFiles:
    """Every file of arrivals under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_path(self) -> Path:
        """Where this process is to write; its folder is made."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return beside(self._folder / f"{os.getpid()}-")

    def paths(self) -> list[Path]:
        """Every file that may hold arrivals."""
        return sorted(self._folder.glob("*.db"))

    def writer(self) -> "ArrivalFileWriter":
        """What this process writes with, to a file of its own."""
        return ArrivalFileWriter(self.new_path())

    def oldest(self) -> int | None:
        """When the arrival that has waited longest came, in µs; None where none waits. Raises sqlite3.Error."""
        moments = []
        for path in self.paths():
            with closing(ArrivalFile.open(path)) as file:
                moments.append(file.oldest())
        return min((moment for moment in moments if moment is not None), default=None)

    def has_some(self) -> bool:
        """Whether any may wait; a file that cannot be read may hold some."""
        return any(_has_some(path) for path in self.paths())

    def hand_over(self, take: Take) -> int:
        """Let all that wait now be taken, group by group, each deleted once it is; how many they were.

        A file of a process that is gone is deleted when it is empty; a damaged one is set aside, and what can be read
        of it is handed over.
        """
        return sum(_hand_file_over(path, take) for path in self.paths())


def _has_some(path: Path) -> bool:
    try:
        with closing(ArrivalFile.open(path)) as file:
            return file.oldest() is not None
    except sqlite3.Error:
        return True


def _hand_file_over(path: Path, take: Take) -> int:
    try:
        count = _hand_all_over(path, take)
        if is_abandoned(path):
            left = take_away(path)
            count += _hand_all_over(left, take)
            remove(left)
    except sqlite3.Error as error:
        if is_damage(error):
            return _salvage(path, take)
        log.error("arrivals cannot be read; they wait", path=str(path), reason=str(error))
        return 0
    return count


def _hand_all_over(path: Path, take: Take) -> int:
    """Hand over what waits now: where events come all the while, some always wait."""
    number, count = 0, 0
    with closing(ArrivalFile.open(path)) as file:
        newest = file.newest()
        while number < newest:
            number, arrivals = file.first()
            if not arrivals:
                break
            take(arrivals)
            file.remove(number)
            count += len(arrivals)
    return count


def _salvage(path: Path, take: Take) -> int:
    aside = set_aside(path)
    found = list(dict.fromkeys(salvaged(aside)))
    take(found)
    log.error("a damaged file of arrivals was set aside", path=str(aside), arrivals_read=len(found))
    return len(found)


class ArrivalFileWriter:
    """Appends to one file, and to a new one where that is damaged or was taken away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: ArrivalFile | None = None
        self._inode = 0

    def append(self, arrivals: Sequence[Arrival]) -> None:
        """Add arrivals, which are on disk when this returns; raises Unavailable where they may not be."""
        try:
            self._append_or_begin_anew(arrivals)
        except (sqlite3.Error, OSError) as error:
            self.close()
            log.error("arrivals cannot be stored", path=str(self._path), reason=str(error))
            raise Unavailable(f"Events cannot be stored at the moment ({error}); send this one again.") from None

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
            self._file = None

    def _append_or_begin_anew(self, arrivals: Sequence[Arrival]) -> None:
        try:
            self._append(arrivals)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            # What is in it was acknowledged: it stays where it is, for whoever sorts saves what can be read.
            self.close()
            log.error("arrivals: the file is damaged, another is begun", path=str(self._path))
            self._path = beside(self._path)
            self._append(arrivals)

    def _append(self, arrivals: Sequence[Arrival]) -> None:
        # TRICKY: who finds the file damaged moves it away, perhaps while we write to it. What was written before
        # that is read from there; what may have been written after it must be written again.
        while True:
            if self._file is None:
                self._file = ArrivalFile.open(self._path)
                self._inode = self._path.stat().st_ino
            self._file.append(arrivals)
            if self._is_in_place():
                return
            self.close()

    def _is_in_place(self) -> bool:
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False
