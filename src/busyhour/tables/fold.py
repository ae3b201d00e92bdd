"""The fold: one SQL text that turns days of events into the rows of a table."""

from functools import lru_cache
from importlib.resources import files

from busyhour.domain.directory import Kind
from busyhour.domain.events import CALL_STATES
from busyhour.tables.schema import CALL_EVENTS

__all__ = ["calls_sql", "open_legs_sql"]

_NOT_A_FIELD = ("day", "call_id", "state", "event_timestamp", "hash", "raw")


@lru_cache(maxsize=1)
def calls_sql() -> str:
    """The fold into `calls`; parameters `first`, `last` (days since 1970) and `as_of` (µs UTC)."""
    text = files("busyhour.tables").joinpath("sql/fold_calls.sql").read_text(encoding="utf-8")
    newest = ",\n    ".join(
        f"max_by({name}, n) FILTER (WHERE {name} IS NOT NULL) AS {name}"
        for name in CALL_EVENTS.names
        if name not in _NOT_A_FIELD
    )
    return text.format(
        state_rank=_state_rank(),
        newest=newest,
        target_kind=_kind_name("target.type"),
        group_kind=_kind_name("group_type"),
    )


def open_legs_sql() -> str:
    """Days `first` … `last` with legs that have no end yet: when the first of them is to be ended (µs UTC)."""
    return """
      SELECT day, min(due) AS due
      FROM (
        SELECT call_id, max(us(event_timestamp)) + 86400000000 AS due
        FROM call_events
        GROUP BY call_id
        HAVING max(us(date_ended)) IS NULL AND max(us(event_timestamp)) + 86400000000 > $as_of
      ) AS open_leg
      JOIN (
        SELECT DISTINCT call_id, utc_day(us(date_started)) AS day FROM call_events WHERE date_started IS NOT NULL
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
