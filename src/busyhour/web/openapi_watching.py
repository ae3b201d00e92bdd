"""What our OpenAPI description says of the routes for whoever watches this server."""

from busyhour.web.openapi import UNAUTHORIZED, Described, json_answer

__all__ = ["METRICS", "READY"]

_READINESS = {
    "type": "object",
    "required": ["status", "checks"],
    "properties": {
        "status": {"type": "string", "enum": ["ready", "not ready"]},
        "checks": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["ok", "message"],
                "properties": {"ok": {"type": "boolean"}, "message": {"type": "string"}},
            },
        },
    },
}
READY = Described(
    "readyz",
    "Whether all that this server promises can be kept now, check by check",
    {200: json_answer("It can.", _READINESS), 503: json_answer("A check does not hold.", _READINESS)},
)
METRICS = Described(
    "metrics",
    "Figures for whoever watches this server, in the text form of Prometheus",
    {
        200: {"description": "The figures.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        401: UNAUTHORIZED,
    },
    {"security": [{}, {"bearer_token": []}]},
)
