"""By what the lists of the directory can be narrowed, as the vendor's parameters do it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from busyhour.domain.directory import Entry
from busyhour.errors import BadRequest
from busyhour.web.directory_shapes import is_company_admin, state

__all__ = ["FILTERS", "FLAG_WORDS", "STATES", "chosen"]

STATES = ("active", "all", "cancelled", "deleted", "pending", "suspended")

FLAG_WORDS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}

Keep = Callable[[Entry], bool]


def _flag(name: str, text: str) -> bool:
    if text not in FLAG_WORDS:
        raise BadRequest(f"{name}: got {text!r:.80}; accepted: true or false.")
    return FLAG_WORDS[text]


def _active_only(text: str) -> Keep:
    active_only = _flag("active_only", text)
    return lambda entry: not active_only or state(entry) == "active"


def _company_admin(text: str) -> Keep:
    wanted = _flag("company_admin", text)
    return lambda entry: is_company_admin(entry) is wanted


def _state(text: str) -> Keep:
    if text not in STATES:
        raise BadRequest(f"state: got {text!r:.80}; accepted: {', '.join(STATES)}.")
    return lambda entry: text in ("all", state(entry))


def _email(text: str) -> Keep:
    wanted = text.strip().casefold()
    return lambda entry: wanted in ("", (entry.email or "").casefold())


def _number(text: str) -> Keep:
    # A plus sign that a client did not encode has arrived as a blank: digits alone are compared.
    digits = _digits(text)
    return lambda entry: not digits or digits in [_digits(phone) for phone in (entry.phone or "").split(",")]


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text) or text.strip()


FILTERS: Mapping[str, Callable[[str], Keep]] = {
    "active_only": _active_only,
    "company_admin": _company_admin,
    "email": _email,
    "name_search": lambda text: lambda entry: text.casefold() in (entry.name or "").casefold(),
    "number": _number,
    "office_id": lambda text: lambda entry: entry.office_id == text,
    "state": _state,
}
"""Each parameter and the entries that it keeps; raises BadRequest for a value that is none."""


def chosen(entries: list[Entry], filters: Mapping[str, Any]) -> list[Entry]:
    """The entries that every filter keeps."""
    keeps = [FILTERS[name](value) for name, value in filters.items()]
    return [entry for entry in entries if all(keep(entry) for keep in keeps)]
