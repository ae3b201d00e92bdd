"""What our own OpenAPI description says of each route: exactly what is accepted, and every answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from busyhour.domain.ask import (
    DAYS_PATTERN,
    EXPORT_TYPES,
    FLAGS,
    GROUPINGS,
    ID_PATTERN,
    MAX_DAYS_AGO,
    TARGET_TYPES,
)
from busyhour.domain.periods import zone_names
from busyhour.reports.registry import FORMS

__all__ = [
    "BAD",
    "BATCH",
    "CREATE",
    "DESCRIPTION",
    "DICTIONARY",
    "DOWNLOAD",
    "GET",
    "GET_BY_QUERY",
    "HEALTH",
    "LIMITED",
    "NOT_FOUND",
    "SECURITY",
    "UNAUTHORIZED",
    "UNAVAILABLE",
    "UNTOLD",
    "WEBHOOK",
    "Described",
    "completed",
    "json_answer",
    "told",
]

DESCRIPTION = "Phone events in, Dialpad Stats API reports out."


@dataclass(frozen=True)
class Described:
    """One operation: its name, its sentence, its answers, and what the framework cannot know."""

    name: str
    summary: str
    responses: dict[int | str, dict[str, Any]]
    extra: dict[str, Any] = field(default_factory=dict)


UNTOLD: Mapping[str, Any] = {"include_in_schema": False}
"""What the framework is told of a route that our description leaves out."""


def told(described: Described) -> Mapping[str, Any]:
    """What the framework is told of a route."""
    return {
        "operation_id": described.name,
        "summary": described.summary,
        "responses": described.responses,
        "openapi_extra": described.extra,
    }


_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "errors", "message"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["domain", "message", "reason"],
                        "properties": {
                            "domain": {"type": "string"},
                            "message": {"type": "string"},
                            "reason": {"type": "string"},
                        },
                    },
                },
            },
        }
    },
}


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _ERROR}}}


def json_answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An answer that is JSON of that schema."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


BAD = _error("Malformed or impossible: the message names the field, what came and what is accepted.")
UNAUTHORIZED = _error("No key, or an unknown one.")
NOT_FOUND = _error("Not there, expired, or another company's.")
_TOO_LARGE = _error("The body is too large.")
LIMITED = _error("Too many requests: Retry-After says in how many seconds to try again.")
UNAVAILABLE = _error("The state database or the storage is away: Retry-After says in how many seconds to try again.")

SECURITY: list[dict[str, list[str]]] = [{"bearer_token": []}, {"api_key_in_url": []}, {"api_key_in_header": []}]
SECURITY_SCHEMES = {
    "bearer_token": {"type": "http", "scheme": "bearer"},
    "api_key_in_url": {"type": "apiKey", "in": "query", "name": "apikey"},
    "api_key_in_header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}

_STARTED = {
    "type": "object",
    "required": ["request_id", "already_started"],
    "properties": {"request_id": {"type": "string"}, "already_started": {"type": "boolean"}},
}
_PROGRESS = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"type": "string", "enum": ["complete", "failed", "processing"]},
        "download_url": {"type": "string"},
        "file_type": {"type": "string", "enum": ["csv"]},
        "reason": {"type": "string", "description": "Why it has failed."},
        "as_of": {"type": "string", "format": "date-time", "description": "What came in until then is in the figures."},
    },
}
_AS_OF = {
    "headers": {
        "X-Busyhour-As-Of": {
            "description": "What came in until then is in the figures; missing before the first refresh.",
            "schema": {"type": "string", "format": "date-time"},
        }
    }
}


def _optional(*schemas: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [*schemas, {"type": "null"}]}


_DAYS = _optional(
    {"type": "integer", "minimum": 0, "maximum": MAX_DAYS_AGO}, {"type": "string", "pattern": DAYS_PATTERN}
)
_ID = _optional({"type": "integer", "minimum": 0, "maximum": 10**19 - 1}, {"type": "string", "pattern": ID_PATTERN})
_FLAG = _optional({"enum": list(FLAGS)})
_TIMEZONE = _optional({"type": "string", "enum": sorted(zone_names())})

_NO_TARGET = {"properties": {"target_id": {"type": "null"}, "target_type": {"type": "null"}}}
_OFF = {"enum": [None, *(flag for flag, on in FLAGS.items() if not on)]}
_NO_FLAGS = {"properties": {"coaching_group": _OFF, "coaching_team": _OFF}}
_NOT_BY_GROUP = {
    "anyOf": [
        {"properties": {"group_by": {"enum": ["user", "date", None]}}},
        {"properties": {"export_type": {"const": "records"}}},
        {"properties": {"stat_type": {"not": {"const": "calls"}}}},
    ]
}
_NEEDS_TARGET = ("csat", "dispositions")
_WITHOUT_TARGET = {"properties": {"stat_type": {"not": {"enum": list(_NEEDS_TARGET)}}}}
_AS_IT_IS_TO_BE_HAD = {"anyOf": [{"properties": {"export_type": {"const": "records"}}}, _WITHOUT_TARGET]}


def _target(*kinds: str) -> dict[str, Any]:
    return {
        "required": ["target_id", "target_type"],
        "properties": {"target_id": {"not": {"type": "null"}}, "target_type": {"enum": list(kinds)}},
    }


_COACHING = ("coachinggroup", "coachingteam")
_OTHERS = tuple(kind for kind in TARGET_TYPES if kind not in (*_COACHING, "office", "unknown"))

_ASK = {
    "type": "object",
    "required": ["export_type", "stat_type"],
    "properties": {
        "export_type": {"type": "string", "enum": list(EXPORT_TYPES)},
        "stat_type": {"type": "string", "enum": sorted({stat_type for stat_type, _, _ in FORMS})},
        "days_ago_start": _DAYS,
        "days_ago_end": _DAYS,
        "is_today": _FLAG,
        "timezone": _TIMEZONE,
        "office_id": _ID,
        "target_id": _ID,
        "target_type": _optional({"type": "string", "enum": list(TARGET_TYPES)}),
        "group_by": _optional({"type": "string", "enum": list(GROUPINGS)}),
        "coaching_group": _FLAG,
        "coaching_team": _FLAG,
    },
    "allOf": [_AS_IT_IS_TO_BE_HAD],
    "anyOf": [
        {"allOf": [_NO_TARGET, _NO_FLAGS, _WITHOUT_TARGET]},
        {"allOf": [_target("office"), _NO_FLAGS]},
        {"allOf": [_target("unknown", *_OTHERS), _NO_FLAGS, _NOT_BY_GROUP]},
        {"allOf": [_target(*_COACHING), _NOT_BY_GROUP]},
    ],
}

CREATE = Described(
    "stats.create",
    "Start a report",
    {
        200: json_answer("It runs, or it is there already.", _STARTED)
        | _AS_OF
        | {"links": {"progress": {"operationId": "stats.get", "parameters": {"id": "$response.body#/request_id"}}}},
        400: BAD,
        401: UNAUTHORIZED,
        404: NOT_FOUND,
        413: _TOO_LARGE,
        429: LIMITED,
        503: UNAVAILABLE,
    },
    {
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ASK}}},
        "security": SECURITY,
    },
)
_HOW_FAR = json_answer("How far it is.", _PROGRESS) | _AS_OF
GET = Described(
    "stats.get",
    "See how far a report is",
    {200: _HOW_FAR, 401: UNAUTHORIZED, 404: NOT_FOUND, 429: LIMITED, 503: UNAVAILABLE},
    {"security": SECURITY},
)
GET_BY_QUERY = Described(
    "stats.get_by_query",
    "See how far a report is, with its id as a parameter",
    {200: _HOW_FAR, 400: BAD, 401: UNAUTHORIZED, 404: NOT_FOUND, 429: LIMITED, 503: UNAVAILABLE},
    {
        "parameters": [{"name": "id", "in": "query", "required": True, "schema": {"type": "string", "minLength": 1}}],
        "security": SECURITY,
    },
)
DOWNLOAD = Described(
    "downloads.get",
    "Fetch a report's CSV by the link that a GET gave",
    {
        200: {"description": "The file.", "content": {"text/csv": {"schema": {"type": "string"}}}} | _AS_OF,
        404: NOT_FOUND,
        503: UNAVAILABLE,
    },
)
_UNDERSTOOD = {
    "type": "object",
    "required": ["status", "events", "not_understood", "lines"],
    "properties": {
        "status": {"type": "string", "enum": ["kept", "checked"]},
        "events": {"type": "integer"},
        "not_understood": {"type": "integer"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["line", "reason", "got"],
                "properties": {
                    "line": {"type": "integer"},
                    "reason": {"type": "string"},
                    "got": {"type": "string"},
                },
            },
        },
    },
}
WEBHOOK = Described(
    "ingest.webhook",
    "Take an event from a phone system: plain JSON or, where the endpoint has a secret, a JWT signed with it",
    {
        200: json_answer("It is on disk.", {"type": "object", "properties": {"status": {"enum": ["kept"]}}}),
        401: _error("The signature is not one of this endpoint's secrets."),
        404: _error("There is no such endpoint."),
        413: _TOO_LARGE,
        503: UNAVAILABLE,
    },
    {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}},
)
BATCH = Described(
    "ingest.batch",
    "Take up to 10,000 events, one JSON object a line; those that are not understood are kept in quarantine",
    {
        200: json_answer("All are on disk; or with check=true: all were read, none is kept.", _UNDERSTOOD),
        400: BAD,
        401: UNAUTHORIZED,
        413: _TOO_LARGE,
        503: UNAVAILABLE,
    },
    {
        "parameters": [{"name": "check", "in": "query", "required": False, "schema": {"enum": ["true", "false"]}}],
        "requestBody": {
            "required": True,
            "content": {"text/plain": {"schema": {"type": "string", "pattern": "[a-z]"}}},
        },
        "security": SECURITY,
    },
)
DICTIONARY = Described(
    "dictionary.get",
    "Every column explained, as a page",
    {200: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
HEALTH = Described(
    "healthz",
    "Whether this process can serve",
    {
        200: json_answer(
            "It can.",
            {
                "type": "object",
                "required": ["status"],
                "properties": {"status": {"type": "string", "enum": ["ok"]}},
            },
        ),
        503: UNAVAILABLE,
    },
)


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """The framework's description with what it cannot be told by route: how to authenticate."""
    schema.setdefault("components", {})["securitySchemes"] = SECURITY_SCHEMES
    return schema
