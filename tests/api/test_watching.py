"""/metrics and /readyz: what they tell, and to whom."""

import os
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from api.conftest import Opener
from api.door import CALLS, STATS, Door, refusal
from busyhour.domain.clock import micros
from busyhour.domain.periods import Tier
from busyhour.store.arrival_file import ArrivalFile
from busyhour.store.arrivals import Arrival
from busyhour.store.folder_storage import FolderStorage
from busyhour.store.table_state import Pin
from busyhour.web.readiness import Probe
from houses import company_of
from scrapes import Scrape, scraped, value

CHECKS = {"database", "storage", "arrivals", "refresher"}


def _scrape(door: Door) -> Scrape:
    answer = door.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return scraped(answer.text)


def _grown(before: Scrape, after: Scrape, name: str, **labels: str) -> float:
    return value(after, name, **labels) - value(before, name, **labels)


def _kept(door: Door, age: float) -> Path:
    """An arrival that came so many seconds ago and was not sorted; its file."""
    path = door.house.arrivals.new_path()
    file = ArrivalFile.open(path)
    file.append([Arrival(company_of(door.house, "Acme"), "events", int((time.time() - age) * 1e6), b"{}")])
    file.close()
    return path


def _refreshed(door: Door, company: str, tier: Tier, age: float) -> None:
    pin = Pin(0, int((time.time() - age) * 1000), {})
    door.house.state.pin(company_of(door.house, company), [tier], pin, {})


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic k€y"}, {"X-API-Key": "k€y"}]
)
def test_figures_are_told_to_whoever_has_the_key(opened: Opener, headers: dict[str, str]) -> None:
    door = opened(metrics_key="k€y")
    sent = {name: text.encode() for name, text in headers.items()}
    refusal(door.http.get("/metrics", headers=sent), 401, "unauthorized")
    refusal(door.http.get("/metrics", headers=door.bearer), 401, "unauthorized")


def test_the_key_of_the_settings_opens_them(opened: Opener) -> None:
    door = opened(metrics_key="key")
    assert door.http.get("/metrics", headers={"Authorization": "Bearer key"}).status_code == 200


def test_the_queue_by_status(door: Door) -> None:
    for days in range(3):
        door.id_of(CALLS | {"days_ago_start": days, "days_ago_end": days + 1})
    door.house.requests.claim("somebody", time.time(), 60)
    scrape = _scrape(door)
    assert value(scrape, "busyhour_queue", status="queued") == 2
    assert value(scrape, "busyhour_queue", status="running") == 1


def test_posts_by_whether_the_report_was_there_already(door: Door) -> None:
    before = _scrape(door)
    door.start(CALLS)
    door.start(CALLS)
    door.start(CALLS)
    door.post({})
    after = _scrape(door)
    assert _grown(before, after, "busyhour_report_posts_total", cache="miss") == 1
    assert _grown(before, after, "busyhour_report_posts_total", cache="hit") == 2


def test_reports_by_how_they_ended(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _scrape(door)
    door.make(CALLS)
    monkeypatch.setattr("busyhour.making.Maker.report", lambda *_: 1 / 0)
    lost = door.id_of(CALLS | {"days_ago_end": 5})
    for _ in range(4):
        door.house.worker().run_one(lost)
    after = _scrape(door)
    assert _grown(before, after, "busyhour_reports_total", outcome="complete") == 1
    assert _grown(before, after, "busyhour_reports_total", outcome="retried") == 3
    assert _grown(before, after, "busyhour_reports_total", outcome="failed") == 1
    assert _grown(before, after, "busyhour_report_seconds_count", stat_type="calls", export_type="stats") == 1


def test_429_by_limit(opened: Opener) -> None:
    door = opened(limit_post_per_hour=1, limit_get_per_minute=1)
    before = _scrape(door)
    assert [door.post(CALLS).status_code for _ in range(3)] == [200, 429, 429]
    assert [door.get("any").status_code for _ in range(2)] == [404, 429]
    after = _scrape(door)
    assert _grown(before, after, "busyhour_limited_total", limit="post") == 2
    assert _grown(before, after, "busyhour_limited_total", limit="get") == 1
    assert _grown(before, after, "busyhour_limited_total", limit="second") == 0


def test_what_was_kept_by_door(door: Door) -> None:
    token = door.house.endpoints.new(company_of(door.house, "Acme"), "phones", None, 0)
    before = _scrape(door)
    assert door.http.post(f"/ingest/dialpad/{token}", content=b"{}").status_code == 200
    for query in ("", "", "?check=true"):
        assert door.http.post(f"/ingest/events{query}", content=b"{}\n\n{}\n{}", headers=door.bearer).is_success
    after = _scrape(door)
    assert _grown(before, after, "busyhour_events_kept_total", door="webhook") == 1
    assert _grown(before, after, "busyhour_bodies_kept_total", door="webhook") == 1
    assert _grown(before, after, "busyhour_events_kept_total", door="batch") == 6
    assert _grown(before, after, "busyhour_bodies_kept_total", door="batch") == 2
    assert _grown(before, after, "busyhour_keep_seconds_count", door="batch") == 2


def test_what_could_not_be_kept(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busyhour.store.arrival_log._MOST_WAITING_BYTES", -1)
    before = _scrape(door)
    assert door.http.post("/ingest/events", content=b"{}", headers=door.bearer).status_code == 503
    after = _scrape(door)
    assert _grown(before, after, "busyhour_bodies_not_kept_total", door="batch") == 1
    assert _grown(before, after, "busyhour_events_kept_total", door="batch") == 0


def test_answers_by_route_and_never_by_path(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _scrape(door)
    door.get("secret-id")
    door.http.get("/downloads/secret-token.csv")
    door.http.put("/ingest/dialpad/secret-token")
    door.http.get("/secret-page")
    monkeypatch.setattr("busyhour.reception.Reception.look", lambda *_: 1 / 0)
    door.get("secret-id")
    after = _scrape(door)
    for method, route, status in (
        ("GET", f"{STATS}/{{id}}", "4xx"),
        ("GET", "/downloads/{token}.csv", "4xx"),
        ("PUT", "/ingest/dialpad/{token}", "4xx"),
        ("GET", "none", "4xx"),
        ("GET", f"{STATS}/{{id}}", "5xx"),
    ):
        assert _grown(before, after, "busyhour_http_answers_total", method=method, route=route, status=status) == 1
    assert _grown(before, after, "busyhour_http_seconds_count", method="GET", route=f"{STATS}/{{id}}") == 2
    assert "secret" not in door.http.get("/metrics").text


def test_how_long_the_oldest_has_waited(door: Door) -> None:
    scrape = _scrape(door)
    assert value(scrape, "busyhour_inbox_age_seconds", stage="arrivals") == 0
    assert value(scrape, "busyhour_inbox_age_seconds", stage="batches") == 0
    _kept(door, 50)
    _kept(door, 70)
    for company, age in (("1", 500), ("2", 900)):
        stage = door.house.inbox.stage(company)
        batch = door.house.settings.folder / "inbox" / company / stage.seal()
        os.utime(batch, (time.time() - age, time.time() - age))
    door.house.inbox.stage("3")
    scrape = _scrape(door)
    assert value(scrape, "busyhour_inbox_age_seconds", stage="arrivals") == pytest.approx(70, abs=20)
    assert value(scrape, "busyhour_inbox_age_seconds", stage="batches") == pytest.approx(900, abs=20)


def test_how_far_the_company_that_waited_longest_is_behind(door: Door) -> None:
    _refreshed(door, "Acme", Tier.REALTIME, 100)
    _refreshed(door, "Rival", Tier.REALTIME, 300)
    _refreshed(door, "Acme", Tier.HISTORICAL, 7000)
    scrape = _scrape(door)
    assert value(scrape, "busyhour_refresh_lag_seconds", tier="realtime") == pytest.approx(300, abs=20)
    assert value(scrape, "busyhour_refresh_lag_seconds", tier="historical") == pytest.approx(7000, abs=20)


def test_a_company_that_never_was_refreshed_waits_since_it_was_made(door: Door) -> None:
    door.house.access.company("New", micros(door.house.clock()) - 86_400_000_000)
    assert value(_scrape(door), "busyhour_refresh_lag_seconds", tier="realtime") == pytest.approx(86_400, abs=20)


def test_what_cannot_be_read_is_missing_and_told(door: Door) -> None:
    with sqlite3.connect(door.house.settings.folder / "busyhour.db") as database:
        database.execute("DROP TABLE pins")
    database.close()
    scrape = _scrape(door)
    assert value(scrape, "busyhour_unreadable", part="database") == 1
    assert value(scrape, "busyhour_unreadable", part="inbox") == 0
    assert not [name for name, _ in scrape if name == "busyhour_queue"]
    assert [name for name, _ in scrape if name == "busyhour_disk_free_bytes"]


def test_every_figure_of_the_state_is_there(door: Door) -> None:
    free = shutil.disk_usage(door.house.settings.folder).free
    scrape = _scrape(door)
    assert value(scrape, "busyhour_disk_free_bytes") == pytest.approx(free, rel=0.1)
    assert value(scrape, "busyhour_quarantined") == 0
    assert value(scrape, "busyhour_build_info", version="0.1.0") == 1


def _not_ready(door: Door) -> dict[str, str]:
    """The checks that do not hold, and why."""
    answer = door.http.get("/readyz")
    checks: dict[str, dict[str, Any]] = answer.json()["checks"]
    assert set(checks) == CHECKS
    assert all(check["ok"] == (check["message"] == "ok") for check in checks.values())
    failing = {name: str(check["message"]) for name, check in checks.items() if not check["ok"]}
    expected = (503, "not ready") if failing else (200, "ready")
    assert (answer.status_code, answer.json()["status"]) == expected
    return failing


def test_a_server_is_ready(door: Door) -> None:
    assert _not_ready(door) == {}


def test_a_schema_of_another_version(door: Door) -> None:
    with door.house.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert _not_ready(door) == {"database": "The database's schema is not this version's."}


def test_a_database_that_cannot_be_read(door: Door) -> None:
    with door.house.database.write() as connection:
        for table in ("pins", "companies"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    assert _not_ready(door) == {"refresher": "It cannot be read (OperationalError)."}


def test_a_home_that_cannot_be_written_to(door: Door) -> None:
    (door.house.settings.folder / "probe").write_text("in the way")
    assert _not_ready(door) == {"storage": "The home folder cannot be written to (File exists)."}


def test_the_home_is_not_tried_at_every_request(tmp_path: Path) -> None:
    now = [0.0]
    probe = Probe(tmp_path / "probe", FolderStorage(tmp_path), lambda: now[0])
    assert probe.problem() is None
    (tmp_path / "probe").rmdir()
    (tmp_path / "probe").write_text("in the way")
    now[0] = 4.9
    assert probe.problem() is None
    now[0] = 5.0
    assert probe.problem() == "The home folder cannot be written to (File exists)."


def test_arrivals_that_nobody_sorts(opened: Opener) -> None:
    door = opened(refresh_realtime_seconds=600)
    _kept(door, 550)
    assert _not_ready(door) == {}
    _kept(door, 700)
    assert set(_not_ready(door)) == {"arrivals"}


def test_a_refresher_that_does_not_refresh(opened: Opener) -> None:
    door = opened(refresh_realtime_seconds=1000, refresh_historical_seconds=100_000)
    _refreshed(door, "Acme", Tier.REALTIME, 2900)
    assert _not_ready(door) == {}
    _refreshed(door, "Acme", Tier.REALTIME, 3100)
    assert _not_ready(door)["refresher"].startswith("A company's realtime tier was not refreshed for 31")


def test_no_company_needs_no_refresher(opened: Opener) -> None:
    door = opened(refresh_realtime_seconds=1)
    with door.house.database.write() as connection:
        for table in ("companies", "pins"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    assert _not_ready(door) == {}
