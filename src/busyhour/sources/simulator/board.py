"""What everything that happens on one day of one office shares."""

from collections.abc import Sequence
from typing import Protocol

from busyhour.domain.directory import derived_id
from busyhour.sources.simulator.agenda import Agenda
from busyhour.sources.simulator.calls import Call
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Caller, Line
from busyhour.sources.simulator.opening import Openings

__all__ = ["Board", "Fate"]


class Board:
    """The day's agenda, its chance, its opening hours, and its calls in order of their start."""

    def __init__(self, names: Sequence[str], openings: Openings, chance: Chance) -> None:
        self.agenda = Agenda()
        self.openings = openings
        self.chance = chance
        self.calls: list[Call] = []
        self._names = names

    def begin(
        self, direction: str, at: int, caller: Caller | None, line: Line | None = None, origin: Call | None = None
    ) -> Call:
        """A call that begins; to be called at that instant of the agenda, so that ids and order are always the same."""
        call = Call(derived_id(*self._names, str(len(self.calls))), direction, at, caller, line, origin)
        if line and direction == "inbound":
            call.availability = self.openings.availability(line, at)
        self.calls.append(call)
        return call


class Fate(Protocol):
    """What may become of a call beside what the people who are rung make of it."""

    def talks(self, call: Call) -> None:
        """A conversation has begun, and it is known when it ends."""

    def waits(self, call: Call, line: Line, at: int) -> None:
        """A call enters the queue of a line."""

    def leads_on(self, call: Call, way: str, at: int) -> bool:
        """A menu or greeting leads to another line, by a way that is a token: whether it could."""

    def is_missed(self, call: Call, line: Line, at: int) -> bool:
        """Nobody took the ring: whether the call leaves the line."""
