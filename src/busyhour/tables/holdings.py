"""What a version of a table needs, as its log says it, and whether that is there and sound."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from busyhour.errors import BusyhourError
from busyhour.store.storage import Found, Storage

__all__ = ["DamagedTable", "Holding", "first_words", "flaw", "holdings", "log_files", "newest_version"]

_LOG = "_delta_log"
_COMMITTED = (".json", ".parquet")
_WORDS = 160


class DamagedTable(BusyhourError):
    """A table whose log cannot be read, or does not know a version."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One Parquet file of a table: its name in the table, and what the log says of it, in bytes and rows."""

    name: str
    size: int
    rows: int


def newest_version(table: Storage) -> int:
    """The newest version of the table that stands in a storage of its own; raises DamagedTable."""
    return _opened(table, None).version()


def holdings(table: Storage, version: int) -> Iterator[Holding]:
    """Every file of a version; raises DamagedTable."""
    opened = _opened(table, version)
    try:
        actions = pa.table(opened.get_add_actions(flatten=True))
        columns = [actions[name].to_pylist() for name in ("path", "size_bytes", "num_records")]
    except (DeltaError, pa.ArrowException, ValueError, KeyError) as error:
        raise DamagedTable(f"its log names no files at version {version}: {first_words(error)}") from None
    for name, size, rows in zip(*columns, strict=True):
        yield Holding(name, size, rows)


def log_files(table: Storage) -> list[Found]:
    """The files of a table's log, in order of their names."""
    return table.files(_LOG)


def flaw(table: Storage, holding: Holding) -> str | None:
    """What is wrong with a file, or None; its end is read, its rows are not."""
    try:
        size = table.size(holding.name)
        if size != holding.size:
            return f"has {size} bytes where the log says {holding.size}"
        with closing(table.opened(holding.name)) as file:
            rows = pq.read_metadata(file).num_rows
    except FileNotFoundError:
        return "is missing"
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read ({first_words(error)})"
    return None if rows == holding.rows else f"has {rows} rows where the log says {holding.rows}"


def first_words(error: Exception) -> str:
    """The beginning of what a library says, without its backtrace."""
    return str(error).strip().partition("\n")[0].rstrip(".")[:_WORDS]


def _opened(table: Storage, version: int | None) -> DeltaTable:
    for file in log_files(table):
        # A commit of which a power loss left the name alone would be read as one that changed nothing.
        if file.name.endswith(_COMMITTED) and file.size == 0:
            raise DamagedTable(f"{file.name.removeprefix(f'{_LOG}/')} of its log is empty")
    try:
        options = None if table.options is None else dict(table.options)
        return DeltaTable(table.uri(""), version=version, storage_options=options)
    except TableNotFoundError:
        raise DamagedTable("its log is gone") from None
    except (DeltaError, OSError, ValueError) as error:
        wanted = "" if version is None else f" at version {version}"
        raise DamagedTable(f"its log cannot be read{wanted}: {first_words(error)}") from None
