"""How long something may take: what runs longer is interrupted until it ends."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

__all__ = ["Deadline"]

_AGAIN = 0.5


class Deadline:
    """A block that is interrupted when so many seconds have passed, and again until it ends."""

    def __init__(self, seconds: float, interrupt: Callable[[], object]) -> None:
        self._seconds = seconds
        self._interrupt = interrupt
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="deadline", daemon=True)
        self.has_passed = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._ended.set()
        # What is interrupted must be this block, never the next one.
        self._thread.join()

    def _watch(self) -> None:
        if self._ended.wait(self._seconds):
            return
        self.has_passed = True
        # TRICKY: an interrupt that comes between two statements of the block is lost, so one is not enough.
        while not self._ended.is_set():
            self._interrupt()
            self._ended.wait(_AGAIN)
