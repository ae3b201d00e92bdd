"""The inbox: events that are safely stored and not yet in the tables, as sealed batches of Parquet parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

__all__ = ["LIVE", "Batch", "Damaged", "Inbox", "Stage", "Unsealed", "part_name", "stream_of_part"]

LIVE = "live-"
"""What the id of a batch begins with that came through the live doors."""


class Damaged(Exception):
    """A part of a batch that cannot be read, however often it is tried."""


class Batch(Protocol):
    """A sealed batch: it is whole, and it stays until it is removed."""

    @property
    def id(self) -> str: ...

    @property
    def place(self) -> str:
        """Where it lies, for whoever looks for it."""
        ...

    @property
    def sealed_at(self) -> float:
        """When it was sealed, in seconds of the storage's clock."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether it came through the live doors, and was not imported by somebody who waits for it."""
        ...

    def parts(self) -> Iterator[tuple[str, pa.Table]]:
        """Its events, part by part, each with the name of its stream; raises Damaged."""
        ...

    def flaws(self) -> Iterator[str]:
        """Which of its parts cannot be read, and why; their rows are not looked at."""
        ...

    def is_there(self) -> bool:
        """Whether it still waits: it was neither removed nor set aside."""
        ...

    def remove(self) -> None:
        """Delete it, after its events stand in the tables."""
        ...

    def set_aside(self) -> str:
        """Put a damaged batch where nobody trips over it, whole, for whoever repairs it; its new place."""
        ...


class Stage(Protocol):
    """A batch that is being written; nobody sees it before it is sealed."""

    def write(self, stream: str, events: pa.Table) -> None:
        """Add a part of one stream, safely stored when this returns."""
        ...

    def seal(self) -> str:
        """Make the batch visible, in one step that survives a crash; its id."""
        ...

    def discard(self) -> None:
        """Leave no trace."""
        ...


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A batch that is being written, or was when its writer ended: where, and when last (seconds)."""

    place: str
    written_at: float


class Inbox(Protocol):
    """All companies' batches."""

    def stage(self, company_id: str, *, is_live: bool = False) -> Stage:
        """A new batch to write to."""
        ...

    def sealed(self, company_id: str) -> Sequence[Batch]:
        """The company's batches that wait to be taken in, the oldest first."""
        ...

    def companies(self) -> Sequence[str]:
        """The ids of companies that have, or had, any batch."""
        ...

    def unsealed(self) -> Sequence[Unsealed]:
        """Batches of every company that were not sealed."""
        ...

    def discard(self, unsealed: Unsealed) -> None:
        """Delete what is left of a batch that nobody writes any more."""
        ...

    def aside(self) -> Sequence[str]:
        """The places of damaged batches of every company."""
        ...

    def oldest(self) -> int | None:
        """When the batch that has waited longest of all companies' was sealed, in µs; None where none waits."""
        ...


def part_name(number: int, stream: str) -> str:
    """What a part is called: its number in the batch, its stream."""
    return f"{number:06}.{stream}.parquet"


def stream_of_part(name: str) -> str:
    """The stream of a part."""
    return name.split(".")[1]
