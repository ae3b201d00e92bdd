"""The live doors of the application for tests: endpoints, bodies, and what became of them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import jwt

from api.door import Door
from api.small_company import NORTH, ZOE, ms
from busyhour.domain.clock import micros
from busyhour.domain.periods import Tier
from houses import company_of

OLD, NEW = "the-first-secret-of-acme-at-its-endpoint", "the-second-secret-of-acme-at-its-endpoint"
AGENT = {"id": ZOE, "type": "user", "name": "Zoë", "email": "zoe@acme.example", "office_id": NORTH}

Said = dict[str, Any]


def call(number: int, at: str = "2026-03-09 14:00:00", **more: Any) -> Said:
    """A minute's call of Zoë's, told by the event of its end."""
    start = ms(at)
    told = {"call_id": number, "state": "hangup", "event_timestamp": start + 60_000, "date_started": start}
    return told | {"date_ended": start + 60_000, "target": AGENT, "direction": "inbound"} | more


def signed(event: Said, secret: str) -> bytes:
    """An event as a phone system signs it."""
    return jwt.encode(event, secret, "HS256").encode()


def endpoint(door: Door, name: str = "office", secret: str | None = None, company: str = "Acme") -> str:
    """The path of a new endpoint."""
    house = door.house
    token = house.endpoints.new(company_of(house, company), name, secret, micros(house.clock()))
    return f"/ingest/dialpad/{token}"


def deliver(door: Door, path: str, body: bytes | Said) -> Any:
    """The answer to a webhook."""
    return door.http.post(path, content=body if isinstance(body, bytes) else json.dumps(body).encode())


def hand_in(door: Door, body: bytes | list[Said], query: str = "") -> Any:
    """The answer to a batch."""
    content = body if isinstance(body, bytes) else b"\n".join(json.dumps(event).encode() for event in body)
    return door.http.post(f"/ingest/events{query}", content=content, headers=door.bearer)


def kept(answer: Any) -> None:
    """What came is on disk, by the answer."""
    assert (answer.status_code, answer.json()) == (200, {"status": "kept"})


def refresh(door: Door, *tiers: Tier, company: str = "Acme") -> None:
    house = door.house
    house.refresher().refresh(company_of(house, company), tiers or tuple(Tier), micros(house.clock()))


def held(door: Door, company: str = "Acme") -> list[bytes]:
    """What is in quarantine once all is sorted."""
    door.house.sorter.sort()
    return [one.body for one in door.house.quarantine.all(company_of(door.house, company))]


Deliverer = Callable[[Door, Said], None]


def plain(door: Door, event: Said) -> None:
    kept(deliver(door, endpoint(door, f"plain {id(event)}"), event))


def by_signature(door: Door, event: Said) -> None:
    kept(deliver(door, endpoint(door, f"signed {id(event)}", OLD), signed(event, OLD)))


def in_a_batch(door: Door, event: Said) -> None:
    assert hand_in(door, [event]).json() == {"status": "kept", "events": 1, "not_understood": 0, "lines": []}


DOORS: Mapping[str, Deliverer] = {"plain": plain, "signed": by_signature, "batch": in_a_batch}
