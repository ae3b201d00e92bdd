"""Whose records a report counts: the scope table, as predicates with bound values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from busyhour.domain.directory import PERSON_KINDS, Kind
from busyhour.domain.requests import Scope, Target
from busyhour.reports.model import Scoping, Shape
from busyhour.reports.plan import Parameter

__all__ = ["Scoped", "scoped"]

_OF_PERSONS = "target_type IN ('user', 'room')"
_NOT_BEHIND_A_GROUP = "entry_point_call_id IS NULL"
_ITS_OWN = "target_type = $target_type AND target_id = $target_id"
_OF_MEMBERS = """EXISTS (
    SELECT 1 FROM scope_members AS member
    WHERE member.id = target_id AND local_day >= member.first_day AND local_day <= member.last_day
  )"""
_EACH_CALL_ONCE = (Shape.BY_DATE, Shape.BY_CELL)
_OF_EACH_PERSON = (Shape.BY_USER, Shape.BY_PERSON)
_BY_MEMBERS = _OF_MEMBERS.replace("member.id = target_id", "member.id = operator_id")


@dataclass(frozen=True, slots=True)
class Scoped:
    """A predicate over records, which know their `local_day`, and the values it is bound to."""

    predicate: str
    parameters: dict[str, Parameter] = field(default_factory=dict)


def scoped(scope: Scope, shape: Shape, scoping: Scoping) -> Scoped:
    """The records that a report of this shape counts in this scope."""
    if scope.trainees:
        kind = "target_type" if scoping is Scoping.LEGS else "owner_type"
        own = f"({kind} = 'user' AND {_OF_MEMBERS})"
        is_operated = scoping is Scoping.OPERATED
        return Scoped(f"({own} OR {_BY_MEMBERS})" if is_operated else own)
    return _SCOPINGS[scoping](scope, shape)


def _legs(scope: Scope, shape: Shape) -> Scoped:
    if shape is Shape.BY_GROUP:
        return _of_groups(scope, _NOT_BEHIND_A_GROUP)
    if scope.target is None:
        rows = {Shape.RECORDS: "TRUE"}.get(shape, _OF_PERSONS if shape in _OF_EACH_PERSON else _NOT_BEHIND_A_GROUP)
        return _of_office(scope.office_id, rows)
    if scope.target.kind in PERSON_KINDS:
        return Scoped(_ITS_OWN, _named(scope.target))
    return _legs_of_group(scope.target, shape)


def _legs_of_group(target: Target, shape: Shape) -> Scoped:
    group_legs = f"({_NOT_BEHIND_A_GROUP} AND {_ITS_OWN})"
    agent_legs = (
        "(entry_point_call_id IS NOT NULL AND entry_point_target_kind = $target_kind"
        " AND entry_point_target_id = $target_id)"
    )
    its_id: dict[str, Parameter] = {"target_id": target.id}
    its_type: dict[str, Parameter] = {"target_type": target.kind.type_name}
    its_kind: dict[str, Parameter] = {"target_kind": target.kind.kind_name}
    if shape in _EACH_CALL_ONCE:
        return Scoped(group_legs, its_id | its_type)
    if shape in _OF_EACH_PERSON:
        return Scoped(f"{agent_legs} AND {_OF_PERSONS}", its_id | its_kind)
    return Scoped(f"({group_legs} OR {agent_legs})", its_id | its_type | its_kind)


def _of_groups(scope: Scope, rows: str) -> Scoped:
    """The legs of the call centers and departments of an office, or of all."""
    return _of_office(_office_asked(scope), f"{rows} AND target_type IN ('call_center', 'department')")


def _office_asked(scope: Scope) -> str | None:
    """The office whose groups are asked for, as a target or not; None for all offices."""
    return scope.target.id if scope.target is not None else scope.office_id


def _own(scope: Scope, shape: Shape) -> Scoped:
    if shape is Shape.BY_GROUP:
        return _of_office(_office_asked(scope), "owner_type IN ('call_center', 'department')", "owner_office")
    if scope.target is None:
        return _of_office(scope.office_id, "TRUE", "owner_office")
    return Scoped("owner_type = $target_type AND target_id = $target_id", _named(scope.target))


def _named(target: Target) -> dict[str, Parameter]:
    return {"target_type": target.kind.type_name, "target_id": target.id}


def _operated(scope: Scope, shape: Shape) -> Scoped:
    own = _own(scope, shape)
    if scope.target is not None and scope.target.kind in PERSON_KINDS:
        return Scoped(f"(({own.predicate}) OR operator_id = $target_id)", own.parameters)
    return own


def _duty(scope: Scope, shape: Shape) -> Scoped:
    if scope.target is None and scope.office_id is not None:
        # An office's agents are its own people and the operators of its groups on that day.
        return Scoped(f"(owner_office = $office_id OR {_OF_MEMBERS})", {"office_id": scope.office_id})
    if scope.target is None or scope.target.kind in PERSON_KINDS:
        return _own(scope, shape)
    if scope.target.kind is Kind.CALL_CENTER:
        return Scoped(f"call_center_id = $target_id AND {_OF_MEMBERS}", {"target_id": scope.target.id})
    if scope.target.kind is Kind.OFFICE:
        return Scoped("owner_office = $target_id", {"target_id": scope.target.id})
    return Scoped(_OF_MEMBERS)


def _of_office(office_id: str | None, rows: str, column: str = "office_id") -> Scoped:
    if office_id is None:
        return Scoped(rows)
    return Scoped(f"{column} = $office_id AND {rows}", {"office_id": office_id})


_SCOPINGS: Mapping[Scoping, Callable[[Scope, Shape], Scoped]] = {
    Scoping.LEGS: _legs,
    Scoping.OWN: _own,
    Scoping.OPERATED: _operated,
    Scoping.DUTY: _duty,
}
