"""Reports that are queued before anybody asks for them: what is missing, and what is of older data than there is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, text

from busyhour.domain.requests import AskedBy, Request, Status, request_key
from busyhour.store.database import Database
from busyhour.store.requests import AHEAD, AS_NEW, IMPORTS, OVER, Requests

__all__ = ["Ahead"]


class Ahead:
    """Queues requests that nobody waits for."""

    def __init__(self, database: Database, requests: Requests) -> None:
        self._database = database
        self._requests = requests

    def queue(self, company_id: str, wanted: Sequence[Request], now: int, as_of: int) -> int:
        """Queue those of a company that are not there, or whose data is older than `as_of`; how many those are.

        What somebody asked for stays until its time is over, and what failed is not tried again. Instants in µs.
        """
        held = self._held(company_id, wanted, now)
        missing = [request for request in wanted if request not in held]
        for request in missing:
            self._requests.submit(company_id, request, now, AskedBy.NOBODY)
        behind = [row for row in held.values() if row.status == Status.COMPLETE.value and row.as_of < as_of]
        return len(missing) + sum(self._queue_again(row) for row in behind)

    def _held(self, company_id: str, wanted: Sequence[Request], now: int) -> Mapping[Request, Row[Any]]:
        """Those that are there, waiting and failed ones too."""
        with self._database.read() as connection:
            imports = connection.execute(text(IMPORTS), {"company_id": company_id}).scalar_one()
            keys = {request_key(company_id, request, imports): request for request in wanted}
            values = {"company_id": company_id, "now": now, "ahead": now + AHEAD, "keys": list(keys)}
            return {keys[row.key]: row for row in connection.execute(_BY_KEYS, values)}

    def _queue_again(self, row: Row[Any]) -> bool:
        with self._database.write() as connection:
            return connection.execute(text(_QUEUE_AGAIN), {"id": row.id, "as_of": row.as_of}).rowcount == 1


_BY_KEYS = text(
    f"SELECT key, id, status, as_of FROM requests WHERE company_id = :company_id AND key IN :keys AND NOT {OVER}"
).bindparams(bindparam("keys", expanding=True))

_QUEUE_AGAIN = f"""
    UPDATE requests SET asked_by = 'nobody', {AS_NEW}
    WHERE id = :id AND status = 'complete' AND as_of = :as_of AND asked_by <> 'somebody'
"""
