"""What an engine does for reports and folds, whichever engine it is."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import pyarrow as pa

from busyhour.reports.plan import Parameter, Plan

__all__ = ["Engine", "Files", "Input", "Relation", "View"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as SQL sees it: Parquet files in the order to read them, and the schema where there are none.

    Files are paths, or URLs where the tables stand in an object store; `size` is the bytes of all of them.
    """

    schema: pa.Schema
    files: Sequence[str] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A relation that SQL makes of those given before it."""

    sql: str


Input: TypeAlias = Relation | View | pa.Table
"""What SQL can read under a name."""


class Files(Protocol):
    """How an engine that reads paths of this machine comes by the files of relations."""

    def held(self, uris: Sequence[str]) -> AbstractContextManager[Sequence[str]]:
        """Files as paths of this machine, there to the end of the block."""
        ...


class Engine(Protocol):
    """Runs common SQL over relations; one call at a time."""

    def export(self, plan: Plan, relations: Mapping[str, Relation], path: Path) -> int:
        """Write the report over its tables as CSV to a new file and return its number of rows."""
        ...

    def query(self, sql: str, parameters: Mapping[str, Parameter], relations: Mapping[str, Input]) -> pa.Table:
        """The rows of one statement."""
        ...

    def interrupt(self) -> None:
        """Stop what another thread is running here; that call then raises."""
        ...
