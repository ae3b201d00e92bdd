"""What a table's log says: how many rows a file has, and nothing of what is in them."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from busyhour.errors import Conflict
from busyhour.store.folder_storage import FolderStorage
from busyhour.tables.lake import Lake

PARTY = pa.struct([("name", pa.string()), ("phone", pa.string())])
SCHEMA = pa.schema([("day", pa.date32()), ("number", pa.string()), ("who", PARTY)])
SAID = ("Zelda", "+15550001")


def _rows(day: int, count: int) -> pa.Table:
    days = pa.array([day] * count, pa.int32()).cast(pa.date32())
    who = pa.array([{"name": SAID[0], "phone": SAID[1]}] * count, PARTY)
    return pa.table([days, pa.array([SAID[1]] * count), who], schema=SCHEMA)


def _log(folder: Path) -> str:
    """All that the log of a table says, its checkpoints' text among it."""
    entries = [path.read_text() for path in sorted(folder.glob("_delta_log/*.json"))]
    checkpoints = [str(pq.read_table(path).to_pylist()) for path in sorted(folder.glob("_delta_log/*.parquet"))]
    return "\n".join([*entries, *checkpoints])


def _newest(folder: Path) -> list[dict[str, Any]]:
    """The files of the newest version as Delta's readers see them."""
    files: list[dict[str, Any]] = pa.table(DeltaTable(folder).get_add_actions(flatten=True)).to_pylist()
    return files


def _names_nobody(log: str) -> bool:
    return not any(word in log for word in SAID)


def test_a_new_table_says_nothing_of_its_rows(tmp_path: Path) -> None:
    lake = Lake(FolderStorage(tmp_path))
    lake.append("t", _rows(1, 3))
    lake.append("t", _rows(1, 2))
    lake.replace_days("t", [2], _rows(2, 4))
    lake.compact("t", [1])
    DeltaTable(tmp_path / "t").create_checkpoint()
    log = _log(tmp_path / "t")
    assert _names_nobody(log)
    assert "numRecords" in log
    assert sorted((file["num_records"], *file) for file in _newest(tmp_path / "t")) == [
        (rows, "path", "size_bytes", "modification_time", "num_records", "partition.day") for rows in (4, 5)
    ]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A table as an earlier release wrote it."""
    for day, count in ((1, 3), (1, 2), (2, 4)):
        write_deltalake(tmp_path / "t", _rows(day, count), mode="append", partition_by="day")
    assert not _names_nobody(_log(tmp_path / "t"))
    return tmp_path


def test_a_table_of_before_stops_saying_it(old: Path) -> None:
    lake = Lake(FolderStorage(old))
    lake.settle("t")
    settled = lake.version("t")
    assert sorted((file.day, file.rows) for file in lake.days("t", settled, 0, 9)) == [(1, 2), (1, 3), (2, 4)]
    assert not any(name.startswith(("min", "max", "null_count")) for file in _newest(old / "t") for name in file)
    lake.append("t", _rows(3, 1))
    lake.settle("t")
    assert lake.version("t") == (settled or 0) + 1, "a settled table is left alone"
    lake.erase_past("t", (settled or 0) + 1)
    assert _names_nobody(_log(old / "t"))
    assert DeltaTable(old / "t").to_pyarrow_table().num_rows == 10


def test_a_table_that_was_never_written_has_nothing_to_settle(tmp_path: Path) -> None:
    Lake(FolderStorage(tmp_path)).settle("t")
    assert list(tmp_path.iterdir()) == []


def test_an_erased_past_cannot_be_read_and_the_rest_can(tmp_path: Path) -> None:
    lake = Lake(FolderStorage(tmp_path))
    for day in (1, 2, 2):
        lake.replace_days("t", [day], _rows(day, day))
    (tmp_path / "t" / "day=1970-01-02" / "broken.parquet#1").write_text("the rest of a write that was killed")
    version = lake.version("t") or 0
    files = lake.days("t", version, 0, 9)
    lake.erase_past("t", version)
    assert sorted(str(path) for path in tmp_path.rglob("*.parquet*") if "_delta_log" not in str(path)) == sorted(
        file.path for file in files
    )
    assert {path.name for path in (tmp_path / "t" / "_delta_log").iterdir()} == {
        "_last_checkpoint", f"{version:020}.json", f"{version:020}.checkpoint.parquet"
    }  # fmt: skip
    lake.erase_past("t", version)
    with pytest.raises(Exception, match="No files in log segment"):
        DeltaTable(tmp_path / "t", version=version - 1)
    lake.append("t", _rows(3, 3))
    assert DeltaTable(tmp_path / "t").to_pyarrow_table().num_rows == 1 + 2 + 3


def test_the_past_stays_where_somebody_has_written(tmp_path: Path) -> None:
    lake = Lake(FolderStorage(tmp_path))
    lake.append("t", _rows(1, 1))
    lake.append("t", _rows(2, 2))
    with pytest.raises(Conflict, match="t was written to"):
        lake.erase_past("t", 0)
    assert DeltaTable(tmp_path / "t").to_pyarrow_table().num_rows == 3
