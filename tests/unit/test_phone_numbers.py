"""Which texts name a phone number: usual spellings do, longer numbers and other countries' do not."""

import re

import duckdb
import pytest

from busyhour.errors import BadRequest
from busyhour.tables.phone_numbers import number_pattern

SPELLINGS = (
    "+15551234567",
    "15551234567",
    "+1 555-123-4567",
    "+1 (555) 123-4567",
    "001 555 123 4567",
    "1.555.123.4567",
    "555-123-4567",
    "(555) 123 4567",
)
NAMED = (
    *SPELLINGS,
    "5551234567",
    "+1 555/123 45 67",
    "011 1 555 123 4567",
    "00015551234567"[1:],
    "+1\u00a0555\u2011123\u20114567",
    "+4911111,15551234567",
    '{"from":"+15551234567","at":1}',
    '{"ids":[7, 15551234567, 9]}',
    '{"from":5551234567}',
    "tel:+1-555-123-4567;ext=9",
    "https://example.com/?to=%2B15551234567&n=1",
    "https://example.com/?to=%205551234567",
    "Please call me: 555 123 4567. Thank you",
    "2026-03-09 10:15 +1 555-123-4567",
    "2026-03-09\t15551234567\t60",
)
NOT_NAMED = (
    "",
    "anonymous",
    "155512345678",
    "915551234567",
    "55512345678",
    "+5551234567",
    "+44 5551234567",
    "+44 (555) 123-4567",
    "00 5551234567",
    "+1 555 123 4568",
    "+1 555 123 456",
    "1555 123 4567 89",
    "+15551234\n567",
    '{"a":1555,"b":1234567}',
)


def _finds(number: str, text: str) -> bool:
    """Whether a number is found, as the engine says it."""
    row = duckdb.connect().execute("SELECT regexp_matches($text, $p)", {"text": text, "p": number_pattern(number)})
    return bool((row.fetchone() or (False,))[0])


@pytest.mark.parametrize("number", SPELLINGS)
def test_a_number_is_found_in_every_spelling(number: str) -> None:
    assert [text for text in NAMED if not _finds(number, text)] == []


@pytest.mark.parametrize("number", ["+15551234567", "1 555 123 4567", "001-555-123-4567"])
def test_another_number_is_not_found(number: str) -> None:
    assert [text for text in NOT_NAMED if _finds(number, text)] == []


def test_ten_digits_may_be_all_that_there_is_of_a_number() -> None:
    assert all(_finds("4930123456", text) for text in ("+4930123456", "+49 (0)30 123456", "+1 493-012-3456"))
    assert not _finds("+4930123456", "+14930123456")
    assert not _finds("4930123456", "+43 4930123456")


def test_countries_with_a_zero_in_brackets() -> None:
    for number in ("+49 (0)30 1234567", "+49 30 1234567", "0049301234567"):
        assert all(_finds(number, text) for text in ("+49301234567", "+49 (0) 30 / 1234567", "0049 30 1234567"))
        assert not any(_finds(number, text) for text in ("030 1234567", "+49 30 1234567 8", "+493012345678"))


def test_the_pattern_is_understood_by_python_as_by_the_engine() -> None:
    pattern = re.compile(number_pattern("+15551234567"))
    assert [text for text in NAMED if not pattern.search(text)] == []
    assert [text for text in NOT_NAMED if pattern.search(text)] == []


NO_NUMBERS = ("", "+", "1234", "+12", "1" * 16, "555-CALL-NOW", "+1+5551234567", "555123x99", "١٢٣٤٥٦")


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(BadRequest, match=r"--number: got .* expected a phone number of 5 to 15 digits"):
        number_pattern(number)
