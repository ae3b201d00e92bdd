"""Calls that people place, in a line's name or their own, and calls to their own numbers."""

from collections.abc import Callable, Sequence
from functools import partial

from busyhour.sources.simulator.board import Board, Fate
from busyhour.sources.simulator.calls import RECORDED, Call, Part, PassedTo, connect, leave_message
from busyhour.sources.simulator.company import Caller, Line
from busyhour.sources.simulator.staff import Agent

__all__ = ["Desks"]

_REACHES = 0.76
_ANSWERS_OWN = 0.82
_LEAVES_MESSAGE = 0.4
_RECORDS_OWN = 0.08
_SPAM = 0.01
_DO_NOT_DISTURB = 0.5
"""How often somebody who is off the lines' telephones does not take calls to their own number either."""

_GREETING_WAYS = (
    ("dtmf_transfer", 0.05),
    ("auto_transfer", 0.04),
    ("forward_transfer", 0.04),
    ("router_transfer", 0.03),
    ("dtmf_voicemail", 0.05),
    ("message", 0.03),
)
"""What a greeting does but ask for a message: tokens of a leg, each with its part of the calls not taken."""

_PERSONAL_TALK = 130
_INTERNAL_TALK = 90
_TRIES = 4

_Occupy = Callable[[Agent, int], None]


class Desks:
    """The people of one office on one day; `home` are those who are not lent to it by another."""

    def __init__(self, board: Board, home: Sequence[Agent], occupy: _Occupy, fate: Fate) -> None:
        self._board = board
        self._chance = board.chance
        self._home = home
        self._occupy = occupy
        self._fate = fate

    def call_for_line(self, line: Line, agent: Agent, to: Caller, at: int) -> None:
        """An agent calls out in the line's name."""
        call = self._board.begin("outbound", at, to, line)
        self._place(call, agent, line, line.plan.talk)
        if line.is_call_center and call.connected:
            call.is_recorded = self._chance.happens(RECORDED)

    def call_out(self, to: Caller, at: int) -> None:
        """Somebody who is free calls out, in their own name."""
        agent = self._somebody(self._home, at)
        if agent is not None:
            call = self._board.begin("outbound", at, to)
            self._place(call, agent, None, _PERSONAL_TALK)
            self._record(call)

    def reach(self, caller: Caller, at: int) -> None:
        """Somebody's own number is called: it rings, unless they are busy, away, or want no calls."""
        agent = self._chance.one_of(self._home)
        call = self._board.begin("inbound", at, caller)
        call.availability = self._board.openings.said(agent.is_at_work(at))
        if self._chance.happens(_SPAM):
            call.blocked = call.ended = at + self._chance.seconds(0.2, 1)
            call.parts.append(Part(agent.person, agent.device(self._chance), at, ended=call.ended))
            return
        is_hiding = agent.is_at_work(at) and not agent.is_on_phones(at) and self._chance.happens(_DO_NOT_DISTURB)
        if is_hiding:
            call.availability = "dnd"
        self._take(call, agent, rings=agent.is_free(at) and not is_hiding)

    def take_over(self, call: Call, at: int, *, rings: bool) -> None:
        """A call is passed on to somebody of the office who is free, or to their voicemail without a ring."""
        others = [agent for agent in self._home if call.talker is None or agent.person is not call.talker.person]
        agent = self._somebody(others, at) if rings else None
        onward = self._board.begin("inbound", at, call.caller, origin=call)
        if agent is None:
            agent = self._chance.one_of(others)
            onward.words.append("transfer_voicemail")
        onward.availability = self._board.openings.said(True)
        self._take(onward, agent, rings=not onward.words)
        call.passed_to = PassedTo(str(agent.person.party.name))

    def call_colleague(self, at: int) -> None:
        """Two people of the office who are free: one calls the other."""
        first, second = self._somebody(self._home, at), self._somebody(self._home, at)
        if first is None or second is None or first is second:
            return
        rung = Part(second.person, second.device(self._chance), at)
        self._ring(second, rung, self._chance.happens(_ANSWERS_OWN), _INTERNAL_TALK)
        placed = Part(first.person, first.device(self._chance), at, rung.ended, taken=at, connected=rung.connected)
        self._occupy(first, placed.ended)
        self._board.begin("outbound", at, None).parts += [placed, rung]

    def _place(self, call: Call, agent: Agent, line: Line | None, talk: float) -> None:
        chance = self._chance
        part = Part(agent.person, agent.device(chance), call.started, taken=call.started)
        call.parts.append(part)
        if chance.happens(_REACHES):
            self._occupy(agent, connect(part, call.started + chance.seconds(4, 20), line, chance, talk))
        else:
            part.ended = call.started + chance.seconds(5, 35)
            self._occupy(agent, part.ended)
        self._settle(call, part)

    def _take(self, call: Call, agent: Agent, *, rings: bool) -> None:
        """The call is at somebody's own number."""
        chance = self._chance
        part = Part(agent.person, agent.device(chance), call.started)
        call.parts.append(part)
        if rings:
            self._ring(agent, part, chance.happens(_ANSWERS_OWN), _PERSONAL_TALK)
        else:
            part.ended = call.started + chance.seconds(4, 20)
        self._settle(call, part)
        self._record(call)
        if part.connected is None:
            self._meet_greeting(call, part)

    def _meet_greeting(self, call: Call, part: Part) -> None:
        """Nobody has taken the call: the caller hears a greeting, and goes on, speaks, or hangs up."""
        way = None if call.words else self._chance.one_of_shares(_GREETING_WAYS)
        if way and way.endswith("_transfer"):
            self._board.agenda.put(part.ended, partial(self._fate.leads_on, call, way))
            return
        if way:
            call.words.append(way)
        if way != "message" and (call.words or self._chance.happens(_LEAVES_MESSAGE)):
            part.stopped_ringing = part.ended
            leave_message(call, self._chance)
            part.ended = call.ended

    def _settle(self, call: Call, part: Part) -> None:
        call.connected, call.ended = part.connected, part.ended
        if part.connected:
            self._fate.talks(call)

    def _record(self, call: Call) -> None:
        if call.connected:
            call.is_recorded = self._chance.happens(_RECORDS_OWN)

    def _ring(self, agent: Agent, part: Part, answers: bool, talk: float) -> None:
        chance = self._chance
        part.rang = part.started + chance.seconds(0.5, 1.5)
        if answers:
            self._occupy(agent, connect(part, part.rang + chance.seconds(2, 12), None, chance, talk))
        else:
            part.ended = part.rang + chance.seconds(10, 25)
            self._occupy(agent, part.ended)

    def _somebody(self, people: Sequence[Agent], at: int) -> Agent | None:
        tried = (self._chance.one_of(people) for _ in range(_TRIES))
        return next((agent for agent in tried if agent.is_free(at)), None)
