"""Files in an object store as Spark reads them without jars of its own: each by a Python worker, as Arrow batches.

Sent to the cluster as it stands, and run there: it needs pyarrow and obstore on every worker, and nothing of ours.
Credentials are those of the workers' environment; none are sent.
"""

import base64
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
from pyspark import cloudpickle
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.types import StructType

__all__ = ["NAME", "ObjectFiles", "options_of"]

NAME = "busyhour_objects"


def options_of(schema: pa.Schema, files: Sequence[str]) -> dict[str, str]:
    """What the source is told: the files' URLs, and the columns to read in their order."""
    columns = base64.b64encode(schema.serialize().to_pybytes()).decode("ascii")
    return {"files": json.dumps(list(files)), "columns": columns}


@dataclass
class _File(InputPartition):
    """One file: a task of its own."""

    url: str


class ObjectFiles(DataSource):
    """The files of one relation."""

    @classmethod
    def name(cls) -> str:
        """The format to ask for."""
        return NAME

    def reader(self, schema: StructType) -> DataSourceReader:  # noqa: ARG002 - the columns say it in Arrow's types
        """Who reads them."""
        return _Reader(json.loads(self.options["files"]), self.options["columns"])


class _Reader(DataSourceReader):
    def __init__(self, files: Sequence[str], columns: str) -> None:
        self._files = files
        self._columns = columns

    def partitions(self) -> Sequence[InputPartition]:
        return [_File(url) for url in self._files]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        import obstore  # noqa: PLC0415 - on the workers alone
        import pyarrow.parquet as pq  # noqa: PLC0415
        from obstore.store import from_url  # noqa: PLC0415

        assert isinstance(partition, _File)  # noqa: S101 - it is one of those above
        folder, _, name = partition.url.rpartition("/")
        body = obstore.get(from_url(folder), name).bytes()
        schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(self._columns)))
        for batch in pq.ParquetFile(pa.BufferReader(pa.py_buffer(body))).iter_batches():
            yield _whole(batch, schema, folder)


def _whole(batch: pa.RecordBatch, schema: pa.Schema, folder: str) -> pa.RecordBatch:
    """The columns of a schema: the file's own, and what the names of its folders say."""
    named = dict(part.split("=", 1) for part in folder.split("/") if "=" in part)
    columns = [
        batch[field.name].cast(field.type)
        if field.name in batch.schema.names
        else pa.array([named[field.name]] * batch.num_rows).cast(field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


# The source is sent whole: the cluster does not have this package.
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # type: ignore[no-untyped-call]
