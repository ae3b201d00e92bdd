"""Calls to an office's lines: menu, ring, queue, impatience, voicemail, over one pool of people."""

from collections.abc import Sequence
from functools import partial

from busyhour.sources.simulator.agenda import Agenda
from busyhour.sources.simulator.calls import RECORDED, Call, Part, connect
from busyhour.sources.simulator.chance import SECOND, Chance
from busyhour.sources.simulator.company import Line
from busyhour.sources.simulator.staff import Agent

__all__ = ["Queues", "leave_message"]

_ENDS_IN_MENU = 0.03
_PATIENCE = 210
_MISSES_RING = 0.07
_REJECTS_RING = 0.015
_MESSAGE_WHEN_CLOSED = 0.25
_MESSAGE_AFTER_WAITING = 0.18


class Queues:
    """The lines of one office on one day; an agent is offered the longest waiting call of their lines."""

    def __init__(self, agenda: Agenda, agents: Sequence[Agent], chance: Chance) -> None:
        self._agenda = agenda
        self._chance = chance
        self._operators: dict[Line, list[Agent]] = {}
        self._waiting: dict[Line, list[Call]] = {}
        for agent in agents:
            for line in agent.lines:
                self._operators.setdefault(line, []).append(agent)
            for hour in agent.hours_on_phones():
                agenda.put(hour, partial(self.take_next, agent))

    def enter(self, call: Call, line: Line, is_open: bool) -> None:
        """A call reaches a line: its menu, or the message that nobody is there."""
        chance, at = self._chance, call.started
        if not is_open:
            self._leave(call, at + chance.seconds(8, 20), _MESSAGE_WHEN_CLOSED)
            return
        menu = chance.seconds(4, 15)
        if chance.happens(_ENDS_IN_MENU):
            call.ended = at + chance.seconds(1, 4) + menu // 2_000 * 1_000
            return
        call.patience_ends = at + menu + chance.wait(_PATIENCE)
        self._agenda.put(at + menu, partial(self._offer, call, line))

    def ready(self, line: Line, at: int) -> Agent | None:
        """Whoever of the line's people has been free longest."""
        free = [agent for agent in self._operators.get(line, ()) if agent.is_ready(at)]
        return min(free, key=_free_since) if free else None

    def take_next(self, agent: Agent, at: int) -> None:
        """An agent who is ready takes the call that has waited longest for one of their lines."""
        lines = [line for line in agent.lines if self._waiting.get(line)]
        if not lines or not agent.is_ready(at):
            return
        line = min(lines, key=lambda line: self._waiting[line][0].queued or 0)
        self._ring(self._waiting[line].pop(0), line, agent, at)

    def _offer(self, call: Call, line: Line, at: int) -> None:
        agent = self.ready(line, at)
        if agent:
            self._ring(call, line, agent, at)
            return
        waiting = self._waiting.setdefault(line, [])
        if call.queued is not None:
            waiting.insert(0, call)
            return
        call.queued = at
        waiting.append(call)
        self._agenda.put(call.patience_ends, partial(self._lose_patience, call, line))

    def _lose_patience(self, call: Call, line: Line, at: int) -> None:
        waiting = self._waiting[line]
        if call in waiting:
            waiting.remove(call)
            self._leave(call, at, _MESSAGE_AFTER_WAITING)

    def _ring(self, call: Call, line: Line, agent: Agent, at: int) -> None:
        chance = self._chance
        part = Part(agent.person, agent.device(chance), at, rang=at)
        answers = False
        if chance.happens(_REJECTS_RING):
            part.ended, part.is_rejected = at + chance.seconds(0.3, 0.95), True
        elif chance.happens(_MISSES_RING):
            part.ended = at + chance.seconds(17, 19)
        else:
            part.ended, answers = at + chance.seconds(2, 9), True
        if part.ended >= call.patience_ends:
            part.ended, part.is_rejected, answers = max(call.patience_ends, at + SECOND // 2), False, False
        # Past its end, so that no other call of that very instant rings them before this one is settled.
        agent.busy_until = part.ended + 1
        call.parts.append(part)
        self._agenda.put(part.ended, partial(self._stop_ringing, call, line, agent, part, answers))

    def _stop_ringing(self, call: Call, line: Line, agent: Agent, part: Part, answers: bool, at: int) -> None:
        if answers:
            agent.busy_until = connect(part, at, line, self._chance, line.plan.talk)
            call.connected, call.ended = at, part.ended
            call.is_recorded = self._chance.happens(RECORDED) if line.is_call_center else None
        elif at >= call.patience_ends:
            call.ended = agent.busy_until = at
        else:
            # Who has let it ring is not at the desk: give the others a chance.
            agent.busy_until = at + self._chance.seconds(30, 120)
            self._offer(call, line, at)
        self._agenda.put(agent.busy_until, partial(self.take_next, agent))

    def _leave(self, call: Call, at: int, leaves_message: float) -> None:
        call.ended = at
        if self._chance.happens(leaves_message):
            leave_message(call, self._chance)


def leave_message(call: Call, chance: Chance) -> None:
    """Let the caller speak after the tone: the call ends later, and the message is there a little after."""
    call.ended += chance.seconds(8, 50)
    call.uploaded = call.ended + chance.seconds(2, 15)


def _free_since(agent: Agent) -> int:
    return agent.busy_until
