"""Messages that callers left: transcribed after a moment, listened to by somebody, at once or days later."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from busyhour.domain.things import VoicemailEvent
from busyhour.sources.simulator.calls import Call
from busyhour.sources.simulator.chance import HOUR, Chance
from busyhour.sources.simulator.company import Office, Person
from busyhour.sources.simulator.staff import Agent
from busyhour.sources.simulator.telling import media_url, told
from busyhour.sources.simulator.wording import MESSAGES

__all__ = ["Listening", "voicemails"]

_TRANSCRIBED = 0.9
_LISTENED = 0.8
_HOURS_UNHEARD = 1.5
_ON_ANOTHER_DAY = 0.2
_MORNING = 9


class Listening:
    """Who listens to the messages of an office's day, and when."""

    def __init__(self, office: Office, day: date, agents: Sequence[Agent], chance: Chance) -> None:
        self._office = office
        self._day = day
        self._agents = agents
        self._chance = chance

    def to(self, call: Call, left: int) -> tuple[Person, int] | None:
        """The person and the moment (µs UTC), or None where nobody ever does."""
        listeners = self._listeners(call)
        if not listeners or not self._chance.happens(_LISTENED):
            return None
        agent = self._chance.one_of(listeners)
        at = left + self._chance.wait(_HOURS_UNHEARD * 3_600)
        if agent.is_at_work(at) and not self._chance.happens(_ON_ANOTHER_DAY):
            return agent.person, at
        later = self._day + timedelta(days=self._chance.whole(1, 4))
        return agent.person, self._office.instant(later, _MORNING) + self._chance.seconds(0, 2 * HOUR / 1_000_000)

    def _listeners(self, call: Call) -> list[Agent]:
        if call.line is None:
            return [agent for agent in self._agents if agent.person is call.parts[0].person]
        return [agent for agent in self._agents if call.line in agent.lines]


def voicemails(calls: Sequence[Call], listening: Listening, chance: Chance, now: int) -> Iterator[VoicemailEvent]:
    """What is told of the messages of a day's calls."""
    for call in calls:
        if call.uploaded is None or call.caller is None:
            continue
        left = {"call_id": call.id, "date": call.ended, "target": call.owner}
        numbers = {"external_number": call.caller.number, "internal_number": call.owner.phone}
        url = media_url("voicemails", call.id)
        yield from told(now, VoicemailEvent, call.uploaded, **left, **numbers, recording_url=url)
        if chance.happens(_TRANSCRIBED):
            at = call.uploaded + chance.seconds(3, 20)
            yield from told(now, VoicemailEvent, at, **left, transcription_text=chance.one_of(MESSAGES))
        heard = listening.to(call, call.uploaded)
        if heard:
            person, at = heard
            yield from told(now, VoicemailEvent, at, **left, date_listened=at, listened_by=person.party)
