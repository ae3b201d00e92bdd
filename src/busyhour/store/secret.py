"""The secret of a house: one for all of its processes, on however many hosts, made once by whoever comes first."""

import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy import text

from busyhour.errors import BadRequest
from busyhour.store.database import Database

__all__ = ["checked_secret", "secret_of_file", "shared_secret"]

_LEAST = 32


def checked_secret(chosen: str) -> str:
    """A secret that the operator chose; raises BadRequest, which does not tell it, where it can be guessed."""
    if len(chosen) < _LEAST:
        raise BadRequest(f"BUSYHOUR_SECRET: got {len(chosen)} characters; accepted: {_LEAST} or more.")
    return chosen


def shared_secret(database: Database) -> str:
    """The secret that the state database keeps."""
    with database.write() as connection:
        connection.execute(text(_MAKE), {"value": _new()})
        return str(connection.execute(text(_GET)).scalar_one())


def secret_of_file(path: Path) -> str:
    """The secret that a file keeps."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(_new(), encoding="ascii")
        # A link is made once, whoever comes first: the secret that others have read never changes.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")


def _new() -> str:
    return secrets.token_urlsafe(48)


_MAKE = "INSERT INTO secrets (name, value) VALUES ('house', :value) ON CONFLICT (name) DO NOTHING"

_GET = "SELECT value FROM secrets WHERE name = 'house'"
