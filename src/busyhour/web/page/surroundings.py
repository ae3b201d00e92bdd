"""What stands around every figure: whose it can be, and how fresh it is."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from fastapi.responses import Response

from busyhour.domain.centers import settings_of
from busyhour.domain.clock import Clock, micros
from busyhour.domain.directory import Entry, Kind, details_of
from busyhour.domain.periods import Tier
from busyhour.domain.roster import Roster, main_timezone, roster_at
from busyhour.store.access import Access
from busyhour.store.directory import Directory
from busyhour.store.memberships import Memberships
from busyhour.store.table_state import TableState
from busyhour.web.packing import page_json
from busyhour.web.sessions import Sessions
from busyhour.web.times import instant_text

__all__ = ["SurroundingsDoor"]


@dataclass(frozen=True, slots=True)
class SurroundingsDoor:
    """The handlers of the scope picker and of the freshness."""

    sessions: Sessions
    access: Access
    directory: Directory
    memberships: Memberships
    state: TableState
    clock: Clock
    refresh_seconds: Mapping[Tier, int]

    def scopes(self, request: Request) -> Response:
        """GET /page/scopes: everything that a figure can be asked for; an entry's parents are scopes themselves."""
        company_id = self.sessions.enter(request).company_id
        entries = self.directory.entries(company_id)
        roster = roster_at(self.clock(), entries, self.memberships.all(company_id))
        company = {"id": company_id, "name": self.access.company_name(company_id)}
        shown = [_scope(entry, roster) for entry in entries if _is_there(entry)]
        return page_json(request, {"company": company, "entries": shown})

    def freshness(self, request: Request) -> Response:
        """GET /page/freshness: as of when each tier is, and when it is refreshed next, by the business clock."""
        company_id = self.sessions.enter(request).company_id
        said: dict[str, object] = {"now": instant_text(micros(self.clock()))}
        for tier in Tier:
            said[tier.value] = self._tier(company_id, tier)
        zone_name = main_timezone(self.directory.entries(company_id, [Kind.OFFICE]))
        return page_json(request, said | {"timezone_default": zone_name})

    def _tier(self, company_id: str, tier: Tier) -> dict[str, str | None]:
        pin = self.state.pinned(company_id, tier)
        # The turns are the real clock's; the business clock may stand still.
        seconds = self.refresh_seconds[tier]
        wait = timedelta(seconds=seconds - time.time() % seconds)
        following = instant_text(micros(self.clock() + wait))
        return {"as_of": instant_text(pin.as_of if pin else None), "next": following}


def _is_there(entry: Entry) -> bool:
    return details_of(entry).get("state") != "deleted"


def _scope(entry: Entry, roster: Roster) -> dict[str, object]:
    known: dict[str, object] = {
        "kind": entry.kind.asked,
        "id": entry.id,
        "name": entry.name or entry.id,
        "office_id": entry.office_id,
        "parents": _parents(entry, roster),
    }
    return known | _targets(entry) if entry.kind is Kind.CALL_CENTER else known


def _targets(center: Entry) -> dict[str, object]:
    """What share of its calls a center means to answer within how long."""
    settings = settings_of(center.details)
    return {
        "service_level_percent": settings.service_level_percent,
        "service_level_seconds": settings.service_level_seconds,
    }


def _parents(entry: Entry, roster: Roster) -> Sequence[str]:
    """The office that something lies in, and the groups to which somebody belongs today."""
    office = (Kind.OFFICE, entry.office_id or "")
    keys = [office] if entry.kind is not Kind.OFFICE and office in roster.entries else []
    keys += [place.group for place in roster.places(entry) if place.group in roster.entries]
    return list(dict.fromkeys(f"{kind.asked}:{entry_id}" for kind, entry_id in keys))
