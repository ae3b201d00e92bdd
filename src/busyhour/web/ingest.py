"""The live doors: a phone system's webhooks, and batches of events from any other system.

They answer once what came is on disk, whatever it says; what it says is read when it is sorted.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import Counter, Histogram

from busyhour.errors import BadRequest, PayloadTooLarge, Unauthorized, Unavailable
from busyhour.metrics import BODIES_KEPT, BODIES_NOT_KEPT, EVENTS_KEPT, KEEP_SECONDS
from busyhour.sources.dialpad import glance, parse
from busyhour.sources.signed import BadSignature, claims
from busyhour.sources.values import NotUnderstood
from busyhour.store.access import Access
from busyhour.store.arrival_log import ArrivalLog
from busyhour.store.arrivals import BATCHES, Arrival, webhook_door
from busyhour.store.endpoints import Endpoint, Endpoints
from busyhour.web.bodies import read_body
from busyhour.web.counting import note_company
from busyhour.web.remembering import Remembered
from busyhour.web.security import key_of

__all__ = ["MOST_EVENTS", "IngestDoor"]

MOST_EVENTS = 10_000
_LINES_TOLD = 100
_REMEMBERED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class IngestDoor:
    """The handlers of what comes in."""

    log: ArrivalLog
    endpoints: Remembered[Endpoint]
    companies: Remembered[str]
    max_body_bytes: int
    max_batch_bytes: int

    @classmethod
    def over(cls, log: ArrivalLog, endpoints: Endpoints, access: Access, max_body: int, max_batch: int) -> "IngestDoor":
        """The door over what is kept; who may come in is looked up at most once a second."""
        return cls(
            log,
            Remembered(endpoints.of_token, _REMEMBERED_SECONDS, time.monotonic),
            Remembered(access.company_of, _REMEMBERED_SECONDS, time.monotonic),
            max_body,
            max_batch,
        )

    async def webhook(self, request: Request, token: str) -> Response:
        """POST /ingest/dialpad/{token}: one event."""
        endpoint = await self.endpoints.get(token)
        body = await read_body(request, self.max_body_bytes)
        if endpoint.secrets:
            body = _verified(body, endpoint)
        note_company(request.scope, endpoint.company_id)
        await self._keep(Arrival(endpoint.company_id, webhook_door(endpoint.name), _now(), body), "webhook", 1)
        return JSONResponse({"status": "kept"})

    async def batch(self, request: Request) -> Response:
        """POST /ingest/events: an event a line; with ?check=true nothing is kept, and every field is read."""
        company_id = await self.companies.get(key_of(request))
        body = await read_body(request, self.max_batch_bytes)
        is_check = _flag("check", request)
        note_company(request.scope, company_id)
        events, account = _account(body, parse if is_check else glance)
        if not is_check:
            await self._keep(Arrival(company_id, BATCHES, _now(), body), "batch", events)
        return JSONResponse({"status": "checked" if is_check else "kept"} | account)

    async def _keep(self, arrival: Arrival, door: str, events: int) -> None:
        started = time.perf_counter()
        try:
            await self.log.keep(arrival)
        except Unavailable:
            BODIES_NOT_KEPT.labels(door).inc()
            raise
        durations, bodies_kept, events_kept = _counters(door)
        durations.observe(time.perf_counter() - started)
        bodies_kept.inc()
        events_kept.inc(events)


@cache
def _counters(door: str) -> tuple[Histogram, Counter, Counter]:
    return KEEP_SECONDS.labels(door), BODIES_KEPT.labels(door), EVENTS_KEPT.labels(door)


def _flag(name: str, request: Request) -> bool:
    came = request.query_params.get(name, "false")
    if came not in ("true", "false"):
        raise BadRequest(f"{name}: got {came[:60]!r}; accepted: true, false.")
    return came == "true"


def _verified(body: bytes, endpoint: Endpoint) -> bytes:
    try:
        return claims(body, endpoint.secrets)
    except BadSignature as error:
        raise Unauthorized(str(error)) from None


def _account(body: bytes, read: Callable[[bytes], object]) -> tuple[int, dict[str, object]]:
    """How many events a batch has, and what is said of it: which lines are not understood.

    Raises BadRequest, PayloadTooLarge.
    """
    lines = body.split(b"\n")
    events = sum(1 for line in lines if line.strip())
    if not events:
        raise BadRequest("The batch is empty: expected JSON lines, an event each.")
    if events > MOST_EVENTS:
        raise PayloadTooLarge(f"The batch has {events} events: at most {MOST_EVENTS} are taken at once.")
    refused = []
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                read(line)
        except NotUnderstood as error:
            refused.append({"line": number, "reason": error.reason, "got": error.came})
    return events, {"events": events, "not_understood": len(refused), "lines": refused[:_LINES_TOLD]}


def _now() -> int:
    return time.time_ns() // 1000
