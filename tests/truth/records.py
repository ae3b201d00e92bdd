"""The printed `calls` records, read strictly: what is off the contract's form is told by line and column."""

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from truth.clock import Instants, candidates, readings, zone
from truth.columns import COLUMNS_RECORDS

__all__ = ["Record", "check_form", "read_records"]

_TIMES = tuple(name for name in COLUMNS_RECORDS if name.startswith("date_"))
_BOOLEANS = ("was_recorded", "voicemail", "is_internal")
_COUNTS = ("ringing_occurrences", "hold_occurrences", "queued_occurrences")
_DURATIONS = (
    "time_in_system", "ringing_duration", "hold_duration", "talk_duration", "queued_duration", "wrapup_duration",
    "time_to_answer",
)  # fmt: skip
_PERCENTAGES = ("percent_ai_talk_time", "percent_ai_listen_time", "percent_ai_silent_time")
_NEEDED = (
    "date_started", "date_ended", "call_id", "category", "direction", "target_id", "target_kind", "target_type",
    "timezone", "availability", "categories", *_BOOLEANS, *_COUNTS, *_DURATIONS[:-1],
)  # fmt: skip
_FORMS = (
    (_TIMES, re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"), "YYYY-MM-DD HH:MM:SS.ffffff"),
    (_BOOLEANS, re.compile(r"true|false"), "true or false"),
    (_COUNTS, re.compile(r"0|[1-9]\d*"), "a whole number"),
    (_DURATIONS, re.compile(r"-?(?!0$)(0|[1-9]\d*)(\.\d?[1-9])?|0"), "minutes to 2 decimals without trailing zeros"),
    (_PERCENTAGES, re.compile(r"(0|[1-9]\d*)(\.[1-9])?"), "a percentage to 1 decimal without trailing zeros"),
)
_PATTERNS = {name: (pattern, expected) for names, pattern, expected in _FORMS for name in names}


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One leg as printed: times naive in `timezone`, durations in minutes, None where a field is empty."""

    date_started: datetime
    call_id: str
    category: str
    direction: str
    external_number: str
    internal_number: str
    date_first_rang: datetime | None
    date_queued: datetime | None
    date_rang: datetime | None
    date_connected: datetime | None
    date_ended: datetime
    target_id: str
    target_kind: str
    target_type: str
    name: str
    email: str
    was_recorded: bool
    entry_point_call_id: str
    entry_point_target_id: str
    entry_point_target_kind: str
    proxy_target_id: str
    voicemail: bool
    transferred_to: str
    transferred_to_contact_id: str
    transferred_from_target_id: str
    office_id: str
    company_id: str
    device: str
    salesforce_activity_id: str
    timezone: str
    availability: str
    time_in_system: Decimal
    callback_type: str
    callback_id: str
    master_call_id: str
    time_to_answer: Decimal | None
    date_callback_connected: datetime | None
    date_callback_ended: datetime | None
    date_anonymized: datetime | None
    categories: str
    ringing_duration: Decimal
    ringing_occurrences: int
    hold_duration: Decimal
    hold_occurrences: int
    talk_duration: Decimal
    queued_duration: Decimal
    queued_occurrences: int
    wrapup_duration: Decimal
    participant_type: str
    percent_ai_talk_time: Decimal | None
    percent_ai_listen_time: Decimal | None
    percent_ai_silent_time: Decimal | None
    campaign_id: str
    is_internal: bool
    line: int
    tokens: frozenset[str]
    readings: tuple[Instants, ...]
    """Every way to read its times: one, but where the clock went back."""

    @property
    def is_person(self) -> bool:
        """Whether a user or a room was the target."""
        return self.target_type in ("user", "room")

    @property
    def is_agent_leg(self) -> bool:
        """Whether a group leg rang it, or was placed through it."""
        return self.entry_point_call_id != ""

    @property
    def is_group_leg(self) -> bool:
        """Whether it is a group's own leg."""
        return not self.is_agent_leg and not self.is_person


def check_form(path: Path) -> list[str]:
    """What in a file is off the form of printed records, a sentence each; [] for a right one."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    wrong = _wrong_bytes(text)
    numbered = _rows(path)
    header = numbered[0][1] if numbered else []
    if tuple(header) != COLUMNS_RECORDS:
        return [
            *wrong,
            f"line 1: expected the header of {len(COLUMNS_RECORDS)} columns, got {','.join(header)[:120]!r}",
        ]
    for line, fields in numbered[1:]:
        if len(fields) != len(COLUMNS_RECORDS):
            wrong.append(f"line {line}: expected {len(COLUMNS_RECORDS)} fields, got {len(fields)}")
        else:
            wrong += [f"line {line}: {what}" for what in _wrong_fields(dict(zip(COLUMNS_RECORDS, fields, strict=True)))]
    return wrong


def read_records(path: Path) -> list[Record]:
    """The records of a printed file in its order. ValueError names what is off its form."""
    wrong = check_form(path)
    if wrong:
        raise ValueError(f"{path}: {len(wrong)} faults of form: " + "; ".join(wrong[:5]))
    return [_record(line, dict(zip(COLUMNS_RECORDS, fields, strict=True))) for line, fields in _rows(path)[1:]]


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        reader = csv.reader(file, strict=True)
        return [(reader.line_num, fields) for fields in reader]


def _wrong_bytes(text: str) -> list[str]:
    faults = {
        "expected UTF-8": any("\udc80" <= c <= "\udcff" for c in text),
        "expected no byte order mark": text.startswith("\ufeff"),
        "expected LF line ends, got CRLF": "\r\n" in text,
        "expected a line end at the end": not text.endswith("\n"),
    }
    return [fault for fault, is_so in faults.items() if is_so]


def _wrong_fields(row: dict[str, str]) -> list[str]:
    wrong = [f"{name}: empty" for name in _NEEDED if not row[name]]
    for name, (pattern, expected) in _PATTERNS.items():
        if row[name] and not pattern.fullmatch(row[name]):
            wrong.append(f"{name}: expected {expected}, got {row[name]!r}")
    return wrong or _wrong_times(row)


def _wrong_times(row: dict[str, str]) -> list[str]:
    try:
        in_zone = zone(row["timezone"])
    except ValueError as error:
        return [f"timezone: {error}"]
    return [f"{name}: {fault}" for name in _TIMES if row[name] and (fault := _wrong_time(row[name], in_zone))]


def _wrong_time(text: str, in_zone: Any) -> str:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return f"no date and time: {text!r}"
    return "" if candidates(local, in_zone) else f"{text} does not exist in {in_zone.key}"


def _record(line: int, row: dict[str, str]) -> Record:
    values: dict[str, Any] = dict(row)
    for name in _TIMES:
        values[name] = datetime.fromisoformat(row[name]) if row[name] else None
    for name in _BOOLEANS:
        values[name] = row[name] == "true"
    for name in _COUNTS:
        values[name] = int(row[name])
    for name in (*_DURATIONS, *_PERCENTAGES):
        values[name] = Decimal(row[name]) if row[name] else None
    moments = ("started", "ended", "first_rang", "queued", "rang", "connected", "callback_connected")
    ways = readings(
        tuple(values[f"date_{moment}"] for moment in moments),
        Fraction(values["time_in_system"]),
        zone(row["timezone"]),
    )
    return Record(**values, line=line, tokens=frozenset(filter(None, row["categories"].split(","))), readings=ways)
