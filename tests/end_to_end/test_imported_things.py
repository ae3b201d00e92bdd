"""Exports that tell neither what kind of owner a thing has nor its office: the directory says both."""

from pathlib import Path

import pytest

from busyhour.domain.directory import Entry, Kind, Origin
from houses import House, company_of, import_path, new_house, report_rows

VOICEMAILS = """call_id,target_id,name,email,external_number,internal_number,date,date_listened,listened_by_target_id,\
listened_by_name,listened_by_email,recording_url,transcription_text,timezone
1,600,Support,,+491,+492,2026-03-04 09:00:00.000000,,,,,,,UTC
2,701,Ann,ann@example.com,+491,+493,2026-03-04 10:00:00.000000,,,,,,,UTC
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = new_house(tmp_path / "home", "2026-03-05T08:00:00+00:00")
    house.directory.learn(
        company_of(house, "A"),
        [
            Entry(Kind.OFFICE, "500", "Office", origin=Origin.SOURCE),
            Entry(Kind.CALL_CENTER, "600", "Support", office_id="500", origin=Origin.SOURCE),
            Entry(Kind.USER, "701", "Ann", office_id="500", origin=Origin.SOURCE),
        ],
    )
    file = tmp_path / "voicemails.csv"
    file.write_text(VOICEMAILS, encoding="utf-8")
    assert import_path(house, "voicemails_csv", file, "A").taken == 2
    return house


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ({}, ["Ann", "Support"]),
        ({"office_id": 500}, ["Ann", "Support"]),
        ({"target_type": "callcenter", "target_id": 600}, ["Support"]),
        ({"target_type": "user", "target_id": 701}, ["Ann"]),
    ],
)
def test_messages_by_scope(house: House, scope: dict[str, object], names: list[str]) -> None:
    asked = {"stat_type": "voicemails", "days_ago_start": 1, "days_ago_end": 1, **scope}
    records = report_rows(house, "A", export_type="records", **asked)
    assert sorted(row["name"] for row in records) == names
    stats = report_rows(house, "A", export_type="stats", **asked)
    assert [(row["name"], row["voicemails"]) for row in stats] == [(name, "1") for name in names]
    assert {row["type"] for row in stats} <= {"user", "call_center"}


def test_the_centers_calls_report_counts_its_message(house: House) -> None:
    asked = {"stat_type": "calls", "export_type": "stats", "group_by": "date", "days_ago_start": 1, "days_ago_end": 1}
    (row,) = report_rows(house, "A", target_type="callcenter", target_id=600, **asked)
    assert (row["total_voicemails"], row["unresolved_voicemails"]) == ("1", "1")
