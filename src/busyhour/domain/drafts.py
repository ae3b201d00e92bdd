"""What a file says of a company's directory, before it is known which entry each part of it means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from busyhour.domain.directory import Kind
from busyhour.errors import UnreadableFile

__all__ = ["Draft", "MemberDraft", "Problem", "Reference", "Sheet", "raise_problems"]

_PROBLEMS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that cannot be taken: where, what came (None: nothing), and what is accepted."""

    line: int
    field: str
    came: str | None
    accepted: str

    def __str__(self) -> str:
        came = "missing" if self.came is None else f"got {self.came!r:.80}"
        return f"line {self.line}: {self.field}: {came}; accepted: {self.accepted}."


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of one of these kinds, named by its id, its email or its name."""

    kinds: tuple[Kind, ...]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One entry as a file describes it; None and absent details say nothing."""

    line: int
    kind: Kind
    id: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    timezone: str | None = None
    office: "Draft | Reference | None" = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """One place in a group as a file describes it; `until` is the first day on which it is over."""

    line: int
    group: Draft | Reference
    member: Reference | Draft
    role: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a file says; of the groups in `listed`, and of those that have members, it says all members."""

    drafts: Sequence[Draft]
    members: Sequence[MemberDraft]
    listed: Sequence[Draft] = ()


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raise UnreadableFile with a line for each problem, if there are any."""
    found = sorted(problems, key=lambda problem: problem.line)
    if not found:
        return
    told = [str(problem) for problem in found[:_PROBLEMS_NAMED]]
    if len(found) > _PROBLEMS_NAMED:
        told.append(f"… and {len(found) - _PROBLEMS_NAMED} more.")
    raise UnreadableFile("\n".join(("Nothing of the file was taken:", *told)))
