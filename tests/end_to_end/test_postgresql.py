"""A server on PostgreSQL: what it acknowledged is in the tables once, also when PostgreSQL crashes in the middle."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import pytest

from api.door import CALLS, STATS
from arriving import stored
from busyhour.domain.periods import Tier
from busyhour.settings import Settings
from busyhour.store.table_state import Pin
from busyhour.wiring import House
from end_to_end.commanding import Done, checked
from end_to_end.groups import Group, group, wait_for
from houses import company_of
from postgres import Postgres
from servers import environment, run

NOW = "2026-03-10T12:00:00+00:00"
NINE = 1_773_133_200_000
OFTEN = {"refresh_realtime_seconds": "2", "refresh_historical_seconds": "2", "limit_post_per_hour": "0"}
AWAY = "The state database cannot be used at the moment; send the same request again."


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    yield postgres.make("house")
    postgres.drop("house")


@pytest.fixture
def env(url: str, tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "home", NOW, database=url, api_processes="2", workers="1", **OFTEN)


def _run(env: dict[str, str], *arguments: str) -> Done:
    done = checked(run(env, *arguments))
    assert done.returncode == 0, done.stderr
    return done


def _leg(number: int) -> bytes:
    told = {"call_id": number, "state": "hangup", "event_timestamp": NINE + 60_000, "date_started": NINE}
    return json.dumps(told | {"date_ended": NINE + 60_000, "target": {"id": 91, "type": "user"}}).encode()


class Sender:
    """Sends one event after the other, each until it is acknowledged, as phone systems do."""

    def __init__(self, url: str, first: int) -> None:
        self._url = url
        self._first = first
        self.acknowledged: list[bytes] = []
        self.refusals: list[Any] = []

    def send(self, stop: Event) -> None:
        with httpx2.Client(timeout=30) as client:
            while not stop.is_set():
                body = _leg(self._first + len(self.acknowledged))
                answer = client.post(self._url, content=body)
                if answer.is_success:
                    self.acknowledged.append(body)
                else:
                    self.refusals.append(answer)
                time.sleep(0.01)


def _report(server: Group, headers: dict[str, str], asked: dict[str, Any]) -> str:
    """The file of a finished report."""
    answer = httpx2.post(f"{server.url}{STATS}", json=asked, headers=headers, timeout=30)
    assert answer.is_success, answer.text
    path = f"{server.url}{STATS}/{answer.json()['request_id']}"
    wait_for(lambda: httpx2.get(path, headers=headers).json()["status"] == "complete")
    return httpx2.get(httpx2.get(path, headers=headers).json()["download_url"]).text


def _pin(house: House) -> Pin | None:
    return house.state.pinned(company_of(house, "Acme"), Tier.REALTIME)


def test_everything_acknowledged_is_in_the_tables_once_though_postgresql_crashes(
    env: dict[str, str], url: str, postgres: Postgres, tmp_path: Path
) -> None:
    key = _run(env, "key", "new", "--company", "Acme").stdout.strip()
    path = _run(env, "endpoint", "new", "office", "--company", "Acme").stdout.strip()
    headers, stop = {"Authorization": f"Bearer {key}"}, Event()
    asked = CALLS | {"export_type": "records", "is_today": True}
    house = House(Settings(home=tmp_path / "home", database=url))
    with closing(house.database), group(env) as server, ThreadPoolExecutor(4) as pool:
        senders = [Sender(server.url + path, first) for first in range(1_000_000, 5_000_000, 1_000_000)]
        sending = [pool.submit(sender.send, stop) for sender in senders]
        try:
            wait_for(lambda: all(len(sender.acknowledged) > 20 for sender in senders))
            with postgres.away():
                refused = httpx2.post(f"{server.url}{STATS}", json=asked, headers=headers, timeout=30)
                wait_for(lambda: all(sender.refusals for sender in senders))
                time.sleep(5)
            before = [len(sender.acknowledged) for sender in senders]
            wait_for(
                lambda: all(len(one.acknowledged) > count + 20 for one, count in zip(senders, before, strict=True))
            )
        finally:
            stop.set()
        for one in sending:
            one.result(timeout=60)
        assert (refused.status_code, refused.json()["error"]["message"]) == (503, AWAY)
        assert refused.headers["Retry-After"] == "1"
        refusals = [answer for sender in senders for answer in sender.refusals]
        assert {answer.status_code for answer in refusals} == {503}
        sent = [body for sender in senders for body in sender.acknowledged]
        wait_for(lambda: stored(house).keys() == {body.decode() for body in sent})
        assert stored(house) == Counter(body.decode() for body in sent)
        # What stands in the tables is shown from the next refresh on; a result that was made before would be kept.
        seen = house.database.real_now() * 1000
        wait_for(lambda: (_pin(house) or Pin(0, 0, {})).refreshed_at > seen)
        rows = _report(server, headers, asked).splitlines()[1:]
        calls = [row.split(",")[1] for row in rows]
        assert sorted(calls) == sorted(str(json.loads(body)["call_id"]) for body in sent)
        assert server.is_whole()
    assert not list((tmp_path / "home").glob("arrivals/*"))
    assert not (tmp_path / "home" / "secret").exists()


def test_doctor_and_backup_say_what_stands_where(env: dict[str, str], postgres: Postgres, tmp_path: Path) -> None:
    _run(env, "init")
    _run(env, "key", "new", "--company", "Acme")
    lines = _run(env, "doctor").stdout.splitlines()
    assert [line for line in lines if line.startswith("ok       state       PostgreSQL 1")]
    assert "ok       arrivals    nothing waits" in lines
    assert not [line for line in lines if "secret" in line]
    backup = _run(env, "backup", str(tmp_path / "file.tar"))
    assert "Not in the backup: PostgreSQL" in backup.stderr
    assert "pg_dump" in backup.stderr
    with postgres.away():
        doctor = checked(run(env, "doctor"))
        assert doctor.returncode == 1
        (told,) = [line for line in doctor.stdout.splitlines() if line.startswith("problem")]
        assert told.startswith("problem  state       the state database cannot be read (")
        assert told.endswith("is it running, and is BUSYHOUR_DATABASE right?")
        begun = checked(run(env, "key", "new", "--company", "Acme"))
        assert begun.returncode == 2
        assert begun.stderr.startswith("error: BUSYHOUR_DATABASE: the state database cannot be used (")
