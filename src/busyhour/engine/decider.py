"""Which engine runs what: by how much is to be read, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from busyhour.engine.base import Engine, Input, Relation
from busyhour.reports.plan import Parameter, Plan

__all__ = ["Engines", "is_spread"]


def is_spread(size: int, threshold: int | None) -> bool:
    """Whether many machines read so many bytes: from the threshold on; None where there are none."""
    return threshold is not None and size >= threshold


@dataclass(frozen=True, slots=True)
class Engines:
    """The engine that is always there, and the one for what is large, if there is one; together one engine."""

    embedded: Engine
    distributed: Engine | None = None
    threshold: int = 0

    def for_bytes(self, size: int) -> Engine:
        """The engine that reads so much."""
        spread = is_spread(size, None if self.distributed is None else self.threshold)
        return self.distributed if spread and self.distributed is not None else self.embedded

    def export(self, plan: Plan, relations: Mapping[str, Relation], path: Path) -> int:
        """Write the report over its tables as CSV to a new file and return its number of rows."""
        return self.for_bytes(_size(relations)).export(plan, relations, path)

    def query(self, sql: str, parameters: Mapping[str, Parameter], relations: Mapping[str, Input]) -> pa.Table:
        """The rows of one statement."""
        return self.for_bytes(_size(relations)).query(sql, parameters, relations)

    def interrupt(self) -> None:
        """Stop what another thread is running on either; that call then raises."""
        self.embedded.interrupt()
        if self.distributed is not None:
            self.distributed.interrupt()


def _size(relations: Mapping[str, Input]) -> int:
    return sum(relation.size for relation in relations.values() if isinstance(relation, Relation))
