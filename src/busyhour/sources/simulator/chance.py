"""Chance with a name: the same names draw the same values, whatever else is drawn elsewhere."""

from collections.abc import Sequence
from math import log
from random import Random
from typing import TypeVar

__all__ = ["DAY", "HOUR", "SECOND", "Chance"]

SECOND = 1_000_000
"""In µs, as every instant and duration of the simulator."""

HOUR = 3_600 * SECOND
DAY = 24 * HOUR
_MILLISECOND = 1_000

_Item = TypeVar("_Item")


class Chance:
    """Draws by name; durations are in µs, whole milliseconds as telephone systems tell them."""

    def __init__(self, *names: object) -> None:
        self._random = Random("\x1f".join(map(str, names)))

    def happens(self, probability: float) -> bool:
        """Whether something of that probability happens."""
        return self._random.random() < probability

    def seconds(self, least: float, most: float) -> int:
        """A duration, evenly spread."""
        return _whole(least + (most - least) * self._random.random())

    def wait(self, mean: float) -> int:
        """An exponential duration of that mean, in seconds."""
        return _whole(self._random.expovariate(1 / mean))

    def talk(self, median: float, spread: float, longest: float) -> int:
        """A log-normal duration of that median, in seconds, of at least a second."""
        drawn = self._random.lognormvariate(log(median), spread)
        return _whole(min(max(drawn, 1.0), longest))

    def factor(self, spread: float) -> float:
        """A log-normal factor around 1."""
        return self._random.lognormvariate(0.0, spread)

    def one_of(self, items: Sequence[_Item]) -> _Item:
        """An item, each as likely."""
        return items[int(self._random.random() * len(items))]

    def one_of_shares(self, shares: Sequence[tuple[_Item, float]]) -> _Item | None:
        """An item, each with its part of the whole; None where the parts leave room and none of them comes."""
        drawn = self._random.random()
        for item, share in shares:
            drawn -= share
            if drawn < 0:
                return item
        return None

    def whole(self, least: int, most: int) -> int:
        """A whole number, each as likely."""
        return least + int((most - least + 1) * self._random.random())

    def familiar(self, items: Sequence[_Item]) -> _Item:
        """An item, the earlier the likelier: half of the draws come from the first eighth."""
        return items[int(self._random.random() ** 3 * len(items))]

    def shuffled(self, items: Sequence[_Item]) -> list[_Item]:
        """The items in any order."""
        return self._random.sample(items, len(items))


def _whole(seconds: float) -> int:
    return int(seconds * 1_000) * _MILLISECOND
