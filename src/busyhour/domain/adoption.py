"""What a directory file changes in what is known of a company: worked out whole, or refused whole."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from busyhour.domain.ask import ID_PATTERN
from busyhour.domain.directory import Entry, Kind, Origin, adopted, details_text
from busyhour.domain.drafts import Draft, MemberDraft, Problem, Reference, Sheet, raise_problems
from busyhour.domain.memberships import Key, Membership, Role, clash, member_kinds, roles_in, settled
from busyhour.domain.naming import Known, new_ids

__all__ = ["Revision", "adopt_all", "revise"]


@dataclass(frozen=True, slots=True)
class Revision:
    """The entries and the groups' lists of members that are to be written; the others stay as they are."""

    before: Sequence[Entry]
    entries: Sequence[Entry]
    members_before: Sequence[Membership]
    groups: Mapping[Key, Sequence[Membership]]

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it was known already."""
        return not self.entries and not self.groups

    def members_changed(self) -> tuple[int, int]:
        """How many memberships are new, and how many are gone; one with another day is both."""
        before = {replace(place, origin=Origin.ADOPTED) for place in self.members_before if place.group in self.groups}
        after = {place for members in self.groups.values() for place in members}
        return len(after - before), len(before - after)


def revise(sheet: Sheet, company: str, known: Sequence[Entry], memberships: Sequence[Membership]) -> Revision:
    """What a file changes; raises UnreadableFile that names every line which cannot be taken."""
    adoption = _Adoption(company, known)
    adoption.take(draft for draft in sheet.drafts if draft.kind is Kind.OFFICE)
    adoption.take(draft for draft in sheet.drafts if draft.kind is not Kind.OFFICE)
    raise_problems(adoption.problems)
    groups = adoption.groups(sheet)
    raise_problems(adoption.problems)
    return _revision(known, adoption.entries.values(), memberships, groups)


def adopt_all(known: Sequence[Entry], memberships: Sequence[Membership]) -> Revision:
    """The change by which everything that is known becomes the company's own word."""
    entries = [replace(entry, origin=Origin.ADOPTED) for entry in known]
    groups: dict[Key, list[Membership]] = defaultdict(list)
    for membership in memberships:
        groups[membership.group].append(replace(membership, origin=Origin.ADOPTED))
    return _revision(known, entries, memberships, groups)


def _revision(
    known: Sequence[Entry],
    entries: Iterable[Entry],
    memberships: Sequence[Membership],
    groups: Mapping[Key, Sequence[Membership]],
) -> Revision:
    before = {(entry.kind, entry.id): entry for entry in known}
    members: dict[Key, list[Membership]] = defaultdict(list)
    for membership in memberships:
        members[membership.group].append(membership)
    return Revision(
        known,
        [entry for entry in entries if before.get((entry.kind, entry.id)) != entry],
        memberships,
        {group: listed for group, listed in groups.items() if set(members[group]) != set(listed)},
    )


class _Adoption:
    """Works through a sheet: entries first, so that members can be found among them."""

    def __init__(self, company: str, known: Sequence[Entry]) -> None:
        self.company = company
        self.known = {(entry.kind, entry.id): entry for entry in known}
        self.entries: dict[Key, Entry] = {}
        self.problems: list[Problem] = []
        self.keys: dict[Draft, Key] = {}
        self.lines: dict[Key, int] = {}

    def take(self, drafts: Iterable[Draft]) -> None:
        """Find out which entry each draft means, and what is known of it from now on."""
        names = self._names()
        offices = {draft: self._office(draft, names) for draft in drafts}
        ids = {draft: self._known_id(draft, names, office) for draft, office in offices.items()}
        made = new_ids([draft for draft, found in ids.items() if found is None], self.company, names)
        for draft, office in offices.items():
            self._put(draft, ids[draft] or made[draft], office)

    def groups(self, sheet: Sheet) -> dict[Key, list[Membership]]:
        """The lists of members that a sheet says, whole."""
        names = self._names()
        groups: dict[Key, list[Membership]] = {self.keys[draft]: [] for draft in sheet.listed}
        for draft in sheet.members:
            membership = self._membership(draft, names)
            if membership is None:
                continue
            listed = groups.setdefault(membership.group, [])
            if clash([membership, *(place for place in listed if place.member == membership.member)]):
                came = draft.role or roles_in(membership.group[0])[0].value
                self._refuse(draft.line, "role", came, "one role of somebody in a group at a time")
            listed.append(membership)
        return {group: settled(listed) for group, listed in groups.items()}

    def _names(self) -> Known:
        return Known((self.known | self.entries).values())

    def _office(self, draft: Draft, names: Known) -> str | None:
        if draft.office is None:
            return None
        key = self._find(draft.line, "office", draft.office, names)
        return key and key[1]

    def _known_id(self, draft: Draft, names: Known, office_id: str | None) -> str | None:
        if draft.id is not None:
            if names.get(draft.kind, draft.id) is None and not re.fullmatch(ID_PATTERN, draft.id):
                self._refuse(draft.line, "id", draft.id, "a whole number of at most 19 digits, or none")
            return draft.id
        found = names.same(draft, office_id)
        if len(found) > 1:
            ids = ", ".join(entry.id for entry in found)
            self._refuse(draft.line, "id", None, f"one of {ids}: several are called {draft.email or draft.name}")
        return found[0].id if found else None

    def _put(self, draft: Draft, entry_id: str, office_id: str | None) -> None:
        key = (draft.kind, entry_id)
        if key in self.lines:
            also = f"every entry once, and this one is on line {self.lines[key]} already"
            self._refuse(draft.line, "id", entry_id, f"{also}; two of one name need an id each")
            return
        self.keys[draft] = key
        self.lines[key] = draft.line
        said = Entry(
            draft.kind, entry_id, draft.name, draft.email, draft.phone,
            entry_id if draft.kind is Kind.OFFICE else office_id, draft.timezone,
            details=details_text(draft.details),
        )  # fmt: skip
        self.entries[key] = adopted(self.known.get(key), said)

    def _membership(self, draft: MemberDraft, names: Known) -> Membership | None:
        group = self._find(draft.line, "group", draft.group, names)
        member = self._find(draft.line, "member", draft.member, names)
        if group is None or member is None:
            return None
        role = self._role(draft, group[0])
        if member[0] not in member_kinds(group[0]):
            kinds = " or ".join(kind.type_name for kind in member_kinds(group[0]))
            self._refuse(draft.line, "member", member[0].type_name, f"a {kinds}")
            return None
        return role and Membership(group, member, role, draft.since, draft.until, Origin.ADOPTED)

    def _role(self, draft: MemberDraft, group: Kind) -> Role | None:
        roles = roles_in(group)
        role = next((role for role in roles if role.value == draft.role), None)
        if draft.role is None and group is not Kind.COACHING_TEAM:
            return roles[0]
        if role is None:
            self._refuse(draft.line, "role", draft.role, ", ".join(role.value for role in roles))
        return role

    def _find(self, line: int, field: str, who: Draft | Reference, names: Known) -> Key | None:
        if isinstance(who, Draft):
            return self.keys.get(who)
        found = names.find(who)
        if len(found) == 1:
            return (found[0].kind, found[0].id)
        kinds = ", ".join(kind.type_name for kind in who.kinds)
        ids = f"one of the ids {', '.join(entry.id for entry in found)}: several are called that"
        nobody = f"an id or a name that is in the file or known here ({kinds})"
        self._refuse(line, field, who.text, ids if found else nobody)
        return None

    def _refuse(self, line: int, field: str, came: str | None, accepted: str) -> None:
        self.problems.append(Problem(line, field, came, accepted))
