"""The made-up company's directory: entries, and who belongs where, from when until when."""

from collections.abc import Iterator, Sequence
from datetime import date

from busyhour.domain.centers import CenterSettings, Hours, Opening, settings_to_json
from busyhour.domain.directory import Entry, Kind, Origin, derived_id, details_text
from busyhour.domain.events import Party
from busyhour.domain.memberships import Key, Membership, Role
from busyhour.sources.simulator.company import SEASON, Company, Line, Office, Person
from busyhour.sources.simulator.plan import TEAMS, HourWeights
from busyhour.sources.simulator.rotation import spells

__all__ = ["entries_of", "memberships_of"]


def entries_of(cast: Company) -> Iterator[Entry]:
    """Everybody and everything of the company that calls, texts or reports can belong to."""
    for office in cast.offices:
        yield _entry(Kind.OFFICE, office.party, timezone=office.zone.key)
        for line in office.lines:
            if line.plan.kind is not Kind.OFFICE:
                yield _entry(line.plan.kind, line.party, details=_hours_text(line))
    for number, plan in enumerate(TEAMS):
        kind, team_id = _team(cast, number)
        yield Entry(kind, team_id, plan.name, office_id=cast.offices[0].party.id, origin=Origin.SOURCE)
    for person in cast.people:
        yield _entry(_kind(person), person.party)


def memberships_of(cast: Company) -> Iterator[Membership]:
    """Who answers which line, and who is coached by whom."""
    for person in cast.people:
        for line in person.lines:
            yield _member(_of_line(line), person, Role.SUPERVISOR if line is person.leads else Role.OPERATOR)
        if person.lent:
            yield _member(_of_line(person.lent[1]), person, Role.OPERATOR)
        if person.seasonal:
            for since, until in spells(SEASON):
                yield _member(_of_line(person.seasonal), person, Role.OPERATOR, since, until)
    yield from _coaching(cast)


def _coaching(cast: Company) -> Iterator[Membership]:
    seats = _seats(cast, cast.offices[0])
    for number, plan in enumerate(TEAMS):
        team = _team(cast, number)
        yield _member(team, seats[plan.coach], Role.COACH)
        for trainee in plan.trainees:
            yield _member(team, seats[trainee], Role.TRAINEE)
        for since, until in spells(number):
            yield _member(team, seats[plan.guest], Role.TRAINEE, since, until)


def _seats(cast: Company, office: Office) -> Sequence[Person]:
    return [person for person in cast.people if person.home is office and not person.is_room]


def _member(group: Key, person: Person, role: Role, since: date | None = None, until: date | None = None) -> Membership:
    return Membership(group, (_kind(person), str(person.party.id)), role, since, until, Origin.SOURCE)


def _of_line(line: Line) -> Key:
    return line.plan.kind, str(line.party.id)


def _team(cast: Company, number: int) -> Key:
    kind = Kind.COACHING_TEAM
    return kind, derived_id(cast.name, kind.asked, TEAMS[number].name)


def _kind(person: Person) -> Kind:
    return Kind.ROOM if person.is_room else Kind.USER


def _entry(kind: Kind, party: Party, *, timezone: str | None = None, details: str | None = None) -> Entry:
    return Entry(
        kind, str(party.id), party.name, party.email, party.phone, party.office_id, timezone,
        origin=Origin.SOURCE, details=details,
    )  # fmt: skip


def _hours_text(line: Line) -> str | None:
    hours: Hours = tuple(tuple(_openings(line.plan.hours_on(weekday))) for weekday in range(7))
    said = settings_to_json(CenterSettings(hours=hours))
    return details_text({"hours": said["hours"]})


def _openings(weights: HourWeights) -> Iterator[Opening]:
    if weights:
        yield Opening(weights[0][0] * 60, (weights[-1][0] + 1) * 60)
