"""What a stopped process was doing, told by what it holds: a lock, a lease, an open file."""

import fcntl
import os
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

_WRITE_LOCK = 120
"""The byte of a WAL's index file that SQLite locks while a transaction writes."""

_FLOCK = "@hhqqi0q"


def is_committing(home: Path, pid: int) -> bool:
    """Whether a process is between BEGIN and COMMIT on its own file of arrivals.

    Another connection could not begin to write just now; the kernel says whose lock it is that is in its way.
    """
    return any(_locker(path) == pid for path in (home / "arrivals").glob(f"{pid}-*.db-shm"))


def _locker(index: Path) -> int:
    """Whose lock keeps others from writing; 0 where nobody's does."""
    wanted = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _WRITE_LOCK, 1, 0)
    try:
        descriptor = os.open(index, os.O_RDWR)
    except FileNotFoundError:
        return 0
    try:
        kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, wanted))
    finally:
        os.close(descriptor)
    return 0 if kind == fcntl.F_UNLCK else int(pid)


def leases(home: Path) -> dict[str, str]:
    """The holder of every lease that has not run out, by its name."""
    rows = _rows(home, "SELECT name, holder FROM leases WHERE until > ?", int(time.time() * 1000))
    return {str(name): str(holder) for name, holder in rows}


def report_of(home: Path, pid: int) -> str | None:
    """The request whose report a worker is writing, and holds as the running one; None where it writes none."""
    for name in _open_files(pid):
        request_id, _, rest = name.partition(".csv.")
        if rest.endswith(".draft"):
            worker = rest.removesuffix(".draft")
            rows = _rows(home, "SELECT status, worker FROM requests WHERE id = ?", request_id)
            return request_id if rows == [("running", worker)] else None
    return None


def _open_files(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                yield descriptor.readlink().name


def _rows(home: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    # The default of five seconds would wait for a process that we have stopped; a reader waits for nobody.
    with closing(sqlite3.connect(f"file:{home / 'busyhour.db'}?mode=ro", uri=True, timeout=0)) as connection:
        return list(connection.execute(sql, values))
