"""Surveys after calls to call centers: several questions each, most of them never answered, some days later."""

from collections.abc import Iterator, Sequence

from busyhour.domain.directory import derived_id
from busyhour.domain.things import CsatEvent
from busyhour.sources.simulator.calls import Call
from busyhour.sources.simulator.chance import DAY, Chance
from busyhour.sources.simulator.company import Line
from busyhour.sources.simulator.telling import told
from busyhour.sources.simulator.wording import FREE_ANSWERS, QUESTIONS

__all__ = ["surveys"]

_SURVEYED = 0.3
_ANSWERED = 0.35
_GOES_ON = 0.75
"""How often somebody who has answered a question answers the next one too."""

_DAYS_LATER = 0.2
_CHANNELS = ("sms", "sms", "email")


def surveys(calls: Sequence[Call], chance: Chance, now: int) -> Iterator[CsatEvent]:
    """Every question of a day's calls as it is sent, and again when it is answered."""
    for call in calls:
        is_surveyed = call.direction == "inbound" and call.connected is not None and not call.passed_to
        if call.line and call.line.is_call_center and is_surveyed and chance.happens(_SURVEYED):
            yield from _survey(call, call.line, chance, now)


def _survey(call: Call, line: Line, chance: Chance, now: int) -> Iterator[CsatEvent]:
    sent, channel = call.ended + chance.seconds(20, 90), chance.one_of(_CHANNELS)
    answers = chance.happens(_ANSWERED)
    at = sent + _delay(chance)
    for question_id, question, choices in QUESTIONS:
        asked = {"answer_id": derived_id(call.id, "csat", question_id), "date": sent, "call_id": call.id}
        yield from told(
            now, CsatEvent, sent, **asked,
            survey_id=derived_id(str(line.party.id), "survey"), question_id=question_id, question=question,
            channel=channel, target=line.party, operator=call.talker and call.talker.person.party,
            external_number=call.caller and call.caller.number, date_sent=sent,
        )  # fmt: skip
        if answers:
            response = chance.one_of(choices or FREE_ANSWERS)
            yield from told(now, CsatEvent, at, **asked, response=response, date_responded=at)
            at += chance.seconds(5, 60)
            answers = chance.happens(_GOES_ON)


def _delay(chance: Chance) -> int:
    if chance.happens(_DAYS_LATER):
        return chance.whole(1, 4) * DAY + chance.seconds(0, 36_000)
    return chance.wait(600)
