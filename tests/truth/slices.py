"""Which legs each row of a stats report counts, from the records of the same scope."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeVar

from truth.measures import Center
from truth.records import Record

__all__ = [
    "Asked",
    "Group",
    "Slice",
    "counted_once",
    "date_slices",
    "group_slices",
    "groups_of",
    "person_slices",
    "user_slices",
]

Asked = Literal["company", "office_id", "office", "group", "person"]
"""What was asked for: nothing, an office_id, a target office, a group's own legs (callcenter, department,
staffgroup, coaching team), or everything of persons (user, room, the trainees of a coaching team)."""

K = TypeVar("K")
_WITH_OWN_LEGS = ("company", "office_id")
_GROUP_TYPES = ("call_center", "department")


@dataclass(frozen=True, slots=True)
class Slice:
    """What a row names by itself, and its legs."""

    names: dict[str, str]
    legs: Sequence[Record]
    center: Center = field(default_factory=Center)


@dataclass(frozen=True, slots=True)
class Group:
    """A call center or department of the office asked for; `type` as in records."""

    id: str
    type: str
    name: str
    center: Center = field(default_factory=Center)


def counted_once(records: Sequence[Record], kind: Asked) -> list[Record]:
    """The legs that a stats report counts which does not tell persons apart."""
    return list(filter(_of_dates(kind), records))


def date_slices(records: Sequence[Record], days: Sequence[date], kind: Asked, center: Center) -> list[Slice]:
    """A slice for every day, empty days too; a leg is of the local day on which it started."""
    by_day = _grouped(filter(_of_dates(kind), records), lambda leg: leg.date_started.date())
    return [Slice({"date": day.isoformat()}, by_day.get(day, []), center) for day in days]


def user_slices(records: Sequence[Record], days: Sequence[date], kind: Asked, center: Center) -> list[Slice]:
    """A slice for every day and user or room with a leg, by name and id; a nameless one for a day without."""
    by_day = _grouped(filter(_of_users(kind), records), lambda leg: leg.date_started.date())
    return [one for day in days for one in _users_of_a_day(day, by_day.get(day, []), center)]


def person_slices(records: Sequence[Record], kind: Asked) -> list[Slice]:
    """A slice for every user or room with a leg on any day, by name and id."""
    by_person = _grouped(filter(_of_users(kind), records), lambda leg: (leg.target_type, leg.target_id))
    slices = [Slice(_person(legs[-1]), legs) for legs in by_person.values()]
    return sorted(slices, key=lambda one: (one.names["name"], one.names["user_id"]))


def group_slices(records: Sequence[Record], groups: Sequence[Group]) -> list[Slice]:
    """A slice for every group over its group legs, by type, name and id; named as its legs name it."""
    legs = _by_group(records)
    named = [(_group_name(group, legs), group) for group in groups]
    named.sort(key=lambda pair: (pair[1].type, pair[0], pair[1].id))
    return [
        Slice(
            {"group_id": group.id, "name": name, "type": group.type}, legs.get((group.type, group.id), []), group.center
        )
        for name, group in named
    ]


def _line(group: Group, name: str) -> dict[str, str]:
    return {"group_id": group.id, "name": name, "type": group.type}


def groups_of(records: Sequence[Record]) -> list[Group]:
    """The call centers and departments that have a group leg among the records."""
    return [Group(id_, type_, legs[-1].name) for (type_, id_), legs in _by_group(records).items()]


def _by_group(records: Sequence[Record]) -> dict[tuple[str, str], list[Record]]:
    own = filter(lambda leg: leg.is_group_leg and leg.target_type in _GROUP_TYPES, records)
    return _grouped(own, lambda leg: (leg.target_type, leg.target_id))


def _group_name(group: Group, by_group: dict[tuple[str, str], list[Record]]) -> str:
    legs = by_group.get((group.type, group.id))
    return legs[-1].name if legs else group.name


def _of_dates(kind: Asked) -> Callable[[Record], bool]:
    """All of a person's legs; otherwise those that no group leg rang, which is each call once."""
    return (lambda _: True) if kind == "person" else (lambda leg: not leg.is_agent_leg)


def _of_users(kind: Asked) -> Callable[[Record], bool]:
    """Of a company or office the legs of persons, own ones too; of a group or line only those it rang."""
    if kind == "person":
        return lambda _: True
    return (lambda leg: leg.is_person) if kind in _WITH_OWN_LEGS else (lambda leg: leg.is_agent_leg)


def _users_of_a_day(day: date, legs: list[Record], center: Center) -> list[Slice]:
    if not legs:
        return [Slice({"date": day.isoformat(), "user_id": "", "name": "", "email": "", "type": ""}, [], center)]
    slices = [
        Slice(_user_names(day, of_user), of_user, center)
        for of_user in _grouped(legs, lambda leg: (leg.target_type, leg.target_id)).values()
    ]
    return sorted(slices, key=lambda one: (one.names["name"], one.names["user_id"]))


def _user_names(day: date, legs: list[Record]) -> dict[str, str]:
    return {"date": day.isoformat(), **_person(legs[-1])}


def _person(last: Record) -> dict[str, str]:
    return {"user_id": last.target_id, "name": last.name, "email": last.email, "type": last.target_type}


def _grouped(legs: Iterable[Record], key: Callable[[Record], K]) -> dict[K, list[Record]]:
    by_key: dict[K, list[Record]] = {}
    for leg in legs:
        by_key.setdefault(key(leg), []).append(leg)
    return by_key
