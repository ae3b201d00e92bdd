"""The distributed engine on a real cluster: stopping it, losing it, and folds that give the same tables."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from busyhour.deadline import Deadline
from busyhour.domain.clock import micros
from busyhour.engine.base import Relation
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.errors import Unavailable
from busyhour.examining.finding import ok
from busyhour.examining.spark import examine_spark
from busyhour.reports.plan import Plan
from busyhour.simulating import simulate_into
from busyhour.store.folder_storage import FolderStorage
from busyhour.tables.streams import SCHEMAS, STREAMS
from clusters import Cluster
from houses import company_of, new_house, refresh, report_path
from kept import rows_in_order
from servers import free_port

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings(r"ignore:\[RETRIES_EXCEEDED\]:UserWarning")]

NOW = "2026-11-05T20:00:00+00:00"
ENDLESS = "SELECT count(*) AS n FROM range(300000000) a, range(1000000) b WHERE a.id % 7 = b.id % 3"


def spark(url: str, folder: Path) -> Any:
    from busyhour.engine.spark import SparkEngine  # noqa: PLC0415 - what it needs is an extra

    return SparkEngine(url, DuckDBEngine("500MB", 1, folder, FolderStorage(folder)))


def test_a_deadline_stops_a_statement_and_the_next_one_runs(running_cluster: Cluster, tmp_path: Path) -> None:
    engine = spark(running_cluster.url, tmp_path)
    assert engine.query("SELECT 1 AS n", {}, {}).to_pylist() == [{"n": 1}]
    deadline = Deadline(3, engine.interrupt)
    with pytest.raises(Exception, match="OPERATION_CANCELED"), deadline:
        engine.query(ENDLESS, {}, {})
    assert deadline.has_passed
    assert engine.query("SELECT 2 AS n", {}, {}).to_pylist() == [{"n": 2}]


def test_an_export_that_is_stopped_says_so(running_cluster: Cluster, tmp_path: Path) -> None:
    engine = spark(running_cluster.url, tmp_path)
    plan = Plan(ENDLESS, {}, {}, "report.n", "report.n")
    with pytest.raises(Exception, match="OPERATION_CANCELED"), Deadline(3, engine.interrupt):
        engine.export(plan, {}, tmp_path / "report.csv")


def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    engine = spark(f"sc://127.0.0.1:{free_port()}/;token=secret", tmp_path)
    with pytest.raises(Unavailable) as caught:
        engine.query("SELECT 1 AS n", {}, {})
    assert "send the same request again" in caught.value.message
    assert "secret" not in caught.value.cause
    engine.interrupt()


def test_a_session_that_the_server_forgot_is_opened_anew(running_cluster: Cluster, tmp_path: Path) -> None:
    engine = spark(running_cluster.url, tmp_path)
    engine.query("SELECT 1 AS n", {}, {})
    engine._session.client.release_session()
    with pytest.raises(Unavailable):
        engine.query("SELECT 1 AS n", {}, {})
    assert engine.query("SELECT us(instant_of(7)) AS n", {}, {}).to_pylist() == [{"n": 7}]


@pytest.fixture
def stopped(running_cluster: Cluster) -> Iterator[Callable[[], None]]:
    """Let the server fall silent, without a word to whoever is connected, to the end of a test."""
    yield lambda: os.kill(running_cluster.server, signal.SIGSTOP)
    os.kill(running_cluster.server, signal.SIGCONT)


def test_a_server_that_falls_silent_is_away(
    running_cluster: Cluster, stopped: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = ("keepalive_time_ms", "keepalive_timeout_ms", "min_reconnect_backoff_ms")
    monkeypatch.setattr("busyhour.engine.spark._KEEPALIVE", {f"grpc.{name}": 1000 for name in soon})
    engine = spark(running_cluster.url, tmp_path)
    assert engine.query("SELECT 1 AS n", {}, {}).to_pylist() == [{"n": 1}]
    stopped()
    with pytest.raises(Unavailable):
        engine.query("SELECT 1 AS n", {}, {})


def test_doctor_says_of_which_version_the_cluster_is(running_cluster: Cluster) -> None:
    findings = list(examine_spark(f"{running_cluster.url}/;user_id=doctor"))
    assert findings == [ok("spark", f"Spark {running_cluster.version} at {running_cluster.url}/")]


def test_sessions_do_not_see_each_others_relations(running_cluster: Cluster, tmp_path: Path) -> None:
    """Two workers ask for a relation of one name at the same time, over and over, each with its own rows."""
    found: dict[int, set[int]] = {}

    def ask(own: int) -> None:
        engine = spark(running_cluster.url, tmp_path / str(own))
        given = {"given": pa.table({"n": [own]})}
        found[own] = {engine.query("SELECT n FROM given", {}, given)["n"][0].as_py() for _ in range(5)}

    threads = [threading.Thread(target=ask, args=(own,)) for own in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {1: {1}, 2: {2}}


@pytest.mark.parametrize("table", SCHEMAS)
def test_a_table_without_files_has_its_columns(running_cluster: Cluster, tmp_path: Path, table: str) -> None:
    given = {"t": Relation(SCHEMAS[table])}
    columns = [spark(running_cluster.url, tmp_path).query("SELECT * FROM t", {}, given).schema]
    columns.append(
        DuckDBEngine("500MB", 1, tmp_path, FolderStorage(tmp_path)).query("SELECT * FROM t", {}, given).schema
    )
    assert columns[0].names == columns[1].names
    assert columns[0].types == columns[1].types


@pytest.mark.parametrize("rows", [[], [{"id": 7, "name": "Seven", "at": datetime(2026, 3, 1, tzinfo=UTC)}]])
def test_what_is_given_has_its_columns_with_and_without_rows(
    running_cluster: Cluster, tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    columns = {"id": pa.int64(), "name": pa.string(), "at": pa.timestamp("us", "UTC")}
    given = {"given": pa.Table.from_pylist(rows, pa.schema(list(columns.items())))}
    found = spark(running_cluster.url, tmp_path).query("SELECT id, name, at FROM given", {}, given)
    assert found.to_pylist() == rows
    assert dict(zip(found.schema.names, found.schema.types, strict=True)) == columns


@pytest.mark.parametrize(
    ("sizes", "portions"),
    [([], [[]]), ([7], [["0"]]), ([9] * 4, [["0"], ["1"], ["2"], ["3"]]), ([4] * 5, [["0", "1"], ["2", "3"], ["4"]])],
)
def test_files_come_some_at_a_time_in_their_order(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], portions: list[list[str]]
) -> None:
    from busyhour.engine.spark import _some_at_a_time  # noqa: PLC0415 - what it needs is an extra

    monkeypatch.setattr("busyhour.engine.spark._BYTES_AT_ONCE", 10)
    files = [str(number) for number in range(len(sizes))]
    found = _some_at_a_time(Relation(SCHEMAS["calls"], files, sum(sizes)))
    assert [list(portion) for portion in found] == portions


def test_a_refresh_on_the_cluster_gives_the_same_tables_and_reports(
    running_cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that rows come of each day's files apart.
    monkeypatch.setattr("busyhour.engine.spark._BYTES_AT_ONCE", 1)
    houses = [
        new_house(tmp_path / "embedded", NOW),
        new_house(tmp_path / "spread", NOW, engine=running_cluster.url, spark_bytes=0),
    ]
    for house in houses:
        simulate_into(house, "Sim", company_of(house, "Sim"), days=3, seed=5, now=micros(house.clock()))
        before = running_cluster.newest_job()
        refresh(house, "Sim")
    assert running_cluster.ran_after(before)
    for stream in STREAMS:
        tables = [rows_in_order(house, "Sim", stream.table) for house in houses]
        assert tables[0].num_rows
        assert tables[0].equals(tables[1]), stream.table
    asked = {"stat_type": "calls", "export_type": "records", "days_ago_start": 0, "days_ago_end": 3}
    before = running_cluster.newest_job()
    files = [report_path(house, "Sim", **asked).read_bytes() for house in houses]
    assert files[0] == files[1]
    assert running_cluster.ran_after(before)
