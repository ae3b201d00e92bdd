"""A company's directory as it stands at an instant: who is where, and what is open."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from busyhour.domain.centers import Availability, availability, settings_of
from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind, details_of
from busyhour.domain.memberships import Key, Membership
from busyhour.domain.periods import zone

__all__ = ["Roster", "main_timezone", "roster_at", "timezone_of"]


def timezone_of(entry: Entry, office: Entry | None) -> str | None:
    """The name of the zone by whose clock an entry lives: its own, else its office's; None where none is known."""
    names = (entry.timezone, office.timezone if office else None)
    return next((name for name in names if name and zone(name)), None)


def main_timezone(offices: Iterable[Entry]) -> str:
    """The name of the zone by whose clock a company lives: its main office's, else another's, else UTC."""
    by_weight = sorted(offices, key=lambda office: not details_of(office).get("primary"))
    return next((name for office in by_weight if (name := timezone_of(office, None))), "UTC")


@dataclass(frozen=True, slots=True)
class Roster:
    """Entries by kind and id, and the memberships that hold at `now`, by group and by member."""

    entries: Mapping[Key, Entry]
    by_group: Mapping[Key, Sequence[Membership]]
    by_member: Mapping[Key, Sequence[Membership]]
    now: datetime

    def timezone(self, entry: Entry) -> str | None:
        """The zone by whose clock an entry lives, or None."""
        return timezone_of(entry, self.entries.get((Kind.OFFICE, entry.office_id or "")))

    def availability(self, entry: Entry) -> Availability:
        """Whether a group takes calls now."""
        where = ZoneInfo(self.timezone(entry) or "UTC")
        return availability(settings_of(entry.details), micros(self.now), where)

    def members(self, group: Entry) -> list[tuple[Entry, Membership]]:
        """Who belongs to a group today, by the calendar of its zone."""
        places = self.by_group.get((group.kind, group.id), ())
        return [(self.entries[place.member], place) for place in places if place.member in self.entries]

    def places(self, member: Entry) -> Sequence[Membership]:
        """The memberships that somebody has today."""
        return self.by_member.get((member.kind, member.id), ())


def roster_at(now: datetime, entries: Iterable[Entry], memberships: Iterable[Membership]) -> Roster:
    """The directory at an instant, out of everything that is known."""
    by_key = {(entry.kind, entry.id): entry for entry in entries}
    days: dict[Key, date] = {}
    by_group: dict[Key, list[Membership]] = defaultdict(list)
    by_member: dict[Key, list[Membership]] = defaultdict(list)
    for membership in memberships:
        group = membership.group
        if group not in days:
            days[group] = _today(now, by_key, group)
        if membership.holds_on(days[group]):
            by_group[group].append(membership)
            by_member[membership.member].append(membership)
    return Roster(by_key, by_group, by_member, now)


def _today(now: datetime, entries: Mapping[Key, Entry], group: Key) -> date:
    entry = entries.get(group)
    office = entries.get((Kind.OFFICE, entry.office_id or "")) if entry else None
    name = timezone_of(entry, office) if entry else None
    return now.astimezone(ZoneInfo(name) if name else UTC).date()
