"""Who and what a company's calls belong to: offices, groups, rooms and users."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from hashlib import blake2b
from typing import Any

__all__ = [
    "GROUP_KINDS",
    "PERSON_KINDS",
    "Entry",
    "Kind",
    "Origin",
    "adopted",
    "derived_id",
    "details_of",
    "details_text",
    "merged",
    "strongest",
]


class Kind(Enum):
    """A kind of target; its three spellings are those of requests, of records and of `target_kind`."""

    OFFICE = ("office", "office", "Office")
    CALL_CENTER = ("callcenter", "call_center", "CallCenter")
    DEPARTMENT = ("department", "department", "Department")
    STAFF_GROUP = ("staffgroup", "staff_group", "StaffGroup")
    COACHING_TEAM = ("coachingteam", "coaching_team", "CoachingTeam")
    ROOM = ("room", "room", "Room")
    USER = ("user", "user", "UserProfile")

    def __init__(self, asked: str, type_name: str, kind_name: str) -> None:
        self.asked = asked
        self.type_name = type_name
        self.kind_name = kind_name

    @classmethod
    def parse(cls, text: str) -> "Kind | None":
        """The kind of any spelling seen in requests, payloads and files, or None."""
        return _SPELLINGS.get(text.strip().lower().replace("_", ""))


_SPELLINGS = {spelling.lower().replace("_", ""): kind for kind in Kind for spelling in kind.value} | {
    "coachinggroup": Kind.COACHING_TEAM
}

PERSON_KINDS = (Kind.USER, Kind.ROOM)
GROUP_KINDS = tuple(kind for kind in Kind if kind not in PERSON_KINDS)


class Origin(Enum):
    """How the directory came to know something, the weakest word first."""

    DISCOVERED = "discovered"
    """An event named it."""
    SOURCE = "source"
    """The source of the events told of it."""
    ADOPTED = "adopted"
    """The company itself said so: events fill in what it left open, and overwrite nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One office, group, room or user of a company.

    `phone` is its own number, or several with a comma between them; `seen_at` is in µs UTC; `details` is a JSON
    object of what only some entries have, such as the settings of a call center.
    """

    kind: Kind
    id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    office_id: str | None = None
    timezone: str | None = None
    origin: Origin = Origin.DISCOVERED
    seen_at: int = 0
    details: str | None = None


def derived_id(*names: str) -> str:
    """A stable id of 16 digits for what has only a name, the same on every machine (JSON-safe: < 2**53)."""
    digest = blake2b("\x1f".join(names).encode(), digest_size=8).digest()
    return str(4_503_599_627_370_496 + int.from_bytes(digest, "big") % 4_503_599_627_370_496)


def details_of(entry: Entry) -> Mapping[str, Any]:
    """What only some entries have, by name; nothing where nothing is known."""
    found: Mapping[str, Any] = json.loads(entry.details) if entry.details else {}
    return found


def details_text(details: Mapping[str, Any]) -> str | None:
    """Details as they are kept: text that is equal for equal details, None for none."""
    return json.dumps(details, sort_keys=True, ensure_ascii=False) if details else None


def strongest(one: Origin, other: Origin) -> Origin:
    """The origin that has more to say."""
    return max(one, other, key=list(Origin).index)


def merged(old: Entry | None, new: Entry) -> Entry:
    """What is known of an entry after another word on it: the later word wins, field by field.

    A word of the company itself wins over all others, whenever they come.
    """
    if old is None:
        return new
    first, second = sorted((old, new), key=_weight)
    # A mention without a name makes no earlier name newer: offices are mostly mentioned by their id alone.
    named = [entry.seen_at for entry in (old, new) if entry.name]
    return replace(
        _filled(second, first),
        origin=strongest(old.origin, new.origin),
        seen_at=max(named, default=max(old.seen_at, new.seen_at)),
    )


def adopted(old: Entry | None, new: Entry) -> Entry:
    """What is known of an entry after the company's own word on it, which wins; what it leaves open stays."""
    if old is None:
        return replace(new, origin=Origin.ADOPTED)
    return replace(_filled(new, old), origin=Origin.ADOPTED, seen_at=old.seen_at)


def _filled(said: Entry, other: Entry) -> Entry:
    return replace(
        said,
        name=said.name or other.name,
        email=said.email or other.email,
        phone=said.phone or other.phone,
        office_id=said.office_id or other.office_id,
        timezone=said.timezone or other.timezone,
        details=_joined(other.details, said.details),
    )


def _joined(old: str | None, new: str | None) -> str | None:
    if old is None or new is None:
        return new or old
    return details_text(json.loads(old) | json.loads(new))


def _weight(entry: Entry) -> tuple[object, ...]:
    texts = (entry.name, entry.email, entry.phone, entry.office_id, entry.timezone, entry.details)
    return (entry.origin is Origin.ADOPTED, entry.name is not None, entry.seen_at, *(text or "" for text in texts))
