"""A company made by hand for the look-ups, and a client that holds every answer against the vendor's schema."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
from starlette.testclient import TestClient

from busyhour.domain.directory import Entry, Kind
from busyhour.domain.memberships import Membership, Role
from houses import House, company_of

NOW = "2026-03-09T15:00:00+00:00"
VENDOR = json.loads(
    (Path(__file__).parent.parent / "conformance" / "vendor_directory_openapi.json").read_text(encoding="utf-8")
)
NORTH, SOUTH, SUPPORT, SALES, LOANS, TEAM, ROOM = "12", "13", "31", "32", "41", "51", "61"
DANA, AVI, GONE = "91", "92", "93"
RIVAL_OFFICE, RIVAL_CENTER = "70", "71"

SUPPORT_DETAILS = {
    "service_level_percent": 80,
    "service_level_seconds": 20,
    "hours": {"monday": ["08:00", "12:00", "14:00", "18:00"]},
    "holidays": [{"date": "2026-12-25", "name": "Christmas"}],
    "description": "Whatever is broken",
}

ENTRIES = (
    Entry(Kind.OFFICE, NORTH, "North", phone="+15550100", office_id=NORTH, timezone="America/New_York",
        details='{"primary": true, "country": "us"}'),
    Entry(Kind.OFFICE, SOUTH, "South", office_id=SOUTH, details='{"state": "suspended"}'),
    Entry(Kind.CALL_CENTER, SUPPORT, "Support", phone="+15550101,+15550102", office_id=NORTH,
        details=json.dumps(SUPPORT_DETAILS)),
    Entry(Kind.CALL_CENTER, SALES, "Sales", office_id=SOUTH),
    Entry(Kind.CALL_CENTER, "queue-7", "Another telephone system's"),
    Entry(Kind.DEPARTMENT, LOANS, "Loans", office_id=NORTH, details='{"hours": null}'),
    Entry(Kind.COACHING_TEAM, TEAM, "New people", office_id=NORTH, details='{"description": "First month"}'),
    Entry(Kind.STAFF_GROUP, "81", "Cleaners", office_id=NORTH),
    Entry(Kind.ROOM, ROOM, "Front desk", phone="+15550103", office_id=NORTH),
    Entry(Kind.USER, DANA, "Dana de Levi", "Dana@meadow.example", "+15550104", NORTH,
        details='{"company_admin": true, "extension": "104", "job_title": "Head"}'),
    Entry(Kind.USER, AVI, "Avi", "avi@meadow.example", office_id=SOUTH, timezone="Asia/Jerusalem"),
    Entry(Kind.USER, GONE, "Gone", office_id=NORTH, details='{"state": "deleted"}'),
)  # fmt: skip

PLACES = (
    Membership((Kind.CALL_CENTER, SUPPORT), (Kind.USER, DANA), Role.SUPERVISOR),
    Membership((Kind.CALL_CENTER, SUPPORT), (Kind.ROOM, ROOM), Role.OPERATOR),
    Membership((Kind.CALL_CENTER, SUPPORT), (Kind.USER, AVI), Role.OPERATOR, None, date(2026, 3, 9)),
    Membership((Kind.DEPARTMENT, LOANS), (Kind.USER, AVI), Role.OPERATOR, date(2026, 3, 9)),
    Membership((Kind.OFFICE, NORTH), (Kind.USER, DANA), Role.ADMIN),
    Membership((Kind.COACHING_TEAM, TEAM), (Kind.USER, DANA), Role.COACH),
    Membership((Kind.COACHING_TEAM, TEAM), (Kind.USER, AVI), Role.TRAINEE, date(2026, 3, 1)),
)


class Caller:
    """A client with a company's key; every answer of 200 is held against the vendor's schema."""

    def __init__(self, http: TestClient, key: str) -> None:
        self.http = http
        self.key = key

    def ask(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/api/v2{path}", params=query or None, headers={"Authorization": f"Bearer {self.key}"})

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        _check(f"/api/v2{path}", said)
        return said

    def ids(self, path: str, **query: Any) -> list[int]:
        return [item["id"] for item in self.get(path, **query)["items"]]


def _strict(schema: Any) -> Any:
    """The vendor's schema as JSON Schema, with null only where it is said, and with no other fields."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _strict(part) for name, part in schema.items() if name not in ("nullable", "description", "title")}
    if "$ref" in made:
        return {"$ref": made["$ref"]}
    if made.get("type") == "object" and isinstance(made.get("properties"), dict):
        made["additionalProperties"] = False
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") is True else made


_COMPONENTS = {"schemas": {name: _strict(schema) for name, schema in VENDOR["components"]["schemas"].items()}}


def _check(path: str, said: Any) -> None:
    known = [known for known in VENDOR["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path)]
    assert known, path
    content = VENDOR["paths"][known[0]]["get"]["responses"]["200"]["content"]
    schema = _strict(content["application/json"]["schema"]) | {"components": _COMPONENTS}
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(said)


def fill_directory(house: House) -> None:
    house.directory.learn(company_of(house, "Meadow"), ENTRIES)
    house.memberships.learn(company_of(house, "Meadow"), PLACES)
    rival = [Entry(Kind.OFFICE, RIVAL_OFFICE, "Rival"), Entry(Kind.CALL_CENTER, RIVAL_CENTER, "Rivals")]
    house.directory.learn(company_of(house, "Rival"), rival)
