"""SQLite files as files: copied while others write to them, and looked into without leaving a trace."""

import sqlite3
from contextlib import closing
from pathlib import Path

__all__ = ["copy_sqlite", "look_into"]


def copy_sqlite(source: Path, target: Path) -> None:
    """Make a consistent copy, whoever writes to the source meanwhile; nobody waits for it.

    Raises sqlite3.Error where the source is no sound database.
    """
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.execute("PRAGMA busy_timeout = 30000")
        original.backup(copy)


def look_into(path: Path) -> sqlite3.Connection:
    """A connection that can only read; raises sqlite3.Error where there is nothing to read.

    TRICKY: a reader of a WAL database makes the files beside it where they are missing, and cannot remove them. They
    are missing when nobody has it open, and then nothing changes while we look: it may be read as it lies there.
    """
    is_in_use = path.with_name(f"{path.name}-wal").exists()
    uri = f"{path.absolute().as_uri()}?mode=ro{'' if is_in_use else '&immutable=1'}"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)
