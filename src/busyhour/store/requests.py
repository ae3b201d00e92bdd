"""Report requests as rows: found or made by one upsert, run under a lease, published by whoever holds it."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from busyhour.domain.requests import AskedBy, Request, Status, request_from_json, request_key, request_to_json
from busyhour.metrics import REPORTS
from busyhour.store.artifacts import Content
from busyhour.store.database import Database
from busyhour.store.leases import ASTRAY

__all__ = ["AHEAD", "AS_NEW", "IMPORTS", "OVER", "Claim", "Requests", "Stored"]

MAX_ATTEMPTS = 3

AHEAD = 300_000_000
"""How far in the future a result may have been completed (µs): more, and it is of a clock that was set back since."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A request as it stands; instants in µs of the business clock.

    `content` is what its file holds; None for one that was made before that was noted.
    """

    id: str
    company_id: str
    request: Request
    status: Status
    expires_at: int | None
    as_of: int | None
    reason: str | None
    created_at: int
    completed_at: int | None = None
    rows: int | None = None
    content: Content | None = None
    asked_by: AskedBy = AskedBy.SOMEBODY


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that one worker runs, for as long as its lease holds."""

    id: str
    company_id: str
    request: Request
    worker: str


class Requests:
    """The queue and the cache of reports in one table; leases on the real clock, the rest on the business clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def real_now(self) -> float:
        """The clock by which requests are leased, one for all processes; real clock, seconds."""
        return self._database.real_now()

    def submit(
        self, company_id: str, request: Request, now: int, asked_by: AskedBy = AskedBy.SOMEBODY
    ) -> tuple[str, bool]:
        """The id of the request, and whether it had been started already.

        A failed or expired one starts anew, and so does one from before the company's last import: whoever
        has just imported a file wants to see it. The earlier result stays for those who hold its id.
        """
        values: dict[str, object] = {
            "company_id": company_id,
            "id": secrets.token_urlsafe(18),
            "body": request_to_json(request),
            "now": now,
            "ahead": now + AHEAD,
            "asked_by": asked_by.value,
        }
        with self._database.write() as connection:
            imports = connection.execute(text(IMPORTS), values).scalar_one()
            values["key"] = request_key(company_id, request, imports)
            made = connection.execute(text(_SUBMIT), values).scalar_one_or_none()
            if made is not None:
                return str(made), False
            connection.execute(text(_ASKED_TOO), values)
            return str(connection.execute(text(_FIND), values).scalar_one()), True

    def find(self, company_id: str, request_id: str, now: int) -> Stored | None:
        """A company's own request that has not expired."""
        values = {"id": request_id, "now": now, "ahead": now + AHEAD}
        with self._database.read() as connection:
            row = connection.execute(text(_GET), values).one_or_none()
        return None if row is None or row.company_id != company_id else _stored(row)

    def recent(self, company_id: str, now: int, most: int) -> list[Stored]:
        """What somebody of a company asked for and has not expired, the last first."""
        values = {"company_id": company_id, "now": now, "ahead": now + AHEAD, "most": most}
        with self._database.read() as connection:
            return [_stored(row) for row in connection.execute(text(_RECENT), values)]

    def claim(self, worker: str, real_now: float, lease: float, request_id: str | None = None) -> Claim | None:
        """A request that waits or whose lease ran out (or just that one), now leased to the worker.

        Companies take turns: it is the oldest request of the company whose last turn is the longest ago. What nobody
        waits for comes after all others.
        """
        came = time.monotonic()
        values = {
            "worker": worker,
            "now": int(real_now * 1000),
            "until": int((real_now + lease) * 1000),
            "far": int((real_now + lease + ASTRAY) * 1000),
            "id": request_id,
            "most": MAX_ATTEMPTS,
        }
        if not self._has_work(values):
            return None
        with self._database.write(alone="queue") as connection:
            # A lease that was taken while this worker waited for the lock is of now, not of the future.
            values["far"] = int((real_now + time.monotonic() - came + lease + ASTRAY) * 1000)
            REPORTS.labels("failed").inc(connection.execute(text(_GIVE_UP), values).rowcount)
            values["id"] = connection.execute(text(_NEXT), values).scalar_one_or_none()
            row = connection.execute(text(_CLAIM), values).one_or_none()
            if row is not None:
                _note_turn(connection, row.company_id, values)
        return None if row is None else _claim(row, worker)

    def _has_work(self, values: dict[str, object]) -> bool:
        with self._database.read() as connection:
            return connection.execute(text(_HAS_WORK), values).first() is not None

    def renew(self, claim: Claim, real_now: float, lease: float) -> bool:
        """Hold on to a claim; False where it was lost."""
        return self._as_holder("UPDATE requests SET lease_until = :until", claim, until=int((real_now + lease) * 1000))

    def complete(
        self, claim: Claim, completed_at: int, expires_at: int, as_of: int, rows: int, content: Content | None = None
    ) -> bool:
        """Publish the result; False where the claim was lost."""
        return self._as_holder(
            "UPDATE requests SET status = 'complete', lease_until = NULL, completed_at = :completed_at,"
            " expires_at = :expires_at, as_of = :as_of, rows = :rows, size = :size, checksum = :checksum",
            claim,
            completed_at=completed_at,
            expires_at=expires_at,
            as_of=as_of,
            rows=rows,
            size=content and content.size,
            checksum=content and content.checksum,
        )

    def fail(self, claim: Claim, reason: str) -> bool:
        """End without a result, for a reason that may be shown; False where the claim was lost."""
        return self._as_holder(
            "UPDATE requests SET status = 'failed', lease_until = NULL, reason = :reason",
            claim,
            reason=reason,
        )

    def hand_back(self, claim: Claim) -> bool:
        """Let another worker run it, as if this one had never tried; False where the claim was lost."""
        return self._as_holder(
            "UPDATE requests SET status = 'queued', lease_until = NULL, worker = NULL, attempts = attempts - 1",
            claim,
        )

    def retry(self, claim: Claim) -> bool:
        """Queue it again after an attempt that broke; False where the claim was lost."""
        return self._as_holder("UPDATE requests SET status = 'queued', lease_until = NULL, worker = NULL", claim)

    def make_again(self, stored: Stored) -> bool:
        """Queue a result whose file is not whole, under its id; False where somebody did already."""
        values = {"id": stored.id, "completed_at": stored.completed_at}
        with self._database.write() as connection:
            return connection.execute(text(_MAKE_AGAIN), values).rowcount == 1

    def forget(self, request_id: str) -> None:
        """Remove a request whose artifact is gone, so that it is made anew when asked for."""
        with self._database.write() as connection:
            connection.execute(text("DELETE FROM requests WHERE id = :id AND status = 'complete'"), {"id": request_id})

    def expired(self, now: int, since: int = 0) -> list[tuple[str, str]]:
        """Company and id of every result whose time is over `since` so long (µs), or that is of a future no more."""
        with self._database.read() as connection:
            rows = connection.execute(text(_EXPIRED), {"now": now - since, "ahead": now + AHEAD})
            return [(row.company_id, row.id) for row in rows]

    def forget_failed(self, before: int) -> None:
        """Remove what has failed and was asked for before then (µs of the business clock)."""
        with self._database.write(alone="queue") as connection:
            connection.execute(text(_FORGET_FAILED), {"before": before})

    def ids(self, company_id: str) -> set[str]:
        """The ids of all requests of a company."""
        with self._database.read() as connection:
            rows = connection.execute(text("SELECT id FROM requests WHERE company_id = :c"), {"c": company_id})
            return {row.id for row in rows}

    def _as_holder(self, update: str, claim: Claim, **values: object) -> bool:
        with self._database.write() as connection:
            done = connection.execute(
                text(f"{update} WHERE id = :id AND worker = :worker AND status = 'running'"),
                {**values, "id": claim.id, "worker": claim.worker},
            )
            return done.rowcount == 1


IMPORTS = "SELECT count(*) FROM batches WHERE company_id = :company_id AND rows_taken > 0"

OVER = "(status = 'complete' AND (expires_at <= :now OR completed_at > :ahead))"

AS_NEW = """
    status = 'queued', attempts = 0, lease_until = NULL, worker = NULL, completed_at = NULL, expires_at = NULL,
    as_of = NULL, rows = NULL, reason = NULL, size = NULL, checksum = NULL
"""

_SUBMIT = f"""
    INSERT INTO requests (company_id, key, id, body, status, created_at, attempts, asked_by)
    VALUES (:company_id, :key, :id, :body, 'queued', :now, 0, :asked_by)
    ON CONFLICT (company_id, key) DO UPDATE SET
        id = excluded.id, created_at = excluded.created_at, asked_by = excluded.asked_by, {AS_NEW}
    WHERE requests.status = 'failed'
        OR (requests.status = 'complete' AND (requests.expires_at <= :now OR requests.completed_at > :ahead))
    RETURNING id
"""

_ASKED_TOO = """
    UPDATE requests SET asked_by = :asked_by
    WHERE company_id = :company_id AND key = :key
        AND ((asked_by = 'nobody' AND :asked_by <> 'nobody') OR (asked_by = 'page' AND :asked_by = 'somebody'))
"""

_FIND = "SELECT id FROM requests WHERE company_id = :company_id AND key = :key"

_COLUMNS = """
    id, company_id, body, status, expires_at, as_of, reason, created_at, completed_at, rows, size, checksum, asked_by
"""

_GET = f"SELECT {_COLUMNS} FROM requests WHERE id = :id AND NOT {OVER}"

_RECENT = f"""
    SELECT {_COLUMNS} FROM requests WHERE company_id = :company_id AND asked_by = 'somebody' AND NOT {OVER}
    ORDER BY created_at DESC, id LIMIT :most
"""

_FORGET_FAILED = "DELETE FROM requests WHERE status = 'failed' AND created_at < :before"

_EXPIRED = f"SELECT company_id, id FROM requests WHERE {OVER}"

_MAKE_AGAIN = f"UPDATE requests SET {AS_NEW} WHERE id = :id AND status = 'complete' AND completed_at = :completed_at"

_WAITING = """
    (status = 'queued' OR (status = 'running' AND (lease_until <= :now OR lease_until > :far)))
    AND (id = :id OR :id IS NULL)
"""

_HAS_WORK = f"SELECT 1 FROM requests WHERE {_WAITING} LIMIT 1"

_GIVE_UP = f"""
    UPDATE requests SET status = 'failed', lease_until = NULL,
        reason = 'The report could not be made in three attempts.'
    WHERE {_WAITING} AND attempts >= :most
"""

_NEXT = f"""
    SELECT id FROM requests LEFT JOIN turns ON turns.company_id = requests.company_id
    WHERE {_WAITING}
    ORDER BY CASE WHEN requests.asked_by = 'nobody' THEN 1 ELSE 0 END,
        coalesce(turns.taken_at, 0), requests.created_at, requests.id
    LIMIT 1
"""

_CLAIM = f"""
    UPDATE requests SET status = 'running', worker = :worker, lease_until = :until, attempts = attempts + 1
    WHERE {_WAITING} AND id = :id
    RETURNING id, company_id, body
"""

_LAST_TURN = "SELECT coalesce(max(taken_at), 0) FROM turns"

_TURN = """
    INSERT INTO turns (company_id, taken_at) VALUES (:company_id, :turn)
    ON CONFLICT (company_id) DO UPDATE SET taken_at = excluded.taken_at
"""


def _note_turn(connection: Connection, company_id: str, values: dict[str, object]) -> None:
    """Turns are in ms of the real clock, and each is later than all before it, whatever the clock says."""
    last = connection.execute(text(_LAST_TURN)).scalar_one()
    turn = max(int(str(values["now"])), last + 1)
    connection.execute(text(_TURN), {"company_id": company_id, "turn": turn})


def _claim(row: Row[tuple[str, str, str]], worker: str) -> Claim:
    return Claim(row.id, row.company_id, request_from_json(row.body), worker)


def _stored(row: Row[Any]) -> Stored:
    content = None if row.size is None else Content(row.size, row.checksum)
    return Stored(
        row.id,
        row.company_id,
        request_from_json(row.body),
        Status(row.status),
        row.expires_at,
        row.as_of,
        row.reason,
        row.created_at,
        row.completed_at,
        row.rows,
        content,
        AskedBy(row.asked_by),
    )
