"""A server whose tables, inbox and reports stand in an object store: the same figures, and it bears that it is away."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

import objects as object_store
from api.door import STATS
from api.small_company import NOW, acme, leg, write_lines
from end_to_end.commanding import BY_DATE, checked
from end_to_end.groups import Group, group, wait_for
from houses import House, import_path, new_house, report_path
from objects import ObjectServer, Road
from postgres import Postgres
from servers import environment, run

REPORTS: dict[str, dict[str, Any]] = {
    "stats": {"stat_type": "calls", "export_type": "stats", "group_by": "date", "days_ago_end": 5},
    "records": {"stat_type": "calls", "export_type": "records", "days_ago_end": 5},
    "today": {"stat_type": "calls", "export_type": "records", "is_today": True},
}
_NUMBERS = count(6)
OFTEN = {"refresh_realtime_seconds": "2", "refresh_historical_seconds": "2"}


def _later() -> dict[str, Any]:
    return leg(99, next(acme())["target"], "2026-03-07 10:00:00", "2026-03-07 10:01:00")


def _at_last() -> dict[str, Any]:
    return leg(98, next(acme())["target"], "2026-03-06 10:00:00", "2026-03-06 10:01:00")


@pytest.fixture(scope="module")
def in_folder(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house on a folder alone that knows the same calls."""
    folder = tmp_path_factory.mktemp("folder")
    house = new_house(folder / "home", NOW)
    for number, events in enumerate((acme(), iter([_later()]))):
        import_path(house, "dialpad", write_lines(folder / f"{number}.jsonl", events), "Acme")
    return house


@dataclass(frozen=True)
class Place:
    """A home folder with Acme in it whose storage is a bucket at the end of a road."""

    env: dict[str, str]
    key: str
    road: Road
    bucket: str

    @property
    def home(self) -> Path:
        return Path(self.env["BUSYHOUR_HOME"])

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def post(self, server: Group, fields: dict[str, Any]) -> str:
        answer = httpx2.post(f"{server.url}{STATS}", json=fields, headers=self.bearer, timeout=60)
        return str(answer.raise_for_status().json()["request_id"])

    def look(self, server: Group, request_id: str) -> httpx2.Response:
        return httpx2.get(f"{server.url}{STATS}/{request_id}", headers=self.bearer, timeout=60)

    def link(self, server: Group, fields: dict[str, Any]) -> str:
        request_id = self.post(server, fields)
        wait_for(lambda: self.look(server, request_id).json()["status"] == "complete")
        return str(self.look(server, request_id).json()["download_url"])

    def call_ids(self, server: Group) -> set[str]:
        """The calls that records show now."""
        rows = httpx2.get(self.link(server, _fresh())).text.splitlines()
        return {row["call_id"] for row in csv.DictReader(rows)}

    def send(self, server: Group, event: dict[str, Any]) -> None:
        body = json.dumps(event)
        httpx2.post(f"{server.url}/ingest/events", content=body, headers=self.bearer, timeout=60).raise_for_status()


@contextmanager
def _place(objects: ObjectServer, folder: Path, **settings: str) -> Iterator[Place]:
    bucket = objects.bucket()
    with Road(objects.url) as road:
        storage = f"s3://{bucket}/busy/hour"
        env = environment(folder / "home", NOW, storage=storage, **settings) | object_store.environment(road.url)
        checked(run(env, "init"))
        key = checked(run(env, "key", "new", "--company", "Acme")).stdout.splitlines()[-1]
        lines = write_lines(folder / "acme.jsonl", acme())
        imported = checked(run(env, "import", "dialpad", str(lines), "--company", "Acme"))
        assert imported.returncode == 0, imported.stderr
        yield Place(env, key, road, bucket)


def _logged(server: Group, event: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines() if f'"{event}"' in line]


@pytest.mark.parametrize("cache_bytes", ["10000000", "1"])
def test_the_figures_are_those_of_a_folder(
    objects: ObjectServer, in_folder: House, tmp_path: Path, cache_bytes: str
) -> None:
    """Also where the cache has no room for a single file."""
    with _place(objects, tmp_path, cache_bytes=cache_bytes, **OFTEN) as place:
        with group(place.env) as server:
            place.send(server, _later())
            wait_for(lambda: "99" in place.call_ids(server))
            for name, asked in REPORTS.items():
                expected = report_path(in_folder, "Acme", **asked).read_bytes()
                answer = httpx2.get(place.link(server, asked))
                assert answer.content == expected, name
                assert answer.headers["Content-Length"] == str(len(expected))
                assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
                assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            assert "Traceback" not in server.log.read_text()
        keys = objects.keys(place.bucket)
        assert {key.split("/")[2] for key in keys} >= {"companies", "artifacts"}
        assert not [key for key in keys if "/inbox/" in key], "what was taken in is removed"
        assert not (place.home / "companies").exists()
        assert not (place.home / "inbox").exists()
        assert list((place.home / "artifacts").rglob("*.csv")) == []
        assert list((place.home / "cache" / "held").iterdir()) == []
        kept = sum(path.stat().st_size for path in (place.home / "cache" / "files").rglob("*") if path.is_file())
        assert kept <= int(cache_bytes)


def test_hosts_that_share_no_folder_are_one_server(
    objects: ObjectServer, postgres: Postgres, in_folder: House, tmp_path: Path
) -> None:
    """One answers, the other makes reports and refreshes; between them are PostgreSQL and the object store alone."""
    only_answers = {"api_processes": "2", "workers": "0", "refreshers": "0"}
    with _place(objects, tmp_path, database=postgres.make("apart"), **only_answers, **OFTEN) as place:
        works = {"BUSYHOUR_HOME": str(tmp_path / "other"), "BUSYHOUR_WORKERS": "2", "BUSYHOUR_REFRESHERS": "1"}
        with (
            group(place.env, tmp_path / "answering.log", roles=("api",)) as answering,
            group(place.env | works, tmp_path / "working.log") as working,
        ):
            place.send(answering, _later())
            wait_for(lambda: "99" in place.call_ids(answering))
            for name, asked in REPORTS.items():
                link, expected = place.link(answering, asked), report_path(in_folder, "Acme", **asked).read_bytes()
                assert httpx2.get(link).content == expected, name
                assert httpx2.get(link.replace(answering.url, working.url)).content == expected, name
            assert "Traceback" not in answering.log.read_text() + working.log.read_text()
    postgres.drop("apart")


def _fresh() -> dict[str, Any]:
    """The records of more days than anybody has asked for before."""
    return REPORTS["records"] | {"days_ago_end": next(_NUMBERS)}


def test_a_store_that_is_away_is_waited_for(objects: ObjectServer, tmp_path: Path) -> None:
    with _place(objects, tmp_path, **OFTEN) as place, group(place.env) as server:
        made = place.link(server, REPORTS["stats"])
        whole = httpx2.get(made).content
        place.road.close()
        place.send(server, _at_last())
        waiting = place.post(server, _fresh())
        wait_for(lambda: len(_logged(server, "something is away, waiting for it")) >= 3)
        ready = httpx2.get(f"{server.url}/readyz", timeout=60)
        assert ready.status_code == 503
        assert ready.json()["checks"]["storage"]["message"] == "The storage cannot be used: it does not answer."
        assert 'busyhour_unreadable{part="inbox"} 1' in httpx2.get(f"{server.url}/metrics", timeout=60).text
        refused = httpx2.get(made, timeout=60)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.json()["error"]["message"].startswith("The storage cannot be used at the moment")
        assert place.look(server, waiting).json()["status"] == "processing"
        place.road.open()
        wait_for(lambda: place.look(server, waiting).json()["status"] == "complete")
        assert httpx2.get(made, timeout=60).content == whole
        wait_for(lambda: "98" in place.call_ids(server))
        log = server.log.read_text()
        assert "Traceback" not in log
        assert "no-secret-of-anybody" not in log


def test_a_signed_link_is_answered_by_the_store_itself(objects: ObjectServer, in_folder: House, tmp_path: Path) -> None:
    with _place(objects, tmp_path, downloads="signed") as place, group(place.env) as server:
        link = place.link(server, REPORTS["today"])
        assert link.startswith(f"{place.road.url}/{place.bucket}/busy/hour/artifacts/")
        assert "X-Amz-Signature=" in link
        answer = httpx2.get(link)
        assert answer.content == report_path(in_folder, "Acme", **REPORTS["today"]).read_bytes()
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_commands_on_it(objects: ObjectServer, tmp_path: Path) -> None:
    with _place(objects, tmp_path) as place:
        asked = checked(run(place.env, "report", *BY_DATE, "-o", str(tmp_path / "o.csv")))
        assert asked.returncode == 0, asked.stderr
        assert [row.split(",")[1] for row in (tmp_path / "o.csv").read_text().splitlines()[1:]] == ["0", "1", "3"]
        examined = checked(run(place.env, "doctor"))
        assert f"s3://{place.bucket}/busy/hour: objects are listed, made once only" in examined.stdout
        assert "Acme: 2 tables" in examined.stdout
        assert examined.returncode == 0, examined.stdout
        lost = next(key for key in objects.keys(place.bucket) if "/calls/day=" in key)
        objects.store(place.bucket).delete(lost)
        examined = checked(run(place.env, "doctor"))
        assert examined.returncode == 1
        assert f"{lost} is missing" in examined.stdout
        backed = checked(run(place.env, "backup", str(tmp_path / "backup.tar")))
        assert backed.returncode == 0
        assert f"What stands in s3://{place.bucket}/busy/hour is not in the backup" in backed.stderr.replace("\n", " ")


def test_what_is_wrong_with_a_storage_is_said_at_once(objects: ObjectServer, tmp_path: Path) -> None:
    there = environment(tmp_path / "home", NOW) | objects.environment
    for url, said in {
        "s3://no-such-bucket/x": "BUSYHOUR_STORAGE: s3://no-such-bucket/x: there is no such bucket.",
        "ftp://server/x": "BUSYHOUR_STORAGE: got 'ftp://server/x'; expected s3://BUCKET/PREFIX",
        "s3://": "BUSYHOUR_STORAGE: 's3://' cannot be understood; expected s3://BUCKET/PREFIX",
    }.items():
        done = checked(run(there | {"BUSYHOUR_STORAGE": url}, "serve", "--port", "0"))
        assert done.returncode == 2
        assert done.stderr.startswith(f"error: {said}"), done.stderr


def test_credentials_that_may_not_are_told(tmp_path: Path) -> None:
    with object_store.object_server(tmp_path) as server:
        bucket = server.bucket()
        httpx2.post(f"{server.url}/moto-api/reset-auth", content=b"0").raise_for_status()
        env = environment(tmp_path / "home", NOW, storage=f"s3://{bucket}/x") | server.environment
        done = checked(run(env, "init"))
        assert done.returncode == 2
        assert done.stderr.startswith(f"error: BUSYHOUR_STORAGE: s3://{bucket}/x: access is denied; these credentials")
