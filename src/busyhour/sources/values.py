"""Single values of foreign forms: understood exactly, or not at all and then saying why."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

__all__ = [
    "EARLIEST",
    "LATEST",
    "NotUnderstood",
    "count",
    "direction",
    "flag",
    "identity",
    "instant",
    "milliseconds",
    "minutes",
    "says_nothing",
    "tenths",
    "text",
]

EARLIEST = 31_536_000_000_000
"""1971-01-01 in µs UTC: anything before it is a number of another meaning, such as seconds taken for ms."""

LATEST = 7_258_118_400_000_000
"""2200-01-01 in µs UTC."""

_YEAR = 366 * 86_400_000_000
_MANY = 1_000_000_000
_ID_LENGTH = 64
_CAME_LENGTH = 60
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_SPREADSHEET_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]*)?E\+[0-9]+|[0-9]+\.0*", re.IGNORECASE)


class NotUnderstood(ValueError):
    """A foreign form that does not say what it should: the field and what was expected, and what came."""

    def __init__(self, reason: str, came: str = "") -> None:
        super().__init__(reason, came)
        self.reason = reason
        self.came = came

    @classmethod
    def of(cls, name: str, expected: str, value: object) -> Self:
        """The error for the field of that name; a long value is shortened."""
        came = "nothing" if value is None else repr(value)
        if len(came) > _CAME_LENGTH:
            came = came[: _CAME_LENGTH - 1] + "…"
        return cls(f"{name}: expected {expected}", came)


def says_nothing(value: object) -> bool:
    """Whether a value is as absent: null, an empty object or blank text."""
    return value is None or value == {} or (isinstance(value, str) and not value.strip())


def text(name: str, value: object, expected: str = "text") -> str:
    """Text without the blanks around it; whole numbers are taken as their digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    # A zero character is text to JSON and CSV, but no database column can hold it.
    if not isinstance(value, str) or "\x00" in value:
        raise NotUnderstood.of(name, expected, value)
    return value.strip()


def identity(name: str, value: object) -> str:
    """An id as text, of at most 64 characters."""
    found = text(name, value, "an id")
    if _SPREADSHEET_NUMBER.fullmatch(found):
        raise NotUnderstood.of(name, "an id, not a number as spreadsheet programs rewrite it", value)
    if len(found) > _ID_LENGTH:
        raise NotUnderstood.of(name, f"an id of at most {_ID_LENGTH} characters", value)
    return found


def direction(name: str, value: object) -> str:
    """`inbound` or `outbound`."""
    found = value.strip().lower() if isinstance(value, str) else None
    if found not in ("inbound", "outbound"):
        raise NotUnderstood.of(name, "inbound or outbound", value)
    return found


def flag(name: str, value: object, words: Mapping[str, bool]) -> bool:
    """True or false, also as one of these words in any case."""
    if isinstance(value, bool):
        return value
    found = words.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise NotUnderstood.of(name, " or ".join(words), value)
    return found


def instant(name: str, value: object) -> int | None:
    """Milliseconds since 1970 as µs UTC, between 1971 and 2200; 0 says nothing."""
    number = _number(value)
    if number == 0:
        return None
    if number is None or not EARLIEST <= number * 1000 < LATEST:
        raise NotUnderstood.of(name, "milliseconds since 1970, of the years 1971 to 2199", value)
    return _whole(number * 1000)


def milliseconds(name: str, value: object) -> int:
    """A duration in milliseconds as µs."""
    return _amount(name, value, 1000, _YEAR, "milliseconds, not negative and at most a year's")


def minutes(name: str, value: object) -> int:
    """A duration in decimal minutes as µs, exact."""
    return _amount(name, value, 60_000_000, _YEAR, "minutes, not negative and at most a year's")


def tenths(name: str, value: object) -> int:
    """A percentage as tenths of a percent."""
    return _amount(name, value, 10, 1000, "a percentage from 0 to 100")


def count(name: str, value: object) -> int:
    """A whole number of times."""
    number = _number(value)
    if number is None or not 0 <= number <= _MANY or number != int(number):
        raise NotUnderstood.of(name, "a whole number, not negative", value)
    return int(number)


def _amount(name: str, value: object, scale: int, most: int, expected: str) -> int:
    number = _number(value)
    if number is None or not 0 <= number * scale <= most:
        raise NotUnderstood.of(name, expected, value)
    return _whole(number * scale)


def _number(value: object) -> Decimal | None:
    if isinstance(value, str):
        found = value.strip()
        return Decimal(found) if _NUMBER.fullmatch(found) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value))
    return None


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_UP))
