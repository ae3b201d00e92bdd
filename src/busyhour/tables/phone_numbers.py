"""Where a text names a phone number: its digits are compared, in whatever way they are spelled.

Of a number with its country code its digits count, as one run or parted by spaces, hyphens, dots, slashes and
brackets, with +, 00, 011 or nothing before them, and with or without (0). A North American number is also found
without its 1, and one that is given with ten digits and no + also with it. National spellings of other countries are
numbers of their own.
"""

import re

from busyhour.errors import BadRequest

__all__ = ["number_pattern"]

_PARTS = " ./()\\-\u00a0\u2010-\u2015\u202f"
"""What parts digits, and the hyphens and spaces that do not break a line."""

_SPELLED = re.compile(rf"\+?[0-9{_PARTS}]+")
_FEWEST, _MOST = 5, 15
_PARTING = f"[{_PARTS}]"
_ESCAPED = "%[0-9A-Fa-f]{2}"
_ABROAD = rf"(?:(?:00|011){_PARTING}*)?"


def number_pattern(number: str) -> str:
    """A regular expression, Python's and the engine's, that finds a number in a text; raises BadRequest."""
    text = number.strip()
    digits = re.sub(r"[^0-9]", "", text.replace("(0)", ""))
    is_whole = text.startswith("+")
    if not is_whole and digits.startswith("00"):
        digits, is_whole = digits[2:], True
    if not _SPELLED.fullmatch(text) or not _FEWEST <= len(digits) <= _MOST:
        expected = f"expected a phone number of {_FEWEST} to {_MOST} digits, such as +1 555-123-4567"
        raise BadRequest(f"--number: got {number!r}; {expected}.")
    if len(digits) == 10 and not is_whole:
        return f"{_any_way('1' + digits)}|{_alone(digits)}"
    if len(digits) == 11 and digits.startswith("1"):
        return f"{_any_way(digits)}|{_alone(digits[1:], abroad=False)}"
    return _any_way(digits)


def _any_way(digits: str) -> str:
    """As one run between any two other characters, or parted and alone."""
    return f"(?:^|[^0-9]|{_ESCAPED}){_ABROAD}{digits}(?:[^0-9]|$)|{_alone(digits)}"


def _alone(digits: str, *, abroad: bool = True) -> str:
    """Parted or not, where no other digits could belong to the same number; of one country only, no + is before it."""
    spelled = rf"(?:\(0\)|{_PARTING}){{0,3}}".join(digits)
    # TRICKY: what parts a number may also stand around it, so that the number +44 555 123 4567 is not 555 123 4567.
    before = f"(?:^|[^0-9{'' if abroad else '+'}{_PARTS}]|{_ESCAPED}){_PARTING}*{_ABROAD if abroad else ''}"
    return f"{before}{spelled}{_PARTING}*(?:[^0-9{_PARTS}]|$)"
