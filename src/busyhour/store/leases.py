"""Leases: one holder at a time, by the real clock, kept by a heartbeat, free again when the holder is gone."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import text

from busyhour.store.database import Database

__all__ = ["Leases", "keep_alive"]

_SECONDS = 10.0
_LOOK_AGAIN = 0.1

log = structlog.get_logger()


class Leases:
    """Named leases in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self, name: str) -> Iterator[Callable[[], bool]]:
        """Wait until the lease is free, hold it to the end of the block; it gives a way to ask whether it holds."""
        holder = secrets.token_hex(8)
        while not self._take(name, holder):
            time.sleep(_LOOK_AGAIN)
        try:
            with keep_alive(lambda: self._take(name, holder), _SECONDS / 4):
                yield lambda: self._take(name, holder)
        finally:
            with self._database.write() as connection:
                connection.execute(
                    text("DELETE FROM leases WHERE name = :name AND holder = :holder"),
                    {"name": name, "holder": holder},
                )

    def _take(self, name: str, holder: str) -> bool:
        now = int(time.time() * 1000)
        values = {"name": name, "holder": holder, "now": now, "until": now + int(_SECONDS * 1000)}
        with self._database.write() as connection:
            return connection.execute(text(_TAKE), values).first() is not None


_TAKE = """
    INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.holder = :holder OR leases.until <= :now
    RETURNING holder
"""


@contextmanager
def keep_alive(beat: Callable[[], object], seconds: float) -> Iterator[None]:
    """Call `beat` every so many seconds in the background until the block ends, also after one that broke."""
    done = threading.Event()

    def run() -> None:
        while not done.wait(seconds):
            try:
                beat()
            except Exception:
                log.exception("a heartbeat broke; the next is tried")

    thread = threading.Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
