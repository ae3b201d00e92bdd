"""Exact figures, and figures known to lie between two bounds because what they sum was printed rounded."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

__all__ = ["MINUTE", "Between", "Range", "as_text", "rounded", "sum_of_printed"]

MINUTE = 60_000_000
"""Microseconds of a minute."""
_HUNDREDTH = MINUTE // 100


@dataclass(frozen=True, slots=True)
class Range:
    """The printed numbers that are right: from `low` to `high`, both included, to so many decimals."""

    low: Decimal
    high: Decimal
    decimals: int

    def __contains__(self, number: Decimal) -> bool:
        return self.low <= number <= self.high

    def __str__(self) -> str:
        return f"{as_text(self.low)} … {as_text(self.high)}"


@dataclass(frozen=True, slots=True)
class Between:
    """A figure before rounding, from `low` to `high`, both included."""

    low: Fraction
    high: Fraction

    @classmethod
    def exactly(cls, figure: Fraction | int) -> "Between":
        """A figure that is known."""
        return cls(Fraction(figure), Fraction(figure))

    def __add__(self, other: "Between") -> "Between":
        return Between(self.low + other.low, self.high + other.high)

    def over(self, count: int) -> "Between":
        """The mean; 0 where there is nothing to divide by."""
        return Between(self.low / count, self.high / count) if count else Between.exactly(0)

    def printed(self, decimals: int) -> str | Range:
        """How a report may print it: one text, or a range where the bounds round apart."""
        low, high = rounded(self.low, decimals), rounded(self.high, decimals)
        return as_text(low) if low == high else Range(low, high, decimals)


def rounded(figure: Fraction, decimals: int) -> Decimal:
    """A figure to so many decimals, half away from zero."""
    scaled = abs(figure) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if figure < 0 else whole).scaleb(-decimals)


def as_text(number: Decimal) -> str:
    """A number as reports print it: no exponent, no trailing zeros, no minus before 0."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def sum_of_printed(minutes: Iterable[Decimal]) -> Between:
    """The sum, in minutes, of durations known only to 2 decimals: each is half a hundredth up or down, never < 0.

    Up to a hundredth's half less a microsecond, as a half is rounded up.
    """
    low = high = 0
    for printed in minutes:
        middle = int(printed * 100) * _HUNDREDTH
        low += max(0, middle - _HUNDREDTH // 2)
        high += middle + _HUNDREDTH // 2 - 1
    return Between(Fraction(low, MINUTE), Fraction(high, MINUTE))
