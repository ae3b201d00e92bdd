"""Several refreshers on one home: each turn one refresh, and nobody waits for who is gone."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import text

from busyhour.domain.periods import Tier
from busyhour.refreshing import RefreshClock
from busyhour.tables.refresh import Refresher
from houses import House, company_of, new_house
from servers import environment

NOW = "2026-03-10T12:00:00+00:00"
SELDOM = {"refresh_realtime_seconds": 864_000, "refresh_historical_seconds": 864_000}


def _count_pins(house: House) -> None:
    """From now on the database itself writes down every pin, whichever process makes it."""
    with house.database.write() as connection:
        connection.execute(text("CREATE TABLE counted (company_id TEXT, tier TEXT, refreshed_at INTEGER)"))
        for change in ("INSERT", "UPDATE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER count_{change} AFTER {change} ON pins BEGIN INSERT INTO counted"
                    " VALUES (new.company_id, new.tier, new.refreshed_at); END"
                )
            )


def _pins(house: House) -> list[tuple[str, str, int]]:
    with house.database.read() as connection:
        rows = connection.execute(text("SELECT company_id, tier, refreshed_at FROM counted"))
        return [(row.company_id, row.tier, row.refreshed_at) for row in rows]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = new_house(tmp_path / "home", NOW, **SELDOM)
    _count_pins(house)
    return house


def test_what_has_been_refreshed_is_left_alone(house: House) -> None:
    acme = company_of(house, "Acme")
    clock = house.refresh_clock()
    for _ in range(3):
        clock.run_due(Event())
    assert sorted(pin[:2] for pin in _pins(house)) == [(acme, "historical"), (acme, "realtime")]


def test_a_dead_holder_of_one_company_holds_up_no_other(house: House) -> None:
    acme, rival = company_of(house, "Acme"), company_of(house, "Rival")
    with house.database.write() as connection:
        values = {"name": f"refresh:{acme}", "until": int((time.time() + 9) * 1_000)}
        connection.execute(text("INSERT INTO leases (name, holder, until) VALUES (:name, 'gone', :until)"), values)
    clock = house.refresh_clock()
    clock.run_due(Event())
    assert {company_id for company_id, _, _ in _pins(house)} == {rival}
    with house.database.write() as connection:
        connection.execute(text("UPDATE leases SET until = 0"))
    clock.run_due(Event())
    assert Counter(company_id for company_id, _, _ in _pins(house)) == {rival: 2, acme: 2}


def test_a_refresh_of_meanwhile_is_not_done_again(house: House) -> None:
    """Another process refreshes between the look and the lease."""
    acme = company_of(house, "Acme")
    mine, others = house.refresher(), house.refresher()

    def due() -> list[Tier]:
        # Under the lease one looks again, and what was done meanwhile is seen.
        return [tier for tier in Tier if house.state.pinned(acme, tier) is None]

    assert due() == list(Tier)
    others.refresh(acme, list(Tier), 5)
    assert list(mine.refresh_due(acme, due, 7)) == []
    assert len(_pins(house)) == 2
    pin = house.state.pinned(acme, Tier.REALTIME)
    assert pin is not None
    assert pin.as_of == 5


def _at_once(clocks: list[RefreshClock]) -> None:
    start = Barrier(len(clocks))

    def run(clock: RefreshClock) -> None:
        start.wait()
        clock.run_due(Event())

    threads = [Thread(target=run, args=(clock,)) for clock in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


def test_threads_at_once_refresh_each_company_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    companies = {company_of(house, name) for name in ("Acme", "Rival", "Third")}
    houses = [House(house.settings) for _ in range(4)]
    ends: list[Callable[[], None]] = [one.database.close for one in houses]
    really = Refresher._refresh

    def slowly(self: Refresher, *arguments: object) -> None:
        time.sleep(0.05)
        really(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Refresher, "_refresh", slowly)
    for _ in range(3):
        _at_once([one.refresh_clock() for one in houses])
    for end in ends:
        end()
    assert Counter(pin[:2] for pin in _pins(house)) == {
        (company_id, tier.value): 1 for company_id in companies for tier in Tier
    }


def test_two_processes_refresh_once_a_turn(house: House) -> None:
    """Turns of two and four seconds, for some time: never two refreshes in one, and no company is left out."""
    companies = {company_of(house, name) for name in ("Acme", "Rival")}
    env = environment(house.settings.home, NOW, refresh_realtime_seconds="2", refresh_historical_seconds="4")
    program = (
        "import threading, sys; from busyhour.settings import read_settings; from busyhour.wiring import House\n"
        "clock = House(read_settings()).refresh_clock()\n"
        "print('ready', flush=True); sys.stdin.readline(); stop = threading.Event()\n"
        "while not stop.wait(0.02): clock.run_due(stop)\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"\n")
            process.stdin.flush()
        deadline = time.monotonic() + 60
        while len(_pins(house)) < 24 and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    turns = Counter(
        (company_id, tier, refreshed_at // (2_000 if tier == "realtime" else 4_000))
        for company_id, tier, refreshed_at in _pins(house)
    )
    assert len(turns) >= 24
    assert set(turns.values()) == {1}
    assert {company_id for company_id, _, _ in turns} == companies
