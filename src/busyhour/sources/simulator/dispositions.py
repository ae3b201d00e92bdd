"""How operators class the calls of call centers that they handled; some calls they leave unclassed."""

from collections.abc import Iterator, Sequence

from busyhour.domain.things import DispositionEvent
from busyhour.sources.simulator.calls import Call, Part
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.recordings import recording_url
from busyhour.sources.simulator.telling import told
from busyhour.sources.simulator.wording import DISPOSITIONS, NOTES

__all__ = ["dispositions"]

_CLASSED = 0.85
_NOTED = 0.35
_CORRECTED = 0.03


def dispositions(calls: Sequence[Call], chance: Chance, now: int) -> Iterator[DispositionEvent]:
    """What operators say of a day's calls at the end of their wrap-up, and the corrections of some."""
    for call in calls:
        part = call.talker
        if part and call.line and call.line.is_call_center and chance.happens(_CLASSED):
            yield from _classed(call, part, chance, now)


def _classed(call: Call, part: Part, chance: Chance, now: int) -> Iterator[DispositionEvent]:
    at = part.ended + (part.wrapup or 0)
    known = {"call_id": call.id, "date": at, "target": call.owner}
    yield from told(
        now, DispositionEvent, at, **known,
        operator=part.person.party, disposition=chance.one_of(DISPOSITIONS),
        note=chance.one_of(NOTES) if chance.happens(_NOTED) else None, recording_url=recording_url(call),
    )  # fmt: skip
    if chance.happens(_CORRECTED):
        later = at + chance.seconds(60, 3_600)
        yield from told(now, DispositionEvent, later, **known, disposition=chance.one_of(DISPOSITIONS))
