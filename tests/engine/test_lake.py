"""Delta tables, in a folder and in an object store: whole days replaced, versions that stay readable, two writers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from deltalake.exceptions import CommitFailedError

from busyhour.engine.base import Relation
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.store.storage import Storage
from busyhour.store.stores import Stores
from busyhour.tables.holdings import DamagedTable, flaw, holdings, newest_version
from busyhour.tables.lake import Lake

SCHEMA = pa.schema([("day", pa.date32()), ("n", pa.int64())])


@pytest.fixture
def storage(stores: Stores) -> Storage:
    return stores.storage.below("companies/1/tables")


def _rows(*pairs: tuple[int, int]) -> pa.Table:
    days = pa.array([day for day, _ in pairs], pa.int32()).cast(pa.date32())
    return pa.table([days, pa.array([n for _, n in pairs], pa.int64())], schema=SCHEMA)


def _paths(lake: Lake, version: int) -> dict[int, str]:
    return {file.day: file.path for file in lake.days("t", version, 0, 100)}


def _there(storage: Storage) -> dict[str, int]:
    """The bytes of every file of the table, by where it stands."""
    return {storage.uri(file.name): file.size for file in storage.files("t")}


def _read(storage: Storage, lake: Lake) -> list[tuple[int, int]]:
    """The rows of the newest version as the engine reads them."""
    engine = DuckDBEngine("1GB", 1, "spill", storage)
    relation = lake.relation("t", SCHEMA, lake.version("t"), 0, 100)
    rows = engine.query("SELECT day - DATE '1970-01-01' AS day, n FROM t ORDER BY ALL", {}, {"t": relation})
    return [(row["day"], row["n"]) for row in rows.to_pylist()]


def test_whole_days_are_replaced_and_others_stay(storage: Storage) -> None:
    lake = Lake(storage)
    assert lake.version("t") is None
    lake.replace_days("t", [1, 2], _rows((1, 10), (1, 11), (2, 20)))
    lake.replace_days("t", [2], _rows((2, 21)))
    assert _read(storage, lake) == [(1, 10), (1, 11), (2, 21)]
    lake.replace_days("t", [1], _rows())
    assert [(file.day, file.rows) for file in lake.days("t", 0, 0, 100)] == [(1, 2), (2, 1)]
    assert [(file.day, file.rows) for file in lake.days("t", 1, 0, 100)] == [(1, 2), (2, 1)]
    assert [(file.day, file.rows) for file in lake.days("t", 2, 0, 100)] == [(2, 1)]
    assert _read(storage, lake) == [(2, 21)]


def test_a_relation_says_how_many_bytes_it_is(storage: Storage) -> None:
    lake = Lake(storage)
    lake.append("t", _rows((1, 10), (2, 20), (3, 30)))
    relation: Relation = lake.relation("t", SCHEMA, 0, 1, 2)
    there = _there(storage)
    assert len(relation.files) == 2
    assert relation.size == sum(there[path] for path in relation.files)
    assert {file.path: file.size for file in lake.days("t", 0, 1, 2)} == {path: there[path] for path in relation.files}


def test_cleaning_keeps_what_a_tier_shows(storage: Storage) -> None:
    lake = Lake(storage)
    for n in range(4):
        lake.replace_days("t", [1], _rows((1, n)))
    files = {version: _paths(lake, version)[1] for version in range(4)}
    lake.clean("t", keep=[1], hours=0)
    there = _there(storage)
    assert {version: path in there for version, path in files.items()} == {0: False, 1: True, 2: False, 3: True}


def test_cleaning_keeps_what_was_removed_lately(storage: Storage) -> None:
    lake = Lake(storage)
    started = datetime.now(UTC)
    for n in range(2):
        lake.replace_days("t", [1], _rows((1, n)))
    first = _paths(lake, 0)[1]
    lake.clean("t", keep=[])
    assert datetime.now(UTC) - started < timedelta(hours=1)
    assert first in _there(storage)


def test_what_another_process_committed_is_seen_and_kept(storage: Storage) -> None:
    ours, theirs = Lake(storage), Lake(storage)
    ours.append("t", _rows((1, 10)))
    theirs.append("t", _rows((1, 11), (2, 20)))
    assert ours.version("t") == 1
    assert sum(file.rows for file in ours.days("t", 1, 0, 100)) == 3
    ours.replace_days("t", [2], _rows((2, 21), (2, 22)))
    assert theirs.version("t") == 2
    assert sum(file.rows for file in theirs.days("t", 2, 0, 100)) == 4
    assert [(file.day, file.rows) for file in theirs.days("t", 0, 0, 100)] == [(1, 1)]


def test_of_two_who_replace_a_day_at_once_one_is_refused(storage: Storage) -> None:
    first = Lake(storage)
    first.append("t", _rows((1, 10), (2, 20)))

    def meanwhile() -> None:
        """After the second has looked at the table, and before it writes."""
        first.replace_days("t", [1], _rows((1, 11), (1, 12)))

    second = Lake(storage, meanwhile)
    with pytest.raises(CommitFailedError):
        second.replace_days("t", [1], _rows((1, 99)))
    assert _read(storage, Lake(storage)) == [(1, 11), (1, 12), (2, 20)]
    Lake(storage).replace_days("t", [1], _rows((1, 99)))
    assert _read(storage, Lake(storage)) == [(1, 99), (2, 20)]


def test_of_many_who_append_at_once_nothing_is_lost(storage: Storage) -> None:
    Lake(storage).append("t", _rows((1, 0)))

    def append(first: int) -> None:
        lake = Lake(storage)
        for n in range(first, first + 5):
            lake.append("t", _rows((1, n)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, (10, 20, 30, 40)))
    expected = [(1, 0), *((1, tens + n) for tens in (10, 20, 30, 40) for n in range(5))]
    assert _read(storage, Lake(storage)) == expected
    assert Lake(storage).version("t") == 20


def test_joined_files_hold_the_same(storage: Storage) -> None:
    lake = Lake(storage)
    for n in range(5):
        lake.append("t", _rows((1, n), (2, n)))
    lake.compact("t", [1])
    assert [file.day for file in lake.days("t", lake.version("t"), 0, 9)] == [1, 2, 2, 2, 2, 2]
    assert _read(storage, lake) == [(day, n) for day in (1, 2) for n in range(5)]


def test_removed_rows_are_gone_with_the_past(storage: Storage) -> None:
    lake = Lake(storage)
    lake.append("t", _rows((1, 10), (1, 11), (2, 20)))
    lake.remove("t", "n = 10")
    version = lake.version("t")
    assert version == 1
    assert _read(storage, lake) == [(1, 11), (2, 20)]
    lake.erase_past("t", version)
    files, log = _paths(lake, version), storage.uri("t/_delta_log")
    assert set(_there(storage)) == {
        *files.values(), f"{log}/_last_checkpoint", f"{log}/{1:020}.json", f"{log}/{1:020}.checkpoint.parquet"
    }  # fmt: skip
    assert _read(storage, Lake(storage)) == [(1, 11), (2, 20)]
    Lake(storage).append("t", _rows((3, 30)))
    assert _read(storage, Lake(storage)) == [(1, 11), (2, 20), (3, 30)]


def test_a_file_that_is_not_as_the_log_says_is_told(storage: Storage) -> None:
    Lake(storage).append("t", _rows((1, 10), (2, 20), (3, 30)))
    table = storage.below("t")
    held = list(holdings(table, newest_version(table)))
    assert [flaw(table, file) for file in held] == [None, None, None]
    lost, cut, blotted = (file.name for file in held)
    table.remove(lost)
    table.write(cut, b"short")
    table.write(blotted, bytes(held[2].size))
    told = [str(flaw(table, file)) for file in held]
    assert told[0] == "is missing"
    assert told[1] == f"has 5 bytes where the log says {held[1].size}"
    assert told[2].startswith("cannot be read (")
    with pytest.raises(DamagedTable, match="its log is gone"):
        newest_version(storage.below("never"))
