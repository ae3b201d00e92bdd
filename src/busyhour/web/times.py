"""Instants as the page reads them: ISO 8601 in UTC."""

from datetime import UTC, datetime

__all__ = ["instant_text"]


def instant_text(micros: int | None) -> str | None:
    """µs since 1970 as text, to the second."""
    if micros is None:
        return None
    return f"{datetime.fromtimestamp(micros // 1_000_000, UTC):%Y-%m-%dT%H:%M:%SZ}"
