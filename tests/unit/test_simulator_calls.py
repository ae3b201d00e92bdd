"""What becomes of simulated calls: passed on, called back, blocked, spoken to a machine, and what is said of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

import pytest

from busyhour.domain.clock import micros
from busyhour.domain.events import CallEvent
from busyhour.sources.base import Context
from busyhour.sources.simulator import simulate

_CONTEXT = Context("Acme & Söhne", "1", "UTC")
_NOW = micros(datetime(2026, 11, 5, 14, 30, tzinfo=UTC))
"""The day after the company's holiday."""

_TRANSFERS = ("dtmf_transfer", "auto_transfer", "forward_transfer", "scripted_ivr_transfer")
_CALLBACKS = {
    "callback_connected": "callback_connected",
    "callback_cancelled": "callback_cancelled",
    "callback_attempt": "other",
}
_OF_CALLBACKS = {
    "callback_agent_missed_rejected",
    "direct_callback_agent_missed_rejected",
    "direct_callback_cancelled",
    "human_agent",
}


@pytest.fixture(scope="module")
def events() -> Sequence[CallEvent]:
    found = simulate(_CONTEXT, days=9, seed=8, now=_NOW)
    return [event for event in found if isinstance(event, CallEvent)]


@pytest.fixture(scope="module")
def legs(events: Sequence[CallEvent]) -> dict[str, CallEvent]:
    """The hangups by their call_id."""
    return {event.call_id: event for event in events if event.state == "hangup"}


def _tokens(event: CallEvent) -> set[str]:
    return set((event.categories or "").split(",")) - {""}


def _is_group(event: CallEvent) -> bool:
    return event.target is not None and event.target.type not in ("user", "room")


def _with(legs: dict[str, CallEvent], token: str) -> list[CallEvent]:
    return [event for event in legs.values() if token in _tokens(event)]


def _onward(legs: dict[str, CallEvent]) -> Iterator[tuple[CallEvent, CallEvent]]:
    """Legs that go on from another, each with that other where it has ended."""
    for event in legs.values():
        if event.transferred_from_call_id and not event.entry_point_call_id:
            yield event, legs[event.transferred_from_call_id]


def test_a_call_goes_on_where_it_was_passed_to(legs: dict[str, CallEvent]) -> None:
    pairs = list(_onward(legs))
    assert len(pairs) > 100
    for leg, origin in pairs:
        assert leg.transferred_from == origin.target
        assert leg.target != origin.target
        assert leg.date_started == origin.date_ended
        assert (leg.direction, leg.external_number) == ("inbound", origin.external_number)
        assert leg.master_call_id == origin.master_call_id != leg.call_id
        assert leg.entry_point_target is not None
        assert leg.entry_point_target == (legs[leg.master_call_id or ""].target)
    assert {_is_group(leg) for leg, _ in pairs} == {True, False}
    assert any(origin.transferred_from_call_id for _, origin in pairs)


def test_answered_missed_and_outbound_calls_are_passed_on(legs: dict[str, CallEvent]) -> None:
    how = {
        (origin.direction, origin.date_connected is not None, origin.date_rang is not None)
        for _, origin in _onward(legs)
        if _is_group(origin)
    }
    assert how == {
        ("inbound", True, True),  # answered
        ("inbound", False, True),  # missed
        ("inbound", False, False),  # out of the menu or the queue
        ("outbound", True, False),
    }


def test_the_person_who_passed_a_call_on_says_to_whom(legs: dict[str, CallEvent]) -> None:
    passed = [event for event in legs.values() if event.transferred_to and event.entry_point_call_id]
    assert passed
    onward = {origin.call_id: leg for leg, origin in _onward(legs)}
    for event in passed:
        assert event.date_connected
        leg = onward.get(event.entry_point_call_id or "")
        if leg and leg.target:
            assert event.transferred_to == leg.target.name
        else:
            assert event.transferred_to_contact_id
            assert legs[event.entry_point_call_id or ""].transferred_to == event.transferred_to
    taken_over = [event for event in legs.values() if event.entry_point_call_id and event.transferred_from_call_id]
    assert taken_over
    assert {event.transferred_from_call_id for event in taken_over} <= {
        event.call_id for event in legs.values() if event.transferred_to
    }


@pytest.mark.parametrize("token", _TRANSFERS)
def test_transfers_that_no_event_tells(legs: dict[str, CallEvent], token: str) -> None:
    passed = _with(legs, token)
    origins = {origin.call_id for _, origin in _onward(legs)}
    assert passed
    for event in passed:
        rang = event.date_rang is not None
        assert event.date_connected is None
        assert event.category == ("missed" if rang else "other")
        outcome = "missed" if rang else "abandoned"
        came = {"transferred_in"} if event.transferred_from_call_id else set()
        assert _tokens(event) == {token, outcome, "inbound", "transferred_to", "unanswered"} | came
    assert origins & {event.call_id for event in passed}


def test_a_call_router_leads_on(legs: dict[str, CallEvent]) -> None:
    routed = [event for event in legs.values() if event.router_transfer]
    assert {_is_group(event) for event in routed} == {True, False}
    assert {origin.call_id for _, origin in _onward(legs)} & {event.call_id for event in routed}
    assert all(event.categories is None and event.date_connected is None for event in routed)


def test_messages_of_every_kind(events: Sequence[CallEvent], legs: dict[str, CallEvent]) -> None:
    uploaded = {event.call_id for event in events if event.state == "voicemail_uploaded"} & legs.keys()
    for token in ("dtmf_voicemail", "transfer_voicemail"):
        spoken = _with(legs, token)
        assert {_is_group(event) for event in spoken} == {True, False}
        assert {event.call_id for event in spoken} <= uploaded
        for event in spoken:
            assert {"voicemail", "inbound", "unanswered"} < _tokens(event)
            assert event.category == ("missed" if event.date_rang else "other")
    plain = [legs[call_id] for call_id in uploaded if legs[call_id].categories is None]
    assert {(event.date_queued is not None, event.date_rang is not None) for event in plain if _is_group(event)} == {
        (False, False), (False, True), (True, False), (True, True),
    }  # fmt: skip


def test_announcements_leave_no_message(events: Sequence[CallEvent], legs: dict[str, CallEvent]) -> None:
    heard = _with(legs, "message")
    assert heard
    assert not {event.call_id for event in heard} & {e.call_id for e in events if e.state == "voicemail_uploaded"}
    assert {event.category for event in heard} <= {"other", "missed"}


def test_spam_is_blocked_and_rings_nobody(events: Sequence[CallEvent], legs: dict[str, CallEvent]) -> None:
    blocked = [event for event in events if event.state == "blocked"]
    assert {_is_group(event) for event in blocked} == {True, False}
    ends = [legs[event.call_id] for event in blocked]
    assert all((event.date_rang, event.date_connected, event.categories) == (None, None, None) for event in ends)
    assert not {event.call_id for event in blocked} & {event.entry_point_call_id for event in legs.values()}


def test_callbacks_are_asked_for_in_the_queue(legs: dict[str, CallEvent]) -> None:
    asked = [event for event in legs.values() if event.callback_requested]
    assert asked
    assert {event.callback_type for event in asked} == {"agent", "queue"}
    for event in asked:
        assert event.target
        assert event.target.type == "call_center"
        assert event.date_queued
        assert (event.date_connected, event.direction) == (None, "inbound")
    assert all(event.callback_type is None for event in legs.values() if not event.callback_requested)


def test_a_callback_is_told_where_it_was_asked_for(events: Sequence[CallEvent], legs: dict[str, CallEvent]) -> None:
    told = [event for event in events if event.callback_id and event.call_id in legs]
    assert {event.state for event in told} == {"postcall"}
    for event in told:
        placed, asked = legs[event.callback_id or ""], legs[event.call_id]
        assert asked.callback_requested
        assert placed.direction == "outbound"
        assert (placed.target, placed.external_number) == (asked.target, asked.external_number)
        assert (placed.date_started or 0) > (asked.date_ended or 0)
        is_connected = "callback_connected" in _tokens(placed)
        assert event.date_callback_connected == placed.date_connected
        assert event.date_callback_ended == (placed.date_ended if is_connected else None)
    assert any(event.date_callback_connected for event in told)


def test_what_becomes_of_callbacks(legs: dict[str, CallEvent]) -> None:
    agents: dict[str, list[CallEvent]] = defaultdict(list)
    for event in legs.values():
        agents[event.entry_point_call_id or ""].append(event)
    for token, category in _CALLBACKS.items():
        placed = _with(legs, token)
        groups = [event for event in placed if _is_group(event)]
        assert groups
        assert {event.category for event in placed} == {category}
        assert all((event.date_connected is not None) == (category == "callback_connected") for event in placed)
        assert all("outbound" in _tokens(event) for event in placed)
        assert all(_tokens(event) - {"outbound", token} <= _OF_CALLBACKS for event in placed)
        assert {event.call_id for event in chain(*(agents[group.call_id] for group in groups))} <= {
            event.call_id for event in placed
        }
    assert set(chain(*(_tokens(event) for event in legs.values()))) >= _OF_CALLBACKS


def test_every_availability_and_device(legs: dict[str, CallEvent]) -> None:
    assert {event.availability for event in legs.values()} == {
        None, "open", "closed", "holiday_open", "holiday_closed", "dnd",
    }  # fmt: skip
    on_holiday = [event for event in legs.values() if (event.availability or "").startswith("holiday")]
    days = {datetime.fromtimestamp((event.date_started or 0) / 1_000_000, UTC).date() for event in on_holiday}
    assert {day.month * 100 + day.day for day in days} <= {1103, 1104, 1105}
    assert {event.device for event in legs.values() if event.entry_point_call_id} == {
        "desktop_app", "web_app", "android", "ios", "desk_phone", "forwarding_number",
    }  # fmt: skip


def test_shares_of_talk_are_a_whole(legs: dict[str, CallEvent]) -> None:
    analyzed = [event for event in legs.values() if event.percent_ai_talk_time is not None]
    assert {_is_group(event) for event in analyzed} == {True, False}
    for event in analyzed:
        assert event.date_connected
        shares = (event.percent_ai_talk_time, event.percent_ai_listen_time, event.percent_ai_silent_time)
        assert sum(share or 0 for share in shares) == 1_000
        assert all((share or 0) >= 0 for share in shares)


def test_campaigns_and_activities(legs: dict[str, CallEvent]) -> None:
    assert {(event.campaign_id, event.direction) for event in legs.values() if event.campaign_id} == {
        ("spring-offer", "outbound"), ("renewals", "outbound"), ("renewals-europe", "outbound"),
    }  # fmt: skip
    logged = [event for event in legs.values() if event.salesforce_activity_id]
    assert logged
    assert all(event.date_connected for event in logged)


def test_some_old_numbers_are_removed(events: Sequence[CallEvent]) -> None:
    removed = [event for event in events if event.date_anonymized]
    assert removed
    for event in removed:
        assert event.event_timestamp == event.date_anonymized
        assert (event.external_number, event.contact) == ("anonymous", None)
        assert (event.date_anonymized or 0) - (event.date_started or 0) > 86_400_000_000
