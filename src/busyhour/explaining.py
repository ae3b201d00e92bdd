"""`busyhour explain`: the records behind one figure of a stats report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from busyhour.errors import BadRequest
from busyhour.making import Made, Maker
from busyhour.reception import Reception
from busyhour.reports.compile import Behind
from busyhour.reports.inline import day_number

__all__ = ["Explainer"]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Lists records by the same declarations that count them."""

    reception: Reception
    maker: Maker

    def explain(
        self, company_id: str, fields: Mapping[str, Any], column: str, row: Mapping[str, str | None], path: Path
    ) -> Made:
        """Write the records behind a figure; `row` may name its `date`, `user` and `group`. Raises BadRequest."""
        request = self.reception.resolve(company_id, fields)
        if request.export_type != "stats":
            raise BadRequest("export_type: got 'records'; accepted: stats, since its figures are what is explained.")
        figure = Behind(column, _day(row.get("date")), row.get("user"), row.get("group"))
        return self.maker.explanation(company_id, request, figure, path)


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        raise BadRequest(f"--date: got {text!r}; accepted: YYYY-MM-DD.") from None
