"""The scopes that a request may name in a world: what is asked, and whose it takes by the directory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from busyhour.domain.directory import Kind
from houses import company_of
from truth.cast import Cast, Place
from worlds import World

__all__ = ["SCOPES", "Scope", "cast_of", "scopes_of"]

SCOPES = (
    "company", "office_id", "office", "callcenter", "department", "user", "room", "staffgroup", "coachingteam",
    "trainees", "unknown",
)  # fmt: skip
"""Every kind of scope; `trainees` is a coaching team with the flag."""


@dataclass(frozen=True)
class Scope:
    """One scope of a kind; a target's `type` is as the directory has it."""

    kind: str
    office_id: str | None = None
    target_id: str | None = None
    type: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """What a request says of it."""
        if self.target_id is None:
            return {} if self.office_id is None else {"office_id": self.office_id}
        flag = {"coaching_team": True} if self.is_flagged else {}
        return {"target_id": self.target_id, "target_type": "coachingteam" if flag else self.kind, **flag}

    @property
    def whose(self) -> dict[str, Any]:
        """The same in the words of the oracle."""
        return {"office_id": self.office_id, "target_id": self.target_id, "trainees": self.is_flagged}

    @property
    def is_flagged(self) -> bool:
        """Whether the trainees are asked for, and not the team."""
        return self.kind == "trainees"

    @property
    def is_of_persons(self) -> bool:
        """Whether persons are asked for, and not a line."""
        return self.is_flagged or self.type in ("user", "room")


def scopes_of(world: World, kind: str) -> Sequence[Scope]:
    """Every scope of a kind that the world has."""
    return list(_scopes(world, kind))


def _scopes(world: World, kind: str) -> Iterator[Scope]:
    if kind == "company":
        yield Scope(kind)
    elif kind == "office_id":
        yield from (Scope(kind, office_id=entry.id) for entry in world.entries(Kind.OFFICE))
    else:
        kinds = {"trainees": [Kind.COACHING_TEAM], "unknown": list(Kind)}.get(kind, [Kind.parse(kind)])
        yield from (Scope(kind, target_id=entry.id, type=entry.kind.type_name) for entry in world.entries(*kinds))


def cast_of(world: World) -> Cast:
    """The world's directory in plain words."""
    entries = world.entries(*Kind)
    memberships = world.house.memberships.all(company_of(world.house, world.company))
    return Cast(
        types={entry.id: entry.kind.type_name for entry in entries},
        offices={entry.id: entry.id if entry.kind is Kind.OFFICE else entry.office_id or "" for entry in entries},
        places=[
            Place(place.group[1], place.member[1], place.role.value, place.since, place.until) for place in memberships
        ],
    )
