"""onduty by our own dimensions: agents together, by day and over the whole range; and the intervals themselves."""

from busyhour.domain.dimensions import Dimension
from busyhour.reports.cells import number
from busyhour.reports.grids import TOTAL, Grid
from busyhour.reports.model import Column, Form, Scoping, Shape, Unit, distinct
from busyhour.reports.onduty import IS_ON, LASTED, LOOK_BACK_DAYS, STATS, intervals
from busyhour.reports.things import DAY_AND_OWNER, TIMEZONE, minutes, text

__all__ = ["FORMS"]

_TABLES = {"duty": (LOOK_BACK_DAYS, 0)}


def _moment(name: str, micros: str, local: str) -> Column:
    definition = f"{local} as seconds since 1970: the one of two moments that a clock which goes back shows alike."
    return Column(name, Unit.NUMBER, definition, f"floor_div({micros}, 1000000)", "ours")


_INTERVAL = (
    *DAY_AND_OWNER,
    text("call_center_id", "The center, when one is the target.", source="ours"),
    text("call_center_name", "Its name.", source="ours"),
    text("on_duty_status", "available, occupied, wrapup, busy or unavailable.", source="ours"),
    Column("date_started", Unit.INSTANT, "When the status began, or the day.", "start_us", "ours"),
    Column("date_ended", Unit.INSTANT, "When it ended, or the day, or what is known.", "stop_us", "ours"),
    minutes("minutes", LASTED, "How long that is.", "ours"),
    _moment("started_unix", "start_us", "date_started"),
    _moment("ended_unix", "stop_us", "date_ended"),
    TIMEZONE,
)

_MEASURES = (
    distinct("agents", "target_id", IS_ON, "Agents who were on duty.", "ours"),
    # Stretches are told apart within one agent's day only, so that a count over more would be another figure.
    *(column for column in STATS if column.unit.is_figure and column.name != "on_duty_occurrences"),
    TIMEZONE,
)
_DATE, *_OWNER = DAY_AND_OWNER
_DAYS = number(TOTAL, "days", "How many days the range has.")


def _form(by: Dimension, shape: Shape, columns: tuple[Column, ...], grid: Grid | None = None) -> Form:
    return Form(
        "onduty", "stats", None, shape, columns, _TABLES, intervals, "date", "record_id", Scoping.DUTY,
        day="piece_day", owner="owner_type", by=by, grid=grid,
    )  # fmt: skip


FORMS = (
    _form(Dimension.DATE, Shape.BY_DATE, (_DATE, *_MEASURES)),
    _form(Dimension.TOTAL, Shape.BY_CELL, (_DAYS, *_MEASURES), TOTAL),
    _form(Dimension.USER, Shape.BY_PERSON, (*_OWNER, *_MEASURES[1:])),
    _form(Dimension.INTERVAL, Shape.BY_INTERVAL, _INTERVAL),
)
