"""A statement in steps reads as the statement does: what is kept is asked first, and is no expression any more."""

import duckdb

from busyhour.engine.steps import steps_of
from busyhour.tables.fold import fold_sql
from busyhour.tables.streams import STREAMS

SQL = """WITH ones AS (
  SELECT 1 AS n
),
-- Needed twice.
twos AS MATERIALIZED (
  SELECT n + $more AS n FROM ones
),
threes AS MATERIALIZED (
  SELECT n + 1 AS n FROM twos
),
sixes AS (
  SELECT twos.n * threes.n AS n FROM twos, threes
)
SELECT sixes.n + twos.n AS n FROM sixes, twos
"""


def test_steps_one_after_the_other_say_what_the_statement_says() -> None:
    connection, steps = duckdb.connect(), steps_of(SQL)
    assert [name for name, _ in steps.kept] == ["twos", "threes"]
    assert connection.execute(SQL, {"more": 1}).fetchall() == [(8,)]
    for name, step in steps.kept:
        bound = {"more": 1} if "$more" in step else {}
        connection.execute(f"CREATE TABLE {name} AS {step}", bound)
    assert connection.execute(steps.sql).fetchall() == [(8,)]
    assert "MATERIALIZED" not in steps.sql


def test_a_statement_that_keeps_nothing_is_left_as_it_is() -> None:
    sql = "WITH a AS (\n  SELECT 1 AS n\n)\nSELECT n FROM a"
    assert steps_of(sql).sql == sql
    assert not steps_of(sql).kept


def test_no_fold_has_an_expression_that_is_overlooked() -> None:
    for stream in STREAMS:
        sql, steps = fold_sql(stream), steps_of(fold_sql(stream))
        assert len(steps.kept) == sql.count(" AS MATERIALIZED ("), stream.name
