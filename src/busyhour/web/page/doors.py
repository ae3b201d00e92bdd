"""The doors of the page's own requests, together."""

from dataclasses import dataclass

from busyhour.web.page.call import CallDoor
from busyhour.web.page.exports import ExportsDoor
from busyhour.web.page.figures import FiguresDoor
from busyhour.web.page.surroundings import SurroundingsDoor

__all__ = ["PageDoors"]


@dataclass(frozen=True, slots=True)
class PageDoors:
    """Whoever answers a page."""

    figures: FiguresDoor
    call: CallDoor
    surroundings: SurroundingsDoor
    exports: ExportsDoor
