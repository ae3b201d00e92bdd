"""What a version of a table needs on disk, and what is said where that is not there."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from busyhour.store.folder_storage import FolderStorage
from busyhour.tables.holdings import DamagedTable, flaw, holdings, log_files, newest_version
from busyhour.tables.lake import Lake

SCHEMA = pa.schema([("day", pa.date32()), ("n", pa.int64())])


def _rows(day: int, *numbers: int) -> pa.Table:
    days = pa.array([day] * len(numbers), pa.int32()).cast(pa.date32())
    return pa.table([days, pa.array(numbers, pa.int64())], schema=SCHEMA)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Version 0: day 1; version 1: days 1 and 2; version 2: day 1 replaced."""
    lake = Lake(FolderStorage(tmp_path))
    lake.append("t", _rows(1, 10, 11))
    lake.append("t", _rows(2, 20))
    lake.replace_days("t", [1], _rows(1, 12, 13, 14))
    return tmp_path / "t"


def _held(table: Path, version: int) -> dict[str, tuple[int, int]]:
    return {Path(file.name).parent.name: (file.rows, file.size) for file in holdings(FolderStorage(table), version)}


def test_what_each_version_needs(table: Path) -> None:
    storage = FolderStorage(table)
    assert newest_version(storage) == 2
    rows = {version: {day: rows for day, (rows, _) in _held(table, version).items()} for version in range(3)}
    first, second = "day=1970-01-02", "day=1970-01-03"
    assert rows == {0: {first: 2}, 1: {first: 2, second: 1}, 2: {first: 3, second: 1}}
    sizes = {table / file.name: file.size for version in range(3) for file in holdings(storage, version)}
    assert sizes == {path: path.stat().st_size for path in table.glob("day=*/*.parquet")}
    assert all(flaw(storage, file) is None for version in range(3) for file in holdings(storage, version))
    assert [file.name for file in log_files(storage)] == [f"_delta_log/{n:020}.json" for n in range(3)]


def _first(table: Path) -> Path:
    return next(table / file.name for file in holdings(FolderStorage(table), 2) if file.rows == 3)


def _end_without_sense(path: Path) -> None:
    body = path.read_bytes()
    path.write_bytes(body[:-40] + b"x" * 40)


def _other_rows_of_equal_size(path: Path) -> None:
    """The log says 3 rows: a file of as many bytes that holds 1."""
    size = path.stat().st_size
    pq.write_table(pa.table({"n": [1]}), path, compression="none")
    body = path.read_bytes()
    # What stands between the magic word at the beginning and the footer is not read.
    path.write_bytes(body[:4] + bytes(size - len(body)) + body[4:])


FLAWS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "is missing"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-9]), "bytes where the log says"),
    "footer": (_end_without_sense, "cannot be read"),
}


@pytest.mark.parametrize("what", FLAWS)
def test_a_file_that_is_not_as_the_log_says(table: Path, what: str) -> None:
    damage, said = FLAWS[what]
    damage(_first(table))
    storage = FolderStorage(table)
    told = {file.rows: flaw(storage, file) for file in holdings(storage, 2)}
    assert said in str(told[3])
    assert told[1] is None


def test_a_file_of_other_rows(tmp_path: Path) -> None:
    Lake(FolderStorage(tmp_path)).append("t", _rows(1, *range(5000)))
    storage = FolderStorage(tmp_path / "t")
    (file,) = holdings(storage, 0)
    _other_rows_of_equal_size(tmp_path / "t" / file.name)
    assert flaw(storage, file) == "has 1 rows where the log says 5000"


LOGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "garbage": (lambda log: (log / f"{2:020}.json").write_text("garbage{"), "cannot be read"),
    "binary": (lambda log: (log / f"{2:020}.json").write_bytes(b"\xff\x00\xfe"), "cannot be read"),
    "empty": (lambda log: (log / f"{2:020}.json").write_text(""), "is empty"),
    "a gap": (lambda log: (log / f"{1:020}.json").unlink(), "cannot be read"),
    "gone": (lambda log: [path.unlink() for path in log.iterdir()], "is gone"),
}


@pytest.mark.parametrize("what", LOGS)
def test_a_log_that_cannot_be_read(table: Path, what: str) -> None:
    damage, said = LOGS[what]
    damage(table / "_delta_log")
    with pytest.raises(DamagedTable) as refused:
        newest_version(FolderStorage(table))
    assert said in refused.value.message
    assert "\n" not in refused.value.message


def test_a_version_that_is_not_there(table: Path) -> None:
    with pytest.raises(DamagedTable, match="at version 3"):
        list(holdings(FolderStorage(table), 3))
