"""A company's directory written as the YAML that can be imported again."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from busyhour.domain.directory import Entry, Kind
from busyhour.domain.drafts import Reference
from busyhour.domain.memberships import Key, Membership
from busyhour.domain.naming import Known
from busyhour.sources.directory_fields import write_id, written
from busyhour.sources.directory_raw import Writable
from busyhour.sources.directory_yaml import GROUP_LISTS, LISTS, members_word

__all__ = ["to_yaml"]


def to_yaml(company: str, entries: Iterable[Entry], memberships: Iterable[Membership]) -> str:
    """The whole directory; importing it changes nothing, but that everything is the company's own word then."""
    told_of = list(memberships)
    export = _Export(sorted(_complete(entries, told_of), key=_order), told_of)
    offices = {entry.id for entry in export.entries if entry.kind is Kind.OFFICE}
    told: dict[str, Any] = {"company": company}
    told |= export.lists(GROUP_LISTS, lambda entry: entry.kind is Kind.OFFICE or entry.office_id not in offices)
    return str(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100))


def _complete(entries: Iterable[Entry], memberships: Iterable[Membership]) -> Iterable[Entry]:
    """The entries, and those that are known from a membership alone."""
    found = {(entry.kind, entry.id): entry for entry in entries}
    for membership in memberships:
        for key in (membership.group, membership.member):
            found.setdefault(key, Entry(*key))
    return found.values()


def _order(entry: Entry) -> tuple[str, str]:
    return (entry.name or "", entry.id)


class _Export:
    """The entries of a directory with their members at hand."""

    def __init__(self, entries: Sequence[Entry], memberships: Iterable[Membership]) -> None:
        self.entries = entries
        self.by_key = {(entry.kind, entry.id): entry for entry in entries}
        self.known = Known(entries)
        self.members: dict[Key, list[Membership]] = defaultdict(list)
        for membership in memberships:
            self.members[membership.group].append(membership)

    def lists(self, kinds: dict[str, Kind], belongs: Any) -> dict[str, Any]:
        """The lists of these kinds that are not empty."""
        chosen = [entry for entry in self.entries if belongs(entry)]
        found = {name: [self._entry(entry) for entry in chosen if entry.kind is kind] for name, kind in kinds.items()}
        return {name: listed for name, listed in found.items() if listed}

    def _entry(self, entry: Entry) -> dict[str, Any]:
        told: dict[str, Any] = dict(written(entry, json.loads(entry.details or "{}")))
        word, members = members_word(entry.kind), self.members.get((entry.kind, entry.id))
        if word and members:
            told[word] = sorted(map(self._member, members), key=lambda member: str(list(member.values())))
        if entry.kind is Kind.OFFICE:
            told |= self.lists(LISTS, lambda other: other.office_id == entry.id)
        return told

    def _member(self, membership: Membership) -> dict[str, Any]:
        told: dict[str, Any] = {
            membership.member[0].asked: self._name(membership.member),
            "role": membership.role.value,
        }
        dates = {"since": membership.since, "until": membership.until}
        return told | {word: day for word, day in dates.items() if day}

    def _name(self, key: Key) -> Writable:
        """The friendliest way to name an entry that means nobody else."""
        entry = self.by_key.get(key)
        names = [entry.email, entry.name] if entry else []
        return next((name for name in names if name and self._is_clear(name, entry)), write_id(key[1]))

    def _is_clear(self, name: str, entry: Entry | None) -> bool:
        return entry is not None and name == name.strip() and self.known.find(Reference((entry.kind,), name)) == [entry]
