"""Delta tables of one company: appended to or replaced by whole days, read at a version, never changed in place."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake
from deltalake.transaction import AddAction

from busyhour.engine.base import Relation
from busyhour.errors import Conflict
from busyhour.store.storage import Storage

__all__ = ["DayFile", "Lake"]

KEPT_HOURS = 24
"""How long removed files stay: far longer than any report takes."""

_ONE_FILE_A_DAY = 1 << 40
_STATISTICS = "delta.dataSkippingNumIndexedCols"
_CONFIGURATION: dict[str, str | None] = {
    "delta.logRetentionDuration": "interval 2 days",
    "delta.checkpointInterval": "20",
    # Readers choose files by day alone; the least and the greatest value of a column are somebody's name and number.
    _STATISTICS: "0",
}
_WRITER = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=122_880)


@dataclass(frozen=True, slots=True)
class DayFile:
    """One Parquet file of a table: the day it holds (since 1970), its path or URL, its rows, its bytes."""

    day: int
    path: str
    rows: int
    size: int


class Lake:
    """The tables of one storage, each in a folder of it; a table that was never written has no version and no files.

    Before each change of a table `guard` is called, which raises where it must not be made any more.
    """

    def __init__(self, storage: Storage, guard: Callable[[], None] = lambda: None) -> None:
        self._storage = storage
        self._options = None if storage.options is None else dict(storage.options)
        self._opened: dict[str, DeltaTable] = {}
        self._guard = guard

    def version(self, table: str) -> int | None:
        """The newest version of a table."""
        newest = self._newest(table)
        return None if newest is None else newest.version()

    def days(self, table: str, version: int | None, first: int, last: int) -> list[DayFile]:
        """The files of a version that hold days of the span, in order of days."""
        if version is None:
            return []
        return [file for file in self._files(table, version) if first <= file.day <= last]

    def relation(self, table: str, schema: pa.Schema, version: int | None, first: int, last: int) -> Relation:
        """Those files as SQL reads them: each day's file is sorted, so reading them in order needs no sort."""
        return _relation(schema, self.days(table, version, first, last))

    def relation_of_days(self, table: str, schema: pa.Schema, version: int | None, days: Collection[int]) -> Relation:
        """The files of just those days, the waiting ones' among them where it is named."""
        wanted = set(days)
        files = () if version is None else self._files(table, version)
        return _relation(schema, [file for file in files if file.day in wanted])

    def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table, made where it is missing; on disk when this returns."""
        self._guard()
        write_deltalake(
            self._newest(table) or self._storage.uri(table), _in_order(rows), mode="append", partition_by="day",
            configuration=_CONFIGURATION, writer_properties=_WRITER, target_file_size=_ONE_FILE_A_DAY,
            storage_options=self._options,
        )  # fmt: skip

    def replace_days(self, table: str, days: Sequence[int], rows: pa.Table) -> None:
        """Make rows the whole content of those days, in one step; rows of other days are refused by Delta."""
        newest = self._newest(table)
        if newest is None:
            self.append(table, rows)
            return
        first, last = (_date_text(day) for day in (days[0], days[-1]))
        self._guard()
        write_deltalake(
            newest, _in_order(rows), mode="overwrite", predicate=f"day >= '{first}' AND day <= '{last}'",
            writer_properties=_WRITER, target_file_size=_ONE_FILE_A_DAY,
        )  # fmt: skip

    def clean(self, table: str, keep: Collection[int], hours: int = KEPT_HOURS) -> None:
        """Delete files that no version of the last hours needs, nor one of those to keep."""
        self._open(table).vacuum(
            retention_hours=hours, dry_run=False, enforce_retention_duration=False, keep_versions=sorted(set(keep))
        )

    def remove(self, table: str, predicate: str) -> None:
        """Delete the rows that a predicate names."""
        self._guard()
        self._open(table).delete(predicate)

    def compact(self, table: str, days: Sequence[int]) -> None:
        """Join the files of each of those days into one; rows and their order stay, and so do the old files for now."""
        self._guard()
        self._open(table).optimize.compact(
            partition_filters=[("day", "in", [_date_text(day) for day in days])], target_size=_ONE_FILE_A_DAY,
            max_concurrent_tasks=1, writer_properties=_WRITER,
        )  # fmt: skip

    def settle(self, table: str) -> None:
        """Take the values of columns, which an earlier release wrote there, out of a table's log; counts of rows stay.

        The log's older entries keep them until they are cleaned up, after two days.
        """
        delta = self._newest(table)
        if delta is None or delta.metadata().configuration.get(_STATISTICS) == "0":
            return
        self._guard()
        # Files named once more replace what was said of them. The property comes last: it says that this is done.
        files = pa.table(delta.get_add_actions()).to_pylist()
        delta.create_write_transaction(list(map(_named_again, files)), "append", delta.schema(), ["day"])
        self._open(table).alter.set_table_properties({_STATISTICS: "0"}, raise_if_not_exists=False)

    def erase_past(self, table: str, version: int) -> None:
        """Delete every file and log entry but those of the newest version, at once; older ones cannot be read any more.

        Nobody else may write meanwhile: a file that no version names yet is taken for the rest of a broken write.
        Raises Conflict where somebody has written.
        """
        if self.version(table) != version:
            raise Conflict(f"{table} was written to while its past was to be erased; nothing of it was.")
        self._open(table, version).create_checkpoint()
        log, cut = f"{table}/_delta_log", len(self._storage.uri(""))
        files = {file.path[cut:].removeprefix("/") for file in self._files(table, version)}
        logs = {f"{log}/_last_checkpoint", f"{log}/{version:020}.json", f"{log}/{version:020}.checkpoint.parquet"}
        self._storage.keep_only(table, files | logs)

    def _open(self, table: str, version: int | None = None) -> DeltaTable:
        return DeltaTable(self._storage.uri(table), version=version, storage_options=self._options)

    def _newest(self, table: str) -> DeltaTable | None:
        """A table as it is now: its whole log is read once, after that only what was committed since."""
        if table in self._opened:
            self._opened[table].update_incremental()
        elif DeltaTable.is_deltatable(self._storage.uri(table), self._options):
            self._opened[table] = self._open(table)
        return self._opened.get(table)

    def _files(self, table: str, version: int) -> tuple[DayFile, ...]:
        opened, uri = self._opened.get(table), self._storage.uri(table)
        if opened is not None and opened.version() == version:
            return _day_files(uri, opened)
        return _files_of_version(uri, version, tuple((self._options or {}).items()))


@lru_cache(maxsize=64)
def _files_of_version(uri: str, version: int, options: tuple[tuple[str, str], ...]) -> tuple[DayFile, ...]:
    return _day_files(uri, DeltaTable(uri, version=version, storage_options=dict(options) or None))


def _day_files(uri: str, table: DeltaTable) -> tuple[DayFile, ...]:
    actions = pa.table(table.get_add_actions(flatten=True))
    days = actions["partition.day"].cast(pa.int32()).to_pylist()
    paths, rows, sizes = (actions[name].to_pylist() for name in ("path", "num_records", "size_bytes"))
    found = [DayFile(day, f"{uri}/{path}", *said) for day, path, *said in zip(days, paths, rows, sizes, strict=True)]
    return tuple(sorted(found, key=lambda file: (file.day, file.path)))


def _in_order(rows: pa.Table) -> pa.Table:
    """The rows in one piece: the pieces of a table are written at once, and a day's then stand in any order."""
    return rows.combine_chunks()


def _relation(schema: pa.Schema, files: Sequence[DayFile]) -> Relation:
    return Relation(schema, [file.path for file in files], sum(file.size for file in files))


def _named_again(file: dict[str, Any]) -> AddAction:
    """A file's entry without what its columns hold."""
    return AddAction(
        path=file["path"], size=file["size_bytes"], partition_values={"day": str(file["partition"]["day"])},
        modification_time=file["modification_time"], data_change=False,
        stats=json.dumps({"numRecords": file["num_records"]}),
    )  # fmt: skip


def _date_text(day: int) -> str:
    return str(pa.scalar(day, pa.int32()).cast(pa.date32()).as_py())
