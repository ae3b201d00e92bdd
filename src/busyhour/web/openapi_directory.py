"""What our own OpenAPI description says of the look-ups: parameters, answers, the fields that we can know."""

from typing import Any

from busyhour.domain.centers import WEEKDAYS
from busyhour.domain.memberships import Role
from busyhour.web.cursors import LARGEST_PAGE
from busyhour.web.directory_filters import FLAG_WORDS, STATES
from busyhour.web.openapi import BAD, LIMITED, NOT_FOUND, SECURITY, UNAUTHORIZED, Described, json_answer

__all__ = [
    "CALL_CENTER",
    "CALL_CENTERS",
    "CALL_CENTER_OPERATORS",
    "COACHING_MEMBERS",
    "COACHING_TEAM",
    "COACHING_TEAMS",
    "COMPANY",
    "DEPARTMENT",
    "DEPARTMENTS",
    "DEPARTMENT_OPERATORS",
    "OFFICE",
    "OFFICES",
    "OFFICE_CALL_CENTERS",
    "OFFICE_DEPARTMENTS",
    "OFFICE_OPERATORS",
    "OFFICE_TEAMS",
    "ROOM",
    "ROOMS",
    "USER",
    "USERS",
]

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer", "format": "int64"}
_ID: Schema = _NUMBER | {"minimum": 0, "maximum": 2**63 - 1}
_FLAG: Schema = {"type": "boolean"}
_STATE: Schema = {"type": "string", "enum": [state for state in STATES if state != "all"]}
_ROLES = ("admin", "operator", "supervisor")


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(required: tuple[str, ...], properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


def _entry(properties: Schema, *required: str) -> Schema:
    common = {
        "id": _ID, "name": _TEXT, "office_id": _ID, "country": _TEXT, "state": _STATE, "timezone": _TEXT,
        "phone_numbers": _list(_TEXT),
    }  # fmt: skip
    return _object(("id", "state", "phone_numbers", *required), common | properties)


_HOURS = {f"{weekday}_hours": _list(_TEXT) for weekday in WEEKDAYS}
_AVAILABILITY = {"availability_status": {"type": "string", "enum": ["open", "closed", "holiday_closed"]}}
_COMPANY = _object(
    ("id", "name", "office_count", "state"), {"id": _ID, "name": _TEXT, "office_count": _NUMBER, "state": _STATE}
)
_OFFICE = _entry(_AVAILABILITY | _HOURS | {"is_primary_office": _FLAG}, "office_id", "availability_status")
_LINE = _AVAILABILITY | _HOURS | {"group_description": _TEXT, "hours_on": _FLAG}
_ALERTS = _object(
    ("cc_service_level", "cc_service_level_seconds"),
    {"cc_service_level": _NUMBER, "cc_service_level_seconds": _NUMBER},
)
_DEPARTMENT = _entry(_LINE, "availability_status", "hours_on")
_CALL_CENTER = _entry(_LINE | {"alerts": _ALERTS}, "availability_status", "hours_on", "alerts")
_COACHING_TEAM = _entry({"company_id": _ID, "team_description": _TEXT}, "company_id")
_ROOM = _entry({"company_id": _ID}, "company_id")
_GROUP = _object(
    ("group_id", "group_type"),
    {"group_id": _ID, "group_type": _TEXT, "role": {"type": "string", "enum": list(_ROLES)}},
)
_PERSON: Schema = {
    "company_id": _ID, "first_name": _TEXT, "last_name": _TEXT, "emails": _list(_TEXT), "extension": _TEXT,
    "job_title": _TEXT, "admin_office_ids": _list(_ID), "is_admin": _FLAG, "is_super_admin": _FLAG,
}  # fmt: skip
_USER = _entry(_PERSON | {"display_name": _TEXT, "group_details": _list(_GROUP)}, "emails", "group_details")
_COACHING_ROLES: Schema = {"type": "string", "enum": [Role.COACH.value, Role.TRAINEE.value]}
_COACHING_MEMBER = _entry(_PERSON | {"role": _COACHING_ROLES}, "emails", "role")
_OPERATORS = _object(("users", "rooms"), {"users": _list(_USER), "rooms": _list(_ROOM)})


def _page(items: Schema) -> Schema:
    cursor = {"anyOf": [_TEXT, {"type": "null"}]}
    return _object(("items", "cursor"), {"items": _list(items), "cursor": cursor})


def _path(name: str, schema: Schema = _ID) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_PAGING = (
    _query(
        "limit", {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, f"A page's size, at most {LARGEST_PAGE}."
    ),
    _query("cursor", _TEXT, "The cursor of the last answer; it brings the filters along."),
)
_OF_OFFICE = _query("office_id", _ID, "Only what belongs to that office.")
_NAME_SEARCH = _query("name_search", _TEXT, "Only what has this in its name.")
_WORD: Schema = {"type": "string", "enum": list(FLAG_WORDS)}


def _described(name: str, summary: str, schema: Schema, *parameters: Schema) -> Described:
    answers: dict[int | str, Schema] = {200: json_answer("Found.", schema), 401: UNAUTHORIZED, 429: LIMITED}
    answers |= {400: BAD} if parameters else {}
    if any(parameter["in"] == "path" or parameter["name"] == "office_id" for parameter in parameters):
        answers[404] = NOT_FOUND
    return Described(name, summary, answers, {"parameters": list(parameters), "security": SECURITY})


def _lookup(name: str, summary: str, schema: Schema) -> Described:
    return _described(name, summary, schema, _path("id"))


def _listing(name: str, summary: str, items: Schema, *parameters: Schema) -> Described:
    return _described(name, summary, _page(items), *parameters, *_PAGING)


COMPANY = _described("company.get", "The company", _COMPANY)
OFFICES = _listing(
    "offices.list", "Offices", _OFFICE, _query("active_only", _WORD, "Only offices whose state is active.")
)
OFFICE = _lookup("offices.get", "An office", _OFFICE)
OFFICE_OPERATORS = _lookup("offices.operators.get", "Operators of an office's main line", _OPERATORS)
OFFICE_CALL_CENTERS = _listing("callcenters.list", "An office's call centers", _CALL_CENTER, _path("office_id"))
OFFICE_DEPARTMENTS = _listing("departments.list", "An office's departments", _DEPARTMENT, _path("office_id"))
OFFICE_TEAMS = _listing("coaching_team.list", "An office's coaching teams", _COACHING_TEAM, _path("office_id"))
CALL_CENTERS = _listing("callcenters.listall", "Call centers", _CALL_CENTER, _OF_OFFICE, _NAME_SEARCH)
CALL_CENTER = _lookup("callcenters.get", "A call center", _CALL_CENTER)
CALL_CENTER_OPERATORS = _lookup("callcenters.operators.get", "Operators of a call center", _OPERATORS)
DEPARTMENTS = _listing("departments.listall", "Departments", _DEPARTMENT, _OF_OFFICE, _NAME_SEARCH)
DEPARTMENT = _lookup("departments.get", "A department", _DEPARTMENT)
DEPARTMENT_OPERATORS = _lookup("departments.operators.get", "Operators of a department", _OPERATORS)
COACHING_TEAMS = _listing("coaching_team.listall", "Coaching teams", _COACHING_TEAM)
COACHING_TEAM = _lookup("coaching_team.get", "A coaching team", _COACHING_TEAM)
COACHING_MEMBERS = _listing("coaching_team.members.get", "Members of a coaching team", _COACHING_MEMBER, _path("id"))
ROOMS = _listing("rooms.list", "Rooms", _ROOM, _OF_OFFICE)
ROOM = _lookup("rooms.get", "A room", _ROOM)
USERS = _listing(
    "users.list",
    "Users",
    _USER,
    _query("state", {"type": "string", "enum": list(STATES)}, "Only users in that state; active if not given."),
    _query("company_admin", _WORD, "Only administrators of the company, or only the others."),
    _query("email", _TEXT, "Only the user of that email."),
    _query("number", _TEXT, "Only the user of that phone number; its digits are compared."),
)
USER = _described("users.get", "A user", _USER, _path("id", _TEXT | {"minLength": 1}))
