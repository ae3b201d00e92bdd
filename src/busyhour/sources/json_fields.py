"""JSON objects of events: decoded once, then read field by field.

What is absent, null, blank or `{}` says nothing. Every reader raises NotUnderstood for what it cannot read.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import orjson

from busyhour.domain.directory import Kind
from busyhour.domain.events import Party
from busyhour.sources.text import NOT_UTF8, is_utf8
from busyhour.sources.values import NotUnderstood, flag, identity, says_nothing, text

__all__ = [
    "Reader",
    "decoded",
    "json_flag",
    "json_object",
    "loaded",
    "objects",
    "party",
    "read_fields",
    "required",
    "saying",
]

Reader = Callable[[str, object], Any]
"""Reads the value of the field of that name."""

json_flag = partial(flag, words={"true": True, "false": False})
"""True or false, also as a word."""


def decoded(body: bytes | str) -> tuple[str, dict[str, Any]]:
    """The text of a body, without the mark that some systems begin their UTF-8 with, and its one JSON object."""
    body = _unmarked(body)
    payload = loaded(body)
    return body if isinstance(body, str) else body.decode(), payload


def loaded(body: bytes | str) -> dict[str, Any]:
    """The one JSON object of a body."""
    body = _unmarked(body)
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _no_json(body) from error
    if not isinstance(payload, dict):
        raise NotUnderstood.of("event", "a JSON object", payload)
    return payload


def _unmarked(body: bytes | str) -> bytes | str:
    return body if isinstance(body, str) else body.removeprefix(BOM_UTF8)


def _no_json(body: bytes | str) -> NotUnderstood:
    raw = body if isinstance(body, str) else body.decode("utf-8", "surrogateescape")
    return NotUnderstood.of("event", "a JSON object", raw) if is_utf8(raw) else NotUnderstood(NOT_UTF8)


def saying(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in payload.items() if not says_nothing(value)}


def read_fields(readers: Mapping[str, Reader], said: Mapping[str, Any], within: str = "") -> dict[str, Any]:
    """What the fields of these names say; `within` is where they stand, for messages."""
    return {name: read(within + name, said[name]) for name, read in readers.items() if name in said}


def required(values: Mapping[str, Any], expected: Mapping[str, str]) -> None:
    """Refuse an event of which one of these fields says nothing; each is given with what was expected of it."""
    for name, what in expected.items():
        if values.get(name) is None:
            raise NotUnderstood.of(name, what, None)


def json_object(name: str, value: object) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise NotUnderstood.of(name, "an object", value)
    return value


def objects(name: str, value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a list with its place in it, such as `labels[0]`."""
    if not isinstance(value, list):
        raise NotUnderstood.of(name, "a list of objects", value)
    for number, item in enumerate(value):
        place = f"{name}[{number}]"
        yield place, json_object(place, item)


def party(name: str, value: object) -> Party | None:
    """A target or contact; None where nothing is said of it."""
    said = read_fields(_PARTY, saying(json_object(name, value)), f"{name}.")
    return Party(**said) if said else None


def _kind(name: str, value: object) -> str:
    spelled = text(name, value)
    kind = Kind.parse(spelled)
    return kind.type_name if kind else spelled


_PARTY: Mapping[str, Reader] = {
    "id": identity,
    "type": _kind,
    "name": text,
    "email": text,
    "phone": text,
    "office_id": identity,
}
