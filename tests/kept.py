"""What is kept of a company: the rows of its tables, and every text in every file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import text

from busyhour.tables.lake import Lake
from busyhour.tables.streams import SCHEMAS, STREAMS
from houses import House, company_of

__all__ = ["STATE", "all_rows", "remembered", "rows_in_order", "texts_of_files"]

KEYS = {table: stream.key for stream in STREAMS for table in (stream.events, stream.table)}
STATE = ("thing_days", "moved", "dirty_days", "due_days")

Row = dict[str, Any]


def lake_of(house: House, company: str) -> Lake:
    return Lake(house.storage.below(f"companies/{company_of(house, company)}/tables"))


def all_rows(house: House, company: str) -> dict[str, list[Row]]:
    """The rows of every table in its newest version, in an order of their own."""
    lake, engine, found = lake_of(house, company), house.engine(), {}
    for table, schema in SCHEMAS.items():
        relation = lake.relation(table, schema, lake.version(table), -800_000, 800_000)
        rows: list[Row] = engine.query("SELECT * FROM t ORDER BY ALL", {}, {"t": relation}).to_pylist()
        found[table] = rows
    return found


def rows_in_order(house: House, company: str, table: str) -> pa.Table:
    """The rows of a table in its newest version, as its files hold them."""
    lake = lake_of(house, company)
    files = lake.days(table, lake.version(table), -800_000, 800_000)
    read = [pq.read_table(file.path, schema=_stored_schema(table), partitioning=None) for file in files]
    days = [pa.array([file.day] * part.num_rows, pa.int32()) for file, part in zip(files, read, strict=True)]
    return pa.concat_tables(part.append_column("day", day) for part, day in zip(read, days, strict=True))


def _stored_schema(table: str) -> pa.Schema:
    return pa.schema([field for field in SCHEMAS[table] if field.name != "day"])


def remembered(house: House) -> dict[str, set[tuple[Any, ...]]]:
    """What the state database remembers of things and days."""
    with house.database.read() as connection:
        return {
            table: {tuple(row)[1:] for row in connection.execute(text(f"SELECT * FROM {table}"))} for table in STATE
        }


def texts_of_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file under a folder and all text in it: of Parquet what its columns hold, whatever compresses it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.read_bytes()[:4] == b"PAR1":
            yield path, "\n".join(_texts(pq.read_table(path, partitioning=None).to_pylist()))
        if path.is_file():
            yield path, path.read_bytes().decode("latin-1")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
