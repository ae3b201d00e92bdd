"""The embedded engine: DuckDB in memory over Parquet files, and the one CSV writer."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa

from busyhour.engine.base import Files, Input, Relation, View
from busyhour.engine.prelude import DUCKDB_PRELUDE
from busyhour.errors import OutOfMemory
from busyhour.reports.plan import Parameter, Plan

__all__ = ["DuckDBEngine"]

_COPY = "COPY ({sql}) TO '{path}' (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S.%f')"
# What a statement took is given back while others wait; without this it is kept for the next one.
_GIVE_BACK = "SET allocator_background_threads = true"
_MOST_STATEMENTS = 100
"""Of one connection; a new one takes 20 ms."""

_Given: TypeAlias = Input | pa.RecordBatchReader


class DuckDBEngine:
    """One in-memory connection, pinned to UTC, bounded in memory and threads; not to be shared by threads."""

    def __init__(self, memory_limit: str, threads: int, spill: Path, files: Files) -> None:
        self._memory_limit = memory_limit
        self._threads = threads
        self._spill = spill
        self._files = files
        self._connection = self._connect()
        self._statements = 0

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(
            config={
                "memory_limit": self._memory_limit,
                "threads": self._threads,
                "temp_directory": str(self._spill),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        connection.execute("SET timezone = 'UTC'")
        # It would show how far it is on standard output, which is a log or a report.
        connection.execute("SET enable_progress_bar = false")
        connection.execute(_GIVE_BACK)
        connection.execute(DUCKDB_PRELUDE)
        return connection

    def _renew_now_and_then(self) -> None:
        """Begin with a new connection now and then.

        A fold leaves 0.2 MB behind in its connection, whatever it reads; only closing it gives that back.
        """
        self._statements += 1
        if self._statements > _MOST_STATEMENTS:
            # TRICKY: in this order. Whoever interrupts meanwhile, a signal in this thread too, finds one that is open.
            old, self._connection = self._connection, self._connect()
            self._statements = 1
            old.close()
            # TRICKY: once more. It is of the whole process, and whoever closes a connection ends it.
            self._connection.execute(_GIVE_BACK)

    def export(self, plan: Plan, relations: Mapping[str, Relation], path: Path) -> int:
        """Write the plan's rows as CSV and return how many; the path must not hold a quote. Raises OutOfMemory."""
        with self._relations({**relations, **plan.inline}):
            report = f"WITH report AS (\n{plan.sql}\n)\n"
            return self._copy(report + _printed(plan, is_sorted=plan.presorted), plan.parameters, path)

    def write(self, plan: Plan, rows: pa.RecordBatchReader, path: Path, *, is_sorted: bool) -> int:
        """Write rows as the CSV of the plan that they are of, and return how many; as `export` does."""
        with self._relations({"report": rows}):
            return self._copy(_printed(plan, is_sorted=is_sorted), {}, path)

    def _copy(self, sql: str, parameters: Mapping[str, Parameter], path: Path) -> int:
        copied = self._connection.execute(_COPY.format(sql=sql, path=path), dict(parameters)).fetchone()
        return int(copied[0]) if copied else 0

    def query(self, sql: str, parameters: Mapping[str, Parameter], relations: Mapping[str, Input]) -> pa.Table:
        """The rows of one statement as one Arrow table; raises OutOfMemory."""
        with self._relations(relations):
            return self._connection.sql(sql, params=dict(parameters)).to_arrow_table()

    def interrupt(self) -> None:
        """Stop the running statement; it raises in the thread that runs it."""
        # One that was closed just now runs nothing.
        with suppress(duckdb.ConnectionException):
            self._connection.interrupt()

    @contextmanager
    def _relations(self, relations: Mapping[str, _Given]) -> Iterator[None]:
        self._renew_now_and_then()
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

    def _register(self, relations: Mapping[str, _Given], held: ExitStack) -> None:
        for name, relation in relations.items():
            if isinstance(relation, View):
                self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {relation.sql}")
            elif not isinstance(relation, Relation):
                self._connection.register(name, relation)
            elif relation.files:
                paths = held.enter_context(self._files.held(relation.files))
                files = self._connection.read_parquet(list(paths), hive_partitioning=True)
                # The day is in the folders' names, so it would come last: every reader sees the schema's order.
                files.project(", ".join(relation.schema.names)).create_view(name)
            else:
                self._connection.register(name, relation.schema.empty_table())


def _printed(plan: Plan, *, is_sorted: bool) -> str:
    order = "" if is_sorted else f"\nORDER BY {plan.order}"
    return f"SELECT\n{plan.printed}\nFROM report{order}"
