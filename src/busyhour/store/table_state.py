"""What a refresh must remember between two steps: which days to fold, which legs moved, what each tier shows."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import bindparam, text

from busyhour.domain.periods import Tier
from busyhour.store.database import Database

__all__ = ["Pin", "TableState"]


@dataclass(frozen=True, slots=True)
class Pin:
    """The table versions that a tier shows, all of one moment.

    `as_of` in µs of the business clock, `refreshed_at` in ms of the real one: when the refresh began.
    """

    as_of: int
    refreshed_at: int
    versions: Mapping[str, int]


class TableState:
    """State of refreshes, by company and stream; days are counted from 1970."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def real_now(self) -> float:
        """The clock by which refreshes take their turns, one for all processes; real clock, seconds."""
        return self._database.real_now()

    def note_dirty(self, company_id: str, stream: str, days: Iterable[int]) -> None:
        """Remember days to fold, before the events that touch them are appended."""
        rows = [{"c": company_id, "s": stream, "day": day} for day in sorted(set(days))]
        if rows:
            with self._database.write() as connection:
                connection.execute(
                    text(
                        "INSERT INTO dirty_days (company_id, stream, day) VALUES (:c, :s, :day) ON CONFLICT DO NOTHING"
                    ),
                    rows,
                )

    def to_fold(self, company_id: str, stream: str, as_of: int) -> list[int]:
        """Days with new events, and days with a leg that is to be ended by now, in order."""
        with self._database.read() as connection:
            rows = connection.execute(
                text(
                    "SELECT day FROM dirty_days WHERE company_id = :c AND stream = :s"
                    " UNION SELECT day FROM due_days WHERE company_id = :c AND stream = :s AND due <= :as_of"
                    " ORDER BY day"
                ),
                {"c": company_id, "s": stream, "as_of": as_of},
            )
            return [row.day for row in rows]

    def folded(self, company_id: str, stream: str, first: int, last: int, due: Mapping[int, int]) -> None:
        """These days are folded; `due` says when the first open leg of a day is to be ended (µs)."""
        span = {"c": company_id, "s": stream, "first": first, "last": last}
        with self._database.write(alone=f"days {company_id}") as connection:
            for table in ("dirty_days", "due_days"):
                connection.execute(
                    text(f"DELETE FROM {table} WHERE company_id = :c AND stream = :s AND day BETWEEN :first AND :last"),
                    span,
                )
            if due:
                connection.execute(
                    text("INSERT INTO due_days (company_id, stream, day, due) VALUES (:c, :s, :day, :due)"),
                    [{"c": company_id, "s": stream, "day": day, "due": moment} for day, moment in due.items()],
                )

    def pin(self, company_id: str, tiers: Iterable[Tier], pin: Pin, taken: Mapping[str, int]) -> None:
        """Let the tiers show these versions, and record how many rows each batch brought."""
        rows = [
            {
                "c": company_id,
                "tier": tier.value,
                "as_of": pin.as_of,
                "refreshed_at": pin.refreshed_at,
                "versions": json.dumps(dict(pin.versions)),
            }
            for tier in tiers
        ]
        batches = [{"id": batch, "c": company_id, "rows": count} for batch, count in taken.items()]
        with self._database.write() as connection:
            connection.execute(text(_PIN), rows)
            if batches:
                connection.execute(text(_TAKEN), batches)

    def note_import(self, company_id: str, batch_id: str, rows: int) -> None:
        """Record an import that reached the figures on another road than the tables, such as the directory's."""
        with self._database.write() as connection:
            connection.execute(text(_TAKEN), {"id": batch_id, "c": company_id, "rows": rows})

    def pinned(self, company_id: str, tier: Tier) -> Pin | None:
        """What a tier shows, or None before the first refresh."""
        with self._database.read() as connection:
            row = connection.execute(
                text("SELECT as_of, refreshed_at, versions FROM pins WHERE company_id = :c AND tier = :tier"),
                {"c": company_id, "tier": tier.value},
            ).one_or_none()
        return None if row is None else Pin(row.as_of, row.refreshed_at, json.loads(row.versions))

    def rows_taken(self, batch_id: str) -> int:
        """How many rows of a batch brought something new, once it is in the tables."""
        with self._database.read() as connection:
            count = connection.execute(
                text("SELECT rows_taken FROM batches WHERE id = :id"), {"id": batch_id}
            ).scalar_one_or_none()
        return int(count or 0)

    def days_of(self, company_id: str, stream: str, things: Iterable[int]) -> dict[int, set[int]]:
        """The days on which events of these things (64-bit hashes of their ids) are known."""
        found: dict[int, set[int]] = {}
        sql, most = (_DAYS_OF_ARRAY, 10_000) if self._database.is_shared else (_DAYS_OF, 500)
        with self._database.read() as connection:
            for chunk in _chunks(things, most):
                for row in connection.execute(sql, {"c": company_id, "s": stream, "things": chunk}):
                    found.setdefault(row.thing, set()).add(row.day)
        return found

    def note_things(self, company_id: str, stream: str, pairs: Sequence[tuple[int, int]]) -> None:
        """Remember that a thing has events on a day."""
        if not pairs:
            return
        concerned = {"c": company_id, "s": stream}
        with self._database.write() as connection:
            if self._database.is_shared:
                things, days = zip(*sorted(pairs), strict=True)
                connection.execute(_NOTE_ARRAYS, concerned | {"things": list(things), "days": list(days)})
            else:
                rows = [concerned | {"thing": number, "day": day} for number, day in sorted(pairs)]
                connection.execute(text(_NOTE_THING), rows)

    def note_moved(self, company_id: str, stream: str, moved: Mapping[str, Iterable[int]]) -> None:
        """Remember the days of things that have events on more than one."""
        rows = [{"c": company_id, "s": stream, "thing": key, "day": day} for key, days in moved.items() for day in days]
        if rows:
            with self._database.write() as connection:
                connection.execute(
                    text(
                        "INSERT INTO moved (company_id, stream, thing, day) VALUES (:c, :s, :thing, :day)"
                        " ON CONFLICT DO NOTHING"
                    ),
                    rows,
                )

    def moved(self, company_id: str, stream: str, first: int, last: int) -> dict[str, set[int]]:
        """Things with events on more than one day, one of them within the span: all their days."""
        found: dict[str, set[int]] = {}
        with self._database.read() as connection:
            rows = connection.execute(text(_MOVED), {"c": company_id, "s": stream, "first": first, "last": last})
            for row in rows:
                found.setdefault(row.thing, set()).add(row.day)
        return found


_DAYS_OF = text(
    "SELECT thing, day FROM thing_days WHERE company_id = :c AND stream = :s AND thing IN :things"
).bindparams(bindparam("things", expanding=True))

# TRICKY: OFFSET 0 keeps this one look into the index for each thing. PostgreSQL, which knows nothing yet of a table
# that was just filled, would otherwise go through all of the company's things for every few of these.
_DAYS_OF_ARRAY = text("""
    SELECT asked.thing, known.day
    FROM unnest(CAST(:things AS bigint[])) AS asked (thing) CROSS JOIN LATERAL (
        SELECT day FROM thing_days WHERE company_id = :c AND stream = :s AND thing = asked.thing OFFSET 0
    ) AS known
""")

_PIN = """
    INSERT INTO pins (company_id, tier, as_of, refreshed_at, versions)
    VALUES (:c, :tier, :as_of, :refreshed_at, :versions)
    ON CONFLICT (company_id, tier) DO UPDATE SET as_of = excluded.as_of, refreshed_at = excluded.refreshed_at,
        versions = excluded.versions
"""

_TAKEN = """
    INSERT INTO batches (id, company_id, rows_taken) VALUES (:id, :c, :rows)
    ON CONFLICT (id) DO UPDATE SET rows_taken = batches.rows_taken + excluded.rows_taken
"""

_NOTE_THING = """
    INSERT INTO thing_days (company_id, stream, thing, day) VALUES (:c, :s, :thing, :day) ON CONFLICT DO NOTHING
"""

_NOTE_ARRAYS = text("""
    INSERT INTO thing_days (company_id, stream, thing, day)
    SELECT :c, :s, thing, day FROM unnest(CAST(:things AS bigint[]), CAST(:days AS integer[])) AS noted (thing, day)
    ON CONFLICT DO NOTHING
""")

_MOVED = """
    SELECT thing, day FROM moved
    WHERE company_id = :c AND stream = :s AND thing IN (
        SELECT thing FROM moved WHERE company_id = :c AND stream = :s AND day BETWEEN :first AND :last
    )
"""


def _chunks(items: Iterable[int], most: int) -> Iterator[list[int]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, most)):
        yield chunk
