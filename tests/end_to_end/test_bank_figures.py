"""The real calls of a bank's call center: what is known of them, found again in the reports."""

import csv
import gzip
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from houses import House, import_path, new_house, report_rows

MONTH = {
    "stat_type": "calls",
    "days_ago_start": 1,
    "days_ago_end": 28,
    "timezone": "Asia/Jerusalem",
}


@pytest.fixture(scope="module")
def bank(bank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    house = new_house(tmp_path_factory.mktemp("bank"), "1999-03-01T10:00:00+02:00")
    account = import_path(house, "anonymous_bank", bank_file, "Bank", "Asia/Jerusalem")
    assert (account.read, account.taken) == (33_344, 33_066)
    assert (account.ignored.rows, account.refused.rows) == (278, 0)
    return house


def _sum(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal())


def test_the_month_by_date(bank: House) -> None:
    rows = report_rows(bank, "Bank", export_type="stats", group_by="date", **MONTH)
    assert [row["date"] for row in rows] == [f"1999-02-{day:02}" for day in range(1, 29)]
    assert _sum(rows, "answered") == 27_162
    assert _sum(rows, "abandoned") == 5_904
    assert _sum(rows, "inbound_calls") == 33_066
    assert abs(_sum(rows, "talk_duration") - 79_835) < Decimal("0.28")
    assert (rows[0]["inbound_calls"], rows[0]["answered"], rows[0]["abandoned"]) == ("1551", "1354", "197")


def test_the_month_by_group(bank: House) -> None:
    rows = report_rows(bank, "Bank", export_type="stats", group_by="group", **MONTH)
    assert {row["name"]: (row["answered"], row["abandoned"]) for row in rows} == {
        "PS": ("18349", "2920"),
        "NW": ("4990", "2574"),
        "NE": ("2520", "224"),
        "IN": ("199", "94"),
        "PE": ("120", "29"),
        "TT": ("984", "63"),
    }


def test_agent_legs_by_server(bank: House, bank_file: Path) -> None:
    with gzip.open(bank_file, "rt") as file:
        expected = Counter(
            row["server"]
            for row in csv.DictReader(file, delimiter="\t")
            if row["outcome"] == "AGENT" and row["server"] != "NO_SERVER"
        )
    records = report_rows(bank, "Bank", export_type="records", **MONTH)
    assert Counter(row["name"] for row in records if row["target_type"] == "user") == expected
    by_user = Counter[str]()
    for row in report_rows(bank, "Bank", export_type="stats", **MONTH):
        by_user[row["name"]] += int(row["answered"])
    assert by_user == expected


def test_queued_and_menu(bank: House) -> None:
    records = report_rows(bank, "Bank", export_type="records", **MONTH)
    groups = [row for row in records if row["target_type"] == "call_center"]
    assert sum(row["date_queued"] != "" for row in groups) == 18_059
    hung_up = [row for row in groups if row["category"] == "abandoned"]
    assert Counter(row["date_queued"] != "" for row in hung_up) == {True: 3_963, False: 1_941}


def test_a_second_import_changes_nothing(bank: House, bank_file: Path) -> None:
    before = report_rows(bank, "Bank", export_type="records", **MONTH)
    account = import_path(bank, "anonymous_bank", bank_file, "Bank", "Asia/Jerusalem")
    assert account.taken == 0
    # One more (empty) day makes it another request, so that this is no cached file.
    again = report_rows(bank, "Bank", export_type="records", **(MONTH | {"days_ago_end": 29}))
    assert again == before
