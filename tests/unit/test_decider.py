"""Which engine runs what: a truth table, and that nothing else than bytes decides."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from busyhour.engine.base import Relation
from busyhour.engine.decider import Engines, is_spread
from busyhour.reports.plan import DaySpan, Plan

SCHEMA = pa.schema([("n", pa.int64())])
PLAN = Plan("SELECT n FROM t", {}, {"t": DaySpan(0, 1)}, "report.n", "report.n")


@pytest.mark.parametrize(
    ("size", "threshold", "spread"),
    [
        (0, None, False),
        (10**18, None, False),
        (0, 0, True),
        (1, 0, True),
        (0, 1, False),
        (999, 1000, False),
        (1000, 1000, True),
        (1001, 1000, True),
    ],
)
def test_a_cluster_reads_what_reaches_the_threshold(size: int, threshold: int | None, spread: bool) -> None:
    assert is_spread(size, threshold) is spread


class Listed:
    """An engine that says its name."""

    def __init__(self, name: str) -> None:
        self.table = pa.table({"ran": [name]})
        self.exports = 0
        self.interrupts = 0

    def export(self, _plan: Plan, _relations: Mapping[str, Relation], _path: Path) -> int:
        self.exports += 1
        return self.exports

    def query(self, _sql: str, _parameters: Mapping[str, Any], _relations: Mapping[str, Any]) -> pa.Table:
        return self.table

    def interrupt(self) -> None:
        self.interrupts += 1


def relations(*sizes: int) -> dict[str, Relation]:
    return {f"t{n}": Relation(SCHEMA, [f"/t{n}"], size) for n, size in enumerate(sizes)}


@pytest.mark.parametrize(("sizes", "ran"), [((40, 59), "near"), ((40, 60), "far"), ((), "near"), ((100,), "far")])
def test_all_tables_of_a_statement_count_together(sizes: tuple[int, ...], ran: str) -> None:
    near, far = Listed("near"), Listed("far")
    engines = Engines(near, far, 100)
    assert engines.query("SELECT 1", {}, relations(*sizes))["ran"].to_pylist() == [ran]
    engines.export(PLAN, relations(*sizes), Path("report.csv"))
    assert (near.exports, far.exports) == ((1, 0) if ran == "near" else (0, 1))


def test_rows_that_are_at_hand_are_read_where_they_are() -> None:
    engines = Engines(Listed("near"), Listed("far"), 1)
    assert engines.query("SELECT 1", {}, {"t": pa.table({"n": [1] * 1000})})["ran"].to_pylist() == ["near"]


def test_without_a_cluster_everything_is_near() -> None:
    engines = Engines(Listed("near"))
    assert engines.query("SELECT 1", {}, relations(10**15))["ran"].to_pylist() == ["near"]
    engines.interrupt()


def test_an_interrupt_reaches_whichever_is_running() -> None:
    near, far = Listed("near"), Listed("far")
    Engines(near, far, 100).interrupt()
    assert (near.interrupts, far.interrupts) == (1, 1)
