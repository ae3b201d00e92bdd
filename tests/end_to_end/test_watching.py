"""A server that is watched: figures of all its processes, and a log that tells of no person."""

import json
import os
import signal
import socket
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from api.small_company import NOW, leg
from busyhour.client import StatsClient
from end_to_end.groups import Group, group, wait_for
from houses import company_of, new_house
from scrapes import Scrape, scraped, value
from servers import environment

COMPANY = "Quackenbush Telephones"
NUMBER, NAME, MAIL = "+4915112345678", "Rosalinde Quackenbush", "rosalinde@quackenbush.example"
SECRET, METRICS_KEY = "a-secret-of-the-phones", "a-key-of-the-watchers"
ROSALINDE = {"id": 777000111, "type": "user", "name": NAME, "email": MAIL, "phone": NUMBER, "office_id": 12}
QUICK = {"refresh_realtime_seconds": "1", "refresh_historical_seconds": "1"}
LOUD = {"log_level": "debug", "log_requests": "true"}


@dataclass(frozen=True)
class Watched:
    """What was seen of a server that was driven through good and bad days."""

    company_id: str
    request_id: str
    personal: tuple[str, ...]
    figures: Scrape
    lines: list[str]

    def logged(self, event: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.lines) if line["event"] == event]


def _event(call_id: int) -> bytes:
    event = leg(call_id, ROSALINDE, "2026-03-09 10:00:00", "2026-03-09 10:01:00", external_number=NUMBER)
    return json.dumps(event).encode()


def _figures(server: Group) -> Scrape:
    answer = httpx2.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {METRICS_KEY}"})
    assert answer.status_code == 200
    return scraped(answer.text)


def _send_raw(server: Group, content: bytes) -> None:
    """Say something that is no HTTP, or asks for another protocol, and wait for the answer."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(content)
        assert connection.recv(1)


def _change(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "busyhour.db", timeout=30)) as database:
        database.execute(statement)


def _bring_in(server: Group, key: str, plain: str, signed: str) -> None:
    """Webhooks and batches, understood and not, let in and refused."""
    http = httpx2.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"})
    with http:
        assert http.post(f"/ingest/dialpad/{plain}", content=_event(1)).is_success
        assert http.post(f"/ingest/dialpad/{plain}", content=f"{{{NAME} {NUMBER}".encode()).is_success
        assert http.post(f"/ingest/dialpad/{signed}", content=_event(2)).status_code == 401
        assert http.post(f"/ingest/dialpad/{NUMBER}", content=_event(3)).status_code == 404
        batch = b"\n".join([_event(4), NAME.encode(), _event(5)])
        assert http.post("/ingest/events", content=batch).json()["not_understood"] == 1
        assert http.post("/ingest/events", content=batch, params={"check": "true"}).is_success
        assert http.post("/api/v2/stats", json={"stat_type": NAME, "timezone": NUMBER}).status_code == 400
        assert http.get(f"/api/v2/stats/{NUMBER}", params={"apikey": key}).status_code == 404
        assert http.get(f"/{MAIL}").status_code == 404
    _send_raw(server, f"{NUMBER} {MAIL}\r\n\r\n".encode())
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
    _send_raw(server, f"GET /ingest/dialpad/{plain}?apikey={key} HTTP/1.1\r\nHost: x\r\n{upgrade}\r\n".encode())


def _drive(server: Group, home: Path, key: str, folder: Path) -> str:
    """Let a refresh break over people's names, then all go well; the id of the report that was asked for."""
    _change(home, "ALTER TABLE entries RENAME TO lost")
    tokens = [(folder / name).read_text() for name in ("plain", "signed")]
    _bring_in(server, key, *tokens)
    wait_for(lambda: value(_figures(server), "busyhour_refreshes_failed_total") >= 1, 60)
    _change(home, "ALTER TABLE lost RENAME TO entries")
    assert httpx2.post(f"{server.url}/ingest/dialpad/{tokens[0]}", content=_event(6)).is_success
    wait_for(lambda: _is_taken_in(home), 60)
    fields = {"stat_type": "calls", "export_type": "records", "target_id": 777000111, "target_type": "user"}
    with StatsClient(server.url, key, sleep=lambda _: time.sleep(0.05)) as client:
        client.report(fields | {"days_ago_start": 0, "days_ago_end": 3}, folder / "report.csv")
    assert NUMBER in (folder / "report.csv").read_text()
    answer = httpx2.post(
        f"{server.url}/api/v2/stats",
        json=fields | {"days_ago_start": 0, "days_ago_end": 3},
        headers={"Authorization": f"Bearer {key}"},
    )
    return str(answer.json()["request_id"])


def _is_taken_in(home: Path) -> bool:
    house = new_house(home, NOW)
    entries = house.directory.entries(company_of(house, COMPANY))
    house.database.close()
    # A batch goes last, when its events are shown.
    return NAME in {entry.name for entry in entries} and house.inbox.oldest() is None


def _strike(server: Group) -> None:
    """Kill a worker, and wait until another is in its place."""
    struck = server.of_role("worker")
    os.kill(min(struck), signal.SIGKILL)
    wait_for(lambda: len(server.of_role("worker") - {min(struck)}) == 2, 60)
    wait_for(lambda: value(_figures(server), "busyhour_processes", role="worker") == 2, 60)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp("watched")
    house = new_house(folder / "home", NOW)
    company_id = company_of(house, COMPANY)
    key = house.access.new_key(company_id, 0)
    for name, secret in (("plain", None), ("signed", SECRET)):
        (folder / name).write_text(house.endpoints.new(company_id, f"{name} phones of {NAME}", secret, 0))
    house.database.close()
    personal = (
        COMPANY, NUMBER, NUMBER.lstrip("+"), NAME, "Rosalinde", MAIL, SECRET, METRICS_KEY, key, "777000111",
        *((folder / name).read_text() for name in ("plain", "signed")),
    )  # fmt: skip
    env = environment(folder / "home", NOW, metrics_key=METRICS_KEY, **QUICK, **LOUD)
    with group(env) as server:
        request_id = _drive(server, folder / "home", key, folder)
        _strike(server)
        figures = _figures(server)
    return Watched(company_id, request_id, personal, figures, server.log.read_text().splitlines())


def test_no_line_of_the_log_tells_of_a_person(watched: Watched) -> None:
    for line in watched.lines:
        assert not [text for text in watched.personal if text in line], line


def test_every_line_says_which_process_speaks(watched: Watched) -> None:
    roles = set()
    for line in map(json.loads, watched.lines):
        assert {"event", "level", "timestamp", "role", "pid"} <= set(line)
        roles.add(line["role"])
    assert roles == {"supervisor", "api", "worker", "refresher"}


def test_lines_of_a_request_name_its_company_and_its_report(watched: Watched) -> None:
    answered = watched.logged("answered")
    assert all(line["ms"] > 0 for line in answered)
    told = {
        (line["method"], line["route"], line["status"]): (line.get("company_id"), line.get("request_id"))
        for line in answered
    }
    assert told["POST", "/ingest/dialpad/{token}", 200] == (watched.company_id, None)
    assert told["POST", "/ingest/dialpad/{token}", 404] == (None, None)
    assert told["POST", "/ingest/events", 200] == (watched.company_id, None)
    assert told["POST", "/api/v2/stats", 200] == (watched.company_id, watched.request_id)
    assert told["GET", "/api/v2/stats/{id}", 200] == (watched.company_id, watched.request_id)
    assert told["GET", "/api/v2/stats/{id}", 404] == (watched.company_id, None)
    assert told["GET", "/downloads/{token}.csv", 200] == (watched.company_id, watched.request_id)
    assert told["GET", "none", 404] == (None, None)
    (made,) = watched.logged("report complete")
    assert (made["company_id"], made["request_id"]) == (watched.company_id, watched.request_id)


def test_the_error_over_which_a_refresh_broke_is_told_without_what_it_held(watched: Watched) -> None:
    errors = [one for line in map(json.loads, watched.lines) for one in line.get("exception", [])]
    assert "no such table: entries" in {one.get("text") for one in errors}
    assert "sqlalchemy.exc.OperationalError" in {one["type"] for one in errors}


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("busyhour_events_kept_total", {"door": "webhook"}, 3),
        ("busyhour_bodies_kept_total", {"door": "webhook"}, 3),
        ("busyhour_events_kept_total", {"door": "batch"}, 3),
        ("busyhour_bodies_kept_total", {"door": "batch"}, 1),
        ("busyhour_keep_seconds_count", {"door": "webhook"}, 3),
        ("busyhour_quarantined", {}, 2),
        ("busyhour_report_posts_total", {"cache": "miss"}, 1),
        ("busyhour_report_posts_total", {"cache": "hit"}, 1),
        ("busyhour_reports_total", {"outcome": "complete"}, 1),
        ("busyhour_reports_total", {"outcome": "failed"}, 0),
        ("busyhour_report_seconds_count", {"stat_type": "calls", "export_type": "records"}, 1),
        ("busyhour_queue", {"status": "queued"}, 0),
        ("busyhour_inbox_age_seconds", {"stage": "arrivals"}, 0),
        ("busyhour_processes", {"role": "api"}, 1),
        ("busyhour_processes", {"role": "worker"}, 2),
        ("busyhour_processes", {"role": "refresher"}, 1),
    ],
)
def test_a_figure_is_of_all_processes(watched: Watched, name: str, labels: dict[str, str], expected: float) -> None:
    assert (name, frozenset(labels.items())) in watched.figures
    assert value(watched.figures, name, **labels) == expected


def test_refreshes_of_each_tier_are_timed(watched: Watched) -> None:
    for tier in ("realtime", "historical"):
        assert value(watched.figures, "busyhour_refresh_seconds_count", tier=tier) >= 1


def test_without_the_settings_requests_are_not_logged(tmp_path: Path) -> None:
    with group(environment(tmp_path / "home", NOW, workers="1")) as server:
        assert httpx2.get(f"{server.url}/metrics").is_success
        assert httpx2.get(f"{server.url}/readyz").json()["status"] == "ready"
    assert [json.loads(line)["event"] for line in server.log.read_text().splitlines()] == ["serving"]
