"""One call as a whole: every leg that its ids link, out of the records of its day and, if need be, the days beside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from busyhour.domain.clock import Clock
from busyhour.domain.periods import today
from busyhour.errors import BadRequest, NotFound
from busyhour.web.packing import page_json
from busyhour.web.page.asking import Asker, Report
from busyhour.web.page.tables import records_with, rows_of
from busyhour.web.page.view import Question, day_of, days_ago, zone_asked
from busyhour.web.sessions import Sessions
from busyhour.web.times import instant_text

__all__ = ["CallDoor", "linked"]

_LINKS = ("call_id", "master_call_id", "entry_point_call_id")
_WAIT_SECONDS = 2.0
_DAY = timedelta(days=1)

Leg = Mapping[str, str]
"""A record as it is printed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A call of a company, the day it is looked for on, and the last day there is."""

    company_id: str
    call_id: str
    day: date
    newest: date
    timezone: str

    def question(self, first: date, last: date) -> Question:
        """The records of these days."""
        days = days_ago(first, last, self.newest)
        fields = {"stat_type": "calls", "export_type": "records", "timezone": self.timezone, **days}
        return Question(fields, None, first, last)


@dataclass(frozen=True, slots=True)
class CallDoor:
    """The handler of one call."""

    sessions: Sessions
    asker: Asker
    clock: Clock

    async def legs(self, request: Request) -> Response:
        """GET /page/call: the legs of a call, in order of their beginning."""
        wanted = await run_in_threadpool(self._wanted, request)
        report = await self._ask(wanted, wanted.day, wanted.day)
        legs = await run_in_threadpool(_legs, report, wanted.call_id)
        span = _span(legs, wanted)
        if report.path is not None and span != (wanted.day, wanted.day):
            report = await self._ask(wanted, *span)
            # A range is answered by another tier than today alone, which may know less.
            legs = max(legs, await run_in_threadpool(_legs, report, wanted.call_id), key=len)
        if report.path is None:
            return page_json(request, {"status": "processing"}, 202, {"Retry-After": "1"})
        if not legs:
            raise NotFound(f"Call with id {wanted.call_id} not found on {wanted.day}.")
        return page_json(request, {"status": "complete", "as_of": instant_text(report.stored.as_of), "legs": legs})

    def _wanted(self, request: Request) -> _Wanted:
        company_id = self.sessions.enter(request).company_id
        query = request.query_params
        call_id = query.get("call_id")
        if not call_id:
            raise BadRequest("call_id: missing; accepted: the call_id of a record.")
        timezone = zone_asked(query)
        newest = today(self.clock(), timezone)
        return _Wanted(company_id, call_id, day_of(query, "date", newest), newest, timezone)

    async def _ask(self, wanted: _Wanted, first: date, last: date) -> Report:
        question = wanted.question(first, last)
        request = await run_in_threadpool(self.asker.resolve, wanted.company_id, question)
        return await self.asker.ask(wanted.company_id, request, _WAIT_SECONDS)


def linked(links: Iterable[Sequence[str]], call_id: str) -> set[str]:
    """Every id that is linked to one, through whichever others; `links` are ids that belong together."""
    beside: dict[str, set[str]] = defaultdict(set)
    for ids in links:
        for one in ids:
            beside[one].update(ids)
    found, waiting = {call_id}, [call_id]
    while waiting:
        news = beside[waiting.pop()] - found - {""}
        found |= news
        waiting += news
    return found


def _legs(report: Report, call_id: str) -> list[Leg]:
    path: Path | None = report.path
    if path is None:
        return []
    return records_with(path, "call_id", linked(_links(path), call_id))


def _links(path: Path) -> Iterable[Sequence[str]]:
    return ([one for one in ids if one] for ids in rows_of(path, _LINKS))


def _span(legs: Sequence[Leg], wanted: _Wanted) -> tuple[date, date]:
    """The days on which the rest of the call must lie: before, where a leg that is named is not there; or after."""
    here = {leg["call_id"] for leg in legs}
    is_named_only = any(leg[name] and leg[name] not in here for leg in legs for name in _LINKS)
    ends_later = any(leg["date_ended"][:10] > str(wanted.day) for leg in legs)
    first = wanted.day - _DAY if is_named_only else wanted.day
    return first, min(wanted.day + _DAY, wanted.newest) if ends_later else wanted.day
