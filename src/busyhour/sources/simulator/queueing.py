"""Calls to an office's lines: ring, queue, impatience, voicemail, over one pool of people."""

from collections.abc import Sequence
from functools import partial

from busyhour.sources.simulator.board import Board, Fate
from busyhour.sources.simulator.calls import RECORDED, Call, Part, connect, leave_message
from busyhour.sources.simulator.chance import SECOND
from busyhour.sources.simulator.company import Line
from busyhour.sources.simulator.staff import Agent

__all__ = ["Queues"]

_PATIENCE = 210
_MISSES_RING = 0.07
_REJECTS_RING = 0.015
_MESSAGE_AFTER_WAITING = 0.18
_KEY_FOR_MESSAGE = 0.2


class Queues:
    """The lines of one office on one day; an agent is offered the longest waiting call of their lines."""

    def __init__(self, board: Board, agents: Sequence[Agent], fate: Fate) -> None:
        self._agenda = board.agenda
        self._chance = board.chance
        self._fate = fate
        self._operators: dict[Line, list[Agent]] = {}
        self._waiting: dict[Line, list[Call]] = {}
        for agent in agents:
            for line in agent.lines:
                self._operators.setdefault(line, []).append(agent)
            for hour in agent.hours_on_phones():
                board.agenda.put(hour, partial(self.take_next, agent))

    def offer(self, call: Call, line: Line, at: int) -> None:
        """A caller wants to speak to the line's people, and has so much patience."""
        call.patience_ends = at + self._chance.wait(_PATIENCE)
        self._offer(call, line, at)

    def ready(self, line: Line, at: int) -> Agent | None:
        """Whoever of the line's people has been free longest."""
        free = [agent for agent in self._operators.get(line, ()) if agent.is_ready(at)]
        return min(free, key=_free_since) if free else None

    def is_served(self, line: Line, at: int) -> bool:
        """Whether any of the line's people takes calls in that hour."""
        return any(agent.is_on_phones(at) for agent in self._operators.get(line, ()))

    def holds(self, call: Call, line: Line) -> bool:
        """Whether a call waits in the line's queue."""
        return call in self._waiting.get(line, ())

    def withdraw(self, call: Call, line: Line) -> bool:
        """Take a call out of the line's queue; whether it was there."""
        if not self.holds(call, line):
            return False
        self._waiting[line].remove(call)
        return True

    def occupy(self, agent: Agent, until: int) -> None:
        """Keep somebody from being rung; then they take the next call that waits."""
        agent.busy_until = until
        self._agenda.put(until, partial(self.take_next, agent))

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
        self._fate.waits(call, line, at)

    def _lose_patience(self, call: Call, line: Line, at: int) -> None:
        if self.withdraw(call, line):
            self._give_up(call, at)

    def _give_up(self, call: Call, at: int) -> None:
        """The caller hangs up, or speaks to the machine."""
        call.ended = at
        if self._chance.happens(_MESSAGE_AFTER_WAITING):
            if self._chance.happens(_KEY_FOR_MESSAGE):
                call.words.append("dtmf_voicemail")
            leave_message(call, self._chance)

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
            self._fate.talks(call)
        elif at >= call.patience_ends:
            agent.busy_until = at
            self._give_up(call, at)
        else:
            # Who has let it ring is not at the desk: give the others a chance.
            agent.busy_until = at + self._chance.seconds(30, 120)
            if not self._fate.is_missed(call, line, at):
                self._offer(call, line, at)
        self._agenda.put(agent.busy_until, partial(self.take_next, agent))


def _free_since(agent: Agent) -> int:
    return agent.busy_until
