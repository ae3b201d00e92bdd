"""Screens that people share, during a call or in a meeting."""

from collections.abc import Iterator, Sequence

from busyhour.domain.directory import derived_id
from busyhour.domain.things import ScreenshareEvent
from busyhour.sources.simulator.arrivals import spread
from busyhour.sources.simulator.calls import Call
from busyhour.sources.simulator.chance import Chance
from busyhour.sources.simulator.company import Person
from busyhour.sources.simulator.opening import Openings
from busyhour.sources.simulator.staff import Agent
from busyhour.sources.simulator.telling import told

__all__ = ["in_calls", "in_meetings"]

_SHARED = 0.012
_SHORTEST_CALL = 60_000_000
_MEETINGS = 14
"""Screens shared without a call in the whole company on a plain day."""


def in_calls(calls: Sequence[Call], chance: Chance, now: int) -> Iterator[ScreenshareEvent]:
    """Screens shared with whom somebody talks to."""
    for call in calls:
        part = call.talker
        if part is None or part.person.is_room or not chance.happens(_SHARED):
            continue
        start, stop = part.connected or part.started, part.ended
        if stop - start > _SHORTEST_CALL:
            span = start + chance.seconds(10, 30), stop - chance.seconds(0, 20)
            yield from _shared(part.person, span, 2, call.id, now)


def in_meetings(
    agents: Sequence[Agent], share: float, openings: Openings, chance: Chance, now: int
) -> Iterator[ScreenshareEvent]:
    """Screens shared without a call, by anybody who is there; `share` is the office's part of the company."""
    for at in spread(openings, _MEETINGS * share, chance):
        sharer = chance.one_of(agents)
        stop, participants = at + chance.talk(900, 0.6, 7_200), chance.whole(2, 9)
        if sharer.is_at_work(at) and not sharer.person.is_room:
            yield from _shared(sharer.person, (at, stop), participants, None, now)


def _shared(
    person: Person, span: tuple[int, int], participants: int, call_id: str | None, now: int
) -> Iterator[ScreenshareEvent]:
    """A screen as its sharing begins and ends; who joins later is counted at the end."""
    start, stop = span
    known = {
        "screenshare_id": derived_id("screenshare", str(person.party.id), str(start)),
        "date": start,
        "target": person.party,
    }
    yield from told(now, ScreenshareEvent, start, **known, call_id=call_id, participants=2)
    yield from told(now, ScreenshareEvent, stop, **known, participants=participants, date_ended=stop)
