"""Callers who would rather be called back than wait, and what comes of it on the same day."""

from functools import partial

from busyhour.sources.simulator.board import Board
from busyhour.sources.simulator.calls import RECORDED, Call, Callback, Part, connect
from busyhour.sources.simulator.company import Line
from busyhour.sources.simulator.queueing import Queues
from busyhour.sources.simulator.staff import Agent

__all__ = ["Callbacks"]

_TAKES_OFFER = 0.28
_BY_AGENT = 0.45
"""The part of them for whom one agent is asked, instead of whoever is free."""

_OUTCOMES = (("missed", 0.12), ("cancelled", 0.1), ("unreached", 0.18))
_MOST_TRIES = 8


class Callbacks:
    """Callbacks to callers of an office's call centers."""

    def __init__(self, board: Board, queues: Queues) -> None:
        self._agenda = board.agenda
        self._board = board
        self._chance = board.chance
        self._queues = queues

    def waits(self, call: Call, line: Line, at: int) -> None:
        """Whoever waits for a call center is offered a callback; some take it."""
        if line.is_call_center and self._chance.happens(_TAKES_OFFER):
            self._agenda.put(at + self._chance.seconds(15, 60), partial(self._ask, call, line))

    def _ask(self, call: Call, line: Line, at: int) -> None:
        if not self._queues.withdraw(call, line):
            return
        call.ended = at + self._chance.seconds(3, 8)
        asked = call.callback = Callback("agent" if self._chance.happens(_BY_AGENT) else "queue")
        self._try_at(call, asked, line, call.ended + self._chance.wait(900), 1)

    def _try_at(self, call: Call, asked: Callback, line: Line, at: int, tries: int) -> bool:
        """Put a try down; whether it is still on that day, else the callback is forgotten."""
        is_today = at < self._board.openings.clock[-1]
        if is_today:
            self._agenda.put(at, partial(self._try, call, asked, line, tries))
        return is_today

    def _try(self, call: Call, asked: Callback, line: Line, tries: int, at: int) -> None:
        agent = self._queues.ready(line, at)
        later = at + self._chance.seconds(180, 600)
        if agent is None and tries < _MOST_TRIES and self._try_at(call, asked, line, later, tries + 1):
            return
        placed = asked.placed = self._board.begin("outbound", at, call.caller, line)
        if agent is None:
            placed.ended = at + self._chance.seconds(1, 3)
            placed.words += _cancelled(asked)
            return
        self._ring(placed, asked, line, agent)
        if _is_missed(placed):
            self._try_at(call, asked, line, placed.ended + self._chance.seconds(60, 300), tries + 1)

    def _ring(self, placed: Call, asked: Callback, line: Line, agent: Agent) -> None:
        """The agent is rung first, then the caller is called."""
        chance, at = self._chance, placed.started
        part = Part(agent.person, agent.device(chance), at, rang=at)
        placed.parts.append(part)
        outcome = chance.one_of_shares(_OUTCOMES)
        picked_up = at + chance.seconds(2, 8)
        if outcome == "missed":
            part.is_rejected = chance.happens(0.3)
            part.ended = at + (chance.seconds(0.3, 0.95) if part.is_rejected else chance.seconds(17, 19))
            placed.words += ["callback_attempt", f"{_direct(asked)}callback_agent_missed_rejected"]
        elif outcome == "cancelled":
            part.ended = picked_up
            placed.words += _cancelled(asked)
        elif outcome == "unreached":
            part.taken = picked_up
            part.ended = picked_up + chance.seconds(15, 35)
            placed.words.append("callback_attempt")
        else:
            self._connect(placed, part, line, agent, picked_up)
        if part.connected is None:
            placed.ended = part.ended
            self._queues.occupy(agent, part.ended)

    def _connect(self, placed: Call, part: Part, line: Line, agent: Agent, picked_up: int) -> None:
        part.taken = picked_up
        free = connect(part, picked_up + self._chance.seconds(4, 20), line, self._chance, line.plan.talk)
        placed.words.append("callback_connected")
        placed.connected, placed.ended = part.connected, part.ended
        placed.is_recorded = self._chance.happens(RECORDED)
        self._queues.occupy(agent, free)


def _cancelled(asked: Callback) -> list[str]:
    return ["callback_cancelled", *(["direct_callback_cancelled"] if _direct(asked) else [])]


def _direct(asked: Callback) -> str:
    return "direct_" if asked.kind == "agent" else ""


def _is_missed(placed: Call) -> bool:
    return any(word.endswith("missed_rejected") for word in placed.words)
