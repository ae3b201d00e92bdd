"""The embedded engine takes a new connection now and then, and nobody sees it."""

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
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
    return _new_engine(tmp_path)


def test_every_connection_has_the_prelude_the_zone_and_what_is_given(engine: DuckDBEngine) -> None:
    sql = "SELECT n + $more AS n, floor_div(-7, 2) AS floored, CAST(instant_of(0) AS VARCHAR) AS epoch FROM given"
    given = {"given": pa.table({"n": [1]})}
    for more in range(MANY):
        (row,) = engine.query(sql, {"more": more}, given).to_pylist()
        assert row == {"n": 1 + more, "floored": -4, "epoch": "1970-01-01 00:00:00+00"}


def test_whoever_interrupts_while_connections_change_meets_no_error(
    engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("busyhour.engine.duckdb._MOST_STATEMENTS", 1)
    over, met = Event(), list[BaseException]()

    def interrupt() -> None:
        try:
            while not over.is_set():
                engine.interrupt()
                time.sleep(0)
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


def _new_engine(folder: Path) -> DuckDBEngine:
    return DuckDBEngine("500MB", 1, folder / "spill", FolderStorage(folder))


def test_a_long_statement_shows_nothing(engine: DuckDBEngine, capfd: pytest.CaptureFixture[str]) -> None:
    """By itself DuckDB draws a bar from the third second on."""
    began = time.monotonic()
    rows = 400_000_000
    while time.monotonic() - began < 4:
        began = time.monotonic()
        engine.query("SELECT sum(hash(a) % 7) AS n FROM range($rows) t(a)", {"rows": rows}, {})
        rows *= 4
    assert capfd.readouterr() == ("", "")


def _resident() -> int:
    """KiB that this process has now."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


def _gives_back(folder: Path) -> bool:
    """Whether most of what a large statement takes is given back soon, after connections have changed."""
    engine = _new_engine(folder)
    for _ in range(MANY):
        engine.query("SELECT 1 AS n", {}, {})
    before = _resident()
    engine.query("SELECT count(*) AS n FROM (SELECT DISTINCT CAST(a AS VARCHAR) FROM range(3000000) t(a))", {}, {})
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert most - before > 100_000
    until = time.monotonic() + 60
    while _resident() - before > (most - before) / 2:
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def test_what_a_statement_took_is_given_back_whichever_connection_ran_it(tmp_path: Path) -> None:
    # Apart: how much a process has, and had at the most, is told of the whole of it.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        assert process.submit(_gives_back, tmp_path).result()
