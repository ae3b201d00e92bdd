"""A caller of a simulated company forgotten: recounted from the printed records by plain Python, and searched for."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.directory import Kind
from busyhour.tables.forget_number import NumberChoice
from busyhour.tables.phone_numbers import number_pattern
from houses import company_of, report_path
from kept import all_rows, texts_of_files
from worlds import World, simulated_world

Records = dict[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return simulated_world(tmp_path_factory.mktemp("simulated"), days=6, seed=23)


def _reports(world: World) -> dict[str, bytes]:
    """The records of every kind: of the company, and where there are none of it, of each center and department."""
    asked = {kind: world.asked(kind, export_type="records") for kind in ("calls", "texts", "voicemails", "recordings")}
    asked["screenshare"] = world.asked("screenshare", export_type="records")
    for group in world.entries(Kind.CALL_CENTER, Kind.DEPARTMENT):
        target = {"target_type": group.kind.asked, "target_id": group.id}
        for kind in ("csat", "dispositions"):
            asked[f"{kind} {group.id}"] = world.asked(kind, export_type="records", **target)
    return {name: report_path(world.house, world.company, **fields).read_bytes() for name, fields in asked.items()}


def _records(report: bytes) -> Records:
    """A report's records by the text in which each stands, of several lines where a field has a line break."""
    lines = list(io.StringIO(report.decode(), newline=""))
    reader = csv.reader(lines)
    names, start, records = next(reader), 1, {}
    for row in reader:
        records["".join(lines[start : reader.line_num])] = dict(zip(names, row, strict=True))
        start = reader.line_num
    return records


def _usual_caller(calls: Records) -> str:
    """Whom the company has talked to more than most, but not most of all."""
    times = Counter(row["external_number"] for row in calls.values() if row["is_internal"] != "true")
    return next(number for number, count in times.most_common() if number.startswith("+1555") and count < 60)


def _recounted(before: dict[str, bytes], number: str) -> dict[str, bytes]:
    """The reports without the lines that name the number, or are about a call that does."""
    hers = {row["call_id"] for row in _records(before["calls"]).values() if row["external_number"] == number}
    expected = {}
    for name, report in before.items():
        header, _, _ = report.decode().partition("\n")
        lines = [
            line
            for line, row in _records(report).items()
            if number not in line and row.get("call_id") not in hers and row.get("master_call_id") not in hers
        ]
        expected[name] = "".join([f"{header}\n", *lines]).encode()
    return expected


def test_a_caller_is_forgotten_and_nobody_else(world: World) -> None:
    company_id = company_of(world.house, world.company)
    before, kept = _reports(world), all_rows(world.house, world.company)
    number = _usual_caller(_records(before["calls"]))
    expected = _recounted(before, number)
    gone = {name: len(_records(report)) - len(_records(expected[name])) for name, report in before.items()}
    assert min(gone["calls"], gone["recordings"]) > 5
    assert sum(count for name, count in gone.items() if name.startswith("dispositions")) > 0
    choice = NumberChoice(number_pattern(f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"))
    forgotten = world.house.forgetter().forget(company_id, choice, micros(world.house.clock()))
    assert _reports(world) == expected
    left = all_rows(world.house, world.company)
    assert forgotten.removed == {table: len(rows) - len(left[table]) for table, rows in kept.items()}
    assert all(_is_part(left[table], rows) for table, rows in kept.items())
    folder = world.house.settings.folder / "companies"
    found = re.compile(rf"(?<!\d)1?{number[2:]}(?!\d)")
    assert [path for path, said in texts_of_files(folder) if found.search(said)] == []


def _is_part(rows: list[dict[str, Any]], of: list[dict[str, Any]]) -> bool:
    """Whether every row stands, as it is, in the other list."""
    return not Counter(map(repr, rows)) - Counter(map(repr, of))
