"""Bodies as clients really send them: JSON, or a form, whatever the content type says."""

import json
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from busyhour.errors import BadRequest, PayloadTooLarge

__all__ = ["read_body", "read_fields"]


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body; raises PayloadTooLarge."""
    chunks, size = list[bytes](), 0
    async for chunk in request.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise PayloadTooLarge(f"The body is larger than the {max_bytes} bytes that are taken.")
    return b"".join(chunks)


async def read_fields(request: Request, max_bytes: int) -> dict[str, Any]:
    """The fields of a body; raises BadRequest, PayloadTooLarge."""
    return _fields(await read_body(request, max_bytes))


def _fields(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8 text; accepted: a JSON object or form fields.") from None
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _form(text, error)
    if not isinstance(value, dict):
        raise BadRequest(f"The body is a JSON {type(value).__name__}; accepted: a JSON object.")
    return value


def _form(text: str, error: Exception) -> dict[str, Any]:
    pairs = parse_qsl(text.strip())
    if text.lstrip()[:1] in ("{", "[", '"') or "=" not in text or not pairs:
        raise BadRequest(f"The body is neither a JSON object nor form fields ({error}).")
    return dict(pairs)
