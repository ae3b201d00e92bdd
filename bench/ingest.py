"""The live doors over loopback, beside what the disk alone can do with the same events, in turn in the same run.

webhooks   one event a request, 64 keep-alive clients, of 1 and of 2 API processes; also while all else runs
batches    of 10,000 and of 100 events; the bare append of the same events in groups as large is the reference
"""

import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from shutil import rmtree

from bench.events import batch, filled, templates
from bench.load import Load, Measured, new_pool, start
from bench.servers import Doors, api_processes, new_doors, served
from busyhour.store.arrival_file import ArrivalFile
from busyhour.store.arrivals import Arrival

__all__ = ["run"]

_ROUNDS = 5
_CLIENTS = 64
_BATCH_CLIENTS = 4
_BOUND = 0.6
_SECONDS = 2.0


def run(folder: Path) -> None:
    """Measure, print."""
    home = folder / "ingest"
    rmtree(home, ignore_errors=True)
    doors = new_doors(home)
    events = templates(10_000, time.time_ns() // 1_000_000 - 7_200_000, 2_500)
    print(f"events of {statistics.mean(map(len, events)):.0f} bytes, {os.cpu_count()} cores for server and clients")
    with new_pool(1) as pool:
        _webhooks(doors, pool, events)
        _batches(doors, pool, events)
        _beside_refreshes(new_doors(folder / "ingest" / "beside"), pool, events)
    rmtree(home)


def _webhooks(doors: Doors, pool: ProcessPoolExecutor, events: list[bytes]) -> None:
    with api_processes(doors, 1) as one, api_processes(doors, 2) as two:
        measured: dict[str, list[Measured]] = {"1 API process": [], "2 API processes": []}
        bare = []
        for _ in range(_ROUNDS):
            bare.append(_synced(doors.home / "synced", events))
            for (_, found), url in zip(measured.items(), (one, two), strict=True):
                found.append(start(pool, _single(doors, url, events)).result())
    print(f"bare fdatasync, one event each: {statistics.median(bare):8.0f} /s")
    for what, found in measured.items():
        _tell(f"webhooks, {what}", found)


def _batches(doors: Doors, pool: ProcessPoolExecutor, events: list[bytes]) -> None:
    with api_processes(doors, 1) as url:
        for size in (10_000, 100):
            found, bare = [], []
            for _ in range(_ROUNDS):
                bare.append(_appended(doors.home / "bare.db", events[:size]))
                found.append(start(pool, _batched(doors, url, events[:size])).result())
            rate, reference = statistics.median(one.rate * size for one in found), statistics.median(bare)
            _tell(f"batches of {size:,} events", found)
            print(f"  {rate:,.0f} events/s; bare append {reference:,.0f} /s; ratio {rate / reference:.2f}", end="")
            print(
                f"   bound {_BOUND}   {'holds' if rate / reference >= _BOUND else 'DOES NOT HOLD'}" * (size == 10_000)
            )


def _beside_refreshes(doors: Doors, pool: ProcessPoolExecutor, events: list[bytes]) -> None:
    settings = {"refresh_realtime_seconds": "2", "refresh_historical_seconds": "4"}
    with served(doors, **settings) as (url, _):
        load = Load(f"{url}{doors.webhook}", (), tuple(events), _CLIENTS, 5 * _SECONDS, 500.0)
        _tell("500 webhooks/s beside sorting, refreshes", [start(pool, load).result()])


def _single(doors: Doors, url: str, events: list[bytes]) -> Load:
    return Load(f"{url}{doors.webhook}", (), tuple(events[:1000]), _CLIENTS, _SECONDS)


def _batched(doors: Doors, url: str, events: list[bytes]) -> Load:
    bodies = (batch(events),)
    return Load(f"{url}/ingest/events", (f"Authorization: Bearer {doors.key}",), bodies, _BATCH_CLIENTS, _SECONDS)


def _tell(what: str, found: list[Measured]) -> None:
    rate, p50, p99 = (
        statistics.median(values)
        for values in zip(*((one.rate, one.percentile(50), one.percentile(99)) for one in found), strict=True)
    )
    busy = statistics.median(one.cpu_seconds / one.seconds for one in found)
    print(
        f"{what:<42}{rate:8.0f} /s   p50 {p50:6.1f} ms   p99 {p99:6.1f} ms"
        f"   refused {sum(one.refused for one in found)}   (clients busy {busy:.0%})"
    )


def _synced(path: Path, events: list[bytes]) -> float:
    """Events a second where each is appended and synced by itself."""
    done, began = 0, time.perf_counter()
    with path.open("ab", buffering=0) as file:
        for number in _until(began + _SECONDS / 2):
            file.write(filled(events[number % len(events)], number))
            os.fdatasync(file.fileno())
            done += 1
    taken = time.perf_counter() - began
    path.unlink()
    return done / taken


def _appended(path: Path, events: list[bytes]) -> float:
    """Events a second where groups of rows are committed, and nothing else is done."""
    group = [Arrival("company", "events", number, filled(event, number)) for number, event in enumerate(events)]
    done, began = 0, time.perf_counter()
    with closing(ArrivalFile.open(path)) as file:
        for _ in _until(began + _SECONDS):
            file.append(group)
            done += len(group)
        taken = time.perf_counter() - began
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return done / taken


def _until(end: float) -> Iterator[int]:
    for number in count():
        if time.perf_counter() >= end:
            return
        yield number
