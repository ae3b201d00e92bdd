"""calls × stats by our own dimensions: hours, weekdays, the whole range, waits; each call counted once, as by date."""

from dataclasses import replace

from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Scope
from busyhour.reports.calls_records import rows
from busyhour.reports.calls_stats import (
    ANSWERED,
    COLUMNS,
    OF_PERSONS,
    SPEED_OF_ANSWER,
    legs_and_messages,
    legs_with_thresholds,
)
from busyhour.reports.cells import days, hour, number, weekday
from busyhour.reports.grids import BY_HOUR, BY_WEEKDAY, BY_WEEKDAY_HOUR, TOTAL, WAITS, Grid
from busyhour.reports.inline import Facts
from busyhour.reports.model import Column, Form, Scoping, Shape, Unit, count, mean, share

__all__ = ["FORMS"]

_BY_NAME = {column.name: column for column in COLUMNS}
_DATE, _TIMEZONE = _BY_NAME["date"], _BY_NAME["timezone"]
_NO_SOURCE = ("avg_voicemail_assignment_time_minutes",)

_IN_SYSTEM = "us(date_ended) - us(date_started)"
_NOT_IN_LEVEL = f"{_BY_NAME['missed'].behind} OR ({_BY_NAME['short_abandoned'].behind})"

_MEASURES = (
    *(column for column in COLUMNS if column.unit.is_figure and column.name not in _NO_SOURCE),
    count(
        "other_inbound", "direction = 'inbound' AND category = 'other'",
        "Inbound legs of no other outcome: spam, a recorded message, or passed on or left a message without a ring. With answered, missed, abandoned, forwarded and callbacks_requested these are all inbound legs.", "ours",
    ),
    share("answered_percent", _BY_NAME["answered"], "direction = 'inbound'", "The share of inbound legs that a person took."),
    share("missed_percent", _BY_NAME["missed"], "direction = 'inbound'", "The share of inbound legs that rang a person and were not taken."),
    share("abandoned_percent", _BY_NAME["abandoned"], "direction = 'inbound'", "The share of inbound legs that ended before anybody rang."),
    share(
        "service_level_percent", _BY_NAME["service_level"], f"direction = 'inbound' AND NOT coalesce({_NOT_IN_LEVEL}, FALSE)",
        "The share of inbound legs that were answered within the threshold; missed and short abandoned ones are left out.",
    ),
    mean(
        "speed_of_answer", Unit.MINUTES_2, f"CASE WHEN {ANSWERED} THEN {SPEED_OF_ANSWER} END", ANSWERED,
        "How long answered callers waited on average, from the earlier of queueing and the first ring: asa, more exactly.", "ours",
    ),
    mean(
        "avg_time_to_abandon", Unit.MINUTES_2, f"CASE WHEN category = 'abandoned' THEN {_IN_SYSTEM} END", "category = 'abandoned'",
        "Mean time from beginning to end of abandoned legs.", "ours",
    ),
)  # fmt: skip


def _form(by: Dimension, grid: Grid | None, *cells: Column) -> Form:
    return Form(
        "calls", "stats", None, Shape.BY_CELL if grid else Shape.BY_DATE, (*cells, *_MEASURES, _TIMEZONE),
        {"calls": (0, 0), "voicemails": (0, 0)}, legs_and_messages, "date_started", "call_id", Scoping.LEGS,
        explained=legs_with_thresholds, by=by, grid=grid,
    )  # fmt: skip


def _legs_with_wait(facts: Facts, scope: Scope) -> str:
    """Legs with how long their caller waited: for the answer, or until giving up; null where nothing tells."""
    return f"""SELECT legs.*,
        CASE WHEN {ANSWERED} THEN {SPEED_OF_ANSWER} WHEN category = 'abandoned' THEN {_IN_SYSTEM} END AS wait_us
      FROM ({rows(facts, scope)}) AS legs"""


def _after(name: str, definition: str) -> Column:
    """The count of that name, of those who waited as long as the row says."""
    return replace(_BY_NAME[name], definition=definition, source="ours")


_BY_WAIT = Form(
    "calls", "stats", None, Shape.BY_CELL,
    (
        number(WAITS, "wait_from", "The shortest wait of the row, seconds; empty in the last row, of answered legs that tell of no queue and no first ring, such as a person's own."),
        number(WAITS, "wait_until", "Shorter than this, seconds; empty where there is no longest wait."),
        _after("answered", "Inbound legs that a person took after that wait: the speed of answer, as in asa."),
        _after("abandoned", "Abandoned legs that ended after that time, from their beginning, as in short_abandoned."),
        _TIMEZONE,
    ),
    {"calls": (0, 0)}, _legs_with_wait, "date_started", "call_id", Scoping.LEGS, by=Dimension.WAIT, grid=WAITS,
)  # fmt: skip

_OWNER = tuple(_BY_NAME[name] for name in ("user_id", "name", "email", "type"))
_SHARES_OF_PERSONS = ("answered_percent", "missed_percent")

# What only a group's leg knows (queues, first rings, thresholds) would be zeros here: a person has what by user has.
_BY_USER = Form(
    "calls", "stats", None, Shape.BY_PERSON,
    (
        *_OWNER,
        *(column for column in _MEASURES if column.name in (*OF_PERSONS, *_SHARES_OF_PERSONS)),
        _TIMEZONE,
    ),
    {"calls": (0, 0)}, legs_with_thresholds, "date_started", "call_id", Scoping.LEGS, by=Dimension.USER,
)  # fmt: skip

_BY_GROUP = Form(
    "calls", "stats", None, Shape.BY_GROUP,
    (
        Column("group_id", Unit.TEXT, "The call center or department.", "group_lines.id", "ours"),
        *(_BY_NAME[name] for name in ("name", "type", "dids")),
        *_MEASURES,
        _TIMEZONE,
    ),
    {"calls": (0, 0), "voicemails": (0, 0)}, legs_and_messages, "date_started", "call_id", Scoping.LEGS,
    explained=legs_with_thresholds, by=Dimension.GROUP,
)  # fmt: skip

FORMS = (
    _form(Dimension.DATE, None, _DATE),
    _form(Dimension.HOUR, BY_HOUR, hour(BY_HOUR), days(BY_HOUR)),
    _form(Dimension.WEEKDAY, BY_WEEKDAY, weekday(BY_WEEKDAY), days(BY_WEEKDAY)),
    _form(
        Dimension.WEEKDAY_HOUR, BY_WEEKDAY_HOUR, weekday(BY_WEEKDAY_HOUR), hour(BY_WEEKDAY_HOUR),
        days(BY_WEEKDAY_HOUR),
    ),
    _form(Dimension.TOTAL, TOTAL, days(TOTAL)),
    _BY_USER,
    _BY_GROUP,
    _BY_WAIT,
)  # fmt: skip
