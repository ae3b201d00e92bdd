"""Every figure that /metrics tells: its name, its kind, its sentence, its labels.

No label ever holds a company, an id or a text that somebody sent: who may see one figure may see all of them.
"""

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = [
    "BODIES_KEPT",
    "BODIES_NOT_KEPT",
    "BUILD",
    "DECLARED",
    "DISK_FREE",
    "EVENTS_KEPT",
    "HTTP_ANSWERS",
    "HTTP_SECONDS",
    "INBOX_AGE",
    "KEEP_SECONDS",
    "LIMITED",
    "PROCESSES",
    "QUARANTINED",
    "QUEUE",
    "REFRESHES_FAILED",
    "REFRESH_LAG",
    "REFRESH_SECONDS",
    "REPORTS",
    "REPORT_POSTS",
    "REPORT_SECONDS",
    "SHARED_FOLDER",
    "UNREADABLE",
    "Declared",
    "StateGauge",
    "counted",
    "folder_lock",
    "refresh_watched",
]

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which the processes of a group count; it must be set before they start."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of a metric before anything was counted: its labels with their values, where these are few."""

    name: str
    kind: str
    sentence: str
    labels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class StateGauge:
    """A figure that is not counted but read from the state when it is asked for."""

    declared: Declared

    def of(self, values: Mapping[tuple[str, ...], float]) -> Metric:
        """The figure as it stands, by the values of its labels."""
        family = GaugeMetricFamily(self.declared.name, self.declared.sentence, labels=tuple(self.declared.labels))
        for labels, value in values.items():
            family.add_metric(labels, value)
        return family


DECLARED: list[Declared] = []
"""Every metric, in the order in which they are documented."""

_OWN = CollectorRegistry()


def counted() -> Iterable[Metric]:
    """What all processes of this group have counted; of this process alone where it belongs to none."""
    if SHARED_FOLDER not in os.environ:
        return _OWN.collect()
    folder = Path(os.environ[SHARED_FOLDER])
    with folder_lock(folder, fcntl.LOCK_SH):
        # TRICKY: a process that starts makes its file and fills it after that: an empty one cannot be read yet.
        files = [str(path) for path in folder.glob("*.db") if path.stat().st_size]
        merged: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
    return merged


@contextmanager
def folder_lock(folder: Path, how: int) -> Iterator[None]:
    """Keep those who read all files of the folder apart from the one who removes some; `how` as flock takes it."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, how)
        yield


@contextmanager
def refresh_watched() -> Iterator[list[str]]:
    """Count a refresh of the tiers that the block adds to a list: how long it took, or that it failed."""
    tiers: list[str] = []
    started = time.perf_counter()
    try:
        yield tiers
    except BaseException:
        REFRESHES_FAILED.inc()
        raise
    for tier in tiers:
        REFRESH_SECONDS.labels(tier).observe(time.perf_counter() - started)


def _declare(name: str, kind: str, sentence: str, labels: Mapping[str, tuple[str, ...]]) -> Declared:
    declared = Declared(name, kind, sentence, labels)
    DECLARED.append(declared)
    return declared


def _counter(name: str, sentence: str, **labels: tuple[str, ...]) -> Counter:
    _declare(f"{name}_total", "counter", sentence, labels)
    counter = Counter(name, sentence, tuple(labels), registry=_OWN)
    # What begins at 1 never grew: each count whose labels are known is there from the start, as 0.
    for values in product(*labels.values()) if labels else ():
        counter.labels(*values)
    return counter


def _histogram(name: str, sentence: str, buckets: tuple[float, ...], **labels: tuple[str, ...]) -> Histogram:
    _declare(name, "histogram", sentence, labels)
    return Histogram(name, sentence, tuple(labels), registry=_OWN, buckets=buckets)


def _of_state(name: str, sentence: str, **labels: tuple[str, ...]) -> StateGauge:
    return StateGauge(_declare(name, "gauge", sentence, labels))


def _of_the_living(name: str, sentence: str, **labels: tuple[str, ...]) -> Gauge:
    _declare(name, "gauge", sentence, labels)
    return Gauge(name, sentence, tuple(labels), registry=_OWN, multiprocess_mode="livesum")


_ANY: tuple[str, ...] = ()
"""The values of a label that are not all listed here."""
_DOORS = ("webhook", "batch")
_TIERS = ("realtime", "historical")
_MOMENTS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_WORK = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)

EVENTS_KEPT = _counter("busyhour_events_kept", "Events that were on disk when their sender was answered.", door=_DOORS)
BODIES_KEPT = _counter("busyhour_bodies_kept", "Bodies in which those events came.", door=_DOORS)
BODIES_NOT_KEPT = _counter(
    "busyhour_bodies_not_kept",
    "Bodies that could not be stored; their sender was told to send them again.",
    door=_DOORS,
)
KEEP_SECONDS = _histogram("busyhour_keep_seconds", "How long it took until a body was on disk.", _MOMENTS, door=_DOORS)
INBOX_AGE = _of_state(
    "busyhour_inbox_age_seconds",
    "How long the oldest has waited: arrivals to be sorted, sorted batches to be taken into the tables.",
    stage=("arrivals", "batches"),
)
QUARANTINED = _of_state("busyhour_quarantined", "Events that were not understood and wait for somebody to decide.")
REFRESH_LAG = _of_state(
    "busyhour_refresh_lag_seconds",
    "How long ago the company that has waited longest was refreshed, or made if it never was.",
    tier=_TIERS,
)
REFRESH_SECONDS = _histogram(
    "busyhour_refresh_seconds",
    "How long a company's refresh took; one of both tiers counts for each.",
    _WORK,
    tier=_TIERS,
)
REFRESHES_FAILED = _counter("busyhour_refreshes_failed", "Refreshes that broke or were refused; they are tried again.")
QUEUE = _of_state(
    "busyhour_queue", "Requests that wait for a worker, and those that one runs.", status=("queued", "running")
)
REPORT_POSTS = _counter(
    "busyhour_report_posts",
    "Accepted POSTs by whether the same request had been started already.",
    cache=("hit", "miss"),
)
REPORTS = _counter(
    "busyhour_reports",
    "How the making of a report ended.",
    outcome=("complete", "failed", "handed_back", "retried"),
)
REPORT_SECONDS = _histogram(
    "busyhour_report_seconds",
    "How long a complete report was made, without its time in the queue.",
    _WORK,
    stat_type=_ANY,
    export_type=_ANY,
)
LIMITED = _counter(
    "busyhour_limited", "Requests answered with 429, by the limit that they went over.", limit=("post", "get", "second")
)
HTTP_ANSWERS = _counter(
    "busyhour_http_answers", "Answers by route and class of status.", method=_ANY, route=_ANY, status=_ANY
)
HTTP_SECONDS = _histogram(
    "busyhour_http_seconds", "How long an answer took, to its last byte.", _MOMENTS, method=_ANY, route=_ANY
)
PROCESSES = _of_the_living(
    "busyhour_processes", "Living processes of this server's group.", role=("api", "worker", "refresher")
)
DISK_FREE = _of_state("busyhour_disk_free_bytes", "What is free on the disk of the home folder.")
BUILD = _of_state("busyhour_build_info", "Always 1; the version is in the label.", version=_ANY)
UNREADABLE = _of_state(
    "busyhour_unreadable",
    "1 where a part of the state could not be read, and its figures are missing.",
    part=("database", "inbox", "disk"),
)
