"""Arrivals in a table of the state database, for the processes of any number of hosts."""

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from busyhour.errors import Unavailable
from busyhour.faults import unavailable
from busyhour.store.arrivals import Arrival, Take
from busyhour.store.database import Database

__all__ = ["ArrivalTable"]

_BYTES_AT_ONCE = 32_000_000
_ROWS_AT_ONCE = 20_000

log = structlog.get_logger()


class ArrivalTable:
    """The table as what is written to and as what is sorted.

    TRICKY: numbers are given before they are committed. One that is smaller than all that can be read may still be on
    its way, so what is deleted is what was read, number by number, and never "up to" a number.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def writer(self) -> "ArrivalTable":
        """Itself: each group of arrivals is a transaction on a connection of the pool."""
        return self

    def append(self, arrivals: Sequence[Arrival]) -> None:
        """Add arrivals in one transaction, on disk when this returns; raises Unavailable where it may not be."""
        rows = [{"c": one.company_id, "door": one.door, "at": one.received_at, "body": one.body} for one in arrivals]
        try:
            with self._database.write() as connection:
                connection.execute(text(_APPEND), rows)
        except SQLAlchemyError as error:
            away = unavailable(error)
            # What PostgreSQL says of a row that it refuses may hold the row.
            log.error("arrivals cannot be stored", reason=type(error).__name__ if away is None else away.cause)
            raise Unavailable("Events cannot be stored at the moment; send this one again.") from None

    def close(self) -> None:
        """Nothing: the connections are the database's."""

    def oldest(self) -> int | None:
        """When the arrival that has waited longest came, in µs; None where none waits."""
        with self._database.read() as connection:
            return connection.execute(text(_OLDEST)).scalar_one_or_none()

    def has_some(self) -> bool:
        """Whether any may wait."""
        return self.oldest() is not None

    def hand_over(self, take: Take) -> int:
        """Let all that wait now be taken, group by group, each deleted once it is; how many they were."""
        count, newest = 0, self._newest()
        while True:
            numbers, arrivals = self._first()
            if not numbers or numbers[0] > newest:
                return count
            take(arrivals)
            with self._database.write() as connection:
                _remove(connection, numbers)
            count += len(arrivals)

    def _newest(self) -> int:
        """The number of the arrival that came last; 0 where none waits."""
        with self._database.read() as connection:
            return int(connection.execute(text("SELECT coalesce(max(id), 0) FROM arrivals")).scalar_one())

    def _first(self) -> tuple[list[int], list[Arrival]]:
        """The arrivals that have waited longest, not too many at once, and their numbers."""
        values = {"rows": _ROWS_AT_ONCE, "bytes": _BYTES_AT_ONCE}
        with self._database.read() as connection:
            rows = connection.execute(text(_FIRST), values).all()
        arrivals = [Arrival(row.company_id, row.door, row.received_at, bytes(row.body)) for row in rows]
        return [row.id for row in rows], arrivals


def _remove(connection: Connection, numbers: Sequence[int]) -> None:
    connection.execute(text("DELETE FROM arrivals WHERE id = ANY(:numbers)"), {"numbers": list(numbers)})


_APPEND = "INSERT INTO arrivals (company_id, door, received_at, body) VALUES (:c, :door, :at, :body)"

_OLDEST = "SELECT received_at FROM arrivals ORDER BY id LIMIT 1"

_FIRST = """
    SELECT arrivals.id, company_id, door, received_at, body
    FROM arrivals JOIN (
        SELECT id, sum(size) OVER (ORDER BY id) - size AS before
        FROM (SELECT id, octet_length(body) AS size FROM arrivals ORDER BY id LIMIT :rows) AS sizes
    ) AS first ON first.id = arrivals.id
    WHERE before < :bytes
    ORDER BY arrivals.id
"""
