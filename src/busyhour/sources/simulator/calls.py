"""A call as the simulation leaves it: what happened when, and who had which part in it."""

from dataclasses import dataclass, field

from busyhour.domain.events import Party
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Caller, Line, Person

__all__ = ["RECORDED", "Call", "Callback", "Part", "PassedTo", "connect", "leave_message"]

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
    taken: int | None = None
    """When it began to keep the person busy, ringing apart."""
    connected: int | None = None
    is_rejected: bool = False
    holds: list[tuple[int, int]] = field(default_factory=list)
    """When each began and ended."""
    holds_are_counted: bool = False
    """Whether the end of the call tells the holds, instead of events of their own."""
    wrapup: int | None = None


@dataclass(frozen=True, slots=True)
class PassedTo:
    """Whom a call was passed on to; somebody outside is a contact."""

    name: str
    contact_id: str | None = None


@dataclass(slots=True)
class Callback:
    """What a caller asked for instead of waiting: how it is to be placed, and the last call that was placed for it."""

    kind: str
    placed: "Call | None" = None


@dataclass(slots=True, eq=False)
class Call:
    """A call to or from a line, a person, or (without a caller) between two people of one office."""

    id: str
    direction: str
    started: int
    caller: Caller | None
    line: Line | None = None
    origin: "Call | None" = None
    """The call that was passed on and goes on as this one."""
    availability: str | None = None
    queued: int | None = None
    connected: int | None = None
    ended: int = 0
    patience_ends: int = 0
    blocked: int | None = None
    """When it was refused as spam."""
    uploaded: int | None = None
    """When the message that the caller left was there to be heard."""
    is_routed: bool = False
    passed_to: PassedTo | None = None
    callback: Callback | None = None
    words: list[str] = field(default_factory=list)
    """Tokens of its outcome that no event of a telephone system carries."""
    is_recorded: bool | None = None
    ai_shares: tuple[int, int, int] | None = None
    """Talking, listening, silence: in tenths of a percent."""
    campaign: str | None = None
    activity: str | None = None
    anonymized: int | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def master(self) -> "Call":
        """The call that it began as."""
        return self if self.origin is None else self.origin.master

    @property
    def talker(self) -> Part | None:
        """The part of whoever talked, if anybody did."""
        return next((part for part in reversed(self.parts) if part.connected is not None), None)

    @property
    def owner(self) -> Party:
        """Whose call it is: the line's, or the person's own."""
        return self.line.party if self.line else self.parts[0].person.party


def connect(part: Part, at: int, line: Line | None, chance: Chance, talk: float) -> int:
    """Let a person talk from that moment, for that many seconds in the median; when they are free again."""
    part.connected = at
    part.taken = at if part.taken is None else part.taken
    part.ended = at + chance.talk(talk, _SPREAD, _LONGEST_TALK)
    if part.ended - at > _SHORTEST_HELD and chance.happens(_HELD):
        _hold(part, at, part.ended, chance)
    if line is None or not line.is_call_center:
        return part.ended
    part.wrapup = chance.wait(35)
    return part.ended + part.wrapup


def leave_message(call: Call, chance: Chance) -> None:
    """Let the caller speak after the tone: the call ends later, and the message is there a little after."""
    call.ended += chance.seconds(8, 50)
    call.uploaded = call.ended + chance.seconds(2, 15)


def _hold(part: Part, connected: int, ended: int, chance: Chance) -> None:
    """One or two holds, each within its half of the conversation."""
    middle = (connected + ended) // 2_000 * 1_000
    halves = [(connected, middle), (middle, ended)]
    chosen = halves if chance.happens(_HELD_TWICE) else [chance.one_of(halves)]
    for start, stop in chosen:
        begins = start + chance.seconds(2, 8)
        part.holds.append((begins, min(begins + chance.seconds(4, 90), stop - 1_000_000)))
    part.holds_are_counted = chance.happens(_COUNTED_HOLDS)
