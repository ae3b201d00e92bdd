"""Who and what a company's calls belong to: offices, groups, rooms and users."""

from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

__all__ = ["GROUP_KINDS", "PERSON_KINDS", "Entry", "Kind", "Origin", "derived_id", "merged"]


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
    """How the directory came to know an entry."""

    DISCOVERED = "discovered"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Entry:
    """One office, group, room or user of a company; `phone` is its own number, `seen_at` in µs UTC."""

    kind: Kind
    id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    office_id: str | None = None
    timezone: str | None = None
    origin: Origin = Origin.DISCOVERED
    seen_at: int = 0


def derived_id(*names: str) -> str:
    """A stable id of 16 digits for what has only a name, the same on every machine (JSON-safe: < 2**53)."""
    digest = blake2b("\x1f".join(names).encode(), digest_size=8).digest()
    return str(4_503_599_627_370_496 + int.from_bytes(digest, "big") % 4_503_599_627_370_496)


def merged(old: Entry | None, new: Entry) -> Entry:
    """What is known of an entry after another word on it: the later word wins, field by field."""
    if old is None:
        return new
    first, second = sorted((old, new), key=_recency)
    return Entry(
        kind=old.kind,
        id=old.id,
        name=second.name or first.name,
        email=second.email or first.email,
        phone=second.phone or first.phone,
        office_id=second.office_id or first.office_id,
        timezone=second.timezone or first.timezone,
        origin=Origin.SOURCE if Origin.SOURCE in (old.origin, new.origin) else Origin.DISCOVERED,
        seen_at=second.seen_at,
    )


def _recency(entry: Entry) -> tuple[object, ...]:
    texts = (entry.name, entry.email, entry.phone, entry.office_id, entry.timezone)
    return (entry.seen_at, *(text or "" for text in texts))
