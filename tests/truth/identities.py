"""The four identities that every row of a `calls` stats report obeys, on the printed figures."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from truth.measures import COUNTED, count_of
from truth.records import Record
from truth.slices import Slice

__all__ = ["check_identities"]

_SUMS = (
    ("all_calls", ("inbound_calls", "outbound_calls")),
    ("inbound_calls", ("answered", "missed", "abandoned", "callbacks_requested", "forwarded", "inbound others")),
    ("outbound_calls", ("outbound_connected", "cancelled", "callbacks_completed", "callbacks_cancelled")),
    ("handled", ("answered", "outbound_connected", "callbacks_connected")),
    ("callbacks_completed", ("callbacks_connected", "callbacks_unconnected")),
    ("voicemails", ("missed_voicemails", "other_voicemails")),
)
_A_TENTH = Decimal("0.1")


def check_identities(rows: Sequence[Mapping[str, str]], slices: Sequence[Slice] | None = None) -> list[str]:
    """Every identity that a row breaks, a line each; [] where all hold.

    `slices` are the rows' legs in the rows' order: a figure that the form lacks, and the inbound others, are
    counted from them. Without them, inbound others are what remains, and may not be negative; what cannot be
    known is not checked. Each side of the minutes is rounded by itself: a tenth between them is allowed.
    """
    if slices is not None and len(slices) != len(rows):
        return [f"expected {len(slices)} rows, got {len(rows)}"]
    legs = [None] * len(rows) if slices is None else [one.legs for one in slices]
    broken = []
    for row, its in zip(rows, legs, strict=True):
        label = " ".join(row[key] for key in ("date", "type", "name") if row.get(key)) or "row"
        broken += [f"{label} · {what}" for what in (*_broken_sums(row, its), *_broken_minutes(row))]
    return broken


def _broken_sums(row: Mapping[str, str], legs: Sequence[Record] | None) -> list[str]:
    broken = []
    for whole, parts in _SUMS:
        total, figures = _figure(row, legs, whole), {part: _figure(row, legs, part) for part in parts}
        known = [figure for figure in figures.values() if figure is not None]
        others_are_the_rest = legs is None and parts[-1] == "inbound others" and len(known) == len(parts) - 1
        if total is None or (len(known) < len(parts) and not others_are_the_rest):
            continue
        if sum(known) > total if others_are_the_rest else sum(known) != total:
            broken.append(f"{whole} {total} is not the sum of " + ", ".join(f"{k} {v}" for k, v in figures.items()))
    return broken


def _figure(row: Mapping[str, str], legs: Sequence[Record] | None, name: str) -> int | None:
    if name in row:
        return int(row[name])
    if legs is None:
        return None
    if name == "inbound others":
        return sum(leg.category == "other" and leg.direction == "inbound" for leg in legs)
    return count_of(name, legs) if name in COUNTED else None


def _broken_minutes(row: Mapping[str, str]) -> list[str]:
    minutes, parts = Decimal(row["minutes"]), Decimal(row["inbound_minutes"]) + Decimal(row["outbound_minutes"])
    return [] if abs(minutes - parts) <= _A_TENTH else [f"minutes {minutes} is not the sum of its directions, {parts}"]
