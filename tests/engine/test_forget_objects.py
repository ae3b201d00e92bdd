"""A number forgotten where tables and reports are objects: of this machine's copies too, and when it was stopped."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest

from busyhour.domain.clock import micros
from busyhour.tables.forget_number import NumberChoice
from busyhour.tables.lake import Lake
from busyhour.tables.phone_numbers import number_pattern
from engine.forgettable import DIGITS, GONE_ROWS, NOW, NUMBER, company
from houses import House, company_of, new_house, refresh, report_path
from kept import all_rows, texts_of_files
from objects import ObjectServer

CHOICE = NumberChoice(number_pattern(NUMBER))
RECORDS = {"stat_type": "calls", "export_type": "records", "days_ago_start": 0, "days_ago_end": 10}
HERS = re.compile(rf"(?<!\d)1?{DIGITS}(?!\d)")


@pytest.fixture
def house(bucket: str, tmp_path: Path) -> Iterator[House]:
    house = company(tmp_path / "home", storage=f"s3://{bucket}/x")
    yield house
    house.database.close()


def _forget(house: House) -> None:
    house.forgetter().forget(company_of(house, "A"), CHOICE, micros(house.clock()))


def _objects_that_name_her(objects: ObjectServer, bucket: str, folder: Path) -> list[str]:
    """Every object is fetched into a folder, and all text in it looked through."""
    for key in objects.keys(bucket):
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(obstore.get(objects.store(bucket), key).bytes()))
    return _name_her(folder)


def _name_her(folder: Path) -> list[str]:
    return [str(path) for path, said in texts_of_files(folder) if HERS.search(said)]


def test_it_is_gone_from_objects_and_copies_and_the_rest_is_as_in_a_folder(
    house: House, objects: ObjectServer, bucket: str, tmp_path: Path
) -> None:
    in_folder = company(tmp_path / "folder")
    report_path(house, "A", **RECORDS)
    before = all_rows(house, "A")
    assert before == all_rows(in_folder, "A")
    assert {row["call_id"] for row in before["calls"]} >= GONE_ROWS["call"] - {"11"}
    assert len(_objects_that_name_her(objects, bucket, tmp_path / "before")) > 5
    assert len(_name_her(house.settings.folder / "cache")) > 5
    assert len(_name_her(house.settings.folder / "artifacts")) == 1

    for each in (house, in_folder):
        _forget(each)
    assert _objects_that_name_her(objects, bucket, tmp_path / "after") == []
    assert _name_her(house.settings.folder / "cache") == []
    assert list((house.settings.folder / "artifacts").glob("*/*")) == []
    assert not [key for key in objects.keys(bucket) if "/artifacts/" in key or "/inbox/" in key]
    rest = all_rows(house, "A")
    assert rest == all_rows(in_folder, "A")
    assert not {row["call_id"] for row in rest["calls"]} & GONE_ROWS["call"]
    refresh(house, "A")
    assert all_rows(house, "A") == rest
    in_folder.database.close()


def test_stopped_half_way_it_is_done_when_run_again(
    house: House, objects: ObjectServer, bucket: str, tmp_path: Path
) -> None:
    company_id = company_of(house, "A")
    journal = f"x/companies/{company_id}/forgetting.json"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lake, "erase_past", stop)
        with pytest.raises(KeyboardInterrupt):
            _forget(house)
    assert journal in objects.keys(bucket)
    _forget(house)
    assert journal not in objects.keys(bucket)
    assert _objects_that_name_her(objects, bucket, tmp_path / "after") == []


def test_another_host_reads_the_same_and_its_copies_go_by_themselves(house: House, bucket: str, tmp_path: Path) -> None:
    database = f"sqlite:///{house.settings.folder / 'busyhour.db'}"
    other = new_house(tmp_path / "other", NOW, storage=f"s3://{bucket}/x", database=database)
    made = report_path(house, "A", **RECORDS)
    assert report_path(other, "A", **RECORDS).read_bytes() == made.read_bytes()
    assert all_rows(other, "A") == all_rows(house, "A")
    assert len(_name_her(other.settings.folder / "cache")) > 5

    _forget(house)
    assert all_rows(other, "A") == all_rows(house, "A")
    clearing, now = other.clearing(), time.time()
    for _ in range(2):
        clearing.clear(now)
    assert list((other.settings.folder / "artifacts").glob("*/*")) == []
    other.clearing().clear(now + 86_400 + 60)
    assert _name_her(other.settings.folder / "cache") == []
    other.database.close()
