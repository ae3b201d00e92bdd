"""Leases: one holder at a time, by the real clock, kept by a heartbeat, free again when the holder is gone."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context

import structlog
from sqlalchemy import text

from busyhour.faults import unavailable
from busyhour.store.database import Database

__all__ = ["ASTRAY", "STILLNESS", "Leases", "keep_alive"]

STILLNESS = "backup"
"""The lease under which no other begins: whoever holds any other one changes what a backup copies."""

_SECONDS = 10.0
_LOOK_AGAIN = 0.1
ASTRAY = 1.0
"""Seconds by which a lease may end later than one taken now: more, and it is of a clock that was set back since."""

log = structlog.get_logger()


class Leases:
    """Named leases in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self, name: str) -> Iterator[Callable[[], bool]]:
        """Wait until the lease is free, hold it to the end of the block; it gives a way to ask whether it holds."""
        holder = secrets.token_hex(8)
        while not self._begin(name, holder):
            time.sleep(_LOOK_AGAIN)
        with self._kept(name, holder) as still_ours:
            yield still_ours

    @contextmanager
    def attempt(self, name: str) -> Iterator[Callable[[], bool] | None]:
        """Hold the lease to the end of the block where it is free now, as `hold` does; give None where it is not."""
        holder = secrets.token_hex(8)
        if not self._begin(name, holder):
            yield None
            return
        with self._kept(name, holder) as still_ours:
            yield still_ours

    @contextmanager
    def _kept(self, name: str, holder: str) -> Iterator[Callable[[], bool]]:
        try:
            with keep_alive(lambda: self._renew(name, holder), _SECONDS / 4):
                yield lambda: self._renew(name, holder)
        finally:
            self._release(name, holder)

    def _begin(self, name: str, holder: str) -> bool:
        """Take the lease where the house does not stand still.

        TRICKY: the second look is what counts. A backup writes its lease and then looks for others; we write ours
        and then look for the backup's: whoever comes second sees the first.
        """
        if self._is_still() or not self._take(name, holder):
            return False
        if not self._is_still():
            return True
        self._release(name, holder)
        return False

    def _is_still(self) -> bool:
        sql = "SELECT 1 FROM leases WHERE name = :name AND until > :now AND until <= :far"
        now = int(self._database.real_now() * 1000)
        with self._database.read() as connection:
            values = {"name": STILLNESS, "now": now, "far": now + int((_SECONDS + ASTRAY) * 1000)}
            return connection.execute(text(sql), values).first() is not None

    def _release(self, name: str, holder: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                text("DELETE FROM leases WHERE name = :name AND holder = :holder"), {"name": name, "holder": holder}
            )

    def _take(self, name: str, holder: str) -> bool:
        return self._is_done(_TAKE, name, holder)

    def _renew(self, name: str, holder: str) -> bool:
        # TRICKY: not by taking it anew. It may be free because another had it meanwhile, and is done.
        return self._is_done(_RENEW, name, holder)

    def _is_done(self, sql: str, name: str, holder: str) -> bool:
        with self._database.write(alone=f"lease {name}") as connection:
            # TRICKY: the clock is read under the lock. What waited for it would take a lease taken meanwhile for one
            # from the future.
            now = int(self._database.real_now() * 1000)
            until = now + int(_SECONDS * 1000)
            values = {"name": name, "holder": holder, "now": now, "until": until, "far": until + int(ASTRAY * 1000)}
            return connection.execute(text(sql), values).first() is not None


_TAKE = """
    INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.holder = :holder OR leases.until <= :now OR leases.until > :far
    RETURNING holder
"""

_RENEW = "UPDATE leases SET until = :until WHERE name = :name AND holder = :holder RETURNING holder"


@contextmanager
def keep_alive(beat: Callable[[], object], seconds: float) -> Iterator[None]:
    """Call `beat` every so many seconds in the background until the block ends, also after one that broke."""
    done = threading.Event()

    def run() -> None:
        while not done.wait(seconds):
            try:
                beat()
            except Exception as error:
                away = unavailable(error)
                if away is None:
                    log.exception("a heartbeat broke; the next is tried")
                else:
                    log.error("a heartbeat is late", reason=away.cause)

    thread = threading.Thread(target=copy_context().run, args=(run,), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
