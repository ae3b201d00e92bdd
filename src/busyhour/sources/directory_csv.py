"""A company's directory as CSV: a row an entry, and a row for each group that somebody belongs to.

Columns go by the header's names, in any order; an empty cell says nothing.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO

from busyhour.domain.centers import WEEKDAYS
from busyhour.domain.directory import GROUP_KINDS, PERSON_KINDS, Kind
from busyhour.domain.drafts import Draft, MemberDraft, Problem, Reference, Sheet, raise_problems
from busyhour.errors import UnreadableFile
from busyhour.sources.directory_fields import FIELDS, fields_of, make_draft
from busyhour.sources.directory_hours import CLOSED, day
from busyhour.sources.directory_raw import Raw
from busyhour.sources.text import NOT_UTF8, Record, is_utf8, lines, records

__all__ = ["is_header", "read_csv"]

_DAYS = {f"{weekday}_hours": weekday for weekday in WEEKDAYS}
_MEMBER = ("group", "group_kind", "role", "since", "until")
_COLUMNS = ("kind", *FIELDS, "office", *_DAYS, *_MEMBER)
_KINDS = ", ".join(kind.type_name for kind in Kind)
_DAY = "a date such as 2026-03-01"

_Cells = dict[str, str]
_Who = tuple[Kind, str]


def is_header(line: str) -> bool:
    """Whether a line can be the header of such a CSV."""
    return "kind" in _names(line)


def read_csv(file: BinaryIO) -> Sheet:
    """What the file says; raises UnreadableFile that names every line which cannot be taken."""
    numbered = lines(file)
    _, header = next(numbered)
    columns = _columns(header)
    reader = _Reader()
    for record in records(numbered, len(columns), _delimiter(header)):
        reader.row(record, columns)
    drafts = reader.drafts()
    members = [member for row in reader.places for member in reader.member(*row, drafts)]
    raise_problems(reader.problems)
    return Sheet(list(drafts.values()), members)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _names(header: str) -> list[str]:
    try:
        names = next(csv.reader([header], delimiter=_delimiter(header)), [])
    except csv.Error:
        names = []
    return [name.strip().lower() for name in names]


def _kind(text: str | None) -> Kind | None:
    """The kind that people call call_center, callcenter or Call Center."""
    return Kind.parse(text.replace(" ", "")) if text else None


def _columns(header: str) -> list[str]:
    names = _names(header)
    if "kind" not in names:
        raise UnreadableFile(
            f"Line 1 is not the header of a directory's CSV: no column kind in {header[:60].strip()!r}."
        )
    if strange := [name for name in names if name not in _COLUMNS]:
        raise UnreadableFile(f"Line 1: column: got {strange[0]!r}; accepted: {', '.join(_COLUMNS)}.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UnreadableFile(f"Line 1 names a column more than once: {', '.join(twice)}.")
    return names


class _Reader:
    """Gathers rows by whom they are about: what several rows say of somebody is one entry."""

    def __init__(self) -> None:
        self.said: dict[_Who, dict[str, tuple[int, str]]] = {}
        self.lines: dict[_Who, int] = {}
        self.places: list[tuple[int, _Who, _Cells]] = []
        self.problems: list[Problem] = []

    def row(self, record: Record, columns: Sequence[str]) -> None:
        """Put one row down."""
        if not is_utf8(record.text):
            self._refuse(record.line, "the row", None, NOT_UTF8)
        elif len(record.fields) != len(columns):
            self._refuse(record.line, "the row", f"{len(record.fields)} fields", f"{len(columns)} fields")
        else:
            pairs = zip(columns, record.fields, strict=True)
            self._cells(record.line, {name: text.strip() for name, text in pairs if text.strip()})

    def _cells(self, line: int, cells: _Cells) -> None:
        said = cells.pop("kind", None)
        kind = _kind(said)
        if kind is None:
            self._refuse(line, "kind", said, _KINDS)
            return
        who = (kind, cells.get("id") or cells.get("email", "").casefold() or cells.get("name", ""))
        accepted = {*fields_of(kind), "office", *_MEMBER, *(_DAYS if "hours" in fields_of(kind) else ())}
        for name, text in cells.items():
            if name not in accepted:
                self._refuse(line, name, text, f"nothing; a {kind.type_name} has no {name}")
        self._merge(line, who, {name: text for name, text in cells.items() if name in accepted - {*_MEMBER}})
        place = {name: text for name, text in cells.items() if name in _MEMBER}
        if place:
            self.places.append((line, who, place))

    def _merge(self, line: int, who: _Who, cells: _Cells) -> None:
        self.lines.setdefault(who, line)
        known = self.said.setdefault(who, {})
        for name, text in cells.items():
            first, before = known.setdefault(name, (line, text))
            if before != text and not (name == "email" and before.casefold() == text.casefold()):
                self._refuse(line, name, text, f"{before}, as on line {first}")

    def drafts(self) -> dict[_Who, Draft]:
        """One draft for each entry that the rows are about."""
        return {who: self._draft(who, cells) for who, cells in self.said.items()}

    def _draft(self, who: _Who, cells: Mapping[str, tuple[int, str]]) -> Draft:
        office = (
            Reference((Kind.OFFICE,), cells["office"][1]) if "office" in cells and who[0] is not Kind.OFFICE else None
        )
        said: list[tuple[int, str, Raw]] = [
            (line, name, text) for name, (line, text) in cells.items() if name in FIELDS
        ]
        days: dict[str, Raw] = {_DAYS[name]: text for name, (_, text) in cells.items() if name in _DAYS}
        if days:
            line = next(line for name, (line, _) in cells.items() if name in _DAYS)
            said.append((line, "hours", dict.fromkeys(WEEKDAYS, CLOSED) | days))
        return make_draft(self.lines[who], who[0], office, said, self.problems)

    def member(self, line: int, who: _Who, place: _Cells, drafts: Mapping[_Who, Draft]) -> Iterator[MemberDraft]:
        """The membership that a row names."""
        if who[0] not in PERSON_KINDS or "group" not in place:
            accepted = "a group, with it" if who[0] in PERSON_KINDS else f"nothing; a {who[0].type_name} is in no group"
            self._refuse(line, "group", place.get("group"), accepted)
            return
        kinds = self._group_kinds(line, place)
        since, until = self._day(line, place, "since"), self._day(line, place, "until")
        if since and until and since >= until:
            self._refuse(line, "until", place["until"], f"a day after since ({since})")
        group = Reference(kinds, place["group"])
        yield MemberDraft(line, group, drafts[who], place.get("role"), since, until)

    def _group_kinds(self, line: int, place: _Cells) -> tuple[Kind, ...]:
        kind = _kind(place.get("group_kind"))
        if "group_kind" in place and kind not in GROUP_KINDS:
            self._refuse(line, "group_kind", place["group_kind"], ", ".join(kind.type_name for kind in GROUP_KINDS))
        return GROUP_KINDS if kind is None else (kind,)

    def _day(self, line: int, place: _Cells, name: str) -> date | None:
        found = day(place[name]) if name in place else None
        if found is None and name in place:
            self._refuse(line, name, place[name], _DAY)
        return found

    def _refuse(self, line: int, field: str, came: str | None, accepted: str) -> None:
        self.problems.append(Problem(line, field, came, accepted))
