"""Events on their way into the tables: what API processes wrote down, and sealed batches."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from busyhour.examining.finding import Finding, ago, ok, problem, warning
from busyhour.examining.state import Waiting
from busyhour.store.inbox import Inbox
from busyhour.store.sqlite_files import look_into

__all__ = ["examine_arrivals", "examine_inbox"]

_UNSEALED_SECONDS = 86_400


def examine_arrivals(home: Path, table: Waiting | None, now: int, patience: int) -> Iterator[Finding]:
    """Whether each file can be read, and how long the oldest event has waited; `now` in µs, `patience` in seconds.

    `table` is what waits in PostgreSQL; what a house on SQLite left in files before is told of beside it.
    """
    yield from _set_aside("arrivals", map(str, home.glob("arrivals/*.corrupt*")))
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


def examine_inbox(inbox: Inbox, real_now: float, patience: int) -> Iterator[Finding]:
    """Whether each sealed batch can be read, how long the oldest has waited, and what was never sealed."""
    yield from _set_aside("inbox", inbox.aside())
    count, oldest = 0, real_now
    for company_id in inbox.companies():
        for batch in inbox.sealed(company_id):
            for flaw in batch.flaws():
                yield problem("inbox", f"{flaw}; import its events again")
            count, oldest = count + 1, min(oldest, batch.sealed_at)
    yield from _unsealed(inbox, real_now)
    yield _waiting("inbox", f"{count:,} batches", count, real_now - oldest, patience)


def _unsealed(inbox: Inbox, real_now: float) -> Iterator[Finding]:
    for unsealed in inbox.unsealed():
        if (age := real_now - unsealed.written_at) > _UNSEALED_SECONDS:
            told = f"{unsealed.place} was left {ago(age)} by an import that was cut off"
            yield warning("inbox", f"{told}; it may be deleted")


def _set_aside(about: str, places: Iterable[str]) -> Iterator[Finding]:
    for place in sorted(places):
        if not place.endswith(("-wal", "-shm")):
            yield problem(about, f"{place} was set aside as unreadable; rescue its events, then move it away")


def _waiting(about: str, what: str, count: int, age: float, patience: int) -> Finding:
    if not count:
        return ok(about, "nothing waits")
    told = f"{what} wait, the oldest since {ago(age).removesuffix(' ago')}"
    return warning(about, f"{told}; is `busyhour serve` running?") if age > patience else ok(about, told)
