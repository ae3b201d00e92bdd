"""Delta tables: whole days replaced, versions that stay readable for as long as a tier shows them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from busyhour.tables.lake import Lake

SCHEMA = pa.schema([("day", pa.date32()), ("n", pa.int64())])


def _rows(*pairs: tuple[int, int]) -> pa.Table:
    days = pa.array([day for day, _ in pairs], pa.int32()).cast(pa.date32())
    return pa.table([days, pa.array([n for _, n in pairs], pa.int64())], schema=SCHEMA)


def _paths(lake: Lake, version: int) -> dict[int, Path]:
    return {file.day: Path(file.path) for file in lake.days("t", version, 0, 100)}


def test_whole_days_are_replaced_and_others_stay(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.replace_days("t", [1, 2], _rows((1, 10), (1, 11), (2, 20)))
    lake.replace_days("t", [2], _rows((2, 21)))
    lake.replace_days("t", [1], _rows())
    assert [(file.day, file.rows) for file in lake.days("t", 0, 0, 100)] == [(1, 2), (2, 1)]
    assert [(file.day, file.rows) for file in lake.days("t", 1, 0, 100)] == [(1, 2), (2, 1)]
    assert [(file.day, file.rows) for file in lake.days("t", 2, 0, 100)] == [(2, 1)]


def test_cleaning_keeps_what_a_tier_shows(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for n in range(4):
        lake.replace_days("t", [1], _rows((1, n)))
    files = {version: _paths(lake, version)[1] for version in range(4)}
    lake.clean("t", keep=[1], hours=0)
    assert {version: path.exists() for version, path in files.items()} == {0: False, 1: True, 2: False, 3: True}


def test_cleaning_keeps_what_was_removed_lately(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    started = datetime.now(UTC)
    for n in range(2):
        lake.replace_days("t", [1], _rows((1, n)))
    first = _paths(lake, 0)[1]
    lake.clean("t", keep=[])
    assert datetime.now(UTC) - started < timedelta(hours=1)
    assert first.exists()


def test_what_another_process_committed_is_seen_and_kept(tmp_path: Path) -> None:
    ours, theirs = Lake(tmp_path), Lake(tmp_path)
    ours.append("t", _rows((1, 10)))
    theirs.append("t", _rows((1, 11), (2, 20)))
    assert ours.version("t") == 1
    assert sum(file.rows for file in ours.days("t", 1, 0, 100)) == 3
    ours.replace_days("t", [2], _rows((2, 21), (2, 22)))
    assert theirs.version("t") == 2
    assert sum(file.rows for file in theirs.days("t", 2, 0, 100)) == 4
    assert [(file.day, file.rows) for file in theirs.days("t", 0, 0, 100)] == [(1, 1)]
