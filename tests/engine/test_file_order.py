"""A day's file holds its rows in the order in which they were given, in however many pieces they came."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from busyhour.store.folder_storage import FolderStorage
from busyhour.tables.lake import Lake

ROWS = 30_000
DAY = 20_000


def _rows() -> pa.Table:
    days = pa.array([DAY + number // (ROWS // 2) for number in range(ROWS)], pa.int32()).cast(pa.date32())
    table = pa.table({"day": days, "n": pa.array(range(ROWS), pa.int64())})
    return pa.concat_tables(table.slice(start, 1_100) for start in range(0, ROWS, 1_100))


def _numbers(lake: Lake) -> list[int]:
    files = lake.days("t", lake.version("t"), DAY, DAY + 1)
    return [number for file in files for number in pq.read_table(file.path, partitioning=None)["n"].to_pylist()]


def test_rows_in_pieces_are_appended_in_their_order(tmp_path: Path) -> None:
    for attempt in range(5):
        lake = Lake(FolderStorage(tmp_path / str(attempt)))
        lake.append("t", _rows())
        assert _numbers(lake) == list(range(ROWS))


def test_rows_in_pieces_take_the_place_of_days_in_their_order(tmp_path: Path) -> None:
    lake = Lake(FolderStorage(tmp_path))
    lake.append("t", _rows().slice(0, 10))
    for _ in range(5):
        lake.replace_days("t", [DAY, DAY + 1], _rows())
        assert _numbers(lake) == list(range(ROWS))
