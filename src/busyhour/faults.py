"""What may be away for a while: the state database, a folder, objects. How to know it, how to wait for it."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from busyhour.errors import BusyhourError, Unavailable

__all__ = ["Patience", "unavailable"]

_MOST_SECONDS = 5.0

_REFUSALS = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENODEV, errno.ENXIO,
    errno.ESTALE, errno.ENOTCONN, errno.EMFILE, errno.ENFILE,
)  # fmt: skip
_WORDS = tuple(os.strerror(number) for number in _REFUSALS)

_MISTAKES = ("no such table", "no such column", "syntax error")
"""SQLite says in the same way that it cannot be reached and that it was told nonsense."""

_READ_ONLY = "25006"
"""PostgreSQL's word for a server that was the first and stands by now; pools find the new one."""
_OBJECTS = re.compile(
    r"Generic (S3|GCS|MicrosoftAzure) error|lacked (the necessary privileges|valid authentication credentials)"
)
"""How the library under both the tables and the objects begins what it says of a store; neither gives a number."""
_ANSWERED = re.compile(r"\b[45]\d\d [A-Z][A-Za-z]+( [A-Z][a-z]+)*|Connection refused|operation timed out|lacked .*?s\b")

log = structlog.get_logger()


def unavailable(error: BaseException) -> Unavailable | None:
    """The error to answer with where something is away; None for an error of any other kind."""
    if isinstance(error, Unavailable):
        return error
    if isinstance(error, OperationalError | InterfaceError | NoConnection) or _is_cut_off(error):
        said = " ".join(str(getattr(error, "orig", None) or error).split())
        return None if any(mistake in said for mistake in _MISTAKES) else _away("state database", said)
    if isinstance(error, BusyhourError):
        return None
    if _OBJECTS.search(str(error)):
        return _away("storage", _told(str(error)))
    if isinstance(error, OSError):
        return _away("storage", error.strerror or str(error)) if error.errno in _REFUSALS else None
    # The engine and the tables tell in words only what the operating system refused them.
    word = next((word for word in _WORDS if word in str(error)), None)
    return None if word is None else _away("storage", word)


def _is_cut_off(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY


def _away(what: str, said: str) -> Unavailable:
    return Unavailable(f"The {what} cannot be used at the moment; send the same request again.", f"{what}: {said}")


def _told(said: str) -> str:
    """What an object store answered, and no more of it: addresses in the rest may carry signatures."""
    found = _ANSWERED.search(said)
    return "it does not answer" if found is None else found[0]


class Patience:
    """How a loop bears that something is away: it tells so, waits, a little longer each time, and goes on."""

    def __init__(self, wait: Callable[[float], object]) -> None:
        self._wait = wait
        self._seconds = 0.0

    @contextmanager
    def bearing(self) -> Iterator[None]:
        """Bear it where the block ends because something is away; any other error goes on its way."""
        try:
            yield
        except Exception as error:
            away = unavailable(error)
            if away is None:
                raise
            self._seconds = min(self._seconds + 1, _MOST_SECONDS)
            log.error("something is away, waiting for it", reason=away.cause, seconds=self._seconds)
            self._wait(self._seconds)
        else:
            self._seconds = 0.0
