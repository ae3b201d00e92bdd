"""Delta tables of one company: appended to or replaced by whole days, read at a version, never changed in place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake

from busyhour.engine.base import Relation

__all__ = ["DayFile", "Lake"]

KEPT_HOURS = 24
"""How long removed files stay: far longer than any report takes."""

_ONE_FILE_A_DAY = 1 << 40
_CONFIGURATION: dict[str, str | None] = {
    "delta.logRetentionDuration": "interval 2 days",
    "delta.checkpointInterval": "20",
}
_WRITER = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=122_880)


@dataclass(frozen=True, slots=True)
class DayFile:
    """One Parquet file of a table: the day it holds (since 1970), its path, its rows."""

    day: int
    path: str
    rows: int


class Lake:
    """The tables under one folder; a table that was never written has no version and no files."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def version(self, table: str) -> int | None:
        """The newest version of a table."""
        path = self._path(table)
        return DeltaTable(path).version() if DeltaTable.is_deltatable(path) else None

    def days(self, table: str, version: int | None, first: int, last: int) -> list[DayFile]:
        """The files of a version that hold days of the span, in order of days."""
        if version is None:
            return []
        return [file for file in _files(self._path(table), version) if first <= file.day <= last]

    def relation(self, table: str, schema: pa.Schema, version: int | None, first: int, last: int) -> Relation:
        """Those files as SQL reads them: each day's file is sorted, so reading them in order needs no sort."""
        return Relation(schema, [file.path for file in self.days(table, version, first, last)])

    def relation_of_days(self, table: str, schema: pa.Schema, version: int | None, days: Collection[int]) -> Relation:
        """The files of just those days, the waiting ones' among them where it is named."""
        wanted = set(days)
        files = [] if version is None else _files(self._path(table), version)
        return Relation(schema, [file.path for file in files if file.day in wanted])

    def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table, made where it is missing; on disk when this returns."""
        write_deltalake(
            self._path(table), rows, mode="append", partition_by="day", configuration=_CONFIGURATION,
            writer_properties=_WRITER, target_file_size=_ONE_FILE_A_DAY,
        )  # fmt: skip

    def replace_days(self, table: str, days: Sequence[int], rows: pa.Table) -> None:
        """Make rows the whole content of those days, in one step; rows of other days are refused by Delta."""
        if self.version(table) is None:
            self.append(table, rows)
            return
        first, last = (_date_text(day) for day in (days[0], days[-1]))
        write_deltalake(
            self._path(table), rows, mode="overwrite", predicate=f"day >= '{first}' AND day <= '{last}'",
            writer_properties=_WRITER, target_file_size=_ONE_FILE_A_DAY,
        )  # fmt: skip

    def clean(self, table: str, keep: Collection[int], hours: int = KEPT_HOURS) -> None:
        """Delete files that no version of the last hours needs, nor one of those to keep."""
        DeltaTable(self._path(table)).vacuum(
            retention_hours=hours, dry_run=False, enforce_retention_duration=False, keep_versions=sorted(set(keep))
        )

    def remove(self, table: str, predicate: str) -> None:
        """Delete the rows that a predicate names."""
        DeltaTable(self._path(table)).delete(predicate)

    def _path(self, table: str) -> str:
        return str(self._root / table)


@lru_cache(maxsize=64)
def _files(path: str, version: int) -> tuple[DayFile, ...]:
    actions = pa.table(DeltaTable(path, version=version).get_add_actions(flatten=True))
    days = actions["partition.day"].cast(pa.int32()).to_pylist()
    paths = actions["path"].to_pylist()
    rows = actions["num_records"].to_pylist()
    found = [DayFile(day, f"{path}/{name}", count) for day, name, count in zip(days, paths, rows, strict=True)]
    return tuple(sorted(found, key=lambda file: (file.day, file.path)))


def _date_text(day: int) -> str:
    return str(pa.scalar(day, pa.int32()).cast(pa.date32()).as_py())
