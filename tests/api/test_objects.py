"""The API and the page where reports are objects: the same answers, and what is gone is made again."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.browser import signed_in, working
from api.door import Door, new_key, refusal
from api.small_company import NOW, fill
from busyhour.front import web_app
from houses import new_house
from objects import ObjectServer

RECORDS = {"export_type": "records", "stat_type": "calls", "days_ago_start": 0, "days_ago_end": 2}


@pytest.fixture
def door(bucket: str, tmp_path: Path) -> Iterator[Door]:
    house = new_house(tmp_path / "home", NOW, storage=f"s3://{bucket}/x")
    fill(house, tmp_path)
    with TestClient(web_app(house), raise_server_exceptions=False) as http:
        yield Door(house, http, new_key(house, "Acme"))
    house.database.close()


def test_a_head_and_a_whole_file(door: Door) -> None:
    link = door.link(door.make(RECORDS))
    whole, head = door.http.get(link), door.http.head(link)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(whole.content) > 500
    assert head.headers["content-disposition"] == whole.headers["content-disposition"]
    assert "x-busyhour-as-of" in whole.headers


def test_a_table_of_the_page_is_the_file(door: Door) -> None:
    with working(door.house):
        shown = signed_in(door).figures(stat_type="calls", export_type="records")
    rows = list(csv.DictReader(door.http.get(door.link(door.id_of(RECORDS))).text.splitlines()))
    assert shown["rows"] == rows
    assert len(rows) > 3


def test_a_report_whose_object_is_gone_is_made_again(door: Door, objects: ObjectServer, bucket: str) -> None:
    request_id = door.make(RECORDS)
    link = door.link(request_id)
    whole = door.http.get(link).content
    (key,) = (key for key in objects.keys(bucket) if request_id in key)
    objects.store(bucket).delete(key)
    assert "is being made again" in refusal(door.http.get(link), 404, "notFound")
    assert door.status(request_id) == "processing"
    assert door.house.worker().run_one()
    assert door.http.get(door.link(request_id)).content == whole


def test_a_report_whose_tables_lack_a_file_fails_in_the_end(door: Door, objects: ObjectServer, bucket: str) -> None:
    request_id = door.id_of(RECORDS)
    lost = [key for key in objects.keys(bucket) if "/tables/calls/day=" in key]
    objects.store(bucket).delete(lost)
    for copy in (door.house.settings.folder / "cache" / "files").rglob("*.parquet"):
        copy.unlink()
    while door.house.worker().run_one(request_id):
        assert list((door.house.settings.folder / "artifacts").rglob("*.csv*")) == []
    said = door.get(request_id).json()
    assert (said["status"], said["reason"]) == ("failed", "The report could not be made in three attempts.")
