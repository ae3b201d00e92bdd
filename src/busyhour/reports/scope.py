"""Whose legs a report counts: the scope table, as predicates over `calls` with bound values."""

from dataclasses import dataclass, field

from busyhour.domain.directory import PERSON_KINDS
from busyhour.domain.requests import Scope, Target
from busyhour.reports.model import Shape
from busyhour.reports.plan import Parameter

__all__ = ["Scoped", "scoped"]

_OF_PERSONS = "target_type IN ('user', 'room')"
_NOT_BEHIND_A_GROUP = "entry_point_call_id IS NULL"


@dataclass(frozen=True, slots=True)
class Scoped:
    """A predicate over legs and the values it is bound to."""

    predicate: str
    parameters: dict[str, Parameter] = field(default_factory=dict)


def scoped(scope: Scope, shape: Shape) -> Scoped:
    """The legs that a report of this shape counts in this scope."""
    if shape is Shape.BY_GROUP:
        return Scoped(f"{_NOT_BEHIND_A_GROUP} AND target_type IN ('call_center', 'department')")
    if scope.target is None:
        return _of_office_or_company(scope.office_id, shape)
    if scope.target.kind in PERSON_KINDS:
        return _of_person(scope.target)
    return _of_group(scope.target, shape)


def _of_office_or_company(office_id: str | None, shape: Shape) -> Scoped:
    rows = {Shape.RECORDS: "TRUE", Shape.BY_DATE: _NOT_BEHIND_A_GROUP, Shape.BY_USER: _OF_PERSONS}[shape]
    if office_id is None:
        return Scoped(rows)
    return Scoped(f"office_id = $office_id AND {rows}", {"office_id": office_id})


def _of_person(target: Target) -> Scoped:
    return Scoped(
        "target_type = $target_type AND target_id = $target_id",
        {"target_type": target.kind.type_name, "target_id": target.id},
    )


def _of_group(target: Target, shape: Shape) -> Scoped:
    group_legs = f"({_NOT_BEHIND_A_GROUP} AND target_type = $target_type AND target_id = $target_id)"
    agent_legs = (
        "(entry_point_call_id IS NOT NULL AND entry_point_target_kind = $target_kind"
        " AND entry_point_target_id = $target_id)"
    )
    its_id: dict[str, Parameter] = {"target_id": target.id}
    its_type: dict[str, Parameter] = {"target_type": target.kind.type_name}
    its_kind: dict[str, Parameter] = {"target_kind": target.kind.kind_name}
    if shape is Shape.BY_DATE:
        return Scoped(group_legs, its_id | its_type)
    if shape is Shape.BY_USER:
        return Scoped(f"{agent_legs} AND {_OF_PERSONS}", its_id | its_kind)
    return Scoped(f"({group_legs} OR {agent_legs})", its_id | its_type | its_kind)
