"""`busyhour explain`: the records behind one figure of a stats report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Request
from busyhour.errors import BadRequest
from busyhour.making import Made, Maker
from busyhour.reception import Reception
from busyhour.reports.compile import Behind
from busyhour.reports.grids import Cell
from busyhour.reports.inline import day_number
from busyhour.reports.registry import form_of

__all__ = ["Explainer"]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Lists records by the same declarations that count them."""

    reception: Reception
    maker: Maker

    def explain(
        self,
        company_id: str,
        fields: Mapping[str, Any],
        column: str,
        row: Mapping[str, str | None],
        path: Path,
        by: Dimension | None = None,
    ) -> Made:
        """Write the records behind a figure. Raises BadRequest.

        `row` may name its `date`, `user` and `group`; of a report by our own dimensions also what tells its rows
        apart, as it is printed: `hour`, `weekday`, `wait_from`.
        """
        request = self.reception.resolve(company_id, fields, by)
        if request.export_type != "stats":
            raise BadRequest("export_type: got 'records'; accepted: stats, since its figures are what is explained.")
        named = {name: value for name, value in row.items() if name not in _OF_ANY_FORM and value is not None}
        figure = Behind(column, _day(row.get("date")), row.get("user"), row.get("group"), _cell(request, named))
        return self.maker.explanation(company_id, request, figure, path)


_OF_ANY_FORM = ("date", "user", "group")


def _cell(request: Request, named: Mapping[str, str]) -> Cell:
    """The named columns of a row of the report's grid, with their values; raises BadRequest."""
    form = form_of(request)
    cells = form.grid.cells(request.period) if form.grid is not None else [{}]
    columns = [column.name for column in form.columns if column.name in cells[0]]
    found: dict[str, int | str | None] = {}
    for name, text in named.items():
        if name not in columns:
            raise BadRequest(f"--row: got {name!r}; accepted: {', '.join([*columns, *_OF_ANY_FORM])}.")
        values = {_printed(cell[name]): cell[name] for cell in cells}
        if text not in values:
            raise BadRequest(f"--row {name}: got {text!r}; accepted: {', '.join(map(repr, values))}.")
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
        raise BadRequest(f"--date: got {text!r}; accepted: YYYY-MM-DD.") from None
