"""Processes of a server are killed two hundred times under load: nothing acknowledged is lost, or there twice."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from busyhour.wiring import House
from end_to_end.groups import Group, group
from houses import new_house
from proof.accounting import company_ids, differing_reports, differing_tables, digest_of, import_anew, told
from proof.aftermath import Ended, complaints, requests, restarts, settle
from proof.asking import Download
from proof.filling import filled
from proof.ledger import Book, Unanswered
from proof.load import Load, under_load
from proof.sending import Account
from proof.striking import Striker
from proof.summary import summary
from servers import environment

NOW = "2026-03-10T12:00:00+00:00"
KILLS = 200
LEAST = 20
"""How many kills at least must hit each kind of work."""

SETTINGS = {
    "api_processes": "2", "workers": "2", "worker_threads": "1", "refresh_realtime_seconds": "1",
    "refresh_historical_seconds": "2", "limit_post_per_hour": "0", "limit_get_per_minute": "0",
}  # fmt: skip

ANSWERS = {f"{door} {how}" for door in ("plain", "signed", "batch") for how in ("200", "503", "unanswered")}
"""How a POST of events may end: it is taken, or it is to be sent again."""

MADE_AGAIN = 60
"""How many of the reports that were got are made again, so that all takes minutes only."""

NEVER_ASKED = {
    "stat_type": "calls", "export_type": "records", "timezone": "Asia/Kolkata", "days_ago_start": 0, "days_ago_end": 14,
}  # fmt: skip
"""A report of every day that no client has asked for."""

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints at once what somebody who waits for minutes wants to read."""

    def print_now(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    return print_now


@pytest.mark.prove
def test_nothing_acknowledged_is_lost_or_there_twice_when_processes_are_killed(tmp_path: Path, say: Say) -> None:
    house = new_house(tmp_path / "home", NOW)
    accounts = filled(house, tmp_path)
    books = [account.book for account in accounts]
    with group(environment(house.settings.folder, NOW, **SETTINGS)) as server:
        striker, load = _struck(server, house, accounts, say)
        settle(server, house)
        ended = requests(house)
    for line in summary(striker, load, books, ended):
        say(line)
    _check_kills(striker)
    _check_answers(load, ended)
    fresh = new_house(tmp_path / "fresh", NOW)
    _check_events(house, fresh, books, tmp_path, say)
    _check_reports(house, fresh, books, load.downloads, say)


def _struck(server: Group, house: House, accounts: Sequence[Account], say: Say) -> tuple[Striker, Load]:
    """A server that was struck as often as it shall be, and what it was loaded with."""
    unanswered = Unanswered()
    striker = Striker(server, house.settings.folder, unanswered, Random(), LEAST + 4)
    port = urlsplit(server.url).port or 0
    started = time.monotonic()
    with under_load(port, accounts, unanswered) as load:
        while striker.count < KILLS or not striker.has_hit(LEAST):
            striker.strike()
            if striker.count % 20 == 0:
                hits = ", ".join(f"{count} in a {work}" for work, count in sorted(striker.hits.items()))
                say(f"{striker.count} kills in {time.monotonic() - started:.0f} s, {hits}")
            time.sleep(striker.rng.uniform(0.2, 1.0))
    return striker, load


def _check_kills(striker: Striker) -> None:
    assert striker.count == restarts(striker.server) >= KILLS
    assert striker.fewest_unanswered >= 1
    assert striker.has_hit(LEAST)
    assert complaints(striker.server) == {}


def _check_answers(load: Load, ended: Sequence[Ended]) -> None:
    """Nobody was told anything wrong; a request fails only where three workers were killed over it."""
    assert set(load.answers) <= ANSWERS
    assert load.faults == []
    assert all(one.attempts == 3 for one in ended if one.status == "failed")


def _check_events(house: House, fresh: House, books: Sequence[Book], folder: Path, say: Say) -> None:
    home, other = house.settings.folder, fresh.settings.folder
    for company_id, book in company_ids(house, books).items():
        found = told(home, company_id, book)
        assert list(found.faults()) == []
        import_anew(fresh, folder, found)
        assert list(differing_tables(home, other, company_id)) == []
        say(f"{book.company.name}: {len(found.counts):,} events, each once; its tables are those of one import")


def _check_reports(house: House, fresh: House, books: Sequence[Book], downloads: Sequence[Download], say: Say) -> None:
    fixed = [one for one in downloads if one.is_fixed]
    assert fixed
    assert list(differing_reports(fresh, fixed[:MADE_AGAIN])) == []
    for name in (book.company.name for book in books):
        assert digest_of(house, name, NEVER_ASKED) == digest_of(fresh, name, NEVER_ASKED)
    say(f"{len(fixed)} reports were of days that are over; those made again are the same files")
