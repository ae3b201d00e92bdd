"""What is to happen, in order of time: the heart of a discrete-event simulation."""

from collections.abc import Callable
from heapq import heappop, heappush

__all__ = ["Agenda"]

_Act = Callable[[int], object]


class Agenda:
    """Acts at instants (µs UTC); of one instant, the one put down first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, _Act]] = []
        self._put_down = 0

    def put(self, at: int, act: _Act) -> None:
        """Have the act called at that instant, and told it."""
        self._put_down += 1
        heappush(self._heap, (at, self._put_down, act))

    def run(self) -> None:
        """Until nothing is left to happen."""
        while self._heap:
            at, _, act = heappop(self._heap)
            act(at)
