"""Who is there on a day, and when they take calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from busyhour.sources.simulator.chance import HOUR, Chance
from busyhour.sources.simulator.company import Company, Line, Office, Person, workplace
from busyhour.sources.simulator.opening import Openings

__all__ = ["Agent", "staff"]

_SHIFT_HOURS = 9
_LUNCHES = (3, 4, 5)
_ON_PHONES = 0.75
_WORKS = 0.9
_WORKS_AT_WEEKENDS = 0.4
_USES_FIRST_DEVICE = 0.85


@dataclass(slots=True, eq=False)
class Agent:
    """A person on one day; never on two calls at once, as whoever calls them looks at `busy_until`."""

    person: Person
    lines: Sequence[Line]
    start: int
    on_phones: Sequence[bool]
    """For each hour since the start, whether they take the lines' calls; empty for who does not work."""
    lunch: int | None
    """The hour since the start in which they eat."""
    busy_until: int = 0

    def is_at_work(self, at: int) -> bool:
        """Whether it is within their hours."""
        return 0 <= at - self.start < len(self.on_phones) * HOUR

    def is_free(self, at: int) -> bool:
        """Whether they are at work and in no call."""
        return at >= self.busy_until and self.is_at_work(at)

    def is_on_phones(self, at: int) -> bool:
        """Whether they take the lines' calls in that hour."""
        return self.is_at_work(at) and self.on_phones[(at - self.start) // HOUR]

    def is_ready(self, at: int) -> bool:
        """Whether a line may ring them."""
        return at >= self.busy_until and self.is_on_phones(at)

    @property
    def end(self) -> int:
        """When their hours are over."""
        return self.start + len(self.on_phones) * HOUR

    def hours_on_phones(self) -> Iterator[int]:
        """When each hour on the phones begins."""
        return (self.start + hour * HOUR for hour, is_on in enumerate(self.on_phones) if is_on)

    def device(self, chance: Chance) -> str:
        """What they take a call with."""
        return self.person.devices[0 if chance.happens(_USES_FIRST_DEVICE) else 1]


def staff(cast: Company, office: Office, day: date, openings: Openings, chance: Chance) -> list[Agent]:
    """Everybody who belongs to the office that day, in any order."""
    assigned = _assigned(cast, office, day)
    return chance.shuffled([_agent(person, lines, day, openings, chance) for person, lines in assigned])


def _assigned(cast: Company, office: Office, day: date) -> Iterator[tuple[Person, Sequence[Line]]]:
    for person in cast.people:
        where, lines = workplace(person, day)
        if where is office:
            yield person, lines


def _agent(person: Person, lines: Sequence[Line], day: date, openings: Openings, chance: Chance) -> Agent:
    start = person.home.instant(day, person.shift)
    is_plain = day.weekday() < 5 and not openings.is_holiday
    if person.is_room:
        return Agent(person, lines, start, [is_plain] * _SHIFT_HOURS if is_plain else (), None)
    lunch = chance.one_of(_LUNCHES)
    on_phones = [hour != lunch and chance.happens(_ON_PHONES) for hour in range(_SHIFT_HOURS)]
    is_open = any(map(openings.hours, lines))
    works = is_open and chance.happens(_WORKS if is_plain else _WORKS_AT_WEEKENDS)
    return Agent(person, lines, start, on_phones if works else (), lunch)
