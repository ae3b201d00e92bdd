"""A number forgotten: all that names it is gone from every file, and everything else is as it was."""

import base64
import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from busyhour.domain.clock import micros
from busyhour.domain.events import content_hash
from busyhour.domain.periods import Tier
from busyhour.engine.base import Relation
from busyhour.reports.plan import Plan
from busyhour.store.folder_artifacts import FolderArtifacts
from busyhour.store.forgetting import Forgetting
from busyhour.store.table_state import TableState
from busyhour.tables.forget_number import NumberChoice
from busyhour.tables.forgetting import Forgotten
from busyhour.tables.journal import Journal
from busyhour.tables.lake import Lake
from busyhour.tables.phone_numbers import number_pattern
from busyhour.tables.staging import stage_events
from busyhour.tables.streams import STREAMS
from engine.forgettable import DAY, DIGITS, EVENTS, GONE, GONE_ROWS, HERS, HIS, NOW, NUMBER, at, company, leg, take
from houses import House, company_of, new_house, refresh, report_path, report_rows
from kept import all_rows, lake_of, remembered, texts_of_files

CHOICE = NumberChoice(number_pattern(NUMBER))
KEYS = {table: (stream.name, stream.key) for stream in STREAMS for table in (stream.events, stream.table)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built")
    house = company(home)
    _quarantine(house)
    house.database.close()
    return home


@pytest.fixture
def house(built: Path, tmp_path: Path) -> Iterator[House]:
    house = new_house(shutil.copytree(built, tmp_path / "home"), NOW)
    yield house
    house.database.close()


def _forget(house: House) -> Forgotten:
    return house.forgetter().forget(company_of(house, "A"), CHOICE, micros(house.clock()))


def _quarantine(house: House) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"external_number": HERS}).encode()).rstrip(b"=")
    bodies = {
        "plain": f'{{"from": "{HERS}"}}'.encode(), "token": b"e30." + claims + b".c2ln", "his": HIS.encode(),
        "broken": b"\xff\x00.", "came": b"",
    }  # fmt: skip
    company_id = company_of(house, "A")
    with house.database.write() as connection:
        for name, body in bodies.items():
            connection.execute(
                text(
                    "INSERT INTO quarantine (id, company_id, door, received_at, line, reason, came, body)"
                    " VALUES (:id, :c, 'door', 5, 1, 'why', :came, :body)"
                ),
                {"id": name, "c": company_id, "body": body, "came": NUMBER if name == "came" else ""},
            )


def _quarantined(house: House) -> set[str]:
    with house.database.read() as connection:
        return set(connection.execute(text("SELECT id FROM quarantine")).scalars())


def _hers(table: str, row: dict[str, Any]) -> bool:
    stream, key = KEYS[table]
    return row[key] in (GONE if table.endswith("_events") else GONE_ROWS)[stream]


def _check(house: House, before: dict[str, list[dict[str, Any]]]) -> None:
    """That what is hers is gone, from tables and from files, and that the rest is as it was."""
    rest = {table: [row for row in rows if not _hers(table, row)] for table, rows in before.items()}
    assert all_rows(house, "A") == rest
    assert _files_that_name_her(house) == []


def _files_that_name_her(house: House) -> list[str]:
    number = re.compile(rf"(?<!\d)1?{DIGITS}(?!\d)")
    folder = house.settings.folder / "companies"
    return [str(path.relative_to(folder)) for path, said in texts_of_files(folder) if number.search(said)]


def test_all_that_names_the_number_is_gone_and_the_rest_is_as_it_was(house: House) -> None:
    before = all_rows(house, "A")
    assert {row["call_id"] for row in before["calls"]} >= GONE_ROWS["call"] - {"11"}
    assert len(_files_that_name_her(house)) > 5
    forgotten = _forget(house)
    _check(house, before)
    hers = {table: sum(_hers(table, row) for row in rows) for table, rows in before.items()}
    assert forgotten == Forgotten(hers, 0, 3, 0)
    assert hers["call_events"] == 10


def test_a_preview_says_the_same_and_changes_nothing(house: House) -> None:
    before, state = all_rows(house, "A"), remembered(house)
    files = {path: path.read_bytes() for path in (house.settings.folder / "companies").rglob("*") if path.is_file()}
    preview = house.forgetter().preview(company_of(house, "A"), CHOICE)
    assert {path: path.read_bytes() for path in files} == files
    assert (all_rows(house, "A"), remembered(house), len(_quarantined(house))) == (before, state, 5)
    assert _forget(house) == preview


def test_what_has_just_come_in_is_looked_into_too(house: House) -> None:
    before = all_rows(house, "A")
    stage_events(iter([leg("2", 0, 610, HIS), leg("90", 0, 610, HERS)]), company_of(house, "A"), house.inbox)
    preview = house.forgetter().preview(company_of(house, "A"), CHOICE)
    assert preview.waiting == 1
    assert _forget(house).removed["call_events"] == preview.removed["call_events"] + 2
    _check(house, before)


def test_nothing_is_remembered_of_forgotten_things(house: House) -> None:
    before = remembered(house)
    hashes = {(name, content_hash(thing.encode())) for name, things in GONE.items() for thing in things}
    assert {row for row in before["moved"] if row[1] == "9"} == {("call", "9", DAY - 9), ("call", "9", DAY - 5)}
    _forget(house)
    after = remembered(house)
    assert after["thing_days"] == {row for row in before["thing_days"] if row[:2] not in hashes}
    assert after["moved"] == {row for row in before["moved"] if row[1] != "9"}
    assert after["dirty_days"] == set()


def test_both_tiers_show_the_rest_and_take_new_events(house: House) -> None:
    _forget(house)
    lake = lake_of(house, "A")
    for tier in Tier:
        pin = house.state.pinned(company_of(house, "A"), tier)
        assert pin is not None
        assert pin.versions == {table: lake.version(table) for table in pin.versions}
    take(house, leg("10", -5, 11, HIS, event_timestamp=at(-1, 0)), leg("91", 0, 700, HIS))
    rows = report_rows(house, "A", stat_type="calls", export_type="records", days_ago_start=0, days_ago_end=10)
    assert {row["call_id"] for row in rows} == {"4", "8", "10", "14", "140", "15", "16", "91"}


def test_events_that_come_again_come_back(house: House) -> None:
    before = all_rows(house, "A")
    _forget(house)
    take(house, *EVENTS)
    assert all_rows(house, "A") == before


def test_reports_made_before_are_gone_and_are_made_anew(house: House) -> None:
    asked = {"stat_type": "calls", "export_type": "records", "days_ago_start": 0, "days_ago_end": 10}
    path = report_path(house, "A", **asked)
    assert HERS in path.read_text()
    draft = path.with_name("half.draft")
    draft.write_text(HERS)
    assert _forget(house).requests == 1
    assert list(path.parent.iterdir()) == []
    assert house.requests.find(company_of(house, "A"), path.stem, micros(house.clock())) is None
    # (His number with an 8 after hers is another.)
    assert HERS + "," not in report_path(house, "A", **asked).read_text()


def test_quarantined_bodies_that_name_it_go(house: House) -> None:
    _forget(house)
    assert _quarantined(house) == {"his", "broken"}


def test_the_state_database_does_not_hold_what_was_deleted(house: House) -> None:
    database = house.settings.folder / "busyhour.db"
    house.database.close()
    assert HERS.encode() in database.read_bytes()
    _forget(house)
    house.database.close()
    assert HERS.encode() not in b"".join(path.read_bytes() for path in database.parent.glob("busyhour.db*"))


def test_a_report_whose_files_vanish_is_made_of_the_rest(house: House) -> None:
    """The report has found its files, but not read them, when the number is forgotten."""
    company_id = company_of(house, "A")
    asked = {"stat_type": "calls", "export_type": "records", "days_ago_start": 0, "days_ago_end": 10}
    # The engine has read these very files before.
    report_path(house, "A", **{**asked, "days_ago_end": 9})
    worker = house.worker()
    engine, forgets = worker.maker.engine.embedded, iter([True])
    export, failed = engine.export, []

    def late(plan: Plan, relations: Mapping[str, Relation], path: Path) -> int:
        if next(forgets, False):
            _forget_but_requests(house)
        try:
            return export(plan, relations, path)
        except Exception as error:
            failed.append(type(error).__name__)
            raise

    engine.export = late  # type: ignore[method-assign]
    request_id, _ = house.reception.submit(company_id, asked)
    assert worker.run_one(request_id)
    assert failed == ["IOException"]
    assert worker.run_one(request_id)
    said = house.artifacts.path(company_id, request_id).read_text()
    assert HERS + "," not in said
    assert {line["call_id"] for line in csv.DictReader(said.splitlines())} == {"4", "8", "10", "14", "140", "15", "16"}


def _forget_but_requests(house: House) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Forgetting, "drop_requests", lambda *_: None)
        patch.setattr(FolderArtifacts, "remove_all", lambda *_: None)
        _forget(house)


class Stopped(BaseException):
    """As if the process had ended."""


STEPS = {
    "the journal": (Journal, "write", 1),
    "the days to fold": (TableState, "note_dirty", 1),
    "the first events": (Lake, "replace_days", 1),
    "half of a leg that moved": (Lake, "replace_days", 3),
    "some rows": (Lake, "replace_days", 12),
    "the pin": (TableState, "pin", 2),
    "requests": (Forgetting, "drop_requests", 1),
    "a table's past": (Lake, "erase_past", 5),
    "the end": (Journal, "remove", 1),
}


@pytest.mark.parametrize("step", STEPS)
def test_stopped_anywhere_it_is_done_when_run_again(house: House, step: str) -> None:
    before = all_rows(house, "A")
    kind, name, times = STEPS[step]
    reached = _stop(getattr(kind, name), times)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, name, reached)
        with pytest.raises(Stopped):
            _forget(house)
    # Whoever comes by in the meantime changes nothing of it.
    refresh(house, "A", Tier.REALTIME)
    _forget(house)
    _check(house, before)
    assert _quarantined(house) == {"his", "broken"}
    assert not any(row[1] == "9" for row in remembered(house)["moved"])
    assert not list((house.settings.folder / "companies").rglob("forgetting.*"))


def _stop(real: Callable[..., Any], times: int) -> Callable[..., Any]:
    """The real thing, but in place of the n-th time the process ends."""
    count = iter(range(1, 1_000))

    def stopping(*arguments: Any, **named: Any) -> Any:
        if next(count) == times:
            raise Stopped
        return real(*arguments, **named)

    return stopping
