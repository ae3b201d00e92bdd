"""The traps of the SQL that two engines share: each is silent, and no text that we render may fall into one."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from busyhour.domain.ask import read_ask
from busyhour.domain.dimensions import Dimension
from busyhour.domain.directory import Kind
from busyhour.domain.requests import Figure, Target, resolve
from busyhour.reports.compile import compile_plan
from busyhour.reports.inline import Facts, Opened, Thresholds
from busyhour.reports.registry import DIMENSIONS, FORMS
from busyhour.tables.fold import fold_sql, open_legs_sql
from busyhour.tables.streams import STREAMS

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
TARGETS = (None, Kind.OFFICE, Kind.CALL_CENTER, Kind.DEPARTMENT, Kind.USER, Kind.ROOM, Kind.COACHING_TEAM)
FACTS = (
    Facts("1", 0),
    Facts("1", 0, thresholds=[Thresholds("7", 1, 1)], closings=[Opened("7", 0, 1, "closed")]),
)

FIRST_ROW = {
    Dimension.HOUR: {"hour": "0"},
    Dimension.WEEKDAY: {"weekday": "monday"},
    Dimension.WEEKDAY_HOUR: {"weekday": "monday", "hour": "0"},
    Dimension.WAIT: {"wait_from": "0", "wait_until": "5"},
}
"""What tells the first row of a grid apart."""

FORBIDDEN = {
    "whole-number division differs": r"//|\bdiv\b",
    "rtrim with characters differs": r"\brtrim\(",
    "this is one engine's own": r"::|\b(EXCLUDE|QUALIFY|REPLACE|GROUP BY ALL|BY NAME|struct_pack)\b|\[",
    "text of another engine's types": r"\bVARCHAR\b(?!\()|\bSTRING\b|\bHUGEINT\b",
    "max_by skips a null on one engine and returns it on the other": r"\bmax_by\([^()]*\)(?! FILTER \(WHERE)",
    "a sum widens differently": r"(?<!CAST\()(?<!CAST\(coalesce\()\bsum\(",
    "floats do not round alike": r"\bround\(|\bDOUBLE\b|\d\.\d",
    "one engine's functions do not stand where a statement is sorted": r"(?m)^ORDER BY [^\n]*\(",
    "one engine's functions hold no aggregate": r"\bdistinct_tokens\((?!string_agg\(DISTINCT )",
    "one engine has no rows in a select list": r"\bunnest\(|\bexplode\(|(?<!LATERAL )\beach_token\(",
    "no engine's own zones": r"AT TIME ZONE|timezone\(|from_utc_timestamp|convert_timezone",
}


def _texts() -> list[tuple[str, str]]:
    found = [(stream.table, fold_sql(stream)) for stream in STREAMS] + [("open legs", open_legs_sql())]
    for (stat_type, export_type, group_by), kind, facts in product(FORMS, TARGETS, FACTS):
        said = {"stat_type": stat_type, "export_type": export_type, "group_by": group_by, "days_ago_end": 9}
        target = None if kind is None else Target(kind, "7")
        if kind is not None:
            said |= {"target_type": kind.asked, "target_id": 7}
        elif stat_type in ("csat", "dispositions"):
            continue
        if group_by == "group" and kind not in (None, Kind.OFFICE):
            continue
        request = resolve(read_ask(said | {"timezone": "America/New_York"}), target, NOW)
        found.append((f"{stat_type} {export_type} {group_by} {kind}", compile_plan(request, facts).sql))
    return [*found, *_texts_of_dimensions()]


def _texts_of_dimensions() -> list[tuple[str, str]]:
    """Our own forms, and the records behind one figure of each that has figures."""
    found = []
    for ((stat_type, by), form), kind, facts in product(DIMENSIONS.items(), TARGETS, FACTS):
        said = {"stat_type": stat_type, "export_type": "stats", "days_ago_end": 9, "timezone": "America/New_York"}
        if by is Dimension.GROUP and kind not in (None, Kind.OFFICE):
            continue
        if kind is not None:
            said |= {"target_type": kind.asked, "target_id": 7}
        request = resolve(read_ask(said), None if kind is None else Target(kind, "7"), NOW, by)
        found.append((f"{stat_type} by {by.value} {kind}", compile_plan(request, facts).sql))
        for column in (column.name for column in form.columns if column.behind is not None):
            figure = Figure.of(column, FIRST_ROW.get(by, {}))
            plan = compile_plan(replace(request, figure=figure), facts)
            found.append((f"{column} of {stat_type} by {by.value} {kind}", plan.sql))
    return found


TEXTS = _texts()


@pytest.mark.parametrize("trap", FORBIDDEN)
def test_no_text_falls_into(trap: str) -> None:
    caught = {
        name: re.sub(r"\s+", " ", sql[max(0, found.start() - 60) : found.end() + 60])
        for name, sql in TEXTS
        if (found := re.search(FORBIDDEN[trap], re.sub(r"--.*", "", sql)))
    }
    assert caught == {}


@pytest.mark.parametrize("by", Dimension)
def test_every_dimension_is_looked_at(by: Dimension) -> None:
    assert any(f" by {by.value} " in name for name, _ in TEXTS)


def test_the_traps_catch() -> None:
    for sql in (
        "a // b",
        "max_by(x, n)",
        "SELECT sum(x)",
        "x::BIGINT",
        "CAST(x AS VARCHAR)",
        "round(x, 2)",
        "SELECT x\nFROM t\nORDER BY us(x)",
        "distinct_tokens(x)",
        "SELECT each_token(x)",
    ):
        assert any(re.search(pattern, sql) for pattern in FORBIDDEN.values()), sql
