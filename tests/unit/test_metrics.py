"""Figures that several processes count together, while they live and after."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from busyhour.metrics import DECLARED, SHARED_FOLDER, counted
from busyhour.metrics_folder import process_ended, share_metrics
from scrapes import Scrape, scraped, value

_COUNTS = """
from busyhour import metrics
metrics.PROCESSES.labels("worker").set(1)
metrics.REPORTS.labels("complete").inc({number})
metrics.REPORT_SECONDS.labels("calls", "stats").observe(0.2)
import os
print(os.getpid())
"""


class _Counted(Collector):
    collect = staticmethod(counted)  # type: ignore[assignment]


def _scrape() -> Scrape:
    registry = CollectorRegistry()
    registry.register(_Counted())
    return scraped(generate_latest(registry).decode())


def _process(number: int) -> int:
    """A process that counts and is gone; its id."""
    done = subprocess.run([sys.executable, "-c", _COUNTS.format(number=number)], capture_output=True, check=True)
    return int(done.stdout)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # It is set again by what is tested, and must not stay after the test.
    monkeypatch.setenv(SHARED_FOLDER, "")
    share_metrics(tmp_path / "metrics")
    return tmp_path / "metrics"


@pytest.mark.usefixtures("root")
def test_what_several_processes_count_is_one_figure() -> None:
    _process(3)
    _process(4)
    scrape = _scrape()
    assert value(scrape, "busyhour_reports_total", outcome="complete") == 7
    assert value(scrape, "busyhour_report_seconds_count", stat_type="calls", export_type="stats") == 2
    assert value(scrape, "busyhour_report_seconds_bucket", stat_type="calls", export_type="stats", le="0.1") == 0
    assert value(scrape, "busyhour_report_seconds_bucket", stat_type="calls", export_type="stats", le="0.25") == 2
    assert value(scrape, "busyhour_processes", role="worker") == 2


def test_a_process_that_ended_is_not_counted_and_what_it_counted_stays(root: Path) -> None:
    for number in (3, 4):
        process_ended(_process(number))
    living = _process(5)
    scrape = _scrape()
    assert value(scrape, "busyhour_processes", role="worker") == 1
    assert value(scrape, "busyhour_reports_total", outcome="complete") == 12
    assert value(scrape, "busyhour_report_seconds_count", stat_type="calls", export_type="stats") == 3
    files = {path.name for path in (root / str(os.getpid())).glob("*.db")}
    alive = {f"{kind}_{living}.db" for kind in ("counter", "histogram", "gauge_livesum")}
    assert files == alive | {"counter_0.db", "histogram_0.db"}


def test_a_process_that_ended_before_it_counted(root: Path) -> None:
    (root / str(os.getpid()) / "counter_17.db").touch()
    assert _scrape() == {}
    process_ended(17)
    process_ended(17)
    assert not list((root / str(os.getpid())).glob("*.db"))


def test_a_start_empties_what_is_left_of_groups_that_are_gone_and_of_no_other(root: Path) -> None:
    gone = _process(1)
    (root / str(gone)).mkdir()
    (root / str(gone) / "counter_1.db").touch()
    (root / str(os.getppid())).mkdir()
    share_metrics(root)
    assert {path.name for path in root.iterdir()} == {str(os.getpid()), str(os.getppid())}
    assert _scrape() == {}


@pytest.mark.usefixtures("root")
def test_every_count_whose_labels_are_known_begins_at_0() -> None:
    subprocess.run([sys.executable, "-c", "import busyhour.metrics"], check=True)
    scrape = _scrape()
    for limit in ("post", "get", "second"):
        assert ("busyhour_limited_total", frozenset({("limit", limit)})) in scrape
    assert set(scrape.values()) == {0.0}


def test_no_label_is_of_a_company() -> None:
    labels = {label for declared in DECLARED for label in declared.labels}
    assert labels == {
        "cache", "door", "export_type", "limit", "method", "outcome", "part", "role", "route", "stage", "stat_type",
        "status", "tier", "version",
    }  # fmt: skip
