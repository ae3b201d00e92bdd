"""Who belonged to which group, as what, and from when until when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import combinations

from busyhour.domain.directory import PERSON_KINDS, Kind, Origin, strongest

__all__ = ["Key", "Membership", "Role", "clash", "member_kinds", "members_on", "roles_in", "settled"]

Key = tuple[Kind, str]
"""An entry of a company's directory."""


class Role(Enum):
    """What somebody is in a group: the first three in whatever rings operators, the others in coaching teams."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    COACH = "coach"
    TRAINEE = "trainee"


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's place in a group from the day `since` until before the day `until`; None is unbounded.

    Days are local ones, of whatever zone the reader counts days in.
    """

    group: Key
    member: Key
    role: Role
    since: date | None = None
    until: date | None = None
    origin: Origin = Origin.DISCOVERED

    def holds_on(self, day: date) -> bool:
        """Whether it held on that day."""
        return (self.since or date.min) <= day and (self.until is None or day < self.until)


def roles_in(group: Kind) -> tuple[Role, ...]:
    """The roles that a group of that kind has; the first is the usual one, but a coaching team has no usual one."""
    if group is Kind.COACHING_TEAM:
        return (Role.COACH, Role.TRAINEE)
    return (Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN)


def member_kinds(group: Kind) -> tuple[Kind, ...]:
    """Who can belong to a group of that kind."""
    return (Kind.USER,) if group is Kind.COACHING_TEAM else PERSON_KINDS


def members_on(memberships: Iterable[Membership], day: date) -> list[Membership]:
    """The memberships that held on a day, in the order given."""
    return [membership for membership in memberships if membership.holds_on(day)]


def clash(memberships: Iterable[Membership]) -> tuple[Membership, Membership] | None:
    """Two memberships by which somebody would have two roles in one group at once, or None."""
    places: dict[tuple[Key, Key], list[Membership]] = defaultdict(list)
    for membership in memberships:
        places[membership.group, membership.member].append(membership)
    pairs = (pair for place in places.values() for pair in combinations(place, 2))
    return next((pair for pair in pairs if pair[0].role is not pair[1].role and _overlap(*pair)), None)


def settled(memberships: Iterable[Membership]) -> list[Membership]:
    """The same memberships, in order, with those of one role that overlap or touch joined into one."""
    places: dict[tuple[Key, Key, Role], list[Membership]] = defaultdict(list)
    for membership in memberships:
        places[membership.group, membership.member, membership.role].append(membership)
    joined = (membership for place in places.values() for membership in _joined(sorted(place, key=_start)))
    return sorted(joined, key=_order)


def _joined(place: Sequence[Membership]) -> Iterator[Membership]:
    current = place[0]
    for following in place[1:]:
        if current.until is None or _start(following) <= current.until:
            until = None if None in (current.until, following.until) else max(_end(current), _end(following))
            current = replace(current, until=until, origin=strongest(current.origin, following.origin))
        else:
            yield current
            current = following
    yield current


def _overlap(one: Membership, other: Membership) -> bool:
    return _start(one) < _end(other) and _start(other) < _end(one)


def _start(membership: Membership) -> date:
    return membership.since or date.min


def _end(membership: Membership) -> date:
    return membership.until or date.max


def _order(membership: Membership) -> tuple[object, ...]:
    group, member = membership.group, membership.member
    return (group[0].asked, group[1], member[0].asked, member[1], _start(membership), membership.role.value)
