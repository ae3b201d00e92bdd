"""Companies, their keys, and how many requests each may still make."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from busyhour.domain.directory import derived_id
from busyhour.errors import BadRequest, NotFound, RateLimited, Unauthorized
from busyhour.store.database import Database

__all__ = ["Access", "Key", "Limit", "digest_of"]

_LOOK_SECONDS = 3600.0
_ASTRAY = 5.0
"""Seconds by which a window may begin in the future: more, and it is of a clock that was set back since."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` requests in a window of `seconds`, which begins with the first; a count of 0 is no limit."""

    name: str
    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it can be shown: the beginning of its digest, and when it was made, in µs."""

    id: str
    created_at: int


class Access:
    """Who may ask, and how often; keys are kept as digests only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def company_id(self, name: str) -> str:
        """The id that the company of that name has, or will have; raises BadRequest for what is no name."""
        # A command line hands on bytes that are not UTF-8 as characters that no database can hold.
        if not name.strip() or any("\ud800" <= character <= "\udfff" for character in name):
            raise BadRequest(f"company: got {name!r}; accepted: any text, and not none.")
        return derived_id("company", name)

    def company(self, name: str, now: int) -> str:
        """The id of the company of that name, made where there is none; `now` in µs."""
        company_id = self.company_id(name)
        with self._database.write(alone="companies") as connection:
            connection.execute(
                text(
                    "INSERT INTO companies (id, name, created_at) VALUES (:id, :name, :now)"
                    " ON CONFLICT (name) DO NOTHING"
                ),
                {"id": company_id, "name": name, "now": now},
            )
        return company_id

    def companies(self) -> dict[str, str]:
        """Every company's id by its name, in order of names."""
        with self._database.read() as connection:
            rows = connection.execute(text("SELECT name, id FROM companies"))
            # Not by the database, whose order is that of some language.
            return dict(sorted((row.name, row.id) for row in rows))

    def company_name(self, company_id: str) -> str:
        """The name of a company; raises NotFound."""
        with self._database.read() as connection:
            name = connection.execute(
                text("SELECT name FROM companies WHERE id = :id"), {"id": company_id}
            ).scalar_one_or_none()
        if name is None:
            raise NotFound(f"Company with id {company_id} not found.")
        return str(name)

    def note_look(self, company_id: str, real_now: float) -> None:
        """Remember that somebody looked at the company's pages; real clock, seconds, to the hour."""
        values = {"id": company_id, "now": int(real_now * 1000), "recent": int((real_now - _LOOK_SECONDS) * 1000)}
        with self._database.read() as connection:
            is_known = connection.execute(text(_LOOKED), values).first() is not None
        if not is_known:
            with self._database.write() as connection:
                connection.execute(text("UPDATE companies SET looked_at = :now WHERE id = :id"), values)

    def looked_at_since(self, real_since: float) -> list[str]:
        """The ids of companies whose pages somebody has looked at since then; real clock, seconds."""
        with self._database.read() as connection:
            rows = connection.execute(text(_LOOKED_SINCE), {"since": int(real_since * 1000)})
            return [row.id for row in rows]

    def new_key(self, company_id: str, now: int) -> str:
        """A new key of the company; it is told this once and cannot be read back."""
        key = f"bh_{secrets.token_urlsafe(32)}"
        with self._database.write() as connection:
            connection.execute(
                text("INSERT INTO keys (digest, company_id, created_at) VALUES (:digest, :company_id, :now)"),
                {"digest": digest_of(key), "company_id": company_id, "now": now},
            )
        return key

    def keys(self, company_id: str) -> list[Key]:
        """The company's keys, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(text(_KEYS), {"company_id": company_id})
            return [Key(row.digest[:_KEY_ID], row.created_at) for row in rows]

    def remove_key(self, company_id: str, key_id: str) -> None:
        """Let a key open nothing any more; raises NotFound where the company has none of that id."""
        with self._database.write() as connection:
            done = connection.execute(text(_REMOVE_KEY), {"company_id": company_id, "key_id": key_id})
        if done.rowcount == 0:
            raise NotFound(f"ID: got {key_id!r}; the company has no such key. `key list` shows those that it has.")

    def company_of(self, key: str) -> str:
        """The company that a key opens; raises Unauthorized."""
        company_id = self.company_of_digest(digest_of(key))
        if company_id is None:
            raise Unauthorized("The API key is not known here.")
        return company_id

    def company_of_digest(self, digest: str) -> str | None:
        """The company that the key of a digest opens; None where no key has it, or no longer."""
        with self._database.read() as connection:
            return connection.execute(
                text("SELECT company_id FROM keys WHERE digest = :digest"), {"digest": digest}
            ).scalar_one_or_none()

    def real_now(self) -> float:
        """The clock by which requests are counted, one for all processes; real clock, seconds."""
        return self._database.real_now()

    def count(self, company_id: str, limit: Limit, real_now: float) -> None:
        """Count one request against a limit; raises RateLimited, which counts nothing. Real clock, seconds."""
        if limit.count == 0:
            return
        came = time.monotonic()
        values = _window(company_id, limit, real_now)
        with self._database.write(alone=f"windows {company_id}") as connection:
            # A window that began while this request waited for the lock is of now, not of the future.
            values["far"] = int((real_now + time.monotonic() - came + _ASTRAY) * 1000)
            if connection.execute(text(_COUNT), values).first() is not None:
                return
            started = connection.execute(text(_STARTED), values).scalar_one()
        raise _limited(limit, started, values)

    def check(self, company_id: str, limit: Limit, real_now: float) -> None:
        """Count nothing; raises RateLimited where a limit is used up. Real clock, seconds."""
        values = _window(company_id, limit, real_now)
        with self._database.read() as connection:
            started = connection.execute(text(_FULL), values).scalar_one_or_none()
        if started is not None:
            raise _limited(limit, started, values)


_KEY_ID = 12
"""Characters of a digest that tell keys apart."""

_KEYS = "SELECT digest, created_at FROM keys WHERE company_id = :company_id ORDER BY created_at, digest"

_REMOVE_KEY = f"DELETE FROM keys WHERE company_id = :company_id AND substr(digest, 1, {_KEY_ID}) = :key_id"

_LOOKED_SINCE = "SELECT id FROM companies WHERE looked_at >= :since ORDER BY id"

_LOOKED = "SELECT 1 FROM companies WHERE id = :id AND looked_at BETWEEN :recent AND :now"

_OVER = "(windows.started + :length <= :now OR windows.started > :far)"

_COUNT = f"""
    INSERT INTO windows (company_id, name, started, count) VALUES (:company_id, :name, :now, 1)
    ON CONFLICT (company_id, name) DO UPDATE SET
        count = CASE WHEN {_OVER} THEN 1 ELSE windows.count + 1 END,
        started = CASE WHEN {_OVER} THEN :now ELSE windows.started END
    WHERE {_OVER} OR windows.count < :most
    RETURNING count
"""

_STARTED = "SELECT started FROM windows WHERE company_id = :company_id AND name = :name"

_FULL = f"{_STARTED} AND count >= :most AND started + :length > :now AND started <= :far"


def _window(company_id: str, limit: Limit, real_now: float) -> dict[str, Any]:
    return {
        "company_id": company_id,
        "name": limit.name,
        "now": int(real_now * 1000),
        "length": limit.seconds * 1000,
        "most": limit.count,
        "far": int((real_now + _ASTRAY) * 1000),
    }


def _limited(limit: Limit, started: int, values: Mapping[str, Any]) -> RateLimited:
    wait = -(-(started + values["length"] - values["now"]) // 1000)
    return RateLimited(
        f"More than {limit.count} requests in {limit.seconds} seconds; try again in {wait} seconds.",
        max(1, wait),
    )


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return sha256(key.encode()).hexdigest()
