"""Arrivals: bodies of events as they came, safe on disk before anybody is told that they were taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["BATCHES", "Arrival", "ArrivalWriter", "Arrivals", "Take", "webhook_door"]

BATCHES = "events"
"""The door whose bodies hold an event a line; the body of every other door is one event."""


def webhook_door(endpoint: str) -> str:
    """The door of an endpoint."""
    return f"dialpad/{endpoint}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A body as it came through a door of a company; `received_at` in µs of the real clock."""

    company_id: str
    door: str
    received_at: int
    body: bytes


Take = Callable[[Sequence[Arrival]], None]
"""Puts arrivals where they belong; what it was given may come again where the process ends before they are deleted."""


class ArrivalWriter(Protocol):
    """What one process adds arrivals with, from one thread at a time."""

    def append(self, arrivals: Sequence[Arrival]) -> None:
        """Add arrivals, which are safe on disk when this returns; raises Unavailable where they may not be."""

    def close(self) -> None:
        """Let go of what it writes to."""


class Arrivals(Protocol):
    """Where arrivals wait to be sorted: files of the processes of one host, or a table for those of several."""

    def writer(self) -> ArrivalWriter:
        """What this process writes with."""

    def oldest(self) -> int | None:
        """When the arrival that has waited longest came, in µs; None where none waits."""

    def has_some(self) -> bool:
        """Whether any may wait."""

    def hand_over(self, take: Take) -> int:
        """Let all that wait now be taken, the oldest first, a group at a time; how many they were.

        Each group is deleted once it is taken, and nothing else: what came meanwhile stays; it ends though more comes
        all the while. One at a time may do this.
        """
