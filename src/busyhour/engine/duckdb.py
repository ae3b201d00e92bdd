"""The embedded engine: DuckDB in memory over Parquet files, and the one CSV writer."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from busyhour.engine.base import Files, Relation
from busyhour.engine.prelude import DUCKDB_PRELUDE
from busyhour.errors import OutOfMemory
from busyhour.reports.plan import Parameter, Plan

__all__ = ["DuckDBEngine"]

_COPY = "COPY ({sql}) TO '{path}' (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S.%f')"


class DuckDBEngine:
    """One in-memory connection, pinned to UTC, bounded in memory and threads; not to be shared by threads."""

    def __init__(self, memory_limit: str, threads: int, spill: Path, files: Files) -> None:
        self._memory_limit = memory_limit
        self._files = files
        self._connection = duckdb.connect(
            config={
                "memory_limit": memory_limit,
                "threads": threads,
                "temp_directory": str(spill),
                # What a statement took is given back while others wait; without this it is kept for the next one.
                "allocator_background_threads": True,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self._connection.execute("SET timezone = 'UTC'")
        self._connection.execute(DUCKDB_PRELUDE)

    def export(self, plan: Plan, relations: Mapping[str, Relation], path: Path) -> int:
        """Write the plan's rows as CSV and return how many; the path must not hold a quote. Raises OutOfMemory."""
        with self._relations({**relations, **plan.inline}):
            copy = _COPY.format(sql=_writer_sql(plan), path=path)
            copied = self._connection.execute(copy, dict(plan.parameters)).fetchone()
        return int(copied[0]) if copied else 0

    def query(
        self, sql: str, parameters: Mapping[str, Parameter], relations: Mapping[str, Relation | pa.Table]
    ) -> pa.Table:
        """The rows of one statement as one Arrow table; raises OutOfMemory."""
        with self._relations(relations):
            return self._connection.sql(sql, params=dict(parameters)).to_arrow_table()

    def interrupt(self) -> None:
        """Stop the running statement; it raises in the thread that runs it."""
        self._connection.interrupt()

    @contextmanager
    def _relations(self, relations: Mapping[str, Relation | pa.Table]) -> Iterator[None]:
        with ExitStack() as held:
            try:
                self._register(relations, held)
                yield
            except duckdb.OutOfMemoryException:
                limit = self._memory_limit
                raise OutOfMemory(
                    f"This needs more memory than one engine may use: BUSYHOUR_WORKER_MEMORY is {limit}."
                ) from None
            finally:
                for name in relations:
                    self._connection.unregister(name)
                    self._connection.execute(f"DROP VIEW IF EXISTS {name}")

    def _register(self, relations: Mapping[str, Relation | pa.Table], held: ExitStack) -> None:
        for name, relation in relations.items():
            if isinstance(relation, pa.Table):
                self._connection.register(name, relation)
            elif relation.files:
                paths = held.enter_context(self._files.held(relation.files))
                files = self._connection.read_parquet(list(paths), hive_partitioning=True)
                # The day is in the folders' names, so it would come last: every reader sees the schema's order.
                files.project(", ".join(relation.schema.names)).create_view(name)
            else:
                self._connection.register(name, relation.schema.empty_table())


def _writer_sql(plan: Plan) -> str:
    order = "" if plan.presorted else f"\nORDER BY {plan.order}"
    return f"WITH report AS (\n{plan.sql}\n)\nSELECT\n{plan.printed}\nFROM report{order}"
