"""Stillness: a few moments in which nobody refreshes or sorts, so that tables, inbox and state fit together."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from busyhour.errors import Unavailable
from busyhour.store.database import Database
from busyhour.store.leases import ASTRAY, STILLNESS, keep_alive

__all__ = ["Stillness"]

_SECONDS = 10.0
_LOOK_AGAIN = 0.1
_MAYBE_ALIVE = 30.0
"""How long after its lease ran out a holder may still be at work: as long as its heartbeat may wait to be written."""

_FAR = int(ASTRAY * 1000)
"""A lease that ends by more ms later than a new one would is of a clock that was set back since: nobody holds it."""

_PATIENCE = 600.0


class Stillness:
    """The one lease that keeps all others from beginning; by the real clock."""

    def __init__(self, database: Database, patience: float = _PATIENCE) -> None:
        self._database = database
        self._patience = patience

    @contextmanager
    def hold(self, waiting: Callable[[], object] = lambda: None) -> Iterator[Callable[[], bool]]:
        """Let no refresh and no sorting begin, wait until those that run have ended, hold this to the block's end.

        It gives a way to ask whether it has been still all the time. `waiting` is called while it waits. Raises
        Unavailable where others do not end in time.
        """
        holder, deadline = secrets.token_hex(8), time.monotonic() + self._patience
        while not self._execute(_TAKE, holder):
            _wait(deadline, waiting)
        try:
            with keep_alive(lambda: self._execute(_RENEW, holder), _SECONDS / 4):
                while self._is_disturbed():
                    _wait(deadline, waiting)
                yield lambda: self._execute(_RENEW, holder) and not self._is_disturbed()
        finally:
            self._execute(_RELEASE, holder)

    def _execute(self, sql: str, holder: str) -> bool:
        """Whether the statement found a row."""
        with self._database.write(alone=f"lease {STILLNESS}") as connection:
            now = int(self._database.real_now() * 1000)
            until = now + int(_SECONDS * 1000)
            values = {"name": STILLNESS, "holder": holder, "now": now, "until": until, "far": until + _FAR}
            return connection.execute(text(sql), values).first() is not None

    def _is_disturbed(self) -> bool:
        now = int(self._database.real_now() * 1000)
        values = {
            "name": STILLNESS,
            "gone": now - int(_MAYBE_ALIVE * 1000),
            "far": now + int(_SECONDS * 1000) + _FAR,
        }
        with self._database.read() as connection:
            return connection.execute(text(_OTHERS), values).first() is not None


def _wait(deadline: float, waiting: Callable[[], object]) -> None:
    if time.monotonic() > deadline:
        raise Unavailable("A refresh or another backup has been running for too long; try again when it has ended.")
    waiting()
    time.sleep(_LOOK_AGAIN)


_TAKE = """
    INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.until <= :now OR leases.until > :far
    RETURNING holder
"""

# TRICKY: unlike other leases this one is not revived after it ran out: others may have begun in between.
_RENEW = """
    UPDATE leases SET until = :until WHERE name = :name AND holder = :holder AND until > :now RETURNING holder
"""

_OTHERS = "SELECT 1 FROM leases WHERE name <> :name AND until > :gone AND until <= :far"

_RELEASE = "DELETE FROM leases WHERE name = :name AND holder = :holder RETURNING holder"
