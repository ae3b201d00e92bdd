"""Dialpad's events, the bodies that its webhooks send, and those of our own form: one JSON object a line.

Unknown keys stay in the raw text alone. A value that is there and cannot be understood refuses its event.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from busyhour.domain.events import CallEvent
from busyhour.domain.things import Thing
from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Refused, Row, Source, Taken
from busyhour.sources.dialpad_call_things import things_of
from busyhour.sources.dialpad_calls import call_of
from busyhour.sources.dialpad_duty import DUTY_KEY, duty_of
from busyhour.sources.dialpad_texts import TEXT_KEYS, text_of
from busyhour.sources.json_fields import decoded, loaded
from busyhour.sources.own_events import OWN_KEY, is_own, own_event
from busyhour.sources.text import lines
from busyhour.sources.values import NotUnderstood

__all__ = ["SOURCE", "glance", "parse"]

_CALL_KEYS = {"call_id", "state"}
_DIRECTORY_KEY = "action"
_EXPECTED = f"a call (call_id, state), a text (id), an agent's status ({DUTY_KEY}) or one of our own form ({OWN_KEY})"


def parse(body: bytes | str) -> Sequence[CallEvent | Thing]:
    """What one JSON object tells: of a call its leg first, then the further things that it names.

    Raises NotUnderstood for other kinds of events, for a missing or misshapen field, and for what is no JSON.
    """
    raw, payload = decoded(body)
    return _reader(payload)(payload, raw)


def glance(body: bytes | str) -> None:
    """Raise NotUnderstood for what is no JSON object, or of no kind that is known; its fields are not read."""
    _reader(loaded(body))


_Reader = Callable[[dict[str, Any], str], Sequence[CallEvent | Thing]]


def _reader(payload: dict[str, Any]) -> _Reader:
    """What reads an object, by the keys that it has."""
    keys = payload.keys()
    if keys >= _CALL_KEYS:
        return _call_with_things
    if is_own(payload):
        return _own
    if not keys.isdisjoint(TEXT_KEYS):
        return _text
    if DUTY_KEY in payload:
        return duty_of
    if _DIRECTORY_KEY in payload:
        raise NotUnderstood(f"a directory event: expected {_EXPECTED}", _DIRECTORY_KEY)
    if OWN_KEY in payload:
        return _own
    if not keys.isdisjoint(_CALL_KEYS):
        return _call
    raise NotUnderstood.of("event", _EXPECTED, payload)


def _call_with_things(payload: dict[str, Any], raw: str) -> Sequence[CallEvent | Thing]:
    call = call_of(payload, raw)
    return [call, *things_of(call, payload)]


def _call(payload: dict[str, Any], raw: str) -> Sequence[CallEvent | Thing]:
    return [call_of(payload, raw)]


def _own(payload: dict[str, Any], raw: str) -> Sequence[CallEvent | Thing]:
    return [own_event(payload, raw)]


def _text(payload: dict[str, Any], raw: str) -> Sequence[CallEvent | Thing]:
    return [text_of(payload, raw)]


def _rows(file: BinaryIO, _context: Context) -> Iterator[Row]:
    for line, came in lines(file):
        if line == 1 and came.lstrip().startswith("["):
            raise UnreadableFile(
                f"Line 1 begins a JSON list: expected one JSON object a line, got {came[:60].strip()!r}."
            )
        if came.strip():
            yield _row(line, came.rstrip("\r\n"))


def _row(line: int, came: str) -> Row:
    try:
        return Taken(line, parse(came))
    except NotUnderstood as error:
        return Refused(line, error.reason, error.came)


SOURCE = Source("dialpad", "Dialpad's events and our own, one JSON object a line", _rows)
