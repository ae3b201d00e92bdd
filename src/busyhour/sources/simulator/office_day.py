"""One local day of one office, from the wishes to call to the events."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from operator import attrgetter

from busyhour.domain.events import CallEvent
from busyhour.domain.things import Thing
from busyhour.sources.simulator import screenshares
from busyhour.sources.simulator.arrivals import Arrival, Wish, arrivals
from busyhour.sources.simulator.board import Board
from busyhour.sources.simulator.callbacks import Callbacks
from busyhour.sources.simulator.calls import Call
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Company, Line, Office
from busyhour.sources.simulator.dispositions import dispositions
from busyhour.sources.simulator.duty import duty
from busyhour.sources.simulator.legs import call_events
from busyhour.sources.simulator.menus import Menus
from busyhour.sources.simulator.opening import Openings
from busyhour.sources.simulator.personal import Desks
from busyhour.sources.simulator.queueing import Queues
from busyhour.sources.simulator.recordings import recordings
from busyhour.sources.simulator.remarks import remark
from busyhour.sources.simulator.staff import Agent, staff
from busyhour.sources.simulator.surveys import surveys
from busyhour.sources.simulator.texts import Texting, texts
from busyhour.sources.simulator.transfers import Transfers
from busyhour.sources.simulator.voicemails import Listening, voicemails

__all__ = ["office_day"]


def office_day(cast: Company, office: Office, day: date, now: int) -> list[CallEvent | Thing]:
    """The events up to `now` (µs UTC) of what begins on that local day, in order of time."""
    return sorted(_events(cast, office, day, now), key=attrgetter("event_timestamp"))


def _events(cast: Company, office: Office, day: date, now: int) -> Iterator[CallEvent | Thing]:
    names = (cast.name, str(cast.seed), str(office.party.name), day.isoformat())
    openings = Openings(office, day)
    board = Board(names, openings, Chance(*names, "people"))
    agents = staff(cast, office, day, openings, board.chance)
    calls = _Day(cast, office, board, agents).calls(Chance(*names, "arrivals"))
    remark(calls, Chance(*names, "remarks"))
    for call in calls:
        if call.started <= now:
            yield from call_events(call, now)
    listening = Listening(office, day, agents, Chance(*names, "listening"))
    yield from voicemails(calls, listening, Chance(*names, "voicemails"), now)
    yield from recordings(calls, Chance(*names, "recordings"), now)
    yield from surveys(calls, Chance(*names, "surveys"), now)
    yield from dispositions(calls, Chance(*names, "dispositions"), now)
    yield from duty(agents, calls, cast.leaders, Chance(*names, "duty"), now)
    yield from texts(Texting(office, agents, cast.callers, openings), Chance(*names, "texts"), now)
    yield from screenshares.in_calls(calls, Chance(*names, "screens"), now)
    yield from screenshares.in_meetings(agents, office.share, openings, Chance(*names, "meetings"), now)


class _Day:
    """The simulation: everybody who is there, and what they do about each wish."""

    def __init__(self, cast: Company, office: Office, board: Board, agents: Sequence[Agent]) -> None:
        home = [agent for agent in agents if agent.person.home is office]
        self._cast = cast
        self._office = office
        self._board = board
        self._queues = Queues(board, agents, self)
        self._desks = Desks(board, home, self._queues.occupy, self)
        self._transfers = Transfers(board, office.lines, cast.contacts, self._queues, self._desks)
        self._menus = Menus(board, self._queues, self._transfers.lead_on)
        self._callbacks = Callbacks(board, self._queues)

    def calls(self, chance: Chance) -> Sequence[Call]:
        """Every call of the day, in order of its start."""
        for arrival in arrivals(self._office, self._board.openings, chance):
            self._board.agenda.put(arrival.at, partial(self._grant, arrival))
        self._board.agenda.run()
        return self._board.calls

    def talks(self, call: Call) -> None:
        """A conversation has begun."""
        self._transfers.talks(call)

    def waits(self, call: Call, line: Line, at: int) -> None:
        """A call enters the queue of a line."""
        self._callbacks.waits(call, line, at)
        self._transfers.waits(call, line, at)

    def leads_on(self, call: Call, way: str, at: int) -> bool:
        """A greeting leads to another line: whether it could."""
        return self._transfers.lead_on(call, way, at)

    def is_missed(self, call: Call, line: Line, at: int) -> bool:
        """Nobody took the ring: whether the call leaves the line."""
        return self._transfers.is_missed(call, line, at)

    def _grant(self, arrival: Arrival, at: int) -> None:
        caller, line = self._board.chance.familiar(self._cast.callers), arrival.line
        if arrival.wish is Wish.REACH_LINE and line:
            self._menus.enter(self._board.begin("inbound", at, caller, line), line)
        elif arrival.wish is Wish.CALL_FOR_LINE and line:
            agent = self._queues.ready(line, at)
            if agent:
                self._desks.call_for_line(line, agent, caller, at)
        elif arrival.wish is Wish.CALL_COLLEAGUE:
            self._desks.call_colleague(at)
        elif arrival.wish is Wish.CALL_OUT:
            self._desks.call_out(caller, at)
        else:
            self._desks.reach(caller, at)
