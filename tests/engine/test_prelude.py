"""The functions by which the engines differ say the same on each: expected values are counted by hand or in Python."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from busyhour.engine.base import Engine, View
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.store.folder_storage import FolderStorage
from clusters import Cluster

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBERS = (0, 1, 2, 29, 30, 31, 59, 60, 61, 86_400_000_000, 1_788_000_000_000_000)
SIGNED = sorted({*NUMBERS, *(-number for number in NUMBERS)})


@pytest.fixture(params=["embedded", pytest.param("spark", marks=pytest.mark.cluster)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    embedded = DuckDBEngine("500MB", 1, tmp_path, FolderStorage(tmp_path))
    if request.param == "embedded":
        yield embedded
        return
    from busyhour.engine.spark import SparkEngine  # noqa: PLC0415 - what it needs is an extra

    running: Cluster = request.getfixturevalue("running_cluster")
    yield SparkEngine(running.url, embedded)


def column(engine: Engine, expression: str, rows: pa.Table, **parameters: int | str | None) -> list[Any]:
    asked = f"SELECT n, {expression} AS found FROM given ORDER BY n"
    found: list[Any] = engine.query(asked, parameters, {"given": rows})["found"].to_pylist()
    return found


def numbered(**columns: Any) -> pa.Table:
    rows = pa.table(columns)
    return rows.append_column("n", pa.array(range(rows.num_rows)))


def test_instants_are_whole_microseconds(engine: Engine) -> None:
    micros = [-62_135_596_800_000_000, -1, 0, 1, 1_788_000_000_123_456, None]
    rows = numbered(micros=pa.array(micros, pa.int64()))
    at = column(engine, "instant_of(micros)", rows)
    assert at == [None if value is None else EPOCH + timedelta(microseconds=value) for value in micros]
    assert column(engine, "us(instant_of(micros))", rows) == micros


def test_division_rounds_down(engine: Engine) -> None:
    rows = numbered(a=pa.array(SIGNED))
    for by in (1, 7, 60, 86_400_000_000):
        assert column(engine, "floor_div(a, $by)", rows, by=by) == [a // by for a in SIGNED]


def test_division_rounds_half_away_from_zero(engine: Engine) -> None:
    rows = numbered(a=pa.array(SIGNED))
    for by in (1, 2, 60, 600_000):
        halves = [floor(Fraction(abs(a), by) + Fraction(1, 2)) * (1 if a >= 0 else -1) for a in SIGNED]
        assert column(engine, "round_div(a, $by)", rows, by=by) == halves
    assert column(engine, "round_div(a, $by)", rows, by=0) == [0] * len(SIGNED)


def test_days_are_those_of_utc(engine: Engine) -> None:
    micros = [-86_400_000_001, -86_400_000_000, -1, 0, 86_399_999_999, 86_400_000_000, 1_788_000_000_000_000]
    rows = numbered(micros=pa.array(micros))
    days = [(EPOCH + timedelta(microseconds=value)).date() for value in micros]
    assert column(engine, "utc_day(micros)", rows) == [(day - date(1970, 1, 1)).days for day in days]
    assert column(engine, "date_of_day(utc_day(micros))", rows) == days


LISTS = ["a", "a,b", "ab,b", "", None, "b,a,b"]


def test_a_token_is_a_whole_word_of_a_list(engine: Engine) -> None:
    rows = numbered(tokens=pa.array(LISTS))
    for token in ("a", "b", "ab"):
        held = [token in (tokens or "").split(",") for tokens in LISTS]
        assert column(engine, "has_token(tokens, $token)", rows, token=token) == held


def test_each_token_is_a_row(engine: Engine) -> None:
    asked = "SELECT n, token FROM given, LATERAL each_token(tokens) ORDER BY n, token"
    found = engine.query(asked, {}, {"given": numbered(tokens=pa.array(LISTS))}).to_pylist()
    told = [(n, token) for n, tokens in enumerate(LISTS) if tokens is not None for token in sorted(tokens.split(","))]
    assert [(row["n"], row["token"]) for row in found] == told


def test_distinct_tokens_of_many_lists_count_once(engine: Engine) -> None:
    asked = "SELECT distinct_tokens(string_agg(DISTINCT tokens, ',')) AS found FROM given WHERE n < $rows"
    rows = numbered(tokens=pa.array(["a", "a,b", None, "c,b", "c"]))
    for count, distinct in ((0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3)):
        assert engine.query(asked, {"rows": count}, {"given": rows})["found"].to_pylist() == [distinct]


def test_a_view_reads_what_was_given_before_it(engine: Engine) -> None:
    given = pa.table({"n": [1, 2, 3]})
    found = engine.query(
        "SELECT sum(n) AS n FROM odd", {}, {"given": given, "odd": View("SELECT n FROM given WHERE n <> 2")}
    )
    assert found["n"].to_pylist() == [4]
    again = engine.query("SELECT sum(n) AS n FROM odd", {}, {"given": given, "odd": View("SELECT n FROM given")})
    assert again["n"].to_pylist() == [6]
