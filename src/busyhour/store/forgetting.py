"""What the state database keeps of a company's events, taken out of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from busyhour.store.database import Database

__all__ = ["Forgetting", "Quarantined"]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A body that was not understood: when it was received (µs), and what it held."""

    id: str
    received_at: int
    came: str
    body: bytes


class Forgetting:
    """Deletes by company and stream; days are counted from 1970, things known by their ids and 64-bit hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def drop_things(self, company_id: str, stream: str, things: Mapping[str, int]) -> None:
        """Forget on which days these things (hashes by id) have events."""
        rows = [{"c": company_id, "s": stream, "id": key, "hash": number} for key, number in things.items()]
        if rows:
            with self._database.write() as connection:
                connection.execute(text(f"DELETE FROM thing_days WHERE {_OURS} AND thing = :hash"), rows)
                connection.execute(text(f"DELETE FROM moved WHERE {_OURS} AND thing = :id"), rows)

    def drop_days_before(self, company_id: str, stream: str, day: int, but: Sequence[tuple[str, int, int]]) -> None:
        """Forget the days before one, but these: a thing's id, its hash, a day on which it has events."""
        values = {"c": company_id, "s": stream, "day": day}
        with self._database.write(alone=f"days {company_id}") as connection:
            for table in ("dirty_days", "due_days", "thing_days", "moved"):
                connection.execute(text(f"DELETE FROM {table} WHERE {_OURS} AND day < :day"), values)
            _note_again(connection, [{**values, "id": key, "hash": number, "day": on} for key, number, on in but])

    def quarantined(self, company_id: str) -> Iterator[Quarantined]:
        """What the company has in quarantine."""
        with self._database.read() as connection:
            few_at_once = {"yield_per": 10}
            for row in connection.execute(text(_QUARANTINED), {"c": company_id}, execution_options=few_at_once):
                yield Quarantined(row.id, row.received_at, row.came, bytes(row.body))

    def drop_quarantined(self, company_id: str, ids: Sequence[str]) -> None:
        """Delete what is in quarantine under these ids."""
        if ids:
            with self._database.write() as connection:
                connection.execute(
                    text("DELETE FROM quarantine WHERE company_id = :c AND id = :id"),
                    [{"c": company_id, "id": id_} for id_ in ids],
                )

    def requests(self, company_id: str) -> int:
        """How many requests for reports the company has."""
        with self._database.read() as connection:
            count = connection.execute(text(f"SELECT count(*) {_REQUESTS}"), {"c": company_id}).scalar_one()
        return int(count)

    def drop_requests(self, company_id: str) -> None:
        """Delete every request; whoever makes one of these reports cannot publish it."""
        with self._database.write(alone="queue") as connection:
            connection.execute(text(f"DELETE {_REQUESTS}"), {"c": company_id})


_OURS = "company_id = :c AND stream = :s"
_REQUESTS = "FROM requests WHERE company_id = :c"
_QUARANTINED = "SELECT id, received_at, came, body FROM quarantine WHERE company_id = :c ORDER BY received_at, id"


def _note_again(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        for table, thing in (("thing_days", ":hash"), ("moved", ":id")):
            insert = f"INSERT INTO {table} (company_id, stream, thing, day) VALUES (:c, :s, {thing}, :day)"
            connection.execute(text(insert), rows)
