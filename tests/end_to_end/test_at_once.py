"""The same request from many clients at once: one id, one run, and exactly as many answers as the limit allows."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import text

from api.door import CALLS, STATS
from api.small_company import NOW
from end_to_end.commanding import Shop
from end_to_end.groups import Group, group, wait_for
from houses import new_house

SELDOM = {"refresh_realtime_seconds": "864000", "refresh_historical_seconds": "864000"}
CLIENTS, EACH = 8, 125

CLIENT = """
import json, sys
import httpx2

url, key, count, body = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4])
with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
    print("ready", flush=True)
    sys.stdin.readline()
    answers = [http.post("/api/v2/stats", json=body) for _ in range(count)]
print(json.dumps([[a.status_code, a.headers.get("Retry-After"), a.json()] for a in answers]))
"""


@dataclass(frozen=True)
class Answer:
    code: int
    retry_after: str | None
    said: dict[str, Any]


def _all_at_once(server: Group, shop: Shop) -> list[Answer]:
    command = [sys.executable, "-c", CLIENT, server.url, shop.key, str(EACH), json.dumps(CALLS)]
    clients = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)
    ]
    for client in clients:
        assert client.stdout is not None
        assert client.stdout.readline() == "ready\n"
    for client in clients:
        assert client.stdin is not None
        client.stdin.write("go\n")
        client.stdin.flush()
    said = [json.loads(client.communicate(timeout=300)[0]) for client in clients]
    return [Answer(*answer) for of_one in said for answer in of_one]


def _check_one_run(server: Group, shop: Shop, accepted: list[Answer]) -> None:
    (request_id,) = {answer.said["request_id"] for answer in accepted}
    assert Counter(answer.said["already_started"] for answer in accepted) == {False: 1, True: len(accepted) - 1}

    def is_complete() -> bool:
        got = httpx2.get(f"{server.url}{STATS}/{request_id}", headers={"Authorization": f"Bearer {shop.key}"})
        return bool(got.json()["status"] == "complete")

    wait_for(is_complete)
    house = new_house(shop.home, NOW)
    with house.database.read() as connection:
        rows = connection.execute(text("SELECT id, attempts FROM requests")).all()
    house.database.close()
    assert [(row.id, row.attempts) for row in rows] == [(request_id, 1)]
    complete = [line for line in server.log.read_text().splitlines() if '"report complete"' in line]
    assert len(complete) == 1
    assert len(server.of_role("api")) == 2


def test_a_thousand_times_the_same_is_one_run(shop: Shop, tmp_path: Path) -> None:
    own = shop.copy(tmp_path, **SELDOM, api_processes="2", limit_post_per_hour="0", limit_get_per_minute="0")
    with group(own.env) as server:
        answers = _all_at_once(server, own)
        assert Counter(answer.code for answer in answers) == {200: 1_000}
        _check_one_run(server, own, answers)


def test_of_a_thousand_exactly_as_many_are_let_in_as_the_limit_allows(shop: Shop, tmp_path: Path) -> None:
    own = shop.copy(tmp_path, **SELDOM, api_processes="2")
    with group(own.env) as server:
        answers = _all_at_once(server, own)
        assert Counter(answer.code for answer in answers) == {200: 200, 429: 800}
        assert all(0 < int(answer.retry_after or 0) <= 3_600 for answer in answers if answer.code == 429)
        _check_one_run(server, own, [answer for answer in answers if answer.code == 200])
