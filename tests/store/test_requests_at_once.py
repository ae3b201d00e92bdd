"""The queue under workers and clients that come at the same moment, as threads and as processes."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from busyhour.store.database import Database
from busyhour.store.requests import Requests
from store.asking import ACME, request

WORKERS = 4
WAITING = 30

PROCESS = """
import sys
from busyhour.store.database import Database
from busyhour.store.requests import Requests

requests = Requests(Database(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
while (claim := requests.claim(sys.argv[2], 100.0, 10.0)) is not None:
    print(claim.id)
"""


def _submitted(database: Database) -> list[str]:
    requests = Requests(database)
    return sorted(requests.submit(ACME, request(day), day)[0] for day in range(1, WAITING + 1))


def test_no_two_threads_claim_the_same(another: Callable[[], Database]) -> None:
    ids = _submitted(another())
    start = Barrier(WORKERS)

    def work(name: str) -> list[str]:
        requests = Requests(another())
        start.wait()
        claims = iter(lambda: requests.claim(name, 100.0, 10.0), None)
        return [claim.id for claim in claims if claim]

    with ThreadPoolExecutor(WORKERS) as pool:
        claimed = list(pool.map(work, "abcd"))
    assert sorted(request_id for ids_of_one in claimed for request_id in ids_of_one) == ids


def test_no_two_processes_claim_the_same(another: Callable[[], Database], url: str) -> None:
    ids = _submitted(another())
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, url, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in "ab"
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    claimed = [worker.communicate(timeout=30)[0].split() for worker in workers]
    assert sorted(claimed[0] + claimed[1]) == ids


def test_one_of_many_clients_starts_a_request(another: Callable[[], Database]) -> None:
    another()
    start = Barrier(WORKERS)

    def ask(_: int) -> list[tuple[str, bool]]:
        requests = Requests(another())
        start.wait()
        return [requests.submit(ACME, request(day), 0) for day in range(1, 11)]

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(ask, range(WORKERS)))
    for of_one_day in zip(*answers, strict=True):
        assert len({request_id for request_id, _ in of_one_day}) == 1
        assert sorted(was_started for _, was_started in of_one_day) == [False] + [True] * (WORKERS - 1)
