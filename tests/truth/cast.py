"""Who belongs where: the directory in plain words, and whose records each scope takes of a company's."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Belongs", "Cast", "Place", "duty_scope", "own_scope"]

Printed = Mapping[str, str]
Belongs = Callable[[Collection[str], date], bool]
"""Whether something of these owners, on that local day, is in a scope."""

_OPERATORS = ("operator", "supervisor", "admin")


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a group, from the day `since` until before the day `until`."""

    group_id: str
    member_id: str
    role: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it held on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Cast:
    """Types and offices by the id of an entry, and all places, past and future ones too."""

    types: Mapping[str, str]
    offices: Mapping[str, str]
    places: Sequence[Place]

    def trainees(self, team_id: str, day: date) -> set[str]:
        """Who was coached in a team that day."""
        return self._members(day, {team_id}, ("trainee",))

    def coaches(self, team_id: str, day: date) -> set[str]:
        """Who coached in a team that day."""
        return self._members(day, {team_id}, ("coach",))

    def operators(self, group_ids: Collection[str], day: date) -> set[str]:
        """Who answered for any of these groups that day, whatever the role."""
        return self._members(day, group_ids, _OPERATORS)

    def groups_of(self, office_id: str) -> set[str]:
        """The ids of everything at an office."""
        return {id_ for id_, office in self.offices.items() if office == office_id}

    def _members(self, day: date, group_ids: Collection[str], roles: Collection[str]) -> set[str]:
        return {
            place.member_id
            for place in self.places
            if place.group_id in group_ids and place.role in roles and place.holds_on(day)
        }


def own_scope(
    cast: Cast, *, office_id: str | None = None, target_id: str | None = None, trainees: bool = False
) -> Belongs:
    """Of texts, messages, recordings, screens, answers and classes: what is the owner's own."""
    if target_id is not None and trainees:
        return lambda owners, day: not cast.trainees(target_id, day).isdisjoint(owners)
    if target_id is not None:
        return lambda owners, _day: target_id in owners
    if office_id is not None:
        return lambda owners, _day: any(cast.offices[owner] == office_id for owner in owners)
    return lambda _owners, _day: True


def duty_scope(
    cast: Cast, *, office_id: str | None = None, target_id: str | None = None, trainees: bool = False
) -> Belongs:
    """Of duty, apart from a call center's, which is told by its records: the agents of the scope on that day."""
    if target_id is not None and trainees:
        return lambda agents, day: not cast.trainees(target_id, day).isdisjoint(agents)
    if target_id is not None:
        return _duty_of_target(cast, target_id)
    if office_id is not None:
        return lambda agents, day: any(
            cast.offices[agent] == office_id or agent in cast.operators(cast.groups_of(office_id), day)
            for agent in agents
        )
    return lambda _agents, _day: True


def _duty_of_target(cast: Cast, target_id: str) -> Belongs:
    if cast.types[target_id] in ("user", "room"):
        return lambda agents, _day: target_id in agents
    if cast.types[target_id] == "office":
        return lambda agents, _day: any(cast.offices[agent] == target_id for agent in agents)
    if cast.types[target_id] == "coaching_team":
        return lambda agents, day: not cast.coaches(target_id, day).isdisjoint(agents)
    return lambda agents, day: not cast.operators({target_id}, day).isdisjoint(agents)
