"""The arrival log of a process: whoever hands an arrival over is told once it is on disk, many at one sync."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from busyhour.errors import Unavailable
from busyhour.store.arrivals import Arrival, ArrivalFile, beside, is_damage

__all__ = ["ArrivalLog"]

_MOST_WAITING_BYTES = 256_000_000
_ANSWER_SECONDS = 4.0
"""Senders give up after five seconds: better a refusal that they repeat than a silence."""

log = structlog.get_logger()

_Waiting = tuple[Arrival, "asyncio.Future[None]"]


class ArrivalLog:
    """Appends arrivals to one file from one thread: all that came while the last group was synced are the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: ArrivalFile | None = None
        self._inode = 0
        self._waiting: list[_Waiting] = []
        self._bytes = 0
        self._came = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    async def keep(self, arrival: Arrival) -> None:
        """Return once the arrival is on disk; raises Unavailable where it may not be: then it must be sent again."""
        kept = asyncio.get_running_loop().create_future()
        self._hand_over(arrival, kept)
        try:
            await asyncio.wait_for(kept, _ANSWER_SECONDS)
        except TimeoutError:
            raise Unavailable("The event could not be stored in time; send it again.") from None

    def close(self) -> None:
        """Store what was handed over, and end."""
        with self._came:
            self._closed = True
            self._came.notify()
        if self._thread is not None:
            self._thread.join()

    def _hand_over(self, arrival: Arrival, kept: "asyncio.Future[None]") -> None:
        with self._came:
            if self._closed:
                raise Unavailable("This process is stopping; send the event again.")
            if self._bytes > _MOST_WAITING_BYTES:
                raise Unavailable("More events come than can be stored; send this one again later.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="arrivals", daemon=True)
                self._thread.start()
            self._waiting.append((arrival, kept))
            self._bytes += len(arrival.body)
            self._came.notify()

    def _run(self) -> None:
        while group := self._next_group():
            try:
                error = self._store([arrival for arrival, _ in group])
            except Exception as broken:
                # Whatever broke, such as the log on a disk that is full: this thread serves everybody who comes later.
                error = Unavailable(f"Events cannot be stored at the moment ({broken}); send this one again.")
            _tell([kept for _, kept in group], error)
        self._let_go()

    def _next_group(self) -> list[_Waiting]:
        with self._came:
            self._came.wait_for(lambda: self._waiting or self._closed)
            group, self._waiting, self._bytes = self._waiting, [], 0
            return group

    def _store(self, arrivals: Sequence[Arrival]) -> Unavailable | None:
        """Append a group, to a new file where the old one is damaged or was taken away; what went wrong."""
        try:
            try:
                self._append(arrivals)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                # What is in it was acknowledged: it stays where it is, for whoever sorts saves what can be read.
                self._let_go()
                log.error("arrivals: the file is damaged, another is begun", path=str(self._path))
                self._path = beside(self._path)
                self._append(arrivals)
        except (sqlite3.Error, OSError) as error:
            self._let_go()
            log.error("arrivals cannot be stored", path=str(self._path), reason=str(error))
            return Unavailable(f"Events cannot be stored at the moment ({error}); send this one again.")
        return None

    def _append(self, arrivals: Sequence[Arrival]) -> None:
        # TRICKY: who finds the file damaged moves it away, perhaps while we write to it. What was written before
        # that is read from there; what may have been written after it must be written again.
        while True:
            if self._file is None:
                self._file = ArrivalFile.open(self._path)
                self._inode = self._path.stat().st_ino
            self._file.append(arrivals)
            if self._is_in_place():
                return
            self._let_go()

    def _is_in_place(self) -> bool:
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _let_go(self) -> None:
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
            self._file = None


def _tell(kept: Sequence["asyncio.Future[None]"], error: Unavailable | None) -> None:
    """Answer everybody of a group, each event loop once."""
    for loop in {future.get_loop() for future in kept}:
        mine = [future for future in kept if future.get_loop() is loop]
        with suppress(RuntimeError):  # The loop is closed: nobody waits there any more.
            loop.call_soon_threadsafe(_resolve, mine, error)


def _resolve(kept: Sequence["asyncio.Future[None]"], error: Unavailable | None) -> None:
    for future in kept:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
