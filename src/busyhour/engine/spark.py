"""The distributed engine: Apache Spark through Spark Connect, over the same files and with the same SQL."""

import atexit
import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import grpc
import pyarrow as pa
import structlog

from busyhour.engine.base import Input, Relation, View
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.engine.prelude import SPARK_PRELUDE
from busyhour.engine.steps import steps_of
from busyhour.errors import Unavailable
from busyhour.reports.plan import Parameter, Plan

with warnings.catch_warnings():
    # The client needs pandas to be imported, and says so of its newest versions; no data of ours passes through it.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark import __version__
    from pyspark.errors import PySparkException
    from pyspark.errors.exceptions.connect import SparkConnectGrpcException
    from pyspark.logger import PySparkLogger
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.dataframe import DataFrame as ConnectDataFrame
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.dataframe import DataFrame
    from pyspark.sql.pandas.types import from_arrow_schema

    from busyhour.engine.spark_objects import NAME, ObjectFiles, options_of

__all__ = ["SparkEngine", "versions"]

# It warns on standard error that it has given up, which we say ourselves.
warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]", UserWarning)

# It writes every error to standard error with the whole statement; what is to be said of errors we log ourselves.
PySparkLogger.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)

_PINNED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
    # The server has to hold results in memory: so they take a tenth of it.
    "spark.sql.execution.arrow.compression.codec": "zstd",
}
_KEEPALIVE = {
    # A server whose machine lost its power says nothing of its end, so it is asked whether it is there; not more often
    # than a server bears, which is every five minutes, and however long the answer to a statement takes.
    "grpc.keepalive_time_ms": 310_000,
    "grpc.keepalive_timeout_ms": 20_000,
    "grpc.http2.max_pings_without_data": 0,
}
_BYTES_AT_ONCE = 16_000_000
"""Of files, whose rows are about fifty times that until they are printed."""
_PARAMETER = re.compile(r"\$(\w+)")
_LOST = ("INVALID_HANDLE", "SESSION_CLOSED", "SESSION_CHANGED", "SESSION_NOT_FOUND")
"""What the server says of a session that it does not know any more, such as after it was started anew."""
_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)

log = structlog.get_logger()


class SparkEngine:
    """One session of its own on a Connect server, opened when it is first needed; not to be shared by threads.

    `writer` prints what Spark computed, so that a file has the same bytes whichever engine made it. The cluster reads
    objects with jars of its own where it has them (`reads_objects`), else by Python code that we send it. Every call
    raises Unavailable where the server cannot be reached; the next call then opens a new session.
    """

    def __init__(self, url: str, writer: DuckDBEngine, *, reads_objects: bool = False) -> None:
        self._url = url
        self._writer = writer
        self._reads_objects = reads_objects
        self._session: SparkSession | None = None

    def export(self, plan: Plan, relations: Mapping[str, Relation], path: Path) -> int:
        """Write the plan's rows as CSV and return how many; the path must not hold a quote. Raises OutOfMemory."""
        with self._views({**relations, **plan.inline}) as session:
            if plan.day_by_day:
                found = self._portions(session, plan, relations)
            else:
                found = self._batches(session, plan.sql, plan.parameters)
            with _streamed(found) as rows:
                return self._writer.write(plan, rows, path, is_sorted=plan.day_by_day)

    def query(self, sql: str, parameters: Mapping[str, Parameter], relations: Mapping[str, Input]) -> pa.Table:
        """The rows of one statement as one Arrow table."""
        with self._views(relations) as session:
            return pa.Table.from_batches(list(self._batches(session, sql, parameters)))

    def interrupt(self) -> None:
        """Stop the running statement; it raises in the thread that runs it."""
        self._writer.interrupt()
        if self._session is not None:
            try:
                self._session.interruptAll()
            except (PySparkException, grpc.RpcError) as error:
                log.warning("Spark did not hear that it is to stop", error=type(error).__name__)

    @contextmanager
    def _views(self, relations: Mapping[str, Input]) -> Iterator[SparkSession]:
        """The session, in which the relations have their names to the end of the block."""
        try:
            session = self._opened()
            for name, relation in relations.items():
                self._frame(session, relation).createOrReplaceTempView(name)
            yield session
            for name in relations:
                session.catalog.dropTempView(name)
        except (PySparkException, grpc.RpcError) as error:
            if not _is_away(error):
                raise
            self._session = None
            raise _unavailable(self._url, error) from None

    def _opened(self) -> SparkSession:
        if self._session is None:
            session = _connected(self._url)
            for name, value in _PINNED.items():
                session.conf.set(name, value)
            for statement in SPARK_PRELUDE.split(";"):
                session.sql(statement)
            session.dataSource.register(ObjectFiles)
            self._session = session
        # TRICKY: a checkpoint comes back in whichever session this thread has as its active one.
        SparkSession._active_session.session = self._session
        return self._session

    def _frame(self, session: SparkSession, relation: Input) -> DataFrame:
        if isinstance(relation, View):
            return session.sql(relation.sql)
        schema = from_arrow_schema(relation.schema)
        if isinstance(relation, pa.Table):
            return session.createDataFrame(relation) if relation.num_rows else session.createDataFrame([], schema)
        files = relation.files
        if not files:
            return session.createDataFrame([], schema)
        if _is_object(files[0]) and not self._reads_objects:
            return session.read.format(NAME).schema(schema).options(**options_of(relation.schema, files)).load()
        root = files[0].rsplit("/", 2)[0]
        reader = session.read.schema(schema).option("basePath", _address(root))
        # The day is in the folders' names, so it would come last: every reader sees the schema's order.
        return reader.parquet(*map(_address, files)).select(*relation.schema.names)

    def _portions(
        self, session: SparkSession, plan: Plan, relations: Mapping[str, Relation]
    ) -> Iterator[pa.RecordBatch]:
        """The rows in the plan's order, of some files at a time: a server keeps a result whole until it is fetched."""
        ((name, relation),) = relations.items()
        sql = f"WITH report AS (\n{plan.sql}\n)\nSELECT * FROM report ORDER BY {plan.order}"
        for files in _some_at_a_time(relation):
            self._frame(session, Relation(relation.schema, files)).createOrReplaceTempView(name)
            yield from self._batches(session, sql, plan.parameters)

    def _batches(
        self, session: SparkSession, sql: str, parameters: Mapping[str, Parameter]
    ) -> Iterator[pa.RecordBatch]:
        """The rows as they arrive, in the types that the embedded engine gives them; at least one batch."""
        steps = steps_of(_PARAMETER.sub(r":\1", sql))
        checkpoints: list[DataFrame] = []
        for name, step in steps.kept:
            # TRICKY: a view that is merely cached is planned anew wherever it is named, and the plan of a fold doubles
            # with each; a checkpoint is rows, without what they came from. The server drops it when it is let go here.
            checkpoints.append(session.sql(step, args=dict(parameters)).localCheckpoint())
            checkpoints[-1].createOrReplaceTempView(name)
        frame = cast(ConnectDataFrame, session.sql(steps.sql, args=dict(parameters)))
        for table in session.client.to_table_as_iterator(frame._plan.to_proto(session.client), {}):
            if isinstance(table, pa.Table):
                yield from table.cast(_embedded(table.schema)).to_batches() or [_nothing(table.schema)]
        for name, _ in steps.kept:
            session.catalog.dropTempView(name)


def _some_at_a_time(relation: Relation) -> Iterator[Sequence[str]]:
    """The files of a relation in their order, not too many bytes of them together; once none where there are none."""
    count = len(relation.files)
    most = max(1, count * _BYTES_AT_ONCE // max(1, relation.size))
    for first in range(0, max(1, count), most):
        yield relation.files[first : first + most]


def versions(url: str) -> tuple[str, str]:
    """What a Connect server is of, and what this client is of; raises Unavailable."""
    try:
        session = _connected(url)
        found = session.version, __version__
        session.stop()
    except (PySparkException, grpc.RpcError) as error:
        raise _unavailable(url, error) from None
    return found


def _connected(url: str) -> SparkSession:
    session = SparkSession(connection=DefaultChannelBuilder(url, channelOptions=list(_KEEPALIVE.items())))
    # TRICKY: its farewell at exit waits for an answer, and our process with it, while the server is silent.
    # The server forgets a session that nobody uses.
    atexit.unregister(session.client._on_exit)
    # Its own patience is ten minutes; ours is the one of whoever asks for a report.
    session.client.set_retry_policies([DefaultPolicy(max_retries=4, initial_backoff=100, backoff_multiplier=2)])
    return session


def _is_object(file: str) -> bool:
    return "://" in file


def _address(file: str) -> str:
    """A file as the cluster's own reader knows it."""
    return file.replace("s3://", "s3a://", 1) if _is_object(file) else f"file://{file}"


def _embedded(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(field.name, _embedded_type(field.type)) for field in schema])


def _embedded_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_integer(kind):
        return pa.int64()
    return pa.timestamp("us", "UTC") if pa.types.is_timestamp(kind) else kind


def _nothing(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], _embedded(schema))


@contextmanager
def _streamed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatchReader]:
    """The batches as a reader; where they break off, their own error is raised instead of their reader's."""
    first = next(batches)
    failed: list[Exception] = []

    def following() -> Iterator[pa.RecordBatch]:
        try:
            yield first
            yield from batches
        except Exception as error:
            failed.append(error)
            raise

    try:
        yield pa.RecordBatchReader.from_batches(first.schema, following())
    except Exception:
        if failed:
            raise failed[0] from None
        raise


def _is_away(error: Exception) -> bool:
    if isinstance(error, grpc.RpcError):
        return error.code() in _AWAY
    said = str(error)
    return (isinstance(error, SparkConnectGrpcException) and error.getGrpcStatusCode() in _AWAY) or any(
        word in said for word in _LOST
    )


def _unavailable(url: str, error: Exception) -> Unavailable:
    return Unavailable(
        "The Spark cluster cannot be used at the moment; send the same request again.",
        f"Spark at {url.partition(';')[0]}: {_said(error)}",
    )


def _said(error: Exception) -> str:
    """The first line of what went wrong; of a call that failed its details, for as text it is a page about the call."""
    call = next((one for one in (error, error.__context__) if isinstance(one, grpc.Call)), None)
    return str(error if call is None else call.details()).partition("\n")[0]
