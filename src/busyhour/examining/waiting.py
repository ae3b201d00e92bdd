"""Events on their way into the tables: what API processes wrote down, and sealed batches."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from busyhour.examining.finding import Finding, ago, ok, problem, warning
from busyhour.examining.state import Waiting
from busyhour.store.inbox import Inbox
from busyhour.store.sqlite_files import look_into
from busyhour.tables.holdings import first_words

__all__ = ["examine_arrivals", "examine_inbox"]

_UNSEALED_SECONDS = 86_400


def examine_arrivals(home: Path, table: Waiting | None, now: int, patience: int) -> Iterator[Finding]:
    """Whether each file can be read, and how long the oldest event has waited; `now` in µs, `patience` in seconds.

    `table` is what waits in PostgreSQL; what a house on SQLite left in files before is told of beside it.
    """
    yield from _set_aside("arrivals", home.glob("arrivals/*.corrupt*"))
    count, first = table or Waiting(0, None)
    oldest = now if first is None else first
    for path in sorted(home.glob("arrivals/*.db")):
        try:
            events, first = _arrivals(path)
        except sqlite3.Error as error:
            yield problem("arrivals", f"{path} cannot be read ({error}); its events are not in the tables yet, keep it")
            continue
        count, oldest = count + events, min(oldest, now if first is None else first)
    yield _waiting("arrivals", f"{count:,} events", count, (now - oldest) / 1_000_000, patience)


def _arrivals(path: Path) -> Waiting:
    with closing(look_into(path)) as connection:
        (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if told != "ok":
            raise sqlite3.DatabaseError(told)
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'arrivals'").fetchone():
            return Waiting(0, None)
        events, first = connection.execute("SELECT count(*), min(received_at) FROM arrivals").fetchone()
        return Waiting(int(events), first)


def examine_inbox(home: Path, real_now: float, patience: int) -> Iterator[Finding]:
    """Whether each sealed batch can be read, how long the oldest has waited, and what was never sealed."""
    yield from _set_aside("inbox", home.glob("inbox/**/*.corrupt*"))
    inbox, count, oldest = Inbox(home / "inbox"), 0, real_now
    for company in sorted(home.glob("inbox/*")):
        for batch in inbox.sealed(company.name):
            if ".corrupt" in batch.id:
                continue
            yield from _unreadable(batch.folder)
            count, oldest = count + 1, min(oldest, _changed(batch.folder))
    yield from _unsealed(home, real_now)
    yield _waiting("inbox", f"{count:,} batches", count, real_now - oldest, patience)


def _unreadable(batch: Path) -> Iterator[Finding]:
    for path in sorted(batch.glob("*.parquet")):
        try:
            pq.read_metadata(path)
        except FileNotFoundError:
            return  # A refresh has just taken the batch in.
        except (OSError, pa.ArrowException) as error:
            yield problem("inbox", f"{path} cannot be read ({first_words(error)}); import its events again")


def _unsealed(home: Path, real_now: float) -> Iterator[Finding]:
    for path in sorted(home.glob("inbox/*/*.open")):
        if (age := real_now - _changed(path)) > _UNSEALED_SECONDS:
            yield warning("inbox", f"{path} was left {ago(age)} by an import that was cut off; it may be deleted")


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _set_aside(about: str, paths: Iterator[Path]) -> Iterator[Finding]:
    for path in sorted(paths):
        if not path.name.endswith(("-wal", "-shm")):
            yield problem(about, f"{path} was set aside as unreadable; rescue its events, then move it away")


def _waiting(about: str, what: str, count: int, age: float, patience: int) -> Finding:
    if not count:
        return ok(about, "nothing waits")
    told = f"{what} wait, the oldest since {ago(age).removesuffix(' ago')}"
    return warning(about, f"{told}; is `busyhour serve` running?") if age > patience else ok(about, told)
