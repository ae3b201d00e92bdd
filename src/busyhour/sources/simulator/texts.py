"""Texts in and out of people's own numbers and of lines, and between colleagues."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from busyhour.domain.directory import derived_id
from busyhour.domain.events import Party
from busyhour.domain.things import TextEvent
from busyhour.sources.simulator.arrivals import spread
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Caller, Line, Office
from busyhour.sources.simulator.opening import Openings
from busyhour.sources.simulator.staff import Agent
from busyhour.sources.simulator.telling import told

__all__ = ["Texting", "texts"]

_OWN = 150
"""Texts of the whole company's people on a plain day."""

_OF_LINES = 0.12
"""Texts of a call center, against its inbound calls."""

_KINDS = (("inbound", 0.45), ("outbound", 0.4), ("internal", 0.15))
_OF_LINE_KINDS = (("inbound", 0.55), ("outbound", 0.45))
_MMS = 0.07
_FAILED = 0.04
_TO_SEVERAL = 0.08


@dataclass(frozen=True, slots=True)
class _Text:
    """A text before it is told; `to` are numbers."""

    at: int
    direction: str
    owner: Party
    sender: Party | None
    source: str | None
    to: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Texting:
    """Who may write and be written to on an office's day."""

    office: Office
    agents: Sequence[Agent]
    callers: Sequence[Caller]
    openings: Openings


def texts(who: Texting, chance: Chance, now: int) -> Iterator[TextEvent]:
    """What is told of a day's texts: each as it is made, those that went out again when they are delivered or not."""
    written = [
        *_own_texts(who, chance),
        *(text for line in who.office.lines for text in _line_texts(who, line, chance)),
    ]
    for number, text in enumerate(written):
        yield from _told(text, number, chance, now)


def _own_texts(who: Texting, chance: Chance) -> Iterator[_Text]:
    for at in spread(who.openings, _OWN * who.office.share, chance):
        there = [agent.person.party for agent in who.agents if agent.is_at_work(at) and not agent.person.is_room]
        if len(there) < 4:
            continue
        direction, owner = chance.one_of_shares(_KINDS), chance.one_of(there)
        if direction == "internal":
            others = [party.phone for party in chance.shuffled(there)[:4] if party is not owner]
            yield _Text(at, direction, owner, owner, owner.phone, others[: _how_many(chance)])
        elif direction:
            yield _outside_text(at, direction, owner, owner, who.callers, chance)


def _line_texts(who: Texting, line: Line, chance: Chance) -> Iterator[_Text]:
    if not line.is_call_center:
        return
    for at in spread(who.openings, line.plan.inbound * _OF_LINES, chance):
        writers = [agent.person.party for agent in who.agents if line in agent.lines and agent.is_at_work(at)]
        direction = chance.one_of_shares(_OF_LINE_KINDS)
        if direction == "inbound" or (writers and direction):
            sender = chance.one_of(writers) if writers else None
            yield _outside_text(at, direction, line.party, sender, who.callers, chance)


def _outside_text(
    at: int, direction: str, owner: Party, sender: Party | None, callers: Sequence[Caller], chance: Chance
) -> _Text:
    if direction == "inbound":
        return _Text(at, direction, owner, None, chance.familiar(callers).number, [owner.phone])
    numbers = dict.fromkeys(chance.familiar(callers).number for _ in range(_how_many(chance)))
    return _Text(at, direction, owner, sender, owner.phone, list(numbers))


def _how_many(chance: Chance) -> int:
    return chance.whole(2, 3) if chance.happens(_TO_SEVERAL) else 1


def _told(text: _Text, number: int, chance: Chance, now: int) -> Iterator[TextEvent]:
    message_id = derived_id("text", str(text.owner.id), str(text.at), str(number))
    known = {"message_id": message_id, "date": text.at, "target": text.owner}
    goes_out = text.direction == "outbound"
    delivered = "failed" if chance.happens(_FAILED) else "success"
    answered = text.at + chance.seconds(0.5, 8)
    yield from told(
        now, TextEvent, text.at, **known,
        direction=text.direction, sender_id=text.sender and text.sender.id, from_phone=text.source,
        to_phone=",".join(filter(None, text.to)), mms=chance.happens(_MMS),
        encrypted_text=_secret(message_id, "text"), encrypted_aes_text=_secret(message_id, "aes"),
        message_status="pending" if goes_out else "success",
    )  # fmt: skip
    if goes_out:
        yield from told(now, TextEvent, answered, **known, message_status=delivered)


def _secret(message_id: str, way: str) -> str:
    """Something as unreadable as an encrypted text."""
    return b64encode(blake2b(f"{way}|{message_id}".encode(), digest_size=24).digest()).decode()
