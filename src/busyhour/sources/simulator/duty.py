"""What call-center agents are seen to do: on duty in the morning, occupied in calls, off duty at the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from operator import attrgetter

from busyhour.domain.directory import derived_id
from busyhour.domain.things import DutyEvent
from busyhour.sources.simulator.calls import Call, Part
from busyhour.sources.simulator.chance import HOUR, SECOND, Chance
from busyhour.sources.simulator.company import Line, Person
from busyhour.sources.simulator.staff import Agent
from busyhour.sources.simulator.telling import told

__all__ = ["duty"]

_BREAK = 15 * 60 * SECOND
_TAKES_BREAK = 0.4
_SET_BY_LEADER = 0.08
_AWAY = ("Break", "Coaching", None)
_BUSY = ("Paperwork", "Training", "E-mail", None)
_IN_NO_CALL = ("available", "busy", "wrapup")


@dataclass(frozen=True, slots=True)
class _Change:
    """A status from a moment on (µs UTC)."""

    at: int
    status: str
    reason: str | None = None
    setter: Person | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """From when a call kept somebody busy, until it ended and until they were free again."""

    taken: int
    ended: int
    free: int


def duty(
    agents: Sequence[Agent], calls: Sequence[Call], leaders: Mapping[Line, Person], chance: Chance, now: int
) -> Iterator[DutyEvent]:
    """The changes of status of everybody who works for call centers that day; `leaders` set some of them."""
    spans = _spans(calls)
    for agent in agents:
        centers = [line for line in agent.lines if line.is_call_center]
        if not centers or not agent.on_phones or agent.person.is_room:
            continue
        leader = next((leaders[line] for line in centers if leaders[line] is not agent.person), None)
        plan = list(_plan(agent, leader, chance))
        for change in _changes(plan, spans.get(agent.person, [])):
            yield from _told(agent.person, centers, change, now)


def _plan(agent: Agent, leader: Person | None, chance: Chance) -> Iterator[_Change]:
    """What the day is to be, calls apart."""
    for hour, is_on_phones in enumerate(agent.on_phones):
        # Whoever may be rung from the first moment on has come before it.
        at = agent.start + hour * HOUR if hour else agent.start - chance.seconds(10, 300)
        if is_on_phones:
            yield _Change(at, "available")
        elif hour == agent.lunch:
            yield _Change(at, "unavailable", "Lunch")
        else:
            setter = leader if chance.happens(_SET_BY_LEADER) else None
            if hour and chance.happens(_TAKES_BREAK):
                yield _Change(at, "unavailable", chance.one_of(_AWAY), setter)
                at += _BREAK
            yield _Change(at, "busy", chance.one_of(_BUSY), setter)
    yield _Change(agent.end + chance.seconds(30, 900), "unavailable")


def _spans(calls: Sequence[Call]) -> Mapping[Person, list[_Span]]:
    by_person: dict[Person, list[_Span]] = {}
    for call in calls:
        for part in call.parts:
            if part.taken is not None:
                by_person.setdefault(part.person, []).append(_span(part, part.taken))
    for spans in by_person.values():
        spans.sort(key=attrgetter("taken"))
    return by_person


def _span(part: Part, taken: int) -> _Span:
    return _Span(taken, part.ended, part.ended + (part.wrapup or 0))


def _changes(plan: Sequence[_Change], spans: Sequence[_Span]) -> Iterator[_Change]:
    """The plan as the calls made of it, without changes that change nothing."""
    changes = [change for change in plan if not any(span.taken <= change.at < span.free for span in spans)]
    for span, following in zip_longest(spans, spans[1:]):
        changes.append(_Change(span.taken, "occupied"))
        if span.free > span.ended:
            changes.append(_Change(span.ended, "wrapup"))
        if following is None or following.taken > span.free:
            standing = next(change for change in reversed(plan) if change.at <= span.free)
            changes.append(replace(standing, at=span.free, setter=None))
    before = None
    for change in sorted(changes, key=attrgetter("at")):
        if (change.status, change.reason) != before:
            yield change
        before = (change.status, change.reason)


def _told(person: Person, centers: Sequence[Line], change: _Change, now: int) -> Iterator[DutyEvent]:
    """The change as each of the centers tells it."""
    stem = derived_id("duty", str(person.party.id), change.status, str(change.at))
    setter = change.setter.party if change.setter else None
    for center in centers:
        yield from told(
            now, DutyEvent, change.at,
            record_id=f"{stem}-{center.party.id}", date=change.at, target=person.party,
            on_duty_status=change.status, reason=change.reason, call_center_id=center.party.id,
            availability_status="available" if change.status in _IN_NO_CALL else "unavailable",
            setter_name=setter and setter.name, setter_email=setter and setter.email,
            setter_role=setter and "supervisor",
        )  # fmt: skip
