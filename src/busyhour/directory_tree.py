"""The directory as a tree to look at: offices, what belongs to them, who is in it as what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.text import Text
from rich.tree import Tree

from busyhour.domain.centers import CenterSettings, settings_of
from busyhour.domain.directory import Entry, Kind, Origin
from busyhour.domain.memberships import Key, Membership

__all__ = ["directory_tree"]

_WORDS = {kind: kind.type_name.replace("_", " ") for kind in Kind}


def directory_tree(company: str, entries: Sequence[Entry], memberships: Iterable[Membership]) -> Tree:
    """The whole directory under the company's name; past and future members are there with their dates."""
    branches = _Branches(entries, memberships)
    tree = Tree(Text(company, style="bold"), guide_style="dim")
    offices = [entry for entry in entries if entry.kind is Kind.OFFICE]
    known = {office.id for office in offices}
    for office in offices:
        branches.add(tree, office, [entry for entry in entries if entry.office_id == office.id and entry != office])
    for entry in entries:
        if entry.kind is not Kind.OFFICE and entry.office_id not in known:
            branches.add(tree, entry, [])
    return tree


class _Branches:
    """Makes branches of entries, with names for who is only a member."""

    def __init__(self, entries: Iterable[Entry], memberships: Iterable[Membership]) -> None:
        self.entries = {(entry.kind, entry.id): entry for entry in entries}
        self.members: dict[Key, list[Membership]] = defaultdict(list)
        for membership in memberships:
            self.members[membership.group].append(membership)

    def add(self, tree: Tree, entry: Entry, below: Iterable[Entry]) -> None:
        """An entry with its members, and what belongs to it."""
        branch = tree.add(_label(entry))
        members = (self._member(membership) for membership in self.members.get((entry.kind, entry.id), ()))
        for member in sorted(members, key=lambda label: label.plain):
            branch.add(member)
        for other in below:
            self.add(branch, other, ())

    def _member(self, membership: Membership) -> Text:
        member = self.entries.get(membership.member) or Entry(*membership.member)
        dates = [f"{word} {day}" for word, day in (("since", membership.since), ("until", membership.until)) if day]
        label = Text(_name(member)).append(f" · {' '.join((membership.role.value, *dates))}", style="dim")
        return _marked(label, membership.origin)


def _label(entry: Entry) -> Text:
    told = (_WORDS[entry.kind], entry.id, entry.email, entry.timezone, *_settings(entry))
    return _marked(Text(_name(entry)).append("".join(f" · {one}" for one in told if one), style="dim"), entry.origin)


def _settings(entry: Entry) -> Iterable[str]:
    settings = settings_of(entry.details)
    if entry.kind is Kind.CALL_CENTER:
        yield f"{settings.service_level_percent} % within {settings.service_level_seconds} s"
    if settings.hours is not None:
        yield f"open {_hours_a_week(settings):g} h a week"
    if settings.holidays:
        yield f"{len(settings.holidays)} holiday{'s' * (len(settings.holidays) > 1)}"


def _hours_a_week(settings: CenterSettings) -> float:
    return sum(opening.end - opening.start for day in settings.hours or () for opening in day) / 60


def _marked(label: Text, origin: Origin) -> Text:
    return label.append(" (discovered)", style="yellow") if origin is Origin.DISCOVERED else label


def _name(entry: Entry) -> str:
    return entry.name or entry.email or entry.id
