"""The simulated company: the same every time, possible in every call, and shaped like a working week."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.events import CALL_STATES, CallEvent
from busyhour.sources.base import Context
from busyhour.sources.simulator import entries, simulate

_CONTEXT = Context("Acme & Söhne", "1", "UTC")
_SEED = 8
_DAYS = 9
_NOW = micros(datetime(2026, 3, 19, 14, 30, tzinfo=UTC))
"""A Thursday: the middle of the working day in New York and Berlin, the evening in Kolkata."""

_ENTRIES = entries(_CONTEXT, _SEED)
_ZONES = {entry.id: ZoneInfo(entry.timezone) for entry in _ENTRIES if entry.timezone}


_PERSONS = ("user", "room")


def _simulate(days: int, now: int = _NOW, seed: int = _SEED, context: Context = _CONTEXT) -> list[CallEvent]:
    events = simulate(context, days=days, seed=seed, now=now)
    return [event for event in events if isinstance(event, CallEvent)]


@pytest.fixture(scope="module")
def events() -> Sequence[CallEvent]:
    return _simulate(_DAYS)


@pytest.fixture(scope="module")
def ends(events: Sequence[CallEvent]) -> Sequence[CallEvent]:
    """The hangups: a leg each."""
    return [event for event in events if event.state == "hangup"]


def _is_group(event: CallEvent) -> bool:
    return event.target is not None and event.target.type not in _PERSONS


def _office_of(event: CallEvent) -> str:
    line = event.entry_point_target or event.target
    assert line is not None
    assert line.office_id is not None
    return line.office_id


def _started(event: CallEvent) -> datetime:
    """When the leg began, in its office's time."""
    assert event.date_started is not None
    return datetime.fromtimestamp(event.date_started / 1_000_000, _ZONES[_office_of(event)])


def _of_lines(ends: Sequence[CallEvent], direction: str = "inbound") -> Iterator[CallEvent]:
    return (event for event in ends if _is_group(event) and event.direction == direction)


def test_the_same_events_every_time(events: Sequence[CallEvent]) -> None:
    assert _simulate(_DAYS) == list(events)


def test_another_seed_or_company_is_another_history() -> None:
    here = {event.call_id for event in _simulate(1)}
    assert here.isdisjoint(event.call_id for event in _simulate(1, seed=9))
    assert here.isdisjoint(event.call_id for event in _simulate(1, context=Context("Other", "2", "UTC")))


def test_equal_hashes_are_equal_contents(events: Sequence[CallEvent]) -> None:
    assert len({event.hash for event in events}) == len(events)
    assert len({(event.call_id, event.state, event.event_timestamp) for event in events}) == len(events)


def test_a_longer_history_has_the_same_days(events: Sequence[CallEvent]) -> None:
    fewer = _simulate(3)
    begun = {event.call_id: _started(event).date() for event in events}
    today = {office: datetime.fromtimestamp(_NOW / 1_000_000, zone).date() for office, zone in _ZONES.items()}
    kept = [
        event
        for event in events
        if begun[event.master_call_id or event.call_id] > today[_office_of(event)] - timedelta(days=3)
    ]
    assert fewer == kept


def test_a_later_now_only_adds_to_what_has_ended(events: Sequence[CallEvent]) -> None:
    ended = {event.call_id for event in events if event.state == "hangup"}
    earlier = [event for event in events if event.call_id in ended]
    later = _simulate(_DAYS + 1, _NOW + 86_400_000_000)
    assert {event.hash for event in earlier} <= {event.hash for event in later}


def test_progress_counts_the_days() -> None:
    told: list[int] = []
    for _ in simulate(_CONTEXT, days=2, seed=_SEED, now=_NOW, progress=told.append):
        pass
    assert told == [1, 1]


def test_nothing_after_now(events: Sequence[CallEvent]) -> None:
    assert max(event.event_timestamp for event in events) <= _NOW
    assert max(event.date_ended or 0 for event in events) <= _NOW
    assert max(event.date_connected or 0 for event in events) <= _NOW


def test_calls_in_progress_have_no_end(events: Sequence[CallEvent], ends: Sequence[CallEvent]) -> None:
    ended = {event.call_id for event in ends}
    going_on = [event for event in events if event.call_id not in ended]
    assert {event.call_id for event in going_on if _is_group(event)}
    assert {event.call_id for event in going_on if event.date_connected}
    assert all(event.date_ended is None for event in going_on)
    assert all(event.date_started is not None for event in going_on)


def test_an_event_tells_only_what_was_known(events: Sequence[CallEvent]) -> None:
    for event in events:
        dates = (event.date_queued, event.date_rang, event.date_connected, event.date_ended)
        assert all(date is None or date <= event.event_timestamp for date in dates)
        assert event.state in CALL_STATES
        if event.state != "hangup":
            assert (event.hold_time, event.wrapup_time, event.was_recorded) == (None, None, None)
            assert (event.category, event.categories) == (None, None)


def test_the_dates_of_a_leg_are_in_order(ends: Sequence[CallEvent]) -> None:
    for event in ends:
        dates = (event.date_started, event.date_rang, event.date_connected, event.date_ended)
        known = [date for date in dates if date is not None]
        assert known == sorted(known)
        assert event.event_timestamp == event.date_ended


def test_every_agent_leg_points_to_a_group_leg(events: Sequence[CallEvent], ends: Sequence[CallEvent]) -> None:
    groups = {event.call_id: event for event in events if _is_group(event) and event.date_anonymized is None}
    agents = [event for event in ends if event.entry_point_call_id]
    for event in agents:
        group = groups[event.entry_point_call_id or ""]
        assert event.target is not None
        assert event.target.type in _PERSONS
        assert event.group_call_id == group.call_id
        assert event.master_call_id == group.master_call_id
        assert (group.master_call_id == group.call_id) == (group.transferred_from is None)
        assert event.entry_point_target == group.target
        assert (event.direction, event.external_number) == (group.direction, group.external_number)


def test_an_answered_call_names_its_operator(ends: Sequence[CallEvent]) -> None:
    connected = {event.call_id: event for event in ends if event.entry_point_call_id and event.date_connected}
    answered = [event for event in ends if _is_group(event) and event.date_connected]
    assert len(answered) == len(connected)
    for event in answered:
        assert connected[event.operator_call_id or ""].date_connected == event.date_connected


def test_nobody_has_two_calls_at_once(ends: Sequence[CallEvent]) -> None:
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for event in ends:
        if not _is_group(event) and event.target and (event.date_rang or event.date_connected):
            start = event.date_rang or event.date_started or 0
            rang_until = start + event.ringing_time if event.ringing_time else event.date_ended or 0
            taken[event.target.id or ""].append((start, rang_until + (event.wrapup_time or 0)))
    for spans in taken.values():
        for (_, stop), (start, _) in pairwise(sorted(spans)):
            assert stop <= start


def test_the_busy_hour_is_ten_to_eleven_local_time(ends: Sequence[CallEvent]) -> None:
    hours: dict[str, Counter[int]] = {office: Counter() for office in _ZONES}
    for event in _of_lines(ends):
        hours[_office_of(event)][_started(event).hour] += 1
    assert [counts.most_common(1)[0][0] for counts in hours.values()] == [10, 10, 10]


def test_working_days_are_busy_and_weekends_are_not(ends: Sequence[CallEvent]) -> None:
    from_outside = [event for event in ends if event.transferred_from is None]
    inbound, outbound = (
        Counter(_started(event).date() for event in _of_lines(from_outside, way)) for way in ("inbound", "outbound")
    )
    own_outbound = Counter(
        _started(event).date()
        for event in ends
        if not _is_group(event) and not event.entry_point_call_id and event.direction == "outbound"
    )
    for day in (date(2026, 3, 12) + timedelta(days=n) for n in range(7)):
        if day.weekday() < 5:
            assert 800 < inbound[day] < 1_400
            assert 300 < outbound[day] + own_outbound[day] < 600
        else:
            assert inbound[day] < 300


def test_every_outcome_occurs(events: Sequence[CallEvent], ends: Sequence[CallEvent]) -> None:
    uploaded = {event.call_id for event in events if event.state == "voicemail_uploaded"}
    outcomes = Counter(
        (
            "answered" if event.date_connected else "missed" if event.date_first_rang else "abandoned",
            event.availability,
            event.date_queued is not None,
            event.call_id in uploaded,
        )
        for event in _of_lines(ends)
    )
    assert set(outcomes) >= {
        ("answered", "open", False, False),
        ("answered", "open", True, False),
        ("missed", "open", False, False),
        ("missed", "open", True, False),
        ("abandoned", "open", False, False),  # in the menu
        ("abandoned", "open", True, False),  # in the queue
        ("abandoned", "open", True, True),
        ("abandoned", "closed", False, False),
        ("abandoned", "closed", False, True),
    }
    for_lines = list(_of_lines(ends, "outbound"))
    assert {event.date_connected is None for event in for_lines} == {True, False}
    assert all(event.proxy_target == event.target for event in for_lines)


def test_people_hold_reject_record_and_wrap_up(events: Sequence[CallEvent], ends: Sequence[CallEvent]) -> None:
    rang = {event.call_id: event.date_rang for event in ends}
    rejections = [event for event in events if event.state == "missed" and event.call_id in rang]
    assert rejections
    assert all(event.event_timestamp - (rang[event.call_id] or 0) <= 1_000_000 for event in rejections)
    told_by_events = {event.call_id for event in events if event.state == "hold"}
    told_at_the_end = {event.call_id for event in ends if event.hold_time is not None}
    assert told_by_events
    assert told_at_the_end
    assert told_by_events.isdisjoint(told_at_the_end)
    of_agents = [event for event in ends if event.entry_point_call_id]
    of_centers = [e for e in of_agents if e.entry_point_target and e.entry_point_target.type == "call_center"]
    assert all((event.wrapup_time is None) == (event.date_connected is None) for event in of_centers)
    assert {event.was_recorded for event in of_centers if event.date_connected} == {True, False}


def test_personal_and_internal_calls(ends: Sequence[CallEvent]) -> None:
    own = [event for event in ends if not _is_group(event) and not event.entry_point_call_id]
    assert {(event.direction, event.is_internal) for event in own} == {
        ("inbound", False),
        ("outbound", False),
        ("inbound", True),
        ("outbound", True),
    }
    assert {event.device for event in own} == {
        "desktop_app", "web_app", "android", "ios", "desk_phone", "forwarding_number",
    }  # fmt: skip
    pairs: dict[str, list[CallEvent]] = defaultdict(list)
    for event in own:
        if event.is_internal:
            pairs[event.master_call_id or ""].append(event)
    for first, second in pairs.values():
        assert {first.direction, second.direction} == {"inbound", "outbound"}
        assert first.target != second.target
        assert _office_of(first) == _office_of(second)
        assert first.date_connected == second.date_connected


def test_some_calls_run_over_local_midnight(ends: Sequence[CallEvent]) -> None:
    assert any(
        datetime.fromtimestamp((event.date_ended or 0) / 1_000_000, _ZONES[_office_of(event)]).date()
        > _started(event).date()
        for event in _of_lines(ends)
    )


def test_callers_call_again_and_some_are_known(ends: Sequence[CallEvent]) -> None:
    calls = Counter(event.external_number for event in _of_lines(ends))
    assert calls.most_common(1)[0][1] > 5
    assert {event.contact is None for event in _of_lines(ends)} == {True, False}
    assert all((event.external_number or "").startswith("+1555") for event in ends)
