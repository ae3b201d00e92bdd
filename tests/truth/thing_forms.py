"""The form of printed records of all stat types but `calls`: what is off it is told by row and column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from truth.clock import candidates, zone

__all__ = ["MOMENTS", "wrong_form"]

Printed = Mapping[str, str]

MOMENTS = {"screenshare": "date_started", "dispositions": "date_started"}
"""By which column a record belongs to a local day, where that is not `date`."""

_MICROS = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"
_SECONDS = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_MINUTES = r"(?!0$)(0|[1-9]\d*)(\.\d?[1-9])?|0"
_PATTERNS = {
    **dict.fromkeys(("date", "date_started", "date_listened", "date_sent", "date_responded", "date_ended"), _MICROS),
    **dict.fromkeys(("date_rang", "date_queued", "date_connected"), _SECONDS),
    **dict.fromkeys(("target_id", "operator_id", "sender_id", "listened_by_target_id", "call_center_id"), r"\d+"),
    "duration": _MINUTES,
    "participants": r"0|[1-9]\d*",
    "mms": "true|false",
    "on_duty_status": "available|occupied|wrapup|busy|unavailable",
    "target_type": "user|room|call_center|department|office|staff_group|coaching_team",
}
_PATTERNS_OF = {"recordings": {"date": _SECONDS}, "dispositions": {"date_ended": _SECONDS}}
_DIRECTIONS = {"texts": "inbound|outbound|internal", "dispositions": "inbound|outbound"}
_NEEDED = {"date", "date_started", "target_id", "mms", "on_duty_status", "direction", "timezone"}
_IDS = {
    "texts": "message_id",
    "voicemails": "call_id",
    "screenshare": "screenshare_id",
    "dispositions": "call_id",
    "onduty": "record_id",
}
"""What tells records of one moment apart, where it is printed."""


def wrong_form(stat_type: str, rows: Sequence[Printed], timezone: str) -> list[str]:
    """What of printed records is off their form or out of order, a line each; [] where all is right."""
    patterns = _PATTERNS | _PATTERNS_OF.get(stat_type, {}) | {"direction": _DIRECTIONS.get(stat_type, "")}
    wrong = [f"row {number}: {fault}" for number, row in enumerate(rows, 1) for fault in _wrong_fields(row, patterns)]
    wrong += [f"row {n}: timezone {row['timezone']!r}" for n, row in enumerate(rows, 1) if row["timezone"] != timezone]
    return wrong or list(_wrong_order(stat_type, rows, timezone))


def _wrong_fields(row: Printed, patterns: Mapping[str, str]) -> Iterator[str]:
    for name, value in row.items():
        if not value and name in _NEEDED:
            yield f"{name} is empty"
        if value and name in patterns and not re.fullmatch(patterns[name], value):
            yield f"{name}: expected {patterns[name]}, got {value!r}"


def _wrong_order(stat_type: str, rows: Sequence[Printed], timezone: str) -> Iterator[str]:
    """By the instant, then by id; where the clock went back, the earliest instant that fits."""
    moment, name = MOMENTS.get(stat_type, "date"), _IDS.get(stat_type)
    last: tuple[int, str] = (0, "")
    for number, row in enumerate(rows, 1):
        ways = candidates(datetime.fromisoformat(row[moment]), zone(timezone))
        fitting = [way for at in sorted(ways) if (way := (at, row[name] if name else "")) >= last]
        if not fitting:
            yield f"row {number}: {row[moment]} is out of order, or does not exist in {timezone}"
        last = fitting[0] if fitting else last
