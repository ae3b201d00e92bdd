"""The records of dispositions, told from the records of calls: which calls stand there, and all but their class."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from truth.cast import Belongs
from truth.records import Record
from truth.thing_columns import THING_COLUMNS

__all__ = ["wrong_dispositions"]

Printed = Mapping[str, str]

_SAID = ("disposition", "recording_url", "note")
"""What only the operator, or whoever asked, can say."""
_HANDLED = ("incoming", "outgoing", "callback_connected")


def wrong_dispositions(rows: Sequence[Printed], legs: Sequence[Record], belongs: Belongs) -> list[str]:
    """What is wrong with the printed rows of a scope, a line each; `legs` are the company's, of the same days."""
    calls = {leg.call_id: leg for leg in legs if not leg.is_agent_leg}
    agents = _last_agents(legs)
    printed = Counter(row["call_id"] for row in rows)
    wrong = [f"{call_id} stands {times} times" for call_id, times in printed.items() if times > 1]
    for call_id, leg in calls.items():
        operator = agents.get(call_id, leg if leg.target_type == "user" else None)
        owners = {leg.target_id, *([operator.target_id] if operator else [])}
        if belongs(owners, leg.date_started.date()):
            if leg.category in _HANDLED and call_id not in printed:
                wrong.append(f"{call_id} was handled and is missing")
        elif call_id in printed:
            wrong.append(f"{call_id} does not belong here")
    for row in rows:
        found = calls.get(row["call_id"])
        faults = _wrong_row(row, found, agents.get(row["call_id"])) if found else ("is no call",)
        wrong += [f"{row['call_id']} {fault}" for fault in faults]
    return wrong


def _last_agents(legs: Sequence[Record]) -> dict[str, Record]:
    """The agent leg that was connected last, by its group leg."""
    connected = [leg for leg in legs if leg.is_agent_leg and leg.date_connected]
    return {
        leg.entry_point_call_id: leg
        for leg in sorted(connected, key=lambda leg: (max(way.connected or 0 for way in leg.readings), leg.call_id))
    }


def _wrong_row(row: Printed, leg: Record, agent: Record | None) -> Iterator[str]:
    expected = _expected(leg, agent)
    for column in THING_COLUMNS["dispositions", "records"]:
        if column not in _SAID and row[column] != expected[column]:
            yield f"{column}: expected {expected[column]!r}, got {row[column]!r}"
    if leg.category not in _HANDLED and not row["disposition"]:
        yield f"was not handled ({leg.category}), and has no disposition"


def _expected(leg: Record, agent: Record | None) -> dict[str, str]:
    operator = agent or (leg if leg.target_type == "user" else None)
    ringing = agent or leg
    return {
        **{name: str(getattr(leg, name)) for name in THING_COLUMNS["dispositions", "records"] if hasattr(leg, name)},
        "operator_id": operator.target_id if operator else "",
        "operator_name": operator.name if operator else "",
        "operator_email": operator.email if operator else "",
        "date_started": leg.date_started.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "date_rang": _seconds(ringing.date_rang),
        "date_queued": _seconds(leg.date_queued),
        "date_connected": _seconds(leg.date_connected),
        "date_ended": _seconds(leg.date_ended),
    }


def _seconds(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""
