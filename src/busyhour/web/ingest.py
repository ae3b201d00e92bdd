"""The live doors: a phone system's webhooks, and batches of events from any other system.

They answer once what came is on disk, whatever it says; what it says is read when it is sorted.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
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
_LINES_AT_ONCE = 500
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
            body = await self._verified(body, endpoint, token)
        note_company(request.scope, endpoint.company_id)
        await self._keep(Arrival(endpoint.company_id, webhook_door(endpoint.name), _now(), body), "webhook", 1)
        return JSONResponse({"status": "kept"})

    async def batch(self, request: Request) -> Response:
        """POST /ingest/events: an event a line; with ?check=true nothing is kept, and every field is read."""
        company_id = await self.companies.get(key_of(request))
        body = await read_body(request, self.max_batch_bytes)
        is_check = _flag("check", request)
        note_company(request.scope, company_id)
        lines = _lines(body)
        if is_check:
            return JSONResponse({"status": "checked"} | await _account(lines, parse))
        kept = self._keep(Arrival(company_id, BATCHES, _now(), body), "batch", len(lines))
        _, account = await asyncio.gather(kept, _account(lines, glance))
        return JSONResponse({"status": "kept"} | account)

    async def _verified(self, body: bytes, endpoint: Endpoint, token: str) -> bytes:
        """What was signed; raises Unauthorized."""
        try:
            return claims(body, endpoint.secrets)
        except BadSignature:
            # The secret may have been changed since the endpoint was looked up.
            return _verified(body, await self.endpoints.get_anew(token))

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


def _lines(body: bytes) -> list[tuple[int, bytes]]:
    """The events of a batch, each with its line's number; raises BadRequest, PayloadTooLarge."""
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if not lines:
        raise BadRequest("The batch is empty: expected JSON lines, an event each.")
    if len(lines) > MOST_EVENTS:
        raise PayloadTooLarge(f"The batch has {len(lines)} events: at most {MOST_EVENTS} are taken at once.")
    return lines


async def _account(lines: Sequence[tuple[int, bytes]], read: Callable[[bytes], object]) -> dict[str, object]:
    """How many events a batch has, and which of its lines are not understood."""
    refused = []
    for done, (number, line) in enumerate(lines):
        if done % _LINES_AT_ONCE == 0:
            # Others, whose senders give up after five seconds, do not wait for the whole batch.
            await asyncio.sleep(0)
        try:
            read(line)
        except NotUnderstood as error:
            refused.append({"line": number, "reason": error.reason, "got": error.came})
    return {"events": len(lines), "not_understood": len(refused), "lines": refused[:_LINES_TOLD]}


def _now() -> int:
    return time.time_ns() // 1000
