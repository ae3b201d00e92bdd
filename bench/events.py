"""Call events as Dialpad sends them, every field filled, just under 1,000 bytes; any number of them, no two alike."""

import json
import random
from collections.abc import Iterator

from busyhour.domain.events import CallEvent
from busyhour.sources.dialpad import parse

__all__ = ["batch", "call_events", "filled", "templates"]

_MARK = b"0123456789"
"""Ten digits within the ids of an event, in whose place its number is put."""

_CENTERS, _AGENTS = 40, 500
_STATES = ("hangup", "hold", "connected", "ringing")


def templates(count: int, started: int, legs: int) -> list[bytes]:
    """Events that lack only their number, of so many legs that began within the hour after `started` (ms)."""
    return [_template(n % legs, _STATES[n // legs % len(_STATES)], started) for n in range(count)]


def filled(template: bytes, number: int) -> bytes:
    """The event of that number."""
    return template.replace(_MARK, b"%010d" % number)


def batch(some: list[bytes]) -> bytes:
    """A template of a batch, an event a line: they all get its number, and differ by their place in it."""
    return b"\n".join(some)


def call_events(count: int, started: int, number: int) -> Iterator[CallEvent]:
    """So many events as they are understood, each of a leg of its own that began within that hour (ms)."""
    for template in templates(count, started, count):
        for event in parse(filled(template, number)):
            assert isinstance(event, CallEvent)
            yield event


def _template(leg: int, state: str, started: int) -> bytes:
    chance = random.Random(leg)
    center, agent, caller = chance.randrange(_CENTERS), chance.randrange(_AGENTS), chance.randrange(10_000_000)
    began = started + chance.randrange(3_600_000)
    call, group_call, mark = 500_000 + leg, 700_000 + leg, _MARK.decode()
    number = f"+1555{caller:07}"
    event = {
        "call_id": f"{call}{mark}",
        "state": state,
        "event_timestamp": began + 95_000,
        "direction": "inbound",
        "external_number": number,
        "internal_number": f"+1444{center:07}",
        "date_started": began,
        "date_first_rang": began + 9_000,
        "date_rang": began + 9_000,
        "date_queued": began + 2_000,
        "date_connected": began + 21_000,
        "date_ended": began + 95_000,
        "duration": 74_000.25,
        "total_duration": 95_000.5,
        "contact": {"id": f"{caller:016}", "type": "contact", "email": "", "phone": number, "name": f"Caller {caller}"},
        "target": {
            "id": f"{6_000_000_000_000_000 + agent}",
            "type": "user",
            "email": f"agent{agent}@example.com",
            "phone": f"+1333{agent:07}",
            "name": f"Agent {agent}",
            "office_id": f"{8_000_000_000_000_000 + center % 5}",
        },
        "entry_point_call_id": f"{group_call}{mark}",
        "entry_point_target": {
            "id": f"{7_000_000_000_000_000 + center}",
            "type": "call_center",
            "email": "",
            "phone": f"+1444{center:07}",
            "name": f"Center {center}",
        },
        "master_call_id": f"{group_call}{mark}",
        "group_id": f"Office:{8_000_000_000_000_000 + center % 5}",
        "is_transferred": False,
        "was_recorded": True,
        "labels": [],
        "target_availability_status": "open",
    }
    return json.dumps(event, separators=(",", ":")).encode()
