"""How the simulation tells of things beside legs, and of who has a part in them."""

from collections.abc import Iterator
from typing import Any, TypeVar

from busyhour.domain.things import Thing, thing

__all__ = ["media_url", "told"]

_Kind = TypeVar("_Kind", bound=Thing)


def told(now: int, kind: type[_Kind], at: int, **values: Any) -> Iterator[_Kind]:
    """The event of that moment, if it has come."""
    if at <= now:
        # It was never text: nothing is raw.
        yield thing(kind, raw="", event_timestamp=at, **values)


def media_url(what: str, name: str) -> str:
    """Where something that never was could be heard."""
    return f"https://media.example/{what}/{name}.mp3"
