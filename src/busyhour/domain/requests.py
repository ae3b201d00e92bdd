"""A report request after everything relative is resolved: its key, its states, how long its result lives."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any, Self

from busyhour.domain.ask import Ask
from busyhour.domain.dimensions import Dimension
from busyhour.domain.directory import Kind
from busyhour.domain.periods import Period, Tier, tier_of, today

__all__ = [
    "LIFE",
    "AskedBy",
    "Figure",
    "Request",
    "Scope",
    "Status",
    "Target",
    "request_from_json",
    "request_key",
    "request_to_json",
    "resolve",
]

LIFE = {Tier.REALTIME: timedelta(minutes=30), Tier.HISTORICAL: timedelta(hours=3)}
"""How long a result is kept and fetched, from its completion."""


class Status(Enum):
    """Where a request stands."""

    QUEUED = "queued"
    """Waiting for a worker."""
    RUNNING = "running"
    """A worker holds it under a lease; a lease that runs out makes it queued again."""
    COMPLETE = "complete"
    """Its file can be fetched until it expires."""
    FAILED = "failed"
    """It ended without a file; the same request posted again starts anew."""


class AskedBy(Enum):
    """Who wants a report; of several, the one that is named last here."""

    NOBODY = "nobody"
    """Nobody yet: it is made ahead of the page that will want it."""
    PAGE = "page"
    """A page, for a figure on it."""
    SOMEBODY = "somebody"
    """A client of the API, the command line, or somebody at the page's exports."""


@dataclass(frozen=True, slots=True)
class Target:
    """One entry of the directory, as a request names it."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data: a target, else an office with everything under it, else the whole company."""

    target: Target | None = None
    office_id: str | None = None
    trainees: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a stats report: its column, and by name what tells its row apart, as it is printed."""

    column: str
    row: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, column: str, row: Mapping[str, str | None]) -> Self:
        """The figure of a row, of which what is None is not said; in whichever order it is named, it is the same."""
        return cls(column, tuple(sorted((name, value) for name, value in row.items() if value is not None)))


@dataclass(frozen=True, slots=True)
class Request:
    """One report of one company over fixed local days; `group_by` only where the report has it."""

    stat_type: str
    export_type: str
    group_by: str | None
    scope: Scope
    period: Period
    tier: Tier
    by: Dimension | None = None
    """Our own grouping in place of `group_by`; no client of the API can ask for it."""
    figure: Figure | None = None
    """Where it is set, the records behind that figure are wanted, and not the report; no client can ask for it."""


def resolve(
    ask: Ask, target: Target | None, now: datetime, by: Dimension | None = None, figure: Figure | None = None
) -> Request:
    """The request that an ask means at an instant; `target` is the ask's own, found in the directory."""
    local_today = today(now, ask.timezone)
    nearer, farther = sorted((ask.days_ago_start, ask.days_ago_end))
    tier = tier_of(ask.is_today, nearer, farther)
    if tier is Tier.REALTIME:
        nearer = farther = 0
    first, last = (_days_before(local_today, days) for days in (farther, nearer))
    has_grouping = ask.stat_type == "calls" and ask.export_type == "stats" and by is None
    return Request(
        stat_type=ask.stat_type,
        export_type=ask.export_type,
        group_by=ask.group_by if has_grouping else None,
        scope=Scope(
            target=target,
            office_id=None if target else ask.office_id,
            trainees=ask.coaching_group or ask.coaching_team,
        ),
        period=Period(first, last, ask.timezone),
        tier=tier,
        by=by,
        figure=figure,
    )


def _days_before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def request_to_json(request: Request) -> str:
    """The request as text that is equal exactly for equal requests."""
    said = asdict(request)
    # What a client of the API asked for keeps the text, and so the key, that it had before there was more to ask for.
    for name in ("by", "figure"):
        if said[name] is None:
            del said[name]
    return json.dumps(said, sort_keys=True, default=_plain, separators=(",", ":"))


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.name)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a request")


def request_from_json(text: str) -> Request:
    """The request that `request_to_json` wrote."""
    plain = json.loads(text)
    scope, period = plain["scope"], plain["period"]
    target = scope["target"] and Target(Kind[scope["target"]["kind"]], scope["target"]["id"])
    return Request(
        stat_type=plain["stat_type"],
        export_type=plain["export_type"],
        group_by=plain["group_by"],
        scope=Scope(target, scope["office_id"], scope["trainees"]),
        period=Period(date.fromisoformat(period["first"]), date.fromisoformat(period["last"]), period["timezone"]),
        tier=Tier[plain["tier"]],
        by=Dimension[plain["by"]] if "by" in plain else None,
        figure=_figure(plain["figure"]) if "figure" in plain else None,
    )


def _figure(plain: Mapping[str, Any]) -> Figure:
    return Figure(plain["column"], tuple((name, value) for name, value in plain["row"]))


def request_key(company_id: str, request: Request, imports: int) -> str:
    """What makes two requests the same one: the resolved request, and how many imports the company had seen."""
    return sha256(f"{company_id}\n{imports}\n{request_to_json(request)}".encode()).hexdigest()
