"""A file of arrivals: a SQLite database that one process writes to and whoever sorts reads, moves and deletes."""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from busyhour.store.arrivals import Arrival

__all__ = ["ArrivalFile", "beside", "is_abandoned", "is_damage", "remove", "salvaged", "set_aside", "take_away"]

_BYTES_AT_ONCE = 32_000_000
_ROWS_AT_ONCE = 20_000
_WAIT_SECONDS = 3.0


class ArrivalFile:
    """An open file of arrivals; any number of processes may have it open. Its methods raise sqlite3.Error."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, made where it is missing; for use by one thread at a time."""
        connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            for statement in _SET_UP:
                connection.execute(statement)
        except sqlite3.Error:
            connection.close()
            raise
        return cls(connection)

    def append(self, arrivals: Sequence[Arrival]) -> None:
        """Add arrivals in one transaction, which is on disk when this returns."""
        rows = [(one.company_id, one.door, one.received_at, one.body) for one in arrivals]
        with self._transaction():
            self._connection.executemany(_APPEND, rows)

    def oldest(self) -> int | None:
        """When the arrival that has waited longest came; None where none waits."""
        row = self._connection.execute("SELECT received_at FROM arrivals ORDER BY id LIMIT 1").fetchone()
        return None if row is None else int(row[0])

    def newest(self) -> int:
        """The number of the arrival that came last; 0 where none waits."""
        row = self._connection.execute("SELECT max(id) FROM arrivals").fetchone()
        return int(row[0] or 0)

    def first(self) -> tuple[int, list[Arrival]]:
        """The arrivals that have waited longest, not too many at once, and the number up to which they are."""
        number, found, size = 0, list[Arrival](), 0
        with closing(self._connection.execute(_FIRST, (_ROWS_AT_ONCE,))) as rows:
            for number, *values in rows:  # noqa: B007 - the last one is asked for
                found.append(Arrival(*values))
                size += len(found[-1].body)
                if size >= _BYTES_AT_ONCE:
                    break
        return number, found

    def remove(self, number: int) -> None:
        """Delete the arrivals up to that number and leave no trace of them in the file."""
        with self._transaction():
            self._connection.execute("DELETE FROM arrivals WHERE id <= ?", (number,))
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def beside(path: Path) -> Path:
    """A new file for the process that writes to a file."""
    return path.with_name(f"{path.name.partition('-')[0]}-{secrets.token_hex(4)}.db")


def is_abandoned(path: Path) -> bool:
    """Whether the process that writes to a file is gone."""
    owner = path.name.partition("-")[0]
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return True
    except (ValueError, PermissionError):
        return False
    return False


def take_away(path: Path) -> Path:
    """Move a file whose process is gone to where nobody writes; if one does all the same, it notices; its new path."""
    return path if path.name.endswith(_LEFT) else _moved(path, path.with_name(f"{path.stem}{_LEFT}"))


def remove(path: Path) -> None:
    """Delete a file that was taken away, with what belongs to it."""
    for suffix in _PARTS:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file itself is broken, and no trying again will help."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def set_aside(path: Path) -> Path:
    """Move a damaged file, whole, to where nobody trips over it; its new path."""
    return _moved(path, path.with_name(f"{path.name}.corrupt-{secrets.token_hex(4)}"))


def _moved(path: Path, to: Path) -> Path:
    for suffix in _PARTS:
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(to.with_name(to.name + suffix))
    return to


def salvaged(aside: Path) -> Iterator[Arrival]:
    """What can still be read of a damaged file: from its beginning, and from its end, up to the damage."""
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(aside)) as connection:
            rows = connection.execute(f"SELECT company_id, door, received_at, body FROM arrivals ORDER BY id {order}")
            for values in rows:
                yield Arrival(*values)


# TRICKY: the log goes before its file: between the two steps, nobody must find a file without its log.
_PARTS = ("-wal", "-shm", "")
_LEFT = ".left.db"

# TRICKY: numbers are never given twice. Who stood still between reading and deleting, and was taken for gone, deletes
# up to the number that it read: what came in since must not have such a number.
_SET_UP = (
    # A batch is one value of megabytes: in large pages it is written in half the time, and single events as fast.
    "PRAGMA page_size = 16384",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    # What is deleted after it was sorted shall not linger in the file's free pages.
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
    """
    CREATE TABLE IF NOT EXISTS arrivals (
        id INTEGER PRIMARY KEY AUTOINCREMENT, company_id TEXT NOT NULL, door TEXT NOT NULL,
        received_at INTEGER NOT NULL, body BLOB NOT NULL
    )
    """,
)

_APPEND = "INSERT INTO arrivals (company_id, door, received_at, body) VALUES (?, ?, ?, ?)"

_FIRST = "SELECT id, company_id, door, received_at, body FROM arrivals ORDER BY id LIMIT ?"
