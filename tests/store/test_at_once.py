"""Several processes and threads on one state database: nothing is done twice, miscounted or forgotten."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

from sqlalchemy import text

from busyhour.domain.directory import Entry, Kind
from busyhour.domain.memberships import Membership, Role
from busyhour.domain.periods import Period
from busyhour.domain.requests import Request
from busyhour.store.access import Access
from busyhour.store.database import Database
from busyhour.store.directory import Directory
from busyhour.store.memberships import Memberships
from busyhour.store.requests import Requests
from busyhour.store.table_state import TableState
from store.asking import ACME, RIVAL, request

PROCESSES = 4

BEGINNING = """
import sys, time
from busyhour.store.database import Database
database = Database(sys.argv[1])
database.revision()
print("ready", flush=True)
sys.stdin.readline()
"""


def _in_processes(url: str, work: str, count: int = PROCESSES) -> list[str]:
    """The lines that so many processes say, each of which begins when all are ready."""
    command = [sys.executable, "-W", "error", "-c", BEGINNING + work, url]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=paths)
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return [line for lines in said for line in lines]


def test_a_thousand_same_requests_are_one(url: str) -> None:
    said = _in_processes(
        url,
        """
from store.asking import ACME, request
from busyhour.store.requests import Requests
requests = Requests(database)
for _ in range(250):
    print(*requests.submit(ACME, request(), 0), sep=":")
""",
    )
    assert len(said) == 1_000
    assert len({line.split(":")[0] for line in said}) == 1
    assert Counter(line.split(":")[1] for line in said) == {"True": 999, "False": 1}


def test_processes_count_exactly_to_the_limit(url: str) -> None:
    said = _in_processes(
        url,
        """
from busyhour.errors import RateLimited
from busyhour.store.access import Access, Limit
access, limit = Access(database), Limit("post", 100, 3_600)
for _ in range(60):
    try:
        access.count("1", limit, access.real_now())
        print("in")
    except RateLimited:
        print("out")
""",
    )
    assert Counter(said) == {"in": 100, "out": 140}


def test_processes_hold_a_lease_one_at_a_time(url: str, database: Database) -> None:
    """Who holds it adds one by reading and writing apart, which loses some where two do it at once."""
    with database.write() as connection:
        connection.execute(text("INSERT INTO windows (company_id, name, started, count) VALUES ('1', 'sum', 0, 0)"))
    _in_processes(
        url,
        """
from sqlalchemy import text
from busyhour.store import leases as module
module._LOOK_AGAIN = 0.002
for _ in range(15):
    with module.Leases(database).hold("refresh:1"):
        with database.read() as connection:
            count = connection.execute(text("SELECT count FROM windows WHERE name = 'sum'")).scalar_one()
        time.sleep(0.001)
        with database.write() as connection:
            connection.execute(text("UPDATE windows SET count = :count WHERE name = 'sum'"), {"count": count + 1})
""",
    )
    with database.read() as connection:
        assert connection.execute(text("SELECT count FROM windows")).scalar_one() == 15 * PROCESSES
        assert connection.execute(text("SELECT count(*) FROM leases")).scalar_one() == 0


def _on(number: int) -> Request:
    day = date(2020, 1, 1) + timedelta(number)
    return replace(request(), period=Period(day, day, "UTC"))


def test_workers_of_several_processes_serve_companies_in_turn(url: str, database: Database) -> None:
    """However the claims of four processes fall together, each company has every second one: half of any forty."""
    requests = Requests(database)
    for number in range(25):
        for company_id in (ACME, RIVAL):
            requests.submit(company_id, _on(number), number)
    said = _in_processes(
        url,
        """
import secrets
from busyhour.store.requests import Requests
requests, worker = Requests(database), secrets.token_hex(4)
claims = [requests.claim(worker, requests.real_now(), 60.0) for _ in range(10)]
print(*[f"{claim.company_id}:{claim.id}" for claim in claims], sep="\\n")
""",
    )
    assert len(set(said)) == 40
    assert Counter(line.split(":")[0] for line in said) == {ACME: 20, RIVAL: 20}


def _each_in_a_thread(another: Callable[[], Database], work: Callable[[Database, int], None]) -> None:
    start = Barrier(PROCESSES)

    def run(number: int) -> None:
        database = another()
        database.revision()
        start.wait()
        work(database, number)

    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(run, range(PROCESSES)))


def test_what_several_learn_of_an_entry_is_all_known(another: Callable[[], Database]) -> None:
    """Each tells one field of forty entries: who read before another wrote would write the old words over it."""
    fields: list[dict[str, str]] = [{"name": "N"}, {"email": "e@x"}, {"phone": "+1"}, {"office_id": "9"}]

    def learn(database: Database, number: int) -> None:
        for entry in range(40):
            Directory(database).learn(ACME, [Entry(Kind.USER, str(entry), **fields[number], seen_at=1)])

    _each_in_a_thread(another, learn)
    found = Directory(another()).entries(ACME, [Kind.USER])
    assert len(found) == 40
    assert {(one.name, one.email, one.phone, one.office_id) for one in found} == {("N", "e@x", "+1", "9")}


def test_whom_several_learn_to_be_in_a_group_is_in_it(another: Callable[[], Database]) -> None:
    def learn(database: Database, number: int) -> None:
        for member in range(25):
            person = (Kind.USER, f"{number} {member}")
            Memberships(database).learn(ACME, [Membership((Kind.CALL_CENTER, "7"), person, Role.OPERATOR)])

    _each_in_a_thread(another, learn)
    assert len(Memberships(another()).all(ACME)) == 25 * PROCESSES


def test_a_company_that_several_make_is_one(another: Callable[[], Database]) -> None:
    def make(database: Database, _: int) -> None:
        for number in range(25):
            Access(database).company(f"Company {number}", 0)

    _each_in_a_thread(another, make)
    assert len(Access(another()).companies()) == 25


def test_days_that_two_fold_who_both_think_that_they_may(another: Callable[[], Database]) -> None:
    """One stood still and was taken for gone: the days are written by both, and none of the two breaks."""

    def fold(database: Database, number: int) -> None:
        for _ in range(20):
            TableState(database).folded(ACME, "call", 1, 50, dict.fromkeys(range(1, 51), number))

    _each_in_a_thread(another, fold)
    with another().read() as connection:
        rows = connection.execute(text("SELECT day, due FROM due_days ORDER BY day")).all()
    assert [row.day for row in rows] == list(range(1, 51))
    assert len({row.due for row in rows}) == 1


def test_batches_taken_in_by_several_are_added_up(another: Callable[[], Database]) -> None:
    def note(database: Database, _: int) -> None:
        for _ in range(20):
            TableState(database).note_import(ACME, "batch", 1)

    _each_in_a_thread(another, note)
    assert TableState(another()).rows_taken("batch") == 20 * PROCESSES


def test_the_clock_of_all_is_one(another: Callable[[], Database]) -> None:
    told = [another().real_now() for _ in range(3)]
    assert max(told) - min(told) < 30
    assert abs(told[0] - time.time()) < 30
