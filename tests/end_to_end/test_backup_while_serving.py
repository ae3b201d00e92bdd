"""A backup beside a running server that refreshes all the time: nothing taken in before it is missing in it."""

import csv
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from api.small_company import NOW, acme, leg, write_lines
from busyhour.domain.periods import Tier
from busyhour.importing import stage_file
from busyhour.sources.base import Context
from busyhour.sources.registry import SOURCES
from busyhour.tables.holdings import holdings, newest_version
from end_to_end.commanding import BY_DATE, Done, Shop
from end_to_end.groups import group, wait_for
from houses import House, company_of, new_house, refresh, report_path
from servers import environment

EAGER = {"refresh_realtime_seconds": "1", "refresh_historical_seconds": "2", "workers": "1"}
RECORDS = {"stat_type": "calls", "export_type": "records", "days_ago_start": 1, "days_ago_end": 5}


class _Feed:
    """Brings calls in, ten at once, for as long as it runs; knows which were acknowledged."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house, self._folder = house, folder
        self._bob = list(acme())[3]["target"]
        self.acknowledged: set[str] = set()

    def bring(self, number: int) -> None:
        ids = range(1000 + 10 * number, 1010 + 10 * number)
        day = f"2026-03-0{7 + number % 3}"
        calls = (leg(n, self._bob, f"{day} 10:00:00", f"{day} 10:01:00") for n in ids)
        path = write_lines(self._folder / "calls.jsonl", calls)
        context = Context("Acme", company_of(self._house, "Acme"), "UTC")
        stage_file(
            SOURCES["dialpad"], path, context, self._house.inbox, self._house.directory,
            strict=False, progress=lambda _: None,
        )  # fmt: skip
        self.acknowledged = self.acknowledged | {str(n) for n in ids}


@contextmanager
def _running(feed: _Feed) -> Iterator[None]:
    stop = threading.Event()
    broken: list[Exception] = []

    def run() -> None:
        number = 0
        while not stop.wait(0.3):
            try:
                feed.bring(number)
            except Exception as error:
                broken.append(error)
                return
            number += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert broken == []


def _restored(shop: Shop, backup: Path, home: Path) -> House:
    env = environment(home, NOW)
    own = Shop(env, shop.lines, shop.keyed, shop.keyed, shop.keyed)
    done: Done = own.run("restore", str(backup))
    assert done.returncode == 0, done.stderr
    examined = own.run("doctor")
    assert examined.returncode == 0, examined.stdout
    return new_house(home, NOW)


def _calls(house: House) -> Counter[str]:
    """How often each call stands in the records of past days."""
    with report_path(house, "Acme", **RECORDS).open(newline="", encoding="utf-8") as file:
        return Counter(row["call_id"] for row in csv.DictReader(file))


def _events(house: House) -> Counter[int]:
    """How often each event stands in the table of events."""
    table = house.storage.below(f"companies/{company_of(house, 'Acme')}/tables/call_events")
    files = [table.uri(file.name) for file in holdings(table, newest_version(table))]
    return Counter(hash_ for (hash_,) in duckdb.read_parquet(files).project("hash").fetchall())


def _refreshed_at(house: House) -> int:
    pin = house.state.pinned(company_of(house, "Acme"), Tier.HISTORICAL)
    return 0 if pin is None else pin.refreshed_at


@pytest.fixture
def own_shop(shop: Shop, tmp_path: Path) -> Shop:
    return shop.copy(tmp_path / "live", **EAGER)


def test_nothing_is_missing_and_nothing_twice(own_shop: Shop, tmp_path: Path) -> None:
    house = new_house(own_shop.home, NOW)
    feed = _Feed(house, tmp_path)
    known: list[tuple[Path, set[str]]] = []
    with group(own_shop.env):
        with _running(feed):
            for n in range(2):
                had = len(feed.acknowledged)
                wait_for(lambda had=had: len(feed.acknowledged) > had)
                started = _refreshed_at(house)
                wait_for(lambda started=started: _refreshed_at(house) > started, 60)
                before = feed.acknowledged
                done = own_shop.run("backup", str(tmp_path / f"{n}.tar"))
                assert (done.returncode, done.stdout) == (0, ""), done.stderr
                known.append((tmp_path / f"{n}.tar", before))
            # The server goes on refreshing after a backup.
            last = time.time() * 1000
            wait_for(lambda: _refreshed_at(house) > last, 60)
        refresh(house, "Acme")
        assert own_shop.run("backup", str(tmp_path / "last.tar")).returncode == 0
    asked = own_shop.run("report", *BY_DATE).stdout
    records = report_path(house, "Acme", **RECORDS).read_bytes()
    assert known[-1][1] > known[0][1] != set()

    for path, before in known:
        copy = _restored(own_shop, path, tmp_path / path.stem)
        refresh(copy, "Acme")
        calls = _calls(copy)
        assert before <= calls.keys() <= feed.acknowledged | {"2", "4", "6"} | {"1", "3", "5"}
        assert set(calls.values()) == {1}
        assert set(_events(copy).values()) == {1}

    copy = _restored(own_shop, tmp_path / "last.tar", tmp_path / "last")
    assert report_path(copy, "Acme", **RECORDS).read_bytes() == records
    own = Shop(environment(tmp_path / "last", NOW), own_shop.lines, *[own_shop.keyed] * 3)
    assert own.run("report", *BY_DATE).stdout == asked


def test_a_killed_backup_holds_nobody_up_for_long(own_shop: Shop, tmp_path: Path) -> None:
    """A backup that is killed in the moment of stillness: its lease runs out, its snapshot is gone with the next."""
    house = new_house(own_shop.home, NOW)
    with house.database.write() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO leases (name, holder, until) VALUES ('backup', 'killed', {int(time.time() * 1000) + 3000})"
        )
    left = own_shop.home / "snapshot" / "companies" / "1"
    left.mkdir(parents=True)
    with group(own_shop.env):
        since = time.time() * 1000
        wait_for(lambda: _refreshed_at(house) > since + 2000, 30)
        assert own_shop.run("backup", str(tmp_path / "b.tar")).returncode == 0
    assert not left.exists()
