"""`busyhour explain`: the records behind one figure of a stats report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Figure
from busyhour.making import Made, Maker
from busyhour.reception import Reception

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
        request = self.reception.resolve(company_id, fields, by, Figure.of(column, row))
        return self.maker.report(company_id, request, path)
