"""What an engine does for reports and folds, whichever engine it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from busyhour.reports.plan import Parameter, Plan

__all__ = ["Engine", "Relation"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as SQL sees it: Parquet files in the order to read them, and the schema where there are none."""

    schema: pa.Schema
    files: Sequence[str] = ()


class Engine(Protocol):
    """Runs common SQL over relations; one call at a time."""

    def export(self, plan: Plan, relations: Mapping[str, Relation], path: Path) -> int:
        """Write the report over its tables as CSV to a new file and return its number of rows."""
        ...

    def query(
        self, sql: str, parameters: Mapping[str, Parameter], relations: Mapping[str, Relation | pa.Table]
    ) -> pa.Table:
        """The rows of one statement."""
        ...

    def interrupt(self) -> None:
        """Stop what another thread is running here; that call then raises."""
        ...
