"""One figure of a stats report, and what stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from busyhour.domain.requests import Figure, Request
from busyhour.errors import BadRequest
from busyhour.reports.grids import Cell
from busyhour.reports.inline import day_number
from busyhour.reports.model import Column, Form
from busyhour.reports.registry import FORMS, columns_of, form_of

__all__ = ["Behind", "behind", "column_of", "printed_columns", "records_behind"]

_OF_ANY_FORM = ("date", "user", "group")
_ALIASES = {"user_id": "user", "group_id": "group"}
_NOT_PRINTED = ("weekday_number", "bucket", "days")


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure's column, and the row it stands in; `date` is days since 1970."""

    column: str
    date: int | None = None
    user: str | None = None
    group: str | None = None
    cell: Cell = field(default_factory=dict)
    """Of a report by cell: columns of its grid, and their values in that row."""


def behind(request: Request, figure: Figure) -> Behind:
    """What a figure's row means in the request's report; raises BadRequest."""
    if request.export_type != "stats":
        raise BadRequest("export_type: got 'records'; accepted: stats, since its figures are what is explained.")
    column_of(request, figure.column)
    row = {_ALIASES.get(name, name): value for name, value in figure.row}
    cell = _cell(request, {name: value for name, value in row.items() if name not in _OF_ANY_FORM})
    return Behind(figure.column, _day(row.get("date")), row.get("user"), row.get("group"), cell)


def column_of(request: Request, name: str) -> Column:
    """The request's column of that name, if it is a figure; raises BadRequest."""
    columns = columns_of(request)
    column = next((column for column in columns if column.name == name), None)
    if column is None or column.behind is None:
        figures = ", ".join(column.name for column in columns if column.behind is not None)
        raise BadRequest(f"column: got {name!r}; accepted: {figures or 'none, for this report has no figures'}.")
    return column


def records_behind(form: Form, column: Column) -> Form:
    """The form whose records stand behind a column of a form."""
    return FORMS[column.behind_in or form.stat_type, "records", None]


def printed_columns(request: Request) -> Sequence[Column]:
    """The columns of a request's CSV: those of its report, or of the records behind its figure."""
    if request.figure is None:
        return columns_of(request)
    return records_behind(form_of(request), column_of(request, request.figure.column)).columns


def _cell(request: Request, named: Mapping[str, str]) -> Cell:
    """The named columns of a row of the report's grid, with their values; raises BadRequest."""
    grid = form_of(request).grid
    cells = grid.cells(request.period) if grid is not None else [{}]
    columns = [name for name in cells[0] if name not in _NOT_PRINTED]
    found: dict[str, int | str | None] = {}
    for name, text in named.items():
        if name not in columns:
            raise BadRequest(f"row: got {name!r}; accepted: {', '.join([*columns, *_OF_ANY_FORM])}.")
        values = {_printed(cell[name]): cell[name] for cell in cells}
        if text not in values:
            raise BadRequest(f"row {name}: got {text!r}; accepted: {', '.join(map(repr, values))}.")
        found[name] = values[text]
    return found


def _printed(value: int | str | None) -> str:
    return "" if value is None else str(value)


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        raise BadRequest(f"date: got {text!r}; accepted: YYYY-MM-DD.") from None
