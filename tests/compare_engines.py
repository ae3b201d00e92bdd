"""Whether both engines say the same: `make cluster` starts a Spark cluster here and runs everything on both.

It exits with 1 on any difference, and where something that was to run on the cluster ran elsewhere.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import track

from busyhour.domain.clock import micros
from busyhour.making import Maker
from busyhour.simulating import simulate_into
from busyhour.tables.streams import STREAMS
from busyhour.wiring import House
from clusters import Cluster, cluster
from forms import Asked, every_report
from houses import company_of, new_house, refresh
from kept import rows_in_order
from objects import object_server

NOW = "2026-11-05T20:00:00+00:00"


@dataclass(frozen=True)
class Outcome:
    """What was compared, and what is wrong with it; nothing where all is well."""

    name: str
    wrong: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=7, help="of how many days the simulated company is")
    parser.add_argument("--only", default="", help="only reports whose name holds this")
    parser.add_argument("--objects", action="store_true", help="let the cluster's tables stand in an object store")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        _storage(Path(folder), is_objects=arguments.objects) as storage,
        cluster(Path(folder) / "cluster") as running,
    ):
        return _compare(Path(folder), running, storage, arguments.days, arguments.only)


@contextmanager
def _storage(folder: Path, *, is_objects: bool) -> Iterator[str | None]:
    """Where the cluster's tables stand: in the home folder, or below a URL that every process started here can read."""
    if not is_objects:
        yield None
        return
    with object_server(folder) as objects:
        os.environ.update(objects.environment)
        yield f"s3://{objects.bucket()}/home"


def _compare(folder: Path, running: Cluster, storage: str | None, days: int, only: str) -> int:
    print(f"Spark {running.version} at {running.url}, {len(running.executors())} executors")
    embedded = _house(folder / "embedded", days)
    spread = _house(folder / "spread", days, engine=running.url, spark_bytes=0, storage=storage)
    tables = list(track(_folds(embedded, spread, running), "tables", total=len(STREAMS)))
    company_id = company_of(embedded, "Sim")
    period = {"days_ago_start": 0, "days_ago_end": days - 2, "timezone": "America/New_York"}
    asked = [one for one in every_report(embedded, company_id, **period) if only in one.name]
    makers = embedded.maker(), spread.maker()
    reports = [_report(one, company_id, makers, folder, running) for one in track(asked, "reports")]
    return _told("tables", tables) | _told("files", reports)


def _house(home: Path, days: int, **settings: Any) -> House:
    """The same events in each house, not refreshed yet."""
    house = new_house(home, NOW, **settings)
    simulate_into(house, "Sim", company_of(house, "Sim"), days=days, seed=5, now=micros(house.clock()))
    return house


def _folds(embedded: House, spread: House, running: Cluster) -> Iterable[Outcome]:
    """Each table as a refresh on either engine made it."""
    before = running.newest_job()
    for house in (embedded, spread):
        refresh(house, "Sim")
    ran = running.ran_after(before)
    for stream in STREAMS:
        same = rows_in_order(embedded, "Sim", stream.table).equals(rows_in_order(spread, "Sim", stream.table))
        yield Outcome(stream.table, _wrong(is_same=same, ran=ran))


def _report(asked: Asked, company_id: str, makers: tuple[Maker, Maker], folder: Path, running: Cluster) -> Outcome:
    paths = folder / "embedded.csv", folder / "spread.csv"
    before = running.newest_job()
    for maker, path in zip(makers, paths, strict=True):
        maker.report(company_id, asked.request, path)
    same = paths[0].read_bytes() == paths[1].read_bytes()
    return Outcome(asked.name, _wrong(is_same=same, ran=running.ran_after(before)))


def _wrong(*, is_same: bool, ran: bool) -> str:
    if not ran:
        return "the cluster ran no job for it"
    return "" if is_same else "the engines differ"


def _told(what: str, outcomes: list[Outcome]) -> int:
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    for outcome in wrong:
        print(f"{outcome.name}: {outcome.wrong}")
    print(f"{len(outcomes) - len(wrong)} of {len(outcomes)} {what} are identical, and the cluster computed each")
    return 1 if wrong or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
