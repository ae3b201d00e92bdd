"""Records made by hand for tests: only what a case is about is said, the rest is an uneventful group leg."""

import csv
from collections.abc import Sequence
from pathlib import Path

from truth.columns import COLUMNS_RECORDS

__all__ = ["write_records"]

_UNEVENTFUL = {
    **{"target_id": "600", "target_kind": "CallCenter", "target_type": "call_center", "name": "Support"},
    **dict.fromkeys(("was_recorded", "voicemail", "is_internal"), "false"),
    **dict.fromkeys(("ringing_duration", "hold_duration", "talk_duration", "queued_duration", "wrapup_duration"), "0"),
    **dict.fromkeys(("ringing_occurrences", "hold_occurrences", "queued_occurrences"), "0"),
    **{"timezone": "Europe/Berlin", "availability": "open", "time_in_system": "0", "company_id": "1"},
    **{"direction": "inbound", "category": "other", "categories": "inbound,unanswered"},
}


def write_records(path: Path, legs: Sequence[dict[str, str]]) -> Path:
    """A file in the form of printed records; ids run from 1000 where a leg names none."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS_RECORDS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(_UNEVENTFUL | {"call_id": str(1000 + n)} | leg for n, leg in enumerate(legs))
    return path
