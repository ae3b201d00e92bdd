"""What Dialpad's records exports share: comma-separated rows under a header of column names, a thing a row.

Columns go by the header's names, in any order; times are local to the row's `timezone`. Blank cells say nothing.
"""

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from busyhour.domain import periods
from busyhour.domain.directory import Kind
from busyhour.domain.events import CallEvent
from busyhour.domain.things import Thing
from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Refused, Row, Taken
from busyhour.sources.local_times import local_instant
from busyhour.sources.text import NOT_UTF8, Record, is_utf8, lines, records
from busyhour.sources.values import NotUnderstood

__all__ = ["KIND_COLUMNS", "WORDS", "Cells", "Export", "Instants", "Reader", "kind_of", "read_cells", "rows"]

Cells = Mapping[str, str]
"""The cells of one row that say something, by column."""

Instants = Mapping[str, int]
"""The local times of one row by column, in µs UTC."""

Reader = Callable[[str, object], Any]
"""Reads the cell of the column of that name."""

KIND_COLUMNS = ("target_type", "target_kind")
"""The columns that say what kind a target is, either or both."""

WORDS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
"""How files spell true and false."""


@dataclass(frozen=True, slots=True)
class Export:
    """The form of one kind of rows."""

    what: str
    """What its rows are, for messages."""
    moment: str
    """The local time by which rows are in order."""
    required: Sequence[str]
    """The columns in which every row says something, `moment` among them."""
    columns: Collection[str]
    """Every column that is read."""
    event: Callable[[Cells, Instants, str], CallEvent | Thing]
    """The event of a row, from its cells, its times and its text."""
    times: Sequence[str] = ()
    """The local times beside `moment`; of a row none lies before that."""
    marks: Sequence[str] = ()
    """Further columns that the header has, by which a file of another kind is told."""
    has_kind: bool = True
    """Whether the header has one of the kind columns."""


def rows(export: Export, file: BinaryIO, context: Context) -> Iterator[Row]:
    """The rows of a file; raises UnreadableFile for a header that is not of the form."""
    numbered = lines(file)
    _, header = next(numbered)
    columns = _columns(export, header)
    before: int | None = None
    for record in records(numbered, len(columns)):
        row, before = _row(export, record, columns, context.timezone, before)
        yield row


def read_cells(readers: Mapping[str, Reader], cells: Cells) -> dict[str, Any]:
    """What the cells of these columns say."""
    return {name: read(name, cells[name]) for name, read in readers.items() if name in cells}


def kind_of(cells: Cells, *columns: str) -> Kind:
    """The kind of target that the first of the columns with a known one names; raises NotUnderstood."""
    for name in columns:
        if name in cells and (kind := Kind.parse(cells[name])):
            return kind
    came = next((cells[name] for name in columns if name in cells), None)
    raise NotUnderstood.of(" or ".join(columns), "a kind of target, such as call_center", came)


def _columns(export: Export, header: str) -> list[str]:
    try:
        names = [name.strip().lower() for name in next(csv.reader([header]), [])]
    except csv.Error:
        names = []
    missing = [name for name in (*export.required, *export.marks) if name not in names]
    if export.has_kind and not any(name in names for name in KIND_COLUMNS):
        missing.append(" or ".join(KIND_COLUMNS))
    if missing:
        raise UnreadableFile(
            f"Line 1 is not the header of a CSV of {export.what}: {', '.join(missing)} missing among its "
            f"comma-separated column names, got {header[:60].strip()!r}."
        )
    if repeated := sorted({name for name in names if name in export.columns and names.count(name) > 1}):
        raise UnreadableFile(f"Line 1 names a column more than once: {', '.join(repeated)}.")
    return names


def _row(
    export: Export, record: Record, columns: Sequence[str], timezone: str, before: int | None
) -> tuple[Row, int | None]:
    """The row, and the moment that the next one is not before by order."""
    if not is_utf8(record.text):
        return Refused(record.line, NOT_UTF8), before
    if len(record.fields) != len(columns):
        expected = f"expected {len(columns)} comma-separated fields"
        return Refused(record.line, expected, f"{len(record.fields)} fields"), before
    pairs = zip(columns, record.fields, strict=True)
    cells = {name: stripped for name, field in pairs if (stripped := field.strip())}
    try:
        _check_required(export, cells)
        instants, mended = _instants(export, cells, _zone(cells, timezone), before)
        event = export.event(cells, instants, record.text.rstrip("\r\n"))
    except NotUnderstood as error:
        return Refused(record.line, error.reason, error.came), before
    return Taken(record.line, [event], mended), instants[export.moment]


def _check_required(export: Export, cells: Cells) -> None:
    for name in export.required:
        if name not in cells:
            raise NotUnderstood.of(name, "a value", None)


def _zone(cells: Cells, timezone: str) -> ZoneInfo:
    name = cells.get("timezone", timezone)
    found = periods.zone(name)
    if found is None:
        raise NotUnderstood.of("timezone", "a name of the tz database", name)
    return found


def _instants(export: Export, cells: Cells, zone: ZoneInfo, before: int | None) -> tuple[Instants, Sequence[str]]:
    """By order no time of a row lies before its moment, nor that before the moment of the row above."""
    moment = export.moment
    at, reason = local_instant(moment, cells[moment], zone, before)
    instants, reasons = {moment: at}, [reason]
    for name in export.times:
        if name in cells:
            instants[name], reason = local_instant(name, cells[name], zone, at)
            reasons.append(reason)
    return instants, [reason for reason in reasons if reason]
