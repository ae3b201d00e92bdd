"""Cursors of lists: opaque, signed, good for the list and the filters that they came from."""

from collections.abc import Mapping
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from busyhour.errors import BadRequest

__all__ = ["LARGEST_PAGE", "Cursors", "Page"]

LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """What a client asks of a list: its filters, how many items, and the id that the last answer ended with."""

    filters: Mapping[str, str]
    limit: int
    after: int | None


class Cursors:
    """Makes and reads cursors; one company's cursor is nothing to another."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="cursor")

    def next(self, company_id: str, name: str, page: Page, last: int) -> str:
        """The cursor of the page that follows one which ended with that id."""
        return str(self._serializer.dumps([company_id, name, dict(page.filters), last]))

    def page(self, company_id: str, name: str, query: Mapping[str, str], accepted: tuple[str, ...]) -> Page:
        """The page that a query asks for; raises BadRequest. A cursor brings its filters along."""
        filters = {field: query[field] for field in accepted if field in query}
        limit = _limit(query.get("limit"))
        if not query.get("cursor"):
            return Page(filters, limit, None)
        first, after = self._read(company_id, name, query["cursor"])
        changed = next((field for field, value in filters.items() if first.get(field) != value), None)
        if changed:
            raise BadRequest(
                f"{changed}: got {filters[changed]!r:.80} with a cursor; accepted: {first.get(changed)!r:.80}, "
                "as in the request that the cursor came from, or nothing."
            )
        return Page(first, limit, after)

    def _read(self, company_id: str, name: str, token: str) -> tuple[dict[str, str], int]:
        try:
            whose, which, filters, after = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            whose = which = None
        if (whose, which) != (company_id, name):
            raise BadRequest(f"cursor: got {token!r:.80}; accepted: the cursor of this list's last answer.")
        return filters, after


def _limit(text: str | None) -> int:
    if text is None:
        return LARGEST_PAGE
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0):
        raise BadRequest(
            f"limit: got {text!r:.80}; accepted: a whole number from 1; a page has at most {LARGEST_PAGE}."
        )
    return min(int(text), LARGEST_PAGE)
