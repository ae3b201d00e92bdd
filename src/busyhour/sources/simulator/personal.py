"""Calls that people place, in a line's name or their own, and calls to their own numbers."""

from collections.abc import Callable, Sequence
from functools import partial

from busyhour.sources.simulator.agenda import Agenda
from busyhour.sources.simulator.calls import RECORDED, Call, Part, connect
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Caller, Line
from busyhour.sources.simulator.queueing import leave_message
from busyhour.sources.simulator.staff import Agent

__all__ = ["Desks"]

_REACHES = 0.76
_ANSWERS_OWN = 0.82
_LEAVES_MESSAGE = 0.4
_PERSONAL_TALK = 130
_INTERNAL_TALK = 90
_TRIES = 4


class Desks:
    """The people of one office on one day; `home` are those who are not lent to it by another."""

    def __init__(
        self, agenda: Agenda, home: Sequence[Agent], take_next: Callable[[Agent, int], None], chance: Chance
    ) -> None:
        self._agenda = agenda
        self._home = home
        self._take_next = take_next
        self._chance = chance

    def call_for_line(self, line: Line, agent: Agent, to: Caller, at: int) -> Call:
        """An agent calls out in the line's name."""
        call = Call("outbound", at, to, line)
        part = self._place(call, agent, line, line.plan.talk)
        call.connected, call.ended = part.connected, part.ended
        if line.is_call_center and call.connected:
            call.is_recorded = self._chance.happens(RECORDED)
        return call

    def call_out(self, to: Caller, at: int) -> Call | None:
        """Somebody who is free calls out, in their own name."""
        agent = self._somebody(at)
        if agent is None:
            return None
        call = Call("outbound", at, to)
        self._place(call, agent, None, _PERSONAL_TALK)
        return call

    def reach(self, caller: Caller, at: int) -> Call:
        """Somebody's own number is called: it rings, unless they are busy or away."""
        chance, agent = self._chance, self._chance.one_of(self._home)
        call = Call("inbound", at, caller, availability="open" if agent.is_at_work(at) else "closed")
        part = Part(agent.person, agent.device(chance), at)
        call.parts.append(part)
        if agent.is_free(at):
            self._ring(agent, part, chance.happens(_ANSWERS_OWN), _PERSONAL_TALK)
        else:
            part.ended = at + chance.seconds(4, 20)
        if part.connected is None and chance.happens(_LEAVES_MESSAGE):
            call.ended = part.stopped_ringing = part.ended
            leave_message(call, chance)
            part.ended = call.ended
        return call

    def call_colleague(self, at: int) -> Call | None:
        """Two people of the office who are free: one calls the other."""
        first, second = self._somebody(at), self._somebody(at)
        if first is None or second is None or first is second:
            return None
        rung = Part(second.person, second.device(self._chance), at)
        self._ring(second, rung, self._chance.happens(_ANSWERS_OWN), _INTERNAL_TALK)
        placed = Part(first.person, first.device(self._chance), at, rung.ended, connected=rung.connected)
        self._occupy(first, placed.ended)
        return Call("outbound", at, None, parts=[placed, rung])

    def _place(self, call: Call, agent: Agent, line: Line | None, talk: float) -> Part:
        chance = self._chance
        part = Part(agent.person, agent.device(chance), call.started)
        call.parts.append(part)
        if chance.happens(_REACHES):
            self._occupy(agent, connect(part, call.started + chance.seconds(4, 20), line, chance, talk))
        else:
            part.ended = call.started + chance.seconds(5, 35)
            self._occupy(agent, part.ended)
        return part

    def _ring(self, agent: Agent, part: Part, answers: bool, talk: float) -> None:
        chance = self._chance
        part.rang = part.started + chance.seconds(0.5, 1.5)
        if answers:
            self._occupy(agent, connect(part, part.rang + chance.seconds(2, 12), None, chance, talk))
        else:
            part.ended = part.rang + chance.seconds(10, 25)
            self._occupy(agent, part.ended)

    def _occupy(self, agent: Agent, until: int) -> None:
        agent.busy_until = until
        self._agenda.put(until, partial(self._take_next, agent))

    def _somebody(self, at: int) -> Agent | None:
        tried = (self._chance.one_of(self._home) for _ in range(_TRIES))
        return next((agent for agent in tried if agent.is_free(at)), None)
