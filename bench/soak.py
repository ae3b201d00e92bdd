"""Ten minutes of steady load on a real `serve`: is memory flat, is anything refused, does anything wait for long?

All at once: 500 webhooks a second, a batch of 500 events every two seconds, a report every few seconds, and refreshes
every 10 and 30 seconds. Every 20 seconds the events are of the next day, up to today: a refresh takes memory by the
events of a day, which has to stay the same for what is lost to be seen.
"""

import statistics
import threading
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
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
_DAY_SECONDS = 20
_SETTINGS = {
    "refresh_realtime_seconds": "10",
    "refresh_historical_seconds": "30",
    "limit_post_per_hour": "0",
    "limit_get_per_minute": "0",
}
_REPORTS = (
    {"stat_type": "calls", "export_type": "stats", "is_today": True, "group_by": "user"},
    {"stat_type": "calls", "export_type": "records", "days_ago_start": 1, "days_ago_end": 3},
    {"stat_type": "calls", "export_type": "stats", "days_ago_start": 1, "days_ago_end": 30},
    {"stat_type": "texts", "export_type": "stats", "is_today": True},
)


def run(folder: Path, seconds: int) -> None:
    """Load, watch, print."""
    home = folder / "soak"
    rmtree(home, ignore_errors=True)
    doors = new_doors(home)
    with new_pool(2) as pool, served(doors, **_SETTINGS) as (url, process):
        sender, reporter = _Sender(pool, doors, url, seconds), _Reporter(doors, url)
        watched = _Watched(doors, process.pid)
        watched.watch(seconds)
        sender.join()
        reporter.end()
    sender.tell()
    reporter.tell()
    watched.tell(seconds)
    _tell_log(home / "serve.log")
    rmtree(home)


class _Sender(threading.Thread):
    """Sends webhooks and batches, day after day up to today."""

    def __init__(self, pool: ProcessPoolExecutor, doors: Doors, url: str, seconds: int) -> None:
        super().__init__()
        self._pool = pool
        self._webhook = f"{url}{doors.webhook}"
        self._batch = f"{url}/ingest/events"
        self._headers = (f"Authorization: Bearer {doors.key}",)
        self._days = seconds // _DAY_SECONDS
        self._webhooks: list[Measured] = []
        self._batches: list[Measured] = []
        self.start()

    def run(self) -> None:
        """Send all days."""
        now = time.time_ns() // 1_000_000 - 3_600_000
        for days_ago in reversed(range(self._days)):
            events = templates(1_000, now - days_ago * 86_400_000, 250)
            webhooks = Load(self._webhook, (), tuple(events), 16, _DAY_SECONDS, 500.0)
            batches = Load(self._batch, self._headers, (batch(events[::2]),), 1, _DAY_SECONDS, 0.5)
            sent = start(self._pool, webhooks), start(self._pool, batches)
            self._webhooks.append(sent[0].result())
            self._batches.append(sent[1].result())

    def tell(self) -> None:
        """Print how much was sent, and how late the answers were."""
        for what, found in (("webhooks", self._webhooks), ("batches", self._batches)):
            rate = statistics.mean(one.rate for one in found)
            late = statistics.median(one.percentile(99) for one in found)
            refused = sum(one.refused for one in found)
            print(f"{what:<12}{rate:8.1f} /s   p99 {late:7.1f} ms (median of the days')   {refused} refused")


class _Reporter:
    """Asks for a report every few seconds, as any client does, until it is ended."""

    def __init__(self, doors: Doors, url: str) -> None:
        self._made = 0
        self._failed: list[str] = []
        self._doors = doors
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        """Wait for the last report."""
        self._over.set()
        self._thread.join()

    def tell(self) -> None:
        """Print how many were made."""
        print(f"reports     {self._made:8} made   {len(self._failed)} failed {self._failed[:3]}")

    def _run(self) -> None:
        with StatsClient(self._url, self._doors.key, lambda seconds: time.sleep(min(seconds, 1.0))) as client:
            # What was made within the last minutes is not made again, so each asks for another zone.
            for fields, zone in zip(cycle(_REPORTS), cycle(sorted(available_timezones())), strict=False):
                try:
                    client.report({**fields, "timezone": zone}, self._doors.home / "report.csv")
                    self._made += 1
                except StatsError as error:
                    self._failed.append(str(error))
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

    def watch(self, seconds: int) -> None:
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

    def tell(self, seconds: int) -> None:
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
        waiting += [batch.sealed_at for batch in self._doors.house.inbox.sealed(self._doors.company_id)]
        return time.time() - min(waiting) if waiting else 0.0


def _tell_log(log: Path) -> None:
    """Print how many lines of the log tell of errors, and the first of them."""
    errors = [line for line in log.read_text(encoding="utf-8").splitlines() if "error" in line or "warning" in line]
    print(f"log: {len(errors)} lines of errors or warnings", *errors[:3], sep="\n  ")
