"""The fields of a directory file: who has them, how each is read, and how it is written."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from busyhour.domain.directory import GROUP_KINDS, Entry, Kind
from busyhour.domain.drafts import Draft, Problem, Reference
from busyhour.domain.periods import zone
from busyhour.sources.directory_hours import read_holidays, read_hours, write_holidays, write_hours
from busyhour.sources.directory_raw import Raw, Unacceptable, Writable
from busyhour.sources.values import NotUnderstood, identity

__all__ = ["FIELDS", "STATES", "Field", "fields_of", "make_draft", "write_id", "written"]

STATES = ("active", "cancelled", "deleted", "pending", "suspended")

_LINES = (Kind.OFFICE, Kind.CALL_CENTER, Kind.DEPARTMENT, Kind.STAFF_GROUP)
"""Whatever has hours and rings operators."""

_COLUMNS = ("id", "name", "email", "phones", "timezone")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LONGEST = 200
_NOT_OF_A_LINE = ("Cc", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the kinds of entries that have it, its reader (raises Unacceptable) and its writer."""

    kinds: tuple[Kind, ...]
    read: Callable[[Raw], Any]
    write: Callable[[Any], Writable] = str


def _line(raw: Raw, most: int = _LONGEST) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    if not 0 < len(text) <= most or any(unicodedata.category(sign) in _NOT_OF_A_LINE for sign in text):
        raise Unacceptable(raw, f"a line of text, at most {most} characters")
    return text


def _id(raw: Raw) -> str:
    try:
        return identity("id", _line(raw))
    except NotUnderstood as error:
        raise Unacceptable(raw, error.reason.partition("expected ")[2]) from None


def _email(raw: Raw) -> str:
    text = _line(raw)
    if not re.fullmatch(r"[^\s,;@]+@[^\s,;@]+", text):
        raise Unacceptable(raw, "one email address")
    return text


def _phones(raw: Raw) -> str:
    listed = re.split("[,;]", raw) if isinstance(raw, str) else raw
    if not isinstance(listed, list) or not listed or any(re.search("[,;]", str(one)) for one in listed):
        raise Unacceptable(raw, "a phone number, or a list of them")
    return ",".join(_line(one, 64) for one in listed)


def _timezone(raw: Raw) -> str:
    if not isinstance(raw, str) or zone(raw.strip()) is None:
        raise Unacceptable(raw, "a name of the tz database, such as America/New_York")
    return raw.strip()


def _choice(raw: Raw, choices: tuple[str, ...]) -> str:
    if not isinstance(raw, str) or raw.strip().lower() not in choices:
        raise Unacceptable(raw, ", ".join(choices))
    return raw.strip().lower()


def _number(raw: Raw, least: int, most: int) -> int:
    text = raw.strip() if isinstance(raw, str) else ""
    if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise Unacceptable(raw, f"a whole number from {least} to {most}")
    return int(text)


def _flag(raw: Raw) -> bool:
    if not isinstance(raw, str) or raw.strip().lower() not in _FLAGS:
        raise Unacceptable(raw, "true or false")
    return _FLAGS[raw.strip().lower()]


def write_id(value: str) -> Writable:
    """An id, as a number where it is one."""
    return int(value) if value.isascii() and value.isdigit() and str(int(value)) == value else value


def _write_phones(value: str) -> Writable:
    return list(value.split(","))


_EVERYBODY = tuple(Kind)
_DESCRIBED = tuple(kind for kind in GROUP_KINDS if kind is not Kind.OFFICE)

FIELDS: Mapping[str, Field] = {
    "id": Field(_EVERYBODY, _id, write_id),
    "name": Field(_EVERYBODY, _line),
    "email": Field((Kind.USER,), _email),
    "phones": Field(_EVERYBODY, _phones, _write_phones),
    "timezone": Field(_EVERYBODY, _timezone),
    "country": Field(_EVERYBODY, _line),
    "state": Field(_EVERYBODY, partial(_choice, choices=STATES)),
    "description": Field(_DESCRIBED, partial(_line, most=2000)),
    "extension": Field((Kind.USER,), _line),
    "job_title": Field((Kind.USER,), _line),
    "company_admin": Field((Kind.USER,), _flag, bool),
    "primary": Field((Kind.OFFICE,), _flag, bool),
    "service_level_percent": Field(_LINES, partial(_number, least=1, most=100), int),
    "service_level_seconds": Field(_LINES, partial(_number, least=0, most=86_400), int),
    "short_abandon_seconds": Field(_LINES, partial(_number, least=0, most=3_600), int),
    "hours": Field(_LINES, read_hours, write_hours),
    "holidays": Field(_LINES, read_holidays, write_holidays),
}
"""Every field by its name; those that are not columns of an entry are its details, by the same names."""


def fields_of(kind: Kind) -> list[str]:
    """The names of the fields that an entry of that kind has."""
    return [name for name, field in FIELDS.items() if kind in field.kinds]


def make_draft(
    line: int,
    kind: Kind,
    office: Draft | Reference | None,
    said: Iterable[tuple[int, str, Raw]],
    problems: list[Problem],
) -> Draft:
    """The draft of one entry from its lines, field names and values; what cannot be read is put to the problems."""
    values: dict[str, Any] = {}
    for number, name, raw in said:
        try:
            values[name] = FIELDS[name].read(raw)
        except Unacceptable as error:
            problems.append(Problem(number, name, error.came, error.accepted))
    if not values.keys() & {"id", "name", "email"}:
        problems.append(Problem(line, "name", None, "an id or a name"))
    columns = {name: values.pop(name, None) for name in _COLUMNS}
    columns["phone"] = columns.pop("phones")
    return Draft(line, kind, office=office, details=values, **columns)


def written(entry: Entry, details: Mapping[str, Any]) -> dict[str, Writable]:
    """What a file says of an entry, such that reading it gives the entry again.

    What an event brought and no file could say (such as an email without an @) is left out: silence changes nothing.
    """
    columns = {name: getattr(entry, "phone" if name == "phones" else name) for name in _COLUMNS}
    told: dict[str, Writable] = {}
    for name in fields_of(entry.kind):
        value = columns[name] if name in _COLUMNS else details.get(name)
        # Always open is a word of its own: null where there is a key.
        if value is not None or (name == "hours" and name in details):
            shown = FIELDS[name].write(value)
            if _reads_as(name, shown, value):
                told[name] = shown
    return told


def _reads_as(name: str, shown: Writable, value: object) -> bool:
    try:
        return bool(FIELDS[name].read(_raw(shown)) == value)
    except Unacceptable:
        return False


def _raw(shown: Writable) -> Raw:
    if isinstance(shown, list):
        return [_raw(one) for one in shown]
    if isinstance(shown, dict):
        return {key: _raw(one) for key, one in shown.items()}
    return str(shown)
