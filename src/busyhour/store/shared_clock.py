"""One clock for several hosts: the database's, asked seldom, and carried on by each process in between."""

import time
from collections.abc import Callable
from threading import Lock

__all__ = ["SharedClock"]

_GOOD_SECONDS = 10.0


class SharedClock:
    """The time that `ask` tells, in seconds; wrong by no more than half of how long the answer took.

    Carried on by a monotonic clock: setting the clock of a host changes nothing.
    """

    def __init__(self, ask: Callable[[], float], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._lock = Lock()
        self._asked: float | None = None
        self._ahead = 0.0

    def __call__(self) -> float:
        """What time it is; raises what the asking raises."""
        with self._lock:
            if self._asked is None or self._monotonic() - self._asked >= _GOOD_SECONDS:
                self._set()
            return self._monotonic() + self._ahead

    def _set(self) -> None:
        before = self._monotonic()
        told = self._ask()
        self._asked = self._monotonic()
        self._ahead = told - (before + self._asked) / 2
