"""What may be away for a while: the state database, the storage. How to know it, and how to wait for it."""

import errno
import os
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

log = structlog.get_logger()


def unavailable(error: BaseException) -> Unavailable | None:
    """The error to answer with where something is away; None for an error of any other kind."""
    if isinstance(error, Unavailable):
        return error
    if isinstance(error, OperationalError | InterfaceError | NoConnection) or _is_cut_off(error):
        said = " ".join(str(getattr(error, "orig", None) or error).split())
        return None if any(mistake in said for mistake in _MISTAKES) else _away("state database", said)
    if isinstance(error, OSError):
        return _away("storage", error.strerror or str(error)) if error.errno in _REFUSALS else None
    # The engine and the tables tell in words only what the operating system refused them.
    word = next((word for word in _WORDS if word in str(error)), None)
    return None if word is None or isinstance(error, BusyhourError) else _away("storage", word)


def _is_cut_off(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY


def _away(what: str, said: str) -> Unavailable:
    return Unavailable(f"The {what} cannot be used at the moment; send the same request again.", f"{what}: {said}")


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
