"""Reports read back for the page: some rows of a CSV, in whichever order, without holding the file in memory."""

import csv
import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import inf
from pathlib import Path

from busyhour.domain.requests import Request
from busyhour.errors import BadRequest
from busyhour.reports.figures import printed_columns
from busyhour.reports.labels import label_of
from busyhour.reports.model import Column, Unit
from busyhour.web.page.view import pairs_of

__all__ = ["MOST_SORTED", "Selection", "Shown", "described", "records_with", "rows_of", "selection_of", "shown"]

MOST_SORTED = 200_000
"""Rows that are looked through for a filter or an order; a longer file is for the CSV's own tools."""
_MOST_SHOWN = 20_000
_SHOWN_OF_RECORDS = 100

Row = Sequence[str]

# A text or a transcript may be longer than the reader's own bound; what wrote the file bounds it.
csv.field_size_limit(2**31 - 1)

_TEXTS = (Unit.TEXT, Unit.BOOLEAN, Unit.INSTANT, Unit.INSTANT_SECONDS, Unit.DATE)
"""What is put in order as text: days and times are printed so that it is theirs, too."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows and columns of a table are wanted; `sort` is a column, and `where` the values it may have."""

    limit: int
    offset: int = 0
    sort: str | None = None
    descending: bool = False
    where: Mapping[str, Collection[str]] = field(default_factory=dict)
    columns: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Some rows of a table, how many there are of their kind, and after how many the looking stopped, if it did."""

    rows: Sequence[Mapping[str, str]]
    total: int
    cut_at: int | None


def selection_of(query: Mapping[str, str], where: Sequence[str], request: Request) -> Selection:
    """What a query says about rows; raises BadRequest."""
    known = [column.name for column in printed_columns(request)]
    is_records = request.figure is not None or request.export_type == "records"
    sort = query.get("sort") or None
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, value in pairs_of("where", where):
        wanted[_known("where", name, known)].add(value)
    columns = query.get("columns")
    return Selection(
        limit=_number("limit", query.get("limit"), _SHOWN_OF_RECORDS if is_records else _MOST_SHOWN, _MOST_SHOWN),
        offset=_number("offset", query.get("offset"), 0, None),
        sort=_known("sort", sort.removeprefix("-"), known) if sort else None,
        descending=bool(sort and sort.startswith("-")),
        where=wanted,
        columns=[_known("columns", name, known) for name in columns.split(",")] if columns else None,
    )


def described(columns: Iterable[Column], selection: Selection, request: Request) -> list[dict[str, object]]:
    """What is said of each column, by its declaration; `behind` is whether records stand behind its figures."""
    is_stats = request.export_type == "stats" and request.figure is None
    return [
        {
            "name": column.name,
            "label": label_of(column.name),
            "unit": column.unit.name.lower(),
            "definition": column.definition,
            "behind": is_stats and column.behind is not None,
        }
        for column in columns
        if selection.columns is None or column.name in selection.columns
    ]


def shown(path: Path, columns: Sequence[Column], selection: Selection, total: int) -> Shown:
    """The selected rows of a report's file, which has `total`."""
    is_looked_through = selection.sort is not None or bool(selection.where)
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        if not is_looked_through:
            all_of_page = islice(reader, selection.offset, selection.offset + selection.limit)
            return Shown(_named(header, all_of_page, selection), total, None)
        found = _Counted(_matching(islice(reader, MOST_SORTED), header, selection.where))
        rows = _page(found, _key(header, columns, selection), selection)
        return Shown(_named(header, rows, selection), found.count, MOST_SORTED if total > MOST_SORTED else None)


def records_with(path: Path, name: str, values: Collection[str]) -> list[Mapping[str, str]]:
    """The rows of a file whose column has one of the values."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        place = header.index(name)
        return [dict(zip(header, row, strict=True)) for row in reader if row[place] in values]


def rows_of(path: Path, names: Sequence[str]) -> Iterator[Row]:
    """All rows of a file, of each these columns."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        places = [header.index(name) for name in names]
        for row in reader:
            yield [row[place] for place in places]


class _Counted:
    """Rows that are counted as they are taken."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


class _Sorting:
    """The key of rows by a column: numbers as numbers, and what is empty last, in either direction."""

    def __init__(self, place: int, unit: Unit, descending: bool) -> None:
        self._place = place
        self._is_text = unit in _TEXTS
        self._descending = descending

    def __call__(self, row: Row) -> tuple[bool, str | float]:
        text = row[self._place]
        is_empty = text == ""
        last = is_empty != self._descending
        if self._is_text:
            return last, text.casefold()
        return last, float(text) if not is_empty else inf


def _key(header: Sequence[str], columns: Sequence[Column], selection: Selection) -> _Sorting | None:
    if selection.sort is None:
        return None
    unit = next(column.unit for column in columns if column.name == selection.sort)
    return _Sorting(header.index(selection.sort), unit, selection.descending)


def _matching(rows: Iterator[Row], header: Sequence[str], where: Mapping[str, Collection[str]]) -> Iterator[Row]:
    wanted = [(header.index(name), values) for name, values in where.items()]
    return (row for row in rows if all(row[place] in values for place, values in wanted))


def _page(rows: _Counted, key: _Sorting | None, selection: Selection) -> Sequence[Row]:
    """The rows of the page; all are counted, and no more are kept than the page needs."""
    stop = selection.offset + selection.limit
    if key is None:
        return [row for number, row in enumerate(rows) if selection.offset <= number < stop]
    choose = heapq.nlargest if selection.descending else heapq.nsmallest
    return choose(stop, rows, key=key)[selection.offset :]


def _named(header: Sequence[str], rows: Iterable[Row], selection: Selection) -> list[Mapping[str, str]]:
    if selection.columns is None:
        return [dict(zip(header, row, strict=True)) for row in rows]
    places = [(name, header.index(name)) for name in selection.columns]
    return [{name: row[place] for name, place in places} for row in rows]


def _known(parameter: str, name: str, known: Sequence[str]) -> str:
    if name not in known:
        raise BadRequest(f"{parameter}: got {name!r:.80}; accepted: {', '.join(known)}.")
    return name


def _number(parameter: str, text: str | None, otherwise: int, most: int | None) -> int:
    if text is None or text == "":
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadRequest(f"{parameter}: got {text!r:.80}; accepted: a whole number.")
    return int(text) if most is None else min(int(text), most)
