"""What a caller to a line meets before its people: the spam filter, closed doors, the menu and where it leads."""

from collections.abc import Callable
from functools import partial

from busyhour.sources.simulator.board import Board
from busyhour.sources.simulator.calls import Call, leave_message
from busyhour.sources.simulator.company import Line
from busyhour.sources.simulator.queueing import Queues

__all__ = ["Menus"]

_SPAM = 0.008
_ENDS_IN_MENU = 0.03
_FORWARDED_WHEN_CLOSED = 0.4
_ANNOUNCED_WHEN_CLOSED = 0.12
_MESSAGE_WHEN_CLOSED = 0.25
_MESSAGE_WHEN_AWAY = 0.5

_LeadOn = Callable[[Call, str, int], bool]


class Menus:
    """The way in to an office's lines; `lead_on` lets a call go on at another, if it can."""

    def __init__(self, board: Board, queues: Queues, lead_on: _LeadOn) -> None:
        self._board = board
        self._chance = board.chance
        self._queues = queues
        self._lead_on = lead_on

    def enter(self, call: Call, line: Line) -> None:
        """A call reaches a line."""
        at = call.started
        if self._chance.happens(_SPAM):
            call.blocked = call.ended = at + self._chance.seconds(0.2, 1)
        elif not self._board.openings.is_open(line, at):
            self._when_closed(call, at)
        elif not line.is_call_center and not self._queues.is_served(line, at):
            call.availability = "dnd"
            self._hear_greeting(call, at, _MESSAGE_WHEN_AWAY)
        else:
            self._choose(call, line, at)

    def _when_closed(self, call: Call, at: int) -> None:
        chance = self._chance
        if chance.happens(_FORWARDED_WHEN_CLOSED):
            self._board.agenda.put(at + chance.seconds(1, 4), partial(self._forward, call))
        elif chance.happens(_ANNOUNCED_WHEN_CLOSED):
            call.words.append("message")
            call.ended = at + chance.seconds(8, 20)
        else:
            self._hear_greeting(call, at, _MESSAGE_WHEN_CLOSED)

    def _forward(self, call: Call, at: int) -> None:
        if not self._lead_on(call, "forward_transfer", at):
            self._hear_greeting(call, at, _MESSAGE_WHEN_CLOSED)

    def _choose(self, call: Call, line: Line, at: int) -> None:
        """The menu: it ends the call, leads elsewhere, or lets it through to the line's people."""
        chance = self._chance
        menu = chance.seconds(4, 15)
        if chance.happens(_ENDS_IN_MENU):
            call.ended = at + chance.seconds(1, 4) + menu // 2_000 * 1_000
            return
        way = chance.one_of_shares(line.plan.ways)
        self._board.agenda.put(at + menu, partial(self._follow, call, line, way))

    def _follow(self, call: Call, line: Line, way: str | None, at: int) -> None:
        if way == "dtmf_voicemail":
            call.words.append(way)
            call.ended = at
            leave_message(call, self._chance)
        elif way is None or not self._lead_on(call, way, at):
            self._queues.offer(call, line, at)

    def _hear_greeting(self, call: Call, at: int, leaves_message: float) -> None:
        call.ended = at + self._chance.seconds(8, 20)
        if self._chance.happens(leaves_message):
            leave_message(call, self._chance)
