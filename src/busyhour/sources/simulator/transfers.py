"""Calls that are passed on: by whoever talked, by a menu, or because nobody comes to the telephone."""

from collections.abc import Sequence
from functools import partial

from busyhour.domain.events import Party
from busyhour.sources.simulator.board import Board
from busyhour.sources.simulator.calls import Call, PassedTo, leave_message
from busyhour.sources.simulator.company import Line
from busyhour.sources.simulator.personal import Desks
from busyhour.sources.simulator.queueing import Queues

__all__ = ["Transfers"]

_PASSED_ON = 0.07
_WHERE = (("line", 0.5), ("person", 0.28), ("line's voicemail", 0.06), ("person's voicemail", 0.06), ("outside", 0.1))
_OVERFLOWS = 0.05
_OVERFLOWS_AFTER_MISS = 0.05
_MOST_LEGS = 4


class Transfers:
    """Everything of an office by which a call goes on as another leg, or outside."""

    def __init__(
        self, board: Board, lines: Sequence[Line], contacts: Sequence[Party], queues: Queues, desks: Desks
    ) -> None:
        self._board = board
        self._chance = board.chance
        self._lines = lines
        self._contacts = contacts
        self._queues = queues
        self._desks = desks

    def talks(self, call: Call) -> None:
        """Whoever talks may pass the call on at the end."""
        if self._chance.happens(_PASSED_ON) and _legs(call) < _MOST_LEGS:
            where = self._chance.one_of_shares(_WHERE)
            self._board.agenda.put(call.ended, partial(self._after_talk, call, where))

    def waits(self, call: Call, line: Line, at: int) -> None:
        """A line may send a call elsewhere that has waited too long."""
        if self._chance.happens(_OVERFLOWS):
            self._board.agenda.put(at + self._chance.seconds(45, 120), partial(self._overflow, call, line))

    def is_missed(self, call: Call, _line: Line, at: int) -> bool:
        """A line may send a call elsewhere that somebody let ring; whether it did."""
        return self._chance.happens(_OVERFLOWS_AFTER_MISS) and self.lead_on(call, "auto_transfer", at)

    def lead_on(self, call: Call, way: str, at: int) -> bool:
        """Let a call end and go on at another line that is open and has people there; whether there is one."""
        if not self._to_line(call, at):
            return False
        call.ended = at
        if way == "router_transfer":
            call.is_routed = True
        else:
            call.words.append(way)
        return True

    def _overflow(self, call: Call, line: Line, at: int) -> None:
        if self._queues.holds(call, line) and self.lead_on(call, "auto_transfer", at):
            self._queues.withdraw(call, line)

    def _after_talk(self, call: Call, where: str | None, at: int) -> None:
        if where == "outside":
            contact = self._chance.one_of(self._contacts)
            call.passed_to = PassedTo(str(contact.name), contact.id)
        elif where == "line's voicemail":
            self._to_voicemail(call, at)
        elif where != "line" or not self._to_line(call, at):
            self._desks.take_over(call, at, rings=where != "person's voicemail")

    def _to_line(self, call: Call, at: int) -> bool:
        is_open = self._board.openings.is_open
        others = [line for line in self._lines if line is not call.line and is_open(line, at)]
        served = [line for line in others if self._queues.is_served(line, at)]
        if not served or _legs(call) >= _MOST_LEGS:
            return False
        line = self._chance.one_of(served)
        self._queues.offer(self._go_on(call, at, line), line, at)
        return True

    def _to_voicemail(self, call: Call, at: int) -> None:
        line = self._chance.one_of([line for line in self._lines if line is not call.line])
        onward = self._go_on(call, at, line)
        onward.words.append("transfer_voicemail")
        onward.ended = at + self._chance.seconds(5, 12)
        leave_message(onward, self._chance)

    def _go_on(self, call: Call, at: int, line: Line) -> Call:
        call.passed_to = PassedTo(str(line.party.name))
        return self._board.begin("inbound", at, call.caller, line, origin=call)


def _legs(call: Call) -> int:
    return 1 if call.origin is None else 1 + _legs(call.origin)
