"""The company, its offices, groups and people, as clients of the Stats API look them up on their way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from busyhour.domain.clock import Clock
from busyhour.domain.directory import GROUP_KINDS, Entry, Kind
from busyhour.domain.roster import roster_at
from busyhour.errors import BadRequest, NotFound
from busyhour.store.access import Access
from busyhour.store.directory import Directory
from busyhour.store.memberships import Memberships
from busyhour.web import openapi_directory as described
from busyhour.web.cursors import Cursors, Page
from busyhour.web.directory_filters import chosen
from busyhour.web.directory_shapes import Shapes, number
from busyhour.web.openapi import Described
from busyhour.web.security import Gate

__all__ = ["DirectoryDoor", "directory_routes"]

Handler = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class DirectoryDoor:
    """The handlers of the vendor's look-ups; each is made for the kind of entry that it is about."""

    gate: Gate
    access: Access
    directory: Directory
    memberships: Memberships
    clock: Clock
    cursors: Cursors

    def company(self, request: Request) -> Response:
        """GET /api/v2/company."""
        company_id = self.gate.enter(request)
        offices = self.directory.entries(company_id, [Kind.OFFICE])
        name = self.access.company_name(company_id)
        known = {"id": number(company_id), "name": name, "office_count": len(offices), "state": "active"}
        return JSONResponse(known)

    def one(self, kind: Kind) -> Handler:
        """A handler that gives one entry."""

        def handler(request: Request) -> Response:
            company_id = self.gate.enter(request)
            entry = self._entry(company_id, kind, request.path_params["id"])
            return JSONResponse(self._shapes(company_id).of(entry))

        return handler

    def several(self, kind: Kind, *filters: str, default: Mapping[str, str] | None = None) -> Handler:
        """A handler that gives a list, page by page, in order of ids; an office in the path narrows it."""

        def handler(request: Request) -> Response:
            company_id = self.gate.enter(request)
            query = dict(request.query_params) | request.path_params
            page = self.cursors.page(company_id, kind.asked, query, (*filters, *request.path_params))
            if "office_id" in page.filters:
                self._entry(company_id, Kind.OFFICE, page.filters["office_id"], "office_id")
            entries = chosen(self.directory.entries(company_id, [kind]), dict(default or {}) | dict(page.filters))
            shown, cursor = self._cut(company_id, kind.asked, page, entries)
            shapes = self._shapes(company_id)
            return JSONResponse({"items": [shapes.of(entry) for entry in shown], "cursor": cursor})

        return handler

    def operators(self, kind: Kind) -> Handler:
        """A handler that gives the users and rooms that belong to a group today."""

        def handler(request: Request) -> Response:
            company_id = self.gate.enter(request)
            group = self._entry(company_id, kind, request.path_params["id"])
            return JSONResponse(self._shapes(company_id, tuple(Kind)).operators(group))

        return handler

    def coaching_members(self, request: Request) -> Response:
        """GET /api/v2/coachingteams/{id}/members: who is in it today."""
        company_id = self.gate.enter(request)
        team = self._entry(company_id, Kind.COACHING_TEAM, request.path_params["id"])
        shapes = self._shapes(company_id, tuple(Kind))
        places = dict(shapes.roster.members(team))
        name = f"members {team.id}"
        page = self.cursors.page(company_id, name, request.query_params, ())
        shown, cursor = self._cut(company_id, name, page, list(places))
        return JSONResponse(
            {"items": [shapes.coaching_member(member, places[member]) for member in shown], "cursor": cursor}
        )

    def _entry(self, company_id: str, kind: Kind, entry_id: str, field: str = "id") -> Entry:
        # Users may be asked for as `me`, which no key of a company is.
        if number(entry_id) is None:
            if kind is Kind.USER:
                raise NotFound(f"{kind.kind_name} with id {entry_id} not found.")
            raise BadRequest(f"{field}: got {entry_id!r:.80}; accepted: a whole number of 64 bits.")
        return self.directory.entry(company_id, kind, entry_id)

    def _shapes(self, company_id: str, kinds: Sequence[Kind] = GROUP_KINDS) -> Shapes:
        entries, memberships = self.directory.entries(company_id, kinds), self.memberships.all(company_id)
        return Shapes(company_id, roster_at(self.clock(), entries, memberships))

    def _cut(self, company_id: str, name: str, page: Page, entries: list[Entry]) -> tuple[list[Entry], str | None]:
        """The entries of a page, and the cursor of the next one; an id that is no number has no place in a list."""
        numbered = {value: entry for entry in entries if (value := number(entry.id)) is not None}
        rest = [(value, numbered[value]) for value in sorted(numbered) if page.after is None or value > page.after]
        shown = rest[: page.limit]
        has_more = len(rest) > len(shown)
        cursor = self.cursors.next(company_id, name, page, shown[-1][0]) if has_more else None
        return [entry for _, entry in shown], cursor


def directory_routes(door: DirectoryDoor) -> tuple[tuple[str, str, Handler, Described], ...]:
    """Every look-up: its path, its handler, its description."""
    centers, departments, teams = Kind.CALL_CENTER, Kind.DEPARTMENT, Kind.COACHING_TEAM
    groups = ("office_id", "name_search")
    users = door.several(Kind.USER, "state", "company_admin", "email", "number", default={"state": "active"})
    gets: tuple[tuple[str, Handler, Described], ...] = (
        ("/company", door.company, described.COMPANY),
        ("/offices", door.several(Kind.OFFICE, "active_only"), described.OFFICES),
        ("/offices/{id}", door.one(Kind.OFFICE), described.OFFICE),
        ("/offices/{id}/operators", door.operators(Kind.OFFICE), described.OFFICE_OPERATORS),
        ("/offices/{office_id}/callcenters", door.several(centers), described.OFFICE_CALL_CENTERS),
        ("/offices/{office_id}/departments", door.several(departments), described.OFFICE_DEPARTMENTS),
        ("/offices/{office_id}/teams", door.several(teams), described.OFFICE_TEAMS),
        ("/callcenters", door.several(centers, *groups), described.CALL_CENTERS),
        ("/callcenters/{id}", door.one(centers), described.CALL_CENTER),
        ("/callcenters/{id}/operators", door.operators(centers), described.CALL_CENTER_OPERATORS),
        ("/departments", door.several(departments, *groups), described.DEPARTMENTS),
        ("/departments/{id}", door.one(departments), described.DEPARTMENT),
        ("/departments/{id}/operators", door.operators(departments), described.DEPARTMENT_OPERATORS),
        ("/coachingteams", door.several(teams), described.COACHING_TEAMS),
        ("/coachingteams/{id}", door.one(teams), described.COACHING_TEAM),
        ("/coachingteams/{id}/members", door.coaching_members, described.COACHING_MEMBERS),
        ("/rooms", door.several(Kind.ROOM, "office_id"), described.ROOMS),
        ("/rooms/{id}", door.one(Kind.ROOM), described.ROOM),
        ("/users", users, described.USERS),
        ("/users/{id}", door.one(Kind.USER), described.USER),
    )
    return tuple(("GET", f"/api/v2{path}", handler, described) for path, handler, described in gets)
