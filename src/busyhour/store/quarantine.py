"""The quarantine: bodies that were acknowledged and not understood, kept whole until somebody decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Row, text

from busyhour.store.arrivals import Arrival
from busyhour.store.database import Database

__all__ = ["Held", "Quarantine", "held"]


@dataclass(frozen=True, slots=True)
class Held:
    """One body, or one line of a batch: why it is here, and what came instead of what was expected."""

    id: str
    company_id: str
    door: str
    received_at: int
    line: int
    reason: str
    came: str
    body: bytes


def held(arrival: Arrival, line: int, body: bytes, reason: str, came: str) -> Held:
    """What is held of an arrival; the same one twice has the same id. `line` is 0 where the body is one event."""
    named = f"{arrival.company_id}\n{arrival.door}\n{arrival.received_at}\n{line}\n".encode()
    number = blake2b(named + body, digest_size=8).hexdigest()
    return Held(number, arrival.company_id, arrival.door, arrival.received_at, line, reason, came, body)


class Quarantine:
    """What is held of every company."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, found: Sequence[Held]) -> None:
        """Keep these, each once."""
        rows = [{name: getattr(one, name) for name in Held.__slots__} for one in found]
        if rows:
            with self._database.write() as connection:
                connection.execute(text(_HOLD), rows)

    def explain(self, held_id: str, reason: str, came: str) -> None:
        """Write down why it is still not understood."""
        with self._database.write() as connection:
            connection.execute(
                text("UPDATE quarantine SET reason = :reason, came = :came WHERE id = :id"),
                {"id": held_id, "reason": reason, "came": came},
            )

    def all(self, company_id: str, most: int = -1) -> list[Held]:
        """What is held of a company, the oldest first."""
        with self._database.read() as connection:
            sql = "SELECT * FROM quarantine WHERE company_id = :c ORDER BY received_at, line, id"
            rows = connection.execute(text(f"{sql} LIMIT :most" if most >= 0 else sql), {"c": company_id, "most": most})
            return [_held(row) for row in rows]

    def find(self, company_id: str, held_id: str) -> Held | None:
        """One of them."""
        with self._database.read() as connection:
            row = connection.execute(
                text("SELECT * FROM quarantine WHERE company_id = :c AND id = :id"), {"c": company_id, "id": held_id}
            ).one_or_none()
        return None if row is None else _held(row)

    def drop(self, company_id: str, held_id: str) -> None:
        """Let one of them go for good."""
        with self._database.write() as connection:
            connection.execute(
                text("DELETE FROM quarantine WHERE company_id = :c AND id = :id"), {"c": company_id, "id": held_id}
            )

    def count(self) -> int:
        """How many are held, of all companies."""
        with self._database.read() as connection:
            return int(connection.execute(text("SELECT count(*) FROM quarantine")).scalar_one())


_HOLD = """
    INSERT INTO quarantine (id, company_id, door, received_at, line, reason, came, body)
    VALUES (:id, :company_id, :door, :received_at, :line, :reason, :came, :body) ON CONFLICT (id) DO NOTHING
"""


def _held(row: Row[tuple[str, str, str, int, int, str, str, bytes]]) -> Held:
    return Held(row.id, row.company_id, row.door, row.received_at, row.line, row.reason, row.came, bytes(row.body))
