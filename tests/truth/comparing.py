"""An actual report against the expected rows, its differences in words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from truth.intervals import Range
from truth.measures import NOT_RECOUNTED

__all__ = ["compare"]

_NAMES = (
    "date", "user_id", "group_id", "name", "email", "type", "timezone", "dids", "call_center_id", "call_center_name",
    "first_on_duty", "last_on_duty", "weekday", "hour", "days", "wait_from", "wait_until",
)  # fmt: skip
_KEYS = ("date", "type", "name", "user_id", "weekday", "hour", "wait_from")
_NUMBER = re.compile(r"-?(?!0$)(0|[1-9]\d*)(\.\d?[1-9])?|0")

Expected = Mapping[str, str | Range]
Actual = Mapping[str, str]


def compare(expected: Sequence[Expected], actual_rows: Sequence[Actual]) -> list[str]:
    """Every difference, a line each; [] where the report is right.

    Rows are told apart by what they name: missing rows, rows too many and a wrong order are each said once.
    """
    differences = _row_differences([_label(row) for row in expected], [_label(row) for row in actual_rows])
    if expected and actual_rows and list(expected[0]) != list(actual_rows[0]):
        differences.append(f"header: expected {','.join(expected[0])}, got {','.join(actual_rows[0])}")
    waiting: dict[str, list[Actual]] = {}
    for row in actual_rows:
        waiting.setdefault(_label(row), []).append(row)
    for wanted in expected:
        same = waiting.get(_label(wanted))
        if same:
            differences += _field_differences(wanted, same.pop(0))
    return differences


def _label(row: Mapping[str, str | Range]) -> str:
    parts = [f"({row[key]})" if key == "user_id" else str(row[key]) for key in _KEYS if row.get(key)]
    return " ".join(parts) or "nameless row"


def _row_differences(expected: list[str], actual: list[str]) -> list[str]:
    missing, surplus = Counter(expected) - Counter(actual), Counter(actual) - Counter(expected)
    differences = [f"{label} · row missing" for label in missing.elements()]
    differences += [f"{label} · row not expected" for label in surplus.elements()]
    if not differences and expected != actual:
        at = next(n for n, (one, other) in enumerate(zip(expected, actual, strict=True)) if one != other)
        differences.append(f"order: expected {expected[at]} as row {at + 1}, got {actual[at]}")
    return differences


def _field_differences(expected: Expected, actual: Actual) -> list[str]:
    label = _label(expected)
    return [
        f"{label} · {column}: expected {wanted}, got {got}"
        for column, wanted in expected.items()
        if column in actual and not _is_right(column, wanted, got := actual[column])
    ]


def _is_right(column: str, wanted: str | Range, got: str | None) -> bool:
    # A row that is too short in its file comes with None.
    if got is None:
        return False
    if column in _NAMES:
        return column in NOT_RECOUNTED or wanted == got
    if not _NUMBER.fullmatch(got):
        return False
    if isinstance(wanted, Range):
        decimals = len(got.partition(".")[2])
        return decimals <= wanted.decimals and Decimal(got) in wanted
    return column in NOT_RECOUNTED or wanted == got
