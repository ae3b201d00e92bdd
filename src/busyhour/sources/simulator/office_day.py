"""One local day of one office, from the wishes to call to the events."""

from datetime import date
from functools import partial
from operator import attrgetter

from busyhour.domain.directory import derived_id
from busyhour.domain.events import CallEvent
from busyhour.sources.simulator.agenda import Agenda
from busyhour.sources.simulator.arrivals import Arrival, Wish, arrivals
from busyhour.sources.simulator.calls import Call
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Caller, Company, Line, Office
from busyhour.sources.simulator.legs import call_events
from busyhour.sources.simulator.personal import Desks
from busyhour.sources.simulator.queueing import Queues
from busyhour.sources.simulator.staff import staff

__all__ = ["office_day"]


def office_day(cast: Company, office: Office, day: date, now: int) -> list[CallEvent]:
    """The events up to `now` (µs UTC) of the calls that begin on that local day, in order of time."""
    names = (cast.name, str(cast.seed), str(office.party.name), day.isoformat())
    calls = _Day(cast, office, day, names).calls()
    events = [
        event
        for number, call in enumerate(calls)
        if call.started <= now
        for event in call_events(call, derived_id(*names, str(number)), now)
    ]
    return sorted(events, key=attrgetter("event_timestamp"))


class _Day:
    """The simulation: everybody who is there, and what they do about each wish."""

    def __init__(self, cast: Company, office: Office, day: date, names: tuple[str, ...]) -> None:
        self._chance = Chance(*names, "people")
        self._cast = cast
        self._agenda = Agenda()
        agents = staff(cast, office, day, self._chance)
        home = [agent for agent in agents if agent.person.home is office]
        self._queues = Queues(self._agenda, agents, self._chance)
        self._desks = Desks(self._agenda, home, self._queues.take_next, self._chance)
        self._calls: list[Call] = []
        for arrival in arrivals(office, day, Chance(*names, "arrivals")):
            self._agenda.put(arrival.at, partial(self._grant, arrival))

    def calls(self) -> list[Call]:
        """Every call of the day, in order of its start."""
        self._agenda.run()
        return self._calls

    def _grant(self, arrival: Arrival, _at: int) -> None:
        caller = self._chance.familiar(self._cast.callers)
        call = self._line_call(arrival, arrival.line, caller) if arrival.line else self._own_call(arrival, caller)
        if call is not None:
            self._calls.append(call)

    def _line_call(self, arrival: Arrival, line: Line, caller: Caller) -> Call | None:
        if arrival.wish is Wish.CALL_FOR_LINE:
            agent = self._queues.ready(line, arrival.at)
            return self._desks.call_for_line(line, agent, caller, arrival.at) if agent else None
        availability = "open" if arrival.is_open else "closed"
        call = Call("inbound", arrival.at, caller, line, availability)
        self._queues.enter(call, line, arrival.is_open)
        return call

    def _own_call(self, arrival: Arrival, caller: Caller) -> Call | None:
        if arrival.wish is Wish.CALL_COLLEAGUE:
            return self._desks.call_colleague(arrival.at)
        if arrival.wish is Wish.CALL_OUT:
            return self._desks.call_out(caller, arrival.at)
        return self._desks.reach(caller, arrival.at)
