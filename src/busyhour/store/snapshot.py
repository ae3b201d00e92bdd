"""A snapshot: what the home folder holds at a moment of stillness, as links that nobody changes any more."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from busyhour.errors import Conflict
from busyhour.store.archive import SECRET, STATE
from busyhour.store.folder_inbox import FolderInbox
from busyhour.store.sqlite_files import copy_sqlite

__all__ = ["log_names", "snapshot_folder", "take_snapshot"]

_REWRITTEN = "_last_checkpoint"
"""The one file of a table that is not written once and for all."""


@contextmanager
def snapshot_folder(home: Path) -> Iterator[Path]:
    """An empty folder in the home folder for one backup at a time, empty again afterwards; raises Conflict.

    What a backup left that was killed is removed.
    """
    folder = home / "snapshot"
    folder.mkdir(mode=0o700, exist_ok=True)
    # The folder itself stays: a lock on one that was removed would be a lock on nothing.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor)
        _empty(folder)
        try:
            yield folder
        finally:
            _empty(folder)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict("Another backup of this home folder is running.") from None


def take_snapshot(home: Path, folder: Path, state: Path | None) -> list[str]:
    """Fill the folder anew; what could not be copied, and why. Who calls it has made everybody stand still."""
    _empty(folder)
    complaints = []
    for path in home.glob("arrivals/*.db"):
        complaints += _copied(path, folder / path.relative_to(home))
    for path in _unchanging(home):
        _link(path, folder / path.relative_to(home))
    if state is not None:
        # The state comes last: it then knows every company of which there are events.
        complaints += _copied(state, folder / STATE)
    return complaints


def log_names(home: Path) -> set[Path]:
    """The logs of all tables: one more where any table was changed."""
    return set(home.glob("companies/*/tables/*/_delta_log/*.json"))


def _unchanging(home: Path) -> Iterator[Path]:
    """Files that are never written to again: the secret, what was set aside, sealed batches, tables."""
    inbox = FolderInbox(home / "inbox")
    sealed = [batch.folder for company in home.glob("inbox/*") for batch in inbox.sealed(company.name)]
    yield from home.glob(SECRET)
    yield from home.glob("arrivals/*.corrupt*")
    for folder in (*sealed, *home.glob("companies/*/tables/*")):
        yield from (path for path in folder.rglob("*") if path.is_file())


def _copied(source: Path, target: Path) -> list[str]:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy_sqlite(source, target)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        return [f"{source} cannot be read ({error})"] if source.exists() else []
    return []


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.name != _REWRITTEN:
        # Where it cannot be linked, it lies on another disk, or on one that knows no links.
        with suppress(OSError):
            target.hardlink_to(source)
            return
    shutil.copyfile(source, target)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
