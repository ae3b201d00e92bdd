"""The embedded engine takes a new connection now and then, and nobody sees it."""

from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import duckdb
import pyarrow as pa
import pytest

from busyhour.engine.duckdb import DuckDBEngine
from busyhour.store.folder_storage import FolderStorage

MANY = 320


@pytest.fixture
def engine(tmp_path: Path) -> DuckDBEngine:
    return DuckDBEngine("500MB", 1, tmp_path / "spill", FolderStorage(tmp_path))


def test_every_connection_has_the_prelude_the_zone_and_what_is_given(engine: DuckDBEngine) -> None:
    sql = "SELECT n + $more AS n, floor_div(-7, 2) AS floored, CAST(instant_of(0) AS VARCHAR) AS epoch FROM given"
    given = {"given": pa.table({"n": [1]})}
    for more in range(MANY):
        (row,) = engine.query(sql, {"more": more}, given).to_pylist()
        assert row == {"n": 1 + more, "floored": -4, "epoch": "1970-01-01 00:00:00+00"}


def test_whoever_interrupts_while_connections_change_meets_no_error(engine: DuckDBEngine) -> None:
    over, met = Event(), list[BaseException]()

    def interrupt() -> None:
        try:
            while not over.is_set():
                engine.interrupt()
        except BaseException as error:
            met.append(error)

    thread = Thread(target=interrupt)
    thread.start()
    for _ in range(MANY):
        with suppress(duckdb.InterruptException):
            engine.query("SELECT 1 AS n", {}, {})
    over.set()
    thread.join()
    assert met == []
    assert engine.query("SELECT 1 AS n", {}, {}).num_rows == 1
