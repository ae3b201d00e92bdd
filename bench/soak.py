"""Ten minutes of steady load on a real `serve`: is memory flat, is anything refused, does anything wait for long?

All at once: 500 webhooks a second, a batch of 500 events every two seconds, a report every few seconds, and
refreshes every 10 and 30 seconds.
"""

import statistics
import threading
import time
from collections import defaultdict
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from shutil import rmtree
from zoneinfo import available_timezones

from bench.events import batch, templates
from bench.load import Load, Measured, new_pool, start
from bench.processes import resident
from bench.servers import Doors, new_doors, served
from busyhour.client import StatsClient, StatsError

__all__ = ["SHORTEST", "run"]

SHORTEST = 180
_BOUND = 1.1
_SAMPLE_SECONDS = 5.0
_REPORT_SECONDS = 4.0
_SETTINGS = {
    "refresh_realtime_seconds": "10",
    "refresh_historical_seconds": "30",
    "limit_post_per_hour": "0",
    "limit_get_per_minute": "0",
}
_REPORTS = (
    {"stat_type": "calls", "export_type": "stats", "is_today": True, "group_by": "user"},
    {"stat_type": "calls", "export_type": "records", "is_today": True},
    {"stat_type": "calls", "export_type": "stats", "days_ago_start": 1, "days_ago_end": 30},
    {"stat_type": "texts", "export_type": "stats", "is_today": True},
)


def run(folder: Path, seconds: float) -> None:
    """Load, watch, print."""
    home = folder / "soak"
    rmtree(home, ignore_errors=True)
    doors = new_doors(home)
    with new_pool(2) as pool, served(doors, **_SETTINGS) as (url, process):
        loads = _loads(pool, doors, url, seconds)
        reporter = _Reporter(doors, url)
        watched = _Watched(doors, process.pid)
        watched.watch(seconds)
        reporter.end()
        for what, load in loads.items():
            measured = load.result()
            late = measured.percentile(99)
            print(f"{what:<12}{measured.rate:8.0f} /s   p99 {late:7.1f} ms   {measured.refused} refused")
    print(f"reports     {reporter.made:8} made   {len(reporter.failed)} failed {reporter.failed[:3]}")
    watched.tell(seconds)
    _tell_log(home / "serve.log")
    rmtree(home)


def _loads(pool: ProcessPoolExecutor, doors: Doors, url: str, seconds: float) -> dict[str, "Future[Measured]"]:
    events = templates(1_000, time.time_ns() // 1_000_000 - 7_200_000)
    webhooks = Load(f"{url}{doors.webhook}", (), tuple(events), 16, seconds, 500.0)
    key = (f"Authorization: Bearer {doors.key}",)
    batches = Load(f"{url}/ingest/events", key, (batch(events[:500]),), 1, seconds, 0.5)
    return {"webhooks": start(pool, webhooks), "batches": start(pool, batches)}


class _Reporter:
    """Asks for a report every few seconds, as any client does, until it is ended."""

    def __init__(self, doors: Doors, url: str) -> None:
        self.made = 0
        self.failed: list[str] = []
        self._doors = doors
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        """Wait for the last report."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        with StatsClient(self._url, self._doors.key, lambda seconds: time.sleep(min(seconds, 1.0))) as client:
            # What was made within the last minutes is not made again, so each asks for another zone.
            for fields, zone in zip(cycle(_REPORTS), cycle(sorted(available_timezones())), strict=False):
                try:
                    client.report({**fields, "timezone": zone}, self._doors.home / "report.csv")
                    self.made += 1
                except StatsError as error:
                    self.failed.append(str(error))
                if self._over.wait(_REPORT_SECONDS):
                    return


class _Watched:
    """What was seen of a running server: the memory of each role, processes that were replaced, what waited."""

    def __init__(self, doors: Doors, supervisor: int) -> None:
        self._doors = doors
        self._supervisor = supervisor
        self._memory: dict[str, list[tuple[float, int]]] = defaultdict(list)
        self._processes: set[int] = set()
        self._most_at_once = 0
        self._oldest = 0.0

    def watch(self, seconds: float) -> None:
        """Look every few seconds."""
        began = time.monotonic()
        while (at := time.monotonic() - began) < seconds:
            roles = resident(self._supervisor)
            for role, processes in roles.items():
                self._memory[role].append((at, sum(processes.values())))
                self._processes.update(processes)
            self._most_at_once = max(self._most_at_once, sum(map(len, roles.values())))
            age = self._inbox_age()
            self._oldest = max(self._oldest, age)
            shown = "  ".join(f"{role} {sizes[-1][1] / 2**20:.0f}" for role, sizes in self._memory.items())
            print(f"\r{at:5.0f} s   MiB: {shown}   inbox {age:.1f} s ", end="", flush=True)
            time.sleep(_SAMPLE_SECONDS)
        print()

    def tell(self, seconds: float) -> None:
        """Print the medians of the second minute and of the last, and their ratio."""
        for role, sizes in self._memory.items():
            first = statistics.median(size for at, size in sizes if 60 <= at < 120) / 2**20
            last = statistics.median(size for at, size in sizes if at >= seconds - 60) / 2**20
            verdict = "holds" if last / first <= _BOUND else "DOES NOT HOLD"
            print(
                f"memory of {role:<12}{first:7.0f} MiB {last:7.0f} MiB   ratio {last / first:5.2f}"
                f"   bound {_BOUND}   {verdict}"
            )
        print(f"inbox age at most {self._oldest:.1f} s; {len(self._processes) - self._most_at_once} processes replaced")

    def _inbox_age(self) -> float:
        """For how long the oldest event waits that no table has, in seconds."""
        waiting = [oldest / 1e6] if (oldest := self._doors.house.arrivals.oldest()) else []
        # A batch may be taken in while it is looked at.
        with suppress(FileNotFoundError):
            waiting += [
                batch.folder.stat().st_mtime for batch in self._doors.house.inbox.sealed(self._doors.company_id)
            ]
        return time.time() - min(waiting) if waiting else 0.0


def _tell_log(log: Path) -> None:
    """Print how many lines of the log tell of errors, and the first of them."""
    errors = [line for line in log.read_text(encoding="utf-8").splitlines() if "error" in line or "warning" in line]
    print(f"log: {len(errors)} lines of errors or warnings", *errors[:3], sep="\n  ")
