"""A call as the simulation leaves it: what happened when, and who had which part in it."""

from dataclasses import dataclass, field

from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Caller, Line, Person

__all__ = ["RECORDED", "Call", "Part", "connect"]

RECORDED = 0.9
"""The share of a call center's conversations that is recorded."""

_SPREAD = 0.75
_LONGEST_TALK = 7_200.0
_HELD = 0.14
_HELD_TWICE = 0.25
_COUNTED_HOLDS = 0.4
_SHORTEST_HELD = 40_000_000


@dataclass(slots=True)
class Part:
    """What one person had of a call: a ring, a conversation, or both; instants and durations in µs."""

    person: Person
    device: str
    started: int
    ended: int = 0
    rang: int | None = None
    stopped_ringing: int | None = None
    """Where the leg went on without a person: to a voicemail."""
    connected: int | None = None
    is_rejected: bool = False
    holds: list[tuple[int, int]] = field(default_factory=list)
    """When each began and ended."""
    holds_are_counted: bool = False
    """Whether the end of the call tells the holds, instead of events of their own."""
    wrapup: int | None = None


@dataclass(slots=True, eq=False)
class Call:
    """A call to or from a line, a person, or (without a caller) between two people of one office."""

    direction: str
    started: int
    caller: Caller | None
    line: Line | None = None
    availability: str | None = None
    queued: int | None = None
    connected: int | None = None
    ended: int = 0
    patience_ends: int = 0
    uploaded: int | None = None
    """When the message that the caller left was there to be heard."""
    is_recorded: bool | None = None
    parts: list[Part] = field(default_factory=list)


def connect(part: Part, at: int, line: Line | None, chance: Chance, talk: float) -> int:
    """Let a person talk from that moment, for that many seconds in the median; when they are free again."""
    part.connected = at
    part.ended = at + chance.talk(talk, _SPREAD, _LONGEST_TALK)
    if part.ended - at > _SHORTEST_HELD and chance.happens(_HELD):
        _hold(part, at, part.ended, chance)
    if line is None or not line.is_call_center:
        return part.ended
    part.wrapup = chance.wait(35)
    return part.ended + part.wrapup


def _hold(part: Part, connected: int, ended: int, chance: Chance) -> None:
    """One or two holds, each within its half of the conversation."""
    middle = (connected + ended) // 2_000 * 1_000
    halves = [(connected, middle), (middle, ended)]
    chosen = halves if chance.happens(_HELD_TWICE) else [chance.one_of(halves)]
    for start, stop in chosen:
        begins = start + chance.seconds(2, 8)
        part.holds.append((begins, min(begins + chance.seconds(4, 90), stop - 1_000_000)))
    part.holds_are_counted = chance.happens(_COUNTED_HOLDS)
