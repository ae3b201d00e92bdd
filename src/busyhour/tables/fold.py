"""The folds: SQL texts that turn days of events into the rows of a table.

Each reads the relation `events`, and takes the parameters `first`, `last` (days since 1970) and `as_of` (µs UTC).
"""

from functools import lru_cache
from importlib.resources import files

from busyhour.domain.directory import Kind
from busyhour.domain.events import CALL_STATES
from busyhour.tables.schema import event_schema
from busyhour.tables.streams import Stream

__all__ = ["fold_sql", "newest_days_sql", "open_legs_sql"]


@lru_cache(maxsize=32)
def fold_sql(stream: Stream) -> str:
    """The fold of a stream into its table."""
    return _things(stream) if stream.columns else _calls(stream)


def _calls(stream: Stream) -> str:
    text = files("busyhour.tables").joinpath("sql/fold_calls.sql").read_text(encoding="utf-8")
    return text.format(
        state_rank=_state_rank(),
        newest=_newest(stream),
        target_kind=_kind_name("target.type"),
        group_kind=_kind_name("group_type"),
    )


def _things(stream: Stream) -> str:
    columns = ",\n  ".join(f"{column.sql} AS {column.name}" for column in stream.columns)
    return f"""-- The fold of {stream.name} events into {stream.table}: the newest word on each thing, field by field.
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY {stream.key} ORDER BY event_timestamp, hash) AS n
  FROM events
),
newest AS (
  SELECT
    {stream.key},
    {_newest(stream)}
  FROM ranked
  GROUP BY {stream.key}
)
SELECT
  date_of_day(utc_day(us(date))) AS day,
  {columns.format(target_kind=_kind_name("target.type"))}
FROM newest
WHERE date IS NOT NULL AND utc_day(us(date)) BETWEEN $first AND $last
ORDER BY date, {stream.key}
"""


def _newest(stream: Stream) -> str:
    own = ("day", stream.key, "state", "event_timestamp", "hash", "raw")
    return ",\n    ".join(
        f"max_by({name}, n) FILTER (WHERE {name} IS NOT NULL) AS {name}"
        for name in event_schema(stream.kind).names
        if name not in own
    )


def newest_days_sql(stream: Stream) -> str:
    """Each thing of the relation `events`, and the day (since 1970) on which the newest word on it has it begin."""
    life = "" if stream.columns else f"{_state_rank()}, "
    return f"""
        SELECT {stream.key} AS thing, utc_day(us(max_by({stream.moment}, n))) AS day
        FROM (
          SELECT *, row_number() OVER (PARTITION BY {stream.key} ORDER BY event_timestamp, {life}hash) AS n FROM events
        ) AS ranked
        WHERE {stream.moment} IS NOT NULL
        GROUP BY {stream.key}
    """


def open_legs_sql() -> str:
    """Days `first` … `last` with legs that have no end yet: when the first of them is to be ended (µs UTC)."""
    return """
      SELECT day, min(due) AS due
      FROM (
        SELECT call_id, max(us(event_timestamp)) + 86400000000 AS due
        FROM events
        GROUP BY call_id
        HAVING max(us(date_ended)) IS NULL AND max(us(event_timestamp)) + 86400000000 > $as_of
      ) AS open_leg
      JOIN (
        SELECT DISTINCT call_id, utc_day(us(date_started)) AS day FROM events WHERE date_started IS NOT NULL
      ) AS started ON started.call_id = open_leg.call_id
      WHERE day BETWEEN $first AND $last
      GROUP BY day
      ORDER BY day
    """


def _state_rank() -> str:
    ranks = " ".join(f"WHEN '{state}' THEN {rank}" for rank, state in enumerate(CALL_STATES))
    return f"CASE state {ranks} ELSE {len(CALL_STATES)} END"


def _kind_name(column: str) -> str:
    names = " ".join(f"WHEN '{kind.type_name}' THEN '{kind.kind_name}'" for kind in Kind)
    return f"CASE {column} {names} END"
