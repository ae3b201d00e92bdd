"""Two groups of processes as two hosts have them, on PostgreSQL, with every report on Spark: struck in the middle."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx2
import pytest

from api.door import CALLS, STATS
from arriving import stored
from busyhour.settings import Settings
from busyhour.wiring import House
from clusters import Cluster
from end_to_end.groups import Group, group, is_healthy, wait_for
from end_to_end.test_postgresql import NOW, OFTEN, Sender
from postgres import Postgres
from servers import environment, run

pytestmark = pytest.mark.cluster

ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Europe/Berlin", "Asia/Jerusalem", "Australia/Sydney")


@dataclass(frozen=True)
class Hosts:
    """The group that answers, the one that works, a key, the path of a webhook."""

    answering: Group
    working: Group
    key: str
    webhook: str
    home: Path
    database: str


@pytest.fixture
def hosts(running_cluster: Cluster, postgres: Postgres, tmp_path: Path) -> Iterator[Hosts]:
    database = postgres.make("hosts")
    home = tmp_path / "home"
    settings = OFTEN | {"database": database, "engine": running_cluster.url, "spark_bytes": "0"}
    answering = environment(home, NOW, api_processes="2", workers="0", refreshers="0", **settings)
    working = environment(home, NOW, workers="3", **settings)
    run(answering, "simulate", "--company", "Acme", "--days", "3", timeout=600).check_returncode()
    key = run(answering, "key", "new", "--company", "Acme").stdout.splitlines()[-1]
    webhook = run(answering, "endpoint", "new", "office", "--company", "Acme").stdout.strip()
    with (
        group(answering, tmp_path / "answering.log", roles=("api",)) as first,
        group(working, tmp_path / "working.log") as second,
    ):
        yield Hosts(first, second, key, webhook, home, database)
    postgres.drop("hosts")


def _ask(hosts: Hosts, zone: str) -> str:
    body = CALLS | {"export_type": "records", "days_ago_start": 1, "days_ago_end": 3, "timezone": zone}
    headers = {"Authorization": f"Bearer {hosts.key}"}
    answer = httpx2.post(f"{hosts.answering.url}{STATS}", json=body, headers=headers, timeout=30)
    assert answer.is_success, answer.text
    return str(answer.json()["request_id"])


def _state(hosts: Hosts, request_id: str) -> str:
    headers = {"Authorization": f"Bearer {hosts.key}"}
    try:
        answer = httpx2.get(f"{hosts.answering.url}{STATS}/{request_id}", headers=headers, timeout=30)
        return str(answer.json()["status"])
    except httpx2.TransportError:
        return "the process that answered is gone"


def test_what_is_killed_in_the_middle_of_reports_holds_none_of_them_up(hosts: Hosts, running_cluster: Cluster) -> None:
    asked = [_ask(hosts, zone) for zone in ZONES]
    wait_for(lambda: any(_state(hosts, one) == "complete" for one in asked))
    struck = (running_cluster.workers[0], hosts.working.of_role("worker").pop(), hosts.answering.of_role("api").pop())
    for process in struck:
        os.kill(process, signal.SIGKILL)
    wait_for(lambda: all(_state(hosts, one) in ("complete", "failed") for one in asked), 240)
    assert [_state(hosts, one) for one in asked] == ["complete"] * len(ZONES)
    wait_for(lambda: len(hosts.answering.of_role("api")) == 2 and is_healthy(hosts.answering))


def test_twenty_seconds_without_postgresql_lose_nothing_acknowledged(hosts: Hosts, postgres: Postgres) -> None:
    stop, house = Event(), House(Settings(home=hosts.home, database=hosts.database))
    before = stored(house)
    senders = [Sender(hosts.answering.url + hosts.webhook, first) for first in (1_000_000, 2_000_000)]
    with closing(house.database), ThreadPoolExecutor(2) as pool:
        sending = [pool.submit(sender.send, stop) for sender in senders]
        try:
            wait_for(lambda: all(len(sender.acknowledged) > 20 for sender in senders))
            with postgres.away():
                time.sleep(20)
            counts = [len(sender.acknowledged) for sender in senders]
            wait_for(lambda: all(len(one.acknowledged) > n + 20 for one, n in zip(senders, counts, strict=True)))
        finally:
            stop.set()
        for one in sending:
            one.result(timeout=60)
        sent = Counter(body.decode() for sender in senders for body in sender.acknowledged)
        wait_for(lambda: sent.keys() <= stored(house).keys(), 180)
        assert stored(house) - before == sent
    asked = _ask(hosts, "UTC")
    wait_for(lambda: _state(hosts, asked) == "complete")
