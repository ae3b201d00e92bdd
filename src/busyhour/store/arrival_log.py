"""The arrival log of a process: whoever hands an arrival over is told once it is on disk, many at one commit."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress

from busyhour.errors import Unavailable
from busyhour.store.arrivals import Arrival, ArrivalWriter

__all__ = ["ArrivalLog"]

_MOST_WAITING_BYTES = 256_000_000
_ANSWER_SECONDS = 4.0
"""Senders give up after five seconds: better a refusal that they repeat than a silence."""

_Waiting = tuple[Arrival, "asyncio.Future[None]"]


class ArrivalLog:
    """Appends arrivals from one thread: all that came while the last group was committed are the next."""

    def __init__(self, writer: ArrivalWriter) -> None:
        self._writer = writer
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
            _tell([kept for _, kept in group], self._append([arrival for arrival, _ in group]))
        self._writer.close()

    def _append(self, arrivals: Sequence[Arrival]) -> Unavailable | None:
        """Append a group; what went wrong."""
        try:
            self._writer.append(arrivals)
        except Unavailable as error:
            return error
        except Exception as broken:
            # Whatever broke, such as the log on a disk that is full: this thread serves everybody who comes later.
            return Unavailable(f"Events cannot be stored at the moment ({broken}); send this one again.")
        return None

    def _next_group(self) -> list[_Waiting]:
        with self._came:
            self._came.wait_for(lambda: self._waiting or self._closed)
            group, self._waiting, self._bytes = self._waiting, [], 0
            return group


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
