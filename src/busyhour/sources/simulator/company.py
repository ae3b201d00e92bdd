"""Who works there: three offices in three zones, their lines, people and rooms, and the callers they know."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mimesis import Person as Names
from mimesis.locales import Locale

from busyhour.domain.clock import micros
from busyhour.domain.directory import Kind, derived_id
from busyhour.domain.events import Party
from busyhour.sources.base import Context
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.plan import DEVICES, OFFICES, LinePlan, OfficePlan
from busyhour.sources.simulator.rotation import turn_of

__all__ = ["SEASON", "Caller", "Company", "Line", "Office", "Person", "company", "workplace"]

SEASON = 0
"""The turn of months in which people with a line of the season serve it too."""

_CALLERS = 3_000
_KNOWN_CALLERS = 0.4
_LENT_EVERY = 8
_LENT_WEEKDAYS = (1, 3)
_SEASONAL_SEAT = (0, 17)
"""An office and a seat there: somebody of another line, who helps the office's first call center in season."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What callers dial: an office's main line, a call center, a department or a staff group."""

    party: Party
    plan: LinePlan
    is_call_center: bool


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """A site with its zone and lines; `share` is its part of the company's personal calls."""

    party: Party
    zone: ZoneInfo
    lines: Sequence[Line]
    share: float
    holidays: Collection[tuple[int, int]]

    def instant(self, day: date, hour: int) -> int:
        """µs UTC of a local hour of a day; 24 is the next midnight."""
        return micros(datetime.combine(day, time(), self.zone) + timedelta(hours=hour))


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A user or a room: the lines of the home office that ring there, and at times another office's line."""

    party: Party
    home: Office
    lines: Sequence[Line]
    lent: tuple[Office, Line] | None
    seasonal: Line | None
    leads: Line | None
    """The call center that they supervise."""
    shift: int
    """The local hour at which they begin."""
    devices: Sequence[str]

    @property
    def is_room(self) -> bool:
        """Whether it is a room with a telephone, where somebody always is in working hours."""
        return self.party.type == Kind.ROOM.type_name


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody outside: a number, and the contact that it belongs to where it is known."""

    number: str
    contact: Party | None


@dataclass(frozen=True, slots=True)
class Company:
    """The whole cast; the people come first by office, then by seat, then the rooms."""

    name: str
    seed: int
    offices: Sequence[Office]
    people: Sequence[Person]
    callers: Sequence[Caller]
    contacts: Sequence[Party]
    """Those of the callers that are known."""
    leaders: Mapping[Line, Person]
    """Who supervises each call center."""


def company(context: Context, seed: int) -> Company:
    """The cast of that company and seed, always the same."""
    offices = [_office(context.company, number, plan) for number, plan in enumerate(OFFICES)]
    people = [*_people(context.company, seed, offices), *_rooms(context.company, offices)]
    callers = list(_callers(context.company, seed))
    contacts = [caller.contact for caller in callers if caller.contact]
    leaders = {person.leads: person for person in people if person.leads}
    return Company(context.company, seed, offices, people, callers, contacts, leaders)


def workplace(person: Person, day: date) -> tuple[Office, Sequence[Line]]:
    """For which office somebody works that day, and on which lines.

    Somebody is lent to another office for whole days, so that offices can be simulated one by one and still
    nobody has two calls at once.
    """
    if person.lent and day.weekday() in _LENT_WEEKDAYS:
        office, line = person.lent
        return office, (line,)
    if person.seasonal and turn_of(day) == SEASON:
        return person.home, (*person.lines, person.seasonal)
    return person.home, person.lines


def _office(company_name: str, number: int, plan: OfficePlan) -> Office:
    office_id = derived_id(company_name, "office", plan.name)
    lines = [
        _line(company_name, office_id, f"+1555010{number}{place:03d}", line) for place, line in enumerate(plan.lines)
    ]
    main_line = next(line for line in lines if line.plan.kind is Kind.OFFICE)
    return Office(main_line.party, ZoneInfo(plan.timezone), lines, plan.share, frozenset(plan.holidays))


def _line(company_name: str, office_id: str, phone: str, plan: LinePlan) -> Line:
    line_id = office_id if plan.kind is Kind.OFFICE else derived_id(company_name, plan.kind.asked, plan.name)
    party = Party(line_id, plan.kind.type_name, plan.name, phone=phone, office_id=office_id)
    return Line(party, plan, plan.kind is Kind.CALL_CENTER)


def _people(company_name: str, seed: int, offices: Sequence[Office]) -> Iterator[Person]:
    chance = Chance(company_name, seed, "people")
    taken: set[str] = set()
    for number, (office, plan) in enumerate(zip(offices, OFFICES, strict=True)):
        names = Names(plan.locale, seed=f"{company_name}|{seed}|{plan.name}")
        seats = [(line, place) for line in office.lines for place in range(line.plan.seats)]
        for seat, (line, place) in enumerate(seats):
            name, email = _new_name(names, taken, company_name)
            phone = f"+1555020{number}{seat:03d}"
            party = Party(
                derived_id(company_name, "user", email), Kind.USER.type_name, name, email, phone, office.party.id
            )
            lent = _lent(offices, number, seat) if line.plan.shift is None else None
            shift = line.plan.shift or chance.one_of((8, 9, 10))
            devices = chance.shuffled(DEVICES)[:2]
            lines = _lines(office, line, seat, 1 if lent else 2, chance)
            yield Person(
                party, office, lines, lent,
                seasonal=_seasonal(office, lines) if (number, seat) == _SEASONAL_SEAT else None,
                leads=line if line.is_call_center and place == 0 else None,
                shift=shift, devices=devices,
            )  # fmt: skip


def _rooms(company_name: str, offices: Sequence[Office]) -> Iterator[Person]:
    for number, (office, plan) in enumerate(zip(offices, OFFICES, strict=True)):
        for place, room in enumerate(plan.rooms):
            room_id = derived_id(company_name, Kind.ROOM.asked, plan.name, room.name)
            phone = f"+1555030{number}{place:03d}"
            party = Party(room_id, Kind.ROOM.type_name, room.name, phone=phone, office_id=office.party.id)
            lines = [line for line in office.lines if line.plan.name in room.lines]
            yield Person(party, office, lines, None, None, None, shift=9, devices=("desk_phone", "desk_phone"))


def _lines(office: Office, first: Line, seat: int, most_others: int, chance: Chance) -> Sequence[Line]:
    """A first line and others; a line with a shift of its own shares nobody."""
    if first.plan.shift is not None:
        return (first,)
    others = [line for line in office.lines if line is not first and line.plan.shift is None]
    more = 0 if chance.happens(0.35) else min(most_others, 1 + chance.happens(0.2))
    return (first, *(others[(seat + step) % len(others)] for step in range(more)))


def _seasonal(office: Office, lines: Sequence[Line]) -> Line | None:
    centers = (line for line in office.lines if line.is_call_center and line not in lines)
    return next(centers, None)


def _lent(offices: Sequence[Office], number: int, seat: int) -> tuple[Office, Line] | None:
    if seat % _LENT_EVERY:
        return None
    # Only to a neighbour: between the farthest two, working hours hardly meet.
    host = offices[1] if number != 1 else offices[2 * (seat // _LENT_EVERY % 2)]
    return host, next(line for line in host.lines if line.is_call_center)


def _new_name(names: Names, taken: set[str], company_name: str) -> tuple[str, str]:
    while True:
        name = names.full_name()
        email = f"{_slug(name, '.')}@{_slug(company_name, '-') or 'company'}.example"
        if email not in taken:
            taken.add(email)
            return name, email


def _slug(text: str, joint: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", joint, plain).strip(joint)


def _callers(company_name: str, seed: int) -> Iterator[Caller]:
    chance = Chance(company_name, seed, "callers")
    names = Names(Locale.EN, seed=f"{company_name}|{seed}|callers")
    for number in range(_CALLERS):
        phone = f"+1555{2_000_000 + number * 2_663}"
        contact_id = derived_id(company_name, "contact", phone)
        is_known = chance.happens(_KNOWN_CALLERS)
        yield Caller(phone, Party(contact_id, "shared", names.full_name(), phone=phone) if is_known else None)
