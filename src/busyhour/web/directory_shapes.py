"""Entries of the directory in the vendor's shapes; what nobody has told us is left out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from busyhour.domain.centers import hours_to_json, settings_of
from busyhour.domain.directory import Entry, Kind
from busyhour.domain.memberships import Membership, Role
from busyhour.domain.roster import Roster

__all__ = ["Shapes", "is_company_admin", "number", "state"]

_MOST = 2**63 - 1
_VENDOR_ROLES = (Role.ADMIN, Role.OPERATOR, Role.SUPERVISOR)


def number(text: str | None) -> int | None:
    """An id as the vendor's integer of 64 bits, or None for an id of another telephone system that is none."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    value = int(text)
    return value if value <= _MOST and str(value) == text else None


def state(entry: Entry) -> str:
    """An entry's enablement state: active, unless something else was said."""
    return str(_details(entry).get("state", "active"))


def is_company_admin(entry: Entry) -> bool:
    """Whether somebody is an administrator of the whole company."""
    return bool(_details(entry).get("company_admin", False))


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes the entries of one company as they stand at the roster's instant."""

    company_id: str
    roster: Roster

    def of(self, entry: Entry) -> dict[str, Any]:
        """An entry in the shape of its kind."""
        match entry.kind:
            case Kind.OFFICE:
                return self._office(entry)
            case Kind.CALL_CENTER:
                return self._line(entry) | {"alerts": _alerts(entry)}
            case Kind.COACHING_TEAM:
                return self._owned(entry) | _said({"team_description": _details(entry).get("description")})
            case Kind.ROOM:
                return self._owned(entry)
            case Kind.USER:
                return self._user(entry)
            case _:
                return self._line(entry)

    def operators(self, group: Entry) -> dict[str, Any]:
        """The users and rooms that belong to a group today."""
        members = [member for member, _ in self.roster.members(group) if number(member.id) is not None]
        users = [self.of(member) for member in members if member.kind is Kind.USER]
        return {"users": users, "rooms": [self.of(member) for member in members if member.kind is Kind.ROOM]}

    def coaching_member(self, member: Entry, place: Membership) -> dict[str, Any]:
        """Somebody as a member of a coaching team."""
        return self._person(member) | {"role": place.role.value}

    def _office(self, entry: Entry) -> dict[str, Any]:
        values = {
            "office_id": number(entry.id),
            "availability_status": self.roster.availability(entry),
            "is_primary_office": _details(entry).get("primary"),
        }
        return self._base(entry) | _said(values) | _hours(entry)

    def _line(self, entry: Entry) -> dict[str, Any]:
        values = {
            "availability_status": self.roster.availability(entry),
            "group_description": _details(entry).get("description"),
            "hours_on": settings_of(entry.details).hours is not None,
        }
        return self._base(entry) | _said(values) | _hours(entry)

    def _owned(self, entry: Entry) -> dict[str, Any]:
        base = self._base(entry) | _said({"company_id": number(self.company_id)})
        return {name: value for name, value in base.items() if name != "timezone"}

    def _user(self, entry: Entry) -> dict[str, Any]:
        groups = [_group_details(place) for place in self.roster.places(entry)]
        details = {"group_details": [group for group in groups if "group_id" in group]}
        return self._person(entry) | _said({"display_name": entry.name}) | details

    def _person(self, entry: Entry) -> dict[str, Any]:
        base = self._base(entry)
        first, _, last = str(base.pop("name", "")).partition(" ")
        offices = [number(place.group[1]) for place in self.roster.places(entry) if _is_office_admin(place)]
        values = {
            "company_id": number(self.company_id),
            "first_name": first or None,
            "last_name": last.strip() or None,
            "emails": [entry.email] if entry.email else [],
            "extension": _details(entry).get("extension"),
            "job_title": _details(entry).get("job_title"),
            "admin_office_ids": [office for office in offices if office is not None],
            "is_admin": bool(offices) or is_company_admin(entry),
            "is_super_admin": is_company_admin(entry),
        }
        return base | _said(values)

    def _base(self, entry: Entry) -> dict[str, Any]:
        values = {
            "id": number(entry.id),
            "name": entry.name,
            "office_id": number(entry.office_id),
            "country": _details(entry).get("country"),
            "phone_numbers": entry.phone.split(",") if entry.phone else [],
            "state": state(entry),
            "timezone": self.roster.timezone(entry),
        }
        return _said(values)


def _alerts(entry: Entry) -> dict[str, int]:
    settings = settings_of(entry.details)
    return {
        "cc_service_level": settings.service_level_percent,
        "cc_service_level_seconds": settings.service_level_seconds,
    }


def _is_office_admin(place: Membership) -> bool:
    return place.group[0] is Kind.OFFICE and place.role is Role.ADMIN


def _group_details(place: Membership) -> dict[str, Any]:
    role = place.role.value if place.role in _VENDOR_ROLES else None
    return _said({"group_id": number(place.group[1]), "group_type": place.group[0].asked, "role": role})


def _hours(entry: Entry) -> dict[str, list[str]]:
    hours = settings_of(entry.details).hours
    return {f"{day}_hours": times for day, times in hours_to_json(hours).items()} if hours is not None else {}


def _details(entry: Entry) -> Mapping[str, Any]:
    details: Mapping[str, Any] = json.loads(entry.details) if entry.details else {}
    return details


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
