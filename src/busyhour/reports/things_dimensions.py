"""Texts, voicemails, recordings and screen shares by our own dimensions: all owners together, each thing once."""

from collections.abc import Iterator
from dataclasses import replace

from busyhour.domain.dimensions import Dimension
from busyhour.reports import recordings, screenshare, texts, voicemails
from busyhour.reports.cells import days, hour, weekday
from busyhour.reports.grids import BY_HOUR, BY_WEEKDAY, BY_WEEKDAY_HOUR, TOTAL, Grid
from busyhour.reports.model import Column, Form, Shape
from busyhour.reports.things import DAY_AND_OWNER, TIMEZONE

__all__ = ["FORMS"]

_DATE = DAY_AND_OWNER[0]


def _forms(stats: Form) -> Iterator[Form]:
    """The forms that spread the figures of a stats form over days, weekdays and hours."""
    yield _form(stats, Dimension.DATE, None, _DATE)
    yield _form(stats, Dimension.HOUR, BY_HOUR, hour(BY_HOUR), days(BY_HOUR))
    yield _form(stats, Dimension.WEEKDAY, BY_WEEKDAY, weekday(BY_WEEKDAY), days(BY_WEEKDAY))
    both = BY_WEEKDAY_HOUR
    yield _form(stats, Dimension.WEEKDAY_HOUR, both, weekday(both), hour(both), days(both))
    yield _form(stats, Dimension.TOTAL, TOTAL, days(TOTAL))


def _form(stats: Form, by: Dimension, grid: Grid | None, *cells: Column) -> Form:
    figures = [column for column in stats.columns if column.unit.is_figure]
    shape = Shape.BY_CELL if grid else Shape.BY_DATE
    return replace(stats, shape=shape, columns=(*cells, *figures, TIMEZONE), by=by, grid=grid)


FORMS = tuple(
    form
    for stats in (texts.FORMS[1], voicemails.FORMS[1], recordings.FORMS[1], screenshare.FORMS[1])
    for form in _forms(stats)
)
