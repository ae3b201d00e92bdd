"""Recordings of conversations: one of each, or one on each side of a hold."""

from collections.abc import Iterator, Sequence

from busyhour.domain.directory import derived_id
from busyhour.domain.things import RecordingEvent
from busyhour.sources.simulator.calls import Call, Part
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.telling import media_url, told

__all__ = ["recording_url", "recordings"]

_STOPPED_AT_HOLD = 0.3


def recordings(calls: Sequence[Call], chance: Chance, now: int) -> Iterator[RecordingEvent]:
    """What is told of the recordings of a day's calls, a while after each call."""
    for call in calls:
        part = call.talker
        if call.is_recorded and part and call.caller:
            yield from _of_call(call, part, chance, now)


def recording_url(call: Call) -> str | None:
    """Where a call's first recording can be heard."""
    return media_url("recordings", _id(call, 0)) if call.is_recorded else None


def _of_call(call: Call, part: Part, chance: Chance, now: int) -> Iterator[RecordingEvent]:
    number = call.caller.number if call.caller else None
    ready = call.ended + chance.seconds(5, 60)
    for place, (start, stop) in enumerate(_stretches(part, chance)):
        yield from told(
            now, RecordingEvent, ready,
            recording_id=_id(call, place), call_id=call.id, date=start, duration=stop - start, target=call.owner,
            operator=part.person.party, external_number=number, internal_number=call.owner.phone,
            recording_url=media_url("recordings", _id(call, place)),
        )  # fmt: skip


def _stretches(part: Part, chance: Chance) -> list[tuple[int, int]]:
    begun = part.connected or part.ended
    if len(part.holds) == 1 and chance.happens(_STOPPED_AT_HOLD):
        ((held, resumed),) = part.holds
        return [(begun, held), (resumed, part.ended)]
    return [(begun, part.ended)]


def _id(call: Call, place: int) -> str:
    return derived_id(call.id, "recording", str(place))
