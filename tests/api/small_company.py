"""A small company made by hand: two offices with a call center and a department each, three users, six calls."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from busyhour.domain.directory import Entry, Kind
from houses import House, company_of, import_path

NOW = "2026-03-10T12:00:00+00:00"
NORTH, SOUTH = 12, 13
SALES, SERVICE = 31, 32
REPAIRS, BILLING = 41, 42
ZOE, BOB, CY = 91, 92, 93
TEAM, ROOM, STAFF = 51, 61, 81
RIVAL_OFFICE, RIVAL_DESK = 70, 71

OF_KIND = {
    "callcenter": SALES, "coachinggroup": TEAM, "coachingteam": TEAM, "department": BILLING, "office": NORTH,
    "room": ROOM, "staffgroup": STAFF, "unknown": CY, "user": ZOE,
}  # fmt: skip
"""A target of each type that a request may name."""


def _party(kind: str, number: int, name: str, office: int) -> dict[str, Any]:
    return {"id": number, "type": kind, "name": name, "office_id": office}


_SALES = _party("call_center", SALES, "Sales", NORTH)
_SERVICE = _party("call_center", SERVICE, "Service", SOUTH)
_REPAIRS = _party("department", REPAIRS, "Repairs", NORTH)
_BILLING = _party("department", BILLING, "Billing", SOUTH)
_ZOE = _party("user", ZOE, "Zoë", NORTH) | {"email": "zoe@acme.example"}
_BOB = _party("user", BOB, "Bob", NORTH)
_CY = _party("user", CY, "Cy", SOUTH)
_DESK = _party("call_center", RIVAL_DESK, "Desk", RIVAL_OFFICE)


def ms(text: str) -> int:
    """A UTC time as the milliseconds of an event."""
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


def leg(
    call_id: int, target: dict[str, Any], started: str, ended: str, direction: str = "inbound", **more: Any
) -> dict[str, Any]:
    """The last event of a leg; times among `more` are texts too."""
    times = {name: ms(value) for name, value in more.items() if name.startswith("date_")}
    return {
        "call_id": call_id, "state": "hangup", "event_timestamp": ms(ended), "direction": direction,
        "external_number": "+15550100", "date_started": ms(started), "date_ended": ms(ended), "target": target,
    } | more | times  # fmt: skip


def acme() -> Iterator[dict[str, Any]]:
    """Acme: Sales answered one call and lost one, the others had one call each; two calls are of today."""
    rung = {"date_rang": "2026-03-09 10:00:20", "date_connected": "2026-03-09 10:00:30"}
    yield leg(
        1, _SALES, "2026-03-09 10:00:00", "2026-03-09 10:05:30",
        date_queued="2026-03-09 10:00:05", date_connected="2026-03-09 10:00:30",
    )  # fmt: skip
    yield leg(
        2, _ZOE, "2026-03-09 10:00:20", "2026-03-09 10:05:30", entry_point_call_id=1, entry_point_target=_SALES, **rung
    )
    yield leg(3, _SALES, "2026-03-09 11:00:00", "2026-03-09 11:00:40", date_queued="2026-03-09 11:00:05")
    yield leg(4, _BOB, "2026-03-08 15:00:00", "2026-03-08 15:02:00", "outbound", date_connected="2026-03-08 15:00:12")
    yield leg(5, _BILLING, "2026-03-09 12:00:00", "2026-03-09 12:00:30", date_first_rang="2026-03-09 12:00:02")
    yield leg(6, _CY, "2026-03-09 12:00:02", "2026-03-09 12:00:30", entry_point_call_id=5,
        entry_point_target=_BILLING, date_rang="2026-03-09 12:00:02")  # fmt: skip
    yield leg(7, _SERVICE, "2026-03-10 09:00:00", "2026-03-10 09:01:00", date_connected="2026-03-10 09:00:10")
    yield leg(8, _REPAIRS, "2026-03-10 09:30:00", "2026-03-10 09:31:00", date_connected="2026-03-10 09:30:10")


def rival() -> Iterator[dict[str, Any]]:
    """Rival: one call."""
    yield leg(1, _DESK, "2026-03-09 08:00:00", "2026-03-09 08:03:00", date_connected="2026-03-09 08:00:05")


def write_lines(path: Path, events: Iterator[dict[str, Any]]) -> Path:
    """Events as a file of JSON lines."""
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


def fill(house: House, folder: Path) -> None:
    """Bring both companies into a house; what no call names is told to the directory."""
    import_path(house, "dialpad", write_lines(folder / "acme.jsonl", acme()), "Acme")
    import_path(house, "dialpad", write_lines(folder / "rival.jsonl", rival()), "Rival")
    told = ((Kind.COACHING_TEAM, TEAM, "Team"), (Kind.ROOM, ROOM, "Room"), (Kind.STAFF_GROUP, STAFF, "Staff"))
    entries = [Entry(kind, str(number), name, office_id=str(NORTH)) for kind, number, name in told]
    house.directory.learn(company_of(house, "Acme"), entries)
