"""What a client waits for where nothing has to be made: a cached result, its file, and the operator's figures."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import httpx2

from bench.servers import new_doors, served
from busyhour.domain.clock import micros
from busyhour.domain.periods import Tier
from busyhour.store.table_state import Pin
from busyhour.wiring import House

__all__ = ["run"]

_COMPANIES = 1_000
_RUNS = 50
_BODY = {"stat_type": "calls", "export_type": "stats", "days_ago_start": 1, "days_ago_end": 30}
_UNLIMITED = {"limit_post_per_hour": "0", "limit_get_per_minute": "0"}


def run(folder: Path) -> None:
    """Make a house of many companies, ask, print."""
    home = folder / "answers"
    rmtree(home, ignore_errors=True)
    doors = new_doors(home)
    _fill(doors.house)
    bearer = {"Authorization": f"Bearer {doors.key}"}
    with served(doors, **_UNLIMITED) as (url, _), httpx2.Client(base_url=url, headers=bearer) as http:
        request_id = http.post("/api/v2/stats", json=_BODY).raise_for_status().json()["request_id"]
        link = _completed(http, request_id)
        _tell("the same POST again", 50, lambda: http.post("/api/v2/stats", json=_BODY))
        _tell("GET of a complete result", 50, lambda: http.get(f"/api/v2/stats/{request_id}"))
        _tell("its file", 50, lambda: http.get(link))
        _tell(f"/metrics of {_COMPANIES:,} companies", 100, lambda: http.get("/metrics"))
    rmtree(home)


def _fill(house: House) -> None:
    """Companies whose tiers were refreshed, all of them just now: none is due while we ask."""
    now = micros(house.clock())
    for number in range(_COMPANIES):
        company_id = house.access.company(f"Company {number}", now)
        house.state.pin(company_id, tuple(Tier), Pin(now, now // 1000, {}), {})


def _completed(http: httpx2.Client, request_id: str) -> str:
    while (answer := http.get(f"/api/v2/stats/{request_id}").raise_for_status().json())["status"] != "complete":
        time.sleep(0.1)
    return str(answer["download_url"])


def _tell(what: str, bound: float, ask: Callable[[], httpx2.Response]) -> None:
    taken = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        ask().raise_for_status()
        taken.append((time.perf_counter() - started) * 1000)
    worst = sorted(taken)[int(_RUNS * 0.95)]
    verdict = "holds" if worst <= bound else "DOES NOT HOLD"
    print(f"{what:<32}median {statistics.median(taken):6.1f} ms   p95 {worst:6.1f} ms   bound {bound}   {verdict}")
