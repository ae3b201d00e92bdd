"""Endpoints: the addresses to which a company's phone system sends its events, and the secrets it signs with."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from busyhour.errors import BadRequest, Conflict, NotFound
from busyhour.store.database import Database

__all__ = ["Endpoint", "Endpoints"]

_MOST_NAME = 128


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint by the name that the operator gave it; every secret of it is valid, none takes plain bodies."""

    company_id: str
    name: str
    secrets: tuple[str, ...]
    created_at: int


class Endpoints:
    """All companies' endpoints; a token is kept as a digest only, a secret as it is, for signatures need it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def new(self, company_id: str, name: str, secret: str | None, now: int) -> str:
        """The token of a new endpoint, told this once; raises BadRequest, Conflict."""
        _check("NAME", name)
        if secret is not None:
            _check("--secret", secret)
        token = secrets.token_urlsafe(24)
        values = {"c": company_id, "name": name, "digest": _digest(token), "secret": secret, "now": now}
        try:
            with self._database.write() as connection:
                connection.execute(text(_NEW), values)
        except IntegrityError:
            raise Conflict(f"An endpoint named {name!r} is there already.") from None
        return token

    def of_token(self, token: str) -> Endpoint:
        """The endpoint that a token opens; raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(
                text("SELECT * FROM endpoints WHERE digest = :digest"), {"digest": _digest(token)}
            ).one_or_none()
        if row is None:
            raise NotFound("There is no such endpoint.")
        return _endpoint(row)

    def all(self, company_id: str) -> list[Endpoint]:
        """A company's endpoints by name."""
        with self._database.read() as connection:
            rows = connection.execute(text("SELECT * FROM endpoints WHERE company_id = :c"), {"c": company_id})
            return sorted((_endpoint(row) for row in rows), key=attrgetter("name"))

    def rotate(self, company_id: str, name: str, secret: str) -> None:
        """Take a new secret and keep the newest of the old ones valid beside it; raises NotFound, BadRequest."""
        _check("--secret", secret)
        self._change("UPDATE endpoints SET former_secret = secret, secret = :secret", company_id, name, secret=secret)

    def retire(self, company_id: str, name: str) -> None:
        """End the time in which two secrets are valid; raises NotFound."""
        self._change("UPDATE endpoints SET former_secret = NULL", company_id, name)

    def remove(self, company_id: str, name: str) -> None:
        """Close an endpoint for good; raises NotFound."""
        self._change("DELETE FROM endpoints", company_id, name)

    def _change(self, statement: str, company_id: str, name: str, **values: str) -> None:
        with self._database.write() as connection:
            done = connection.execute(
                text(f"{statement} WHERE company_id = :c AND name = :name"), {"c": company_id, "name": name, **values}
            )
        if done.rowcount == 0:
            raise NotFound(f"There is no endpoint named {name!r} in this company.")


def _check(option: str, value: str) -> None:
    if not value.strip() or len(value) > _MOST_NAME or not value.isprintable():
        raise BadRequest(
            f"{option}: got {value[:_MOST_NAME]!r}; accepted: printable text, at most {_MOST_NAME} characters."
        )


_NEW = """
    INSERT INTO endpoints (company_id, name, digest, secret, created_at) VALUES (:c, :name, :digest, :secret, :now)
"""


def _endpoint(row: Row[tuple[str, str, str, str | None, str | None, int]]) -> Endpoint:
    valid = tuple(secret for secret in (row.secret, row.former_secret) if secret is not None)
    return Endpoint(row.company_id, row.name, valid, row.created_at)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
