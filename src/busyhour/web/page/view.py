"""What a page asks for: a view (days, zone, scope) and a report, in the words of the Stats API."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import Request

from busyhour.domain.ask import MAX_DAYS_AGO, TARGET_TYPES
from busyhour.domain.dimensions import Dimension
from busyhour.domain.periods import today, zone
from busyhour.domain.requests import Figure
from busyhour.errors import BadRequest

__all__ = ["Question", "asked", "day_of", "days_ago", "figure_asked", "pairs_of", "zone_asked"]

_NEEDS_TARGET = ("csat", "dispositions")
_KINDS = tuple(kind for kind in TARGET_TYPES if kind != "unknown")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """The fields of a Stats API request, and what the API has no words for."""

    fields: Mapping[str, Any]
    by: Dimension | None
    first: date
    last: date
    figure: Figure | None = None


def asked(request: Request, now: datetime) -> Question:
    """The question of a page's query; raises BadRequest that names the parameter."""
    query = request.query_params
    timezone = zone_asked(query)
    first, last = _days(query, today(now, timezone))
    stat_type = query.get("stat_type")
    fields = {
        "stat_type": stat_type,
        "export_type": query.get("export_type", "stats"),
        "group_by": query.get("group_by") or None,
        **days_ago(first, last, today(now, timezone)),
        "timezone": timezone,
        **_scope(query.get("scope") or "company", stat_type),
    }
    said = {name: value for name, value in fields.items() if value is not None}
    return Question(said, _by(query.get("by")), first, last)


def figure_asked(request: Request) -> Figure:
    """The figure that a query points at by `column` and `row=name:value`; raises BadRequest."""
    column = request.query_params.get("column")
    if not column:
        raise BadRequest("column: missing; accepted: a figure's column.")
    return Figure.of(column, dict(pairs_of("row", request.query_params.getlist("row"))))


def pairs_of(name: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """`name:value` texts as pairs; raises BadRequest."""
    for text in texts:
        if ":" not in text:
            raise BadRequest(f"{name}: got {text!r:.80}; accepted: column:value.")
    return [(before, after) for before, _, after in (text.partition(":") for text in texts)]


def zone_asked(query: Mapping[str, str]) -> str:
    """The zone of a query, UTC where it names none; raises BadRequest."""
    timezone = query.get("timezone") or "UTC"
    if zone(timezone) is None:
        raise BadRequest(f"timezone: got {timezone!r:.80}; accepted: a name of the tz database, such as Europe/Berlin.")
    return timezone


def day_of(query: Mapping[str, str], name: str, newest: date) -> date:
    """A parameter that is a day and no later than today; raises BadRequest."""
    text = query.get(name, "")
    if not text:
        raise BadRequest(f"{name}: missing; accepted: a day as YYYY-MM-DD.")
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise BadRequest(f"{name}: got {text!r:.80}; accepted: a day as YYYY-MM-DD.")
    if day > newest:
        raise BadRequest(f"{name}: got {text}, which has not come; accepted: a day up to {newest}.")
    if (newest - day).days > MAX_DAYS_AGO:
        raise BadRequest(f"{name}: got {text}; accepted: a day no more than {MAX_DAYS_AGO} days ago.")
    return day


def _days(query: Mapping[str, str], newest: date) -> tuple[date, date]:
    first, last = day_of(query, "from", newest), day_of(query, "to", newest)
    if first > last:
        raise BadRequest(f"from: got {first}, which is after {last}; accepted: a day no later than `to`.")
    return first, last


def days_ago(first: date, last: date, newest: date) -> dict[str, int]:
    """A range of days in the words of the API, counted back from today."""
    return {"days_ago_start": (newest - last).days, "days_ago_end": (newest - first).days}


def _by(text: str | None) -> Dimension | None:
    if not text:
        return None
    try:
        return Dimension(text)
    except ValueError:
        accepted = ", ".join(known.value for known in Dimension)
        raise BadRequest(f"by: got {text!r:.80}; accepted: {accepted}.") from None


def _scope(text: str, stat_type: str | None) -> dict[str, Any]:
    """Whose: an office is everything under it, a coaching team those who learn in it."""
    if text == "company":
        return {}
    kind, _, target_id = text.partition(":")
    if kind not in _KINDS or not target_id:
        kinds = ", ".join(f"{kind}:ID" for kind in _KINDS)
        raise BadRequest(f"scope: got {text!r:.80}; accepted: company, {kinds}.")
    if kind == "office" and stat_type not in _NEEDS_TARGET:
        return {"office_id": target_id}
    learns = {"coaching_team": True} if kind in ("coachingteam", "coachinggroup") else {}
    return {"target_type": kind, "target_id": target_id, **learns}
