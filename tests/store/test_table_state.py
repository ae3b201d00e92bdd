"""What refreshes remember: days to fold, things that moved, and what each tier shows."""

import pytest

from busyhour.domain.periods import Tier
from busyhour.store.database import Database
from busyhour.store.table_state import Pin, TableState
from store.asking import ACME, RIVAL

CALLS, TEXTS = "calls", "texts"


@pytest.fixture
def state(database: Database) -> TableState:
    return TableState(database)


def test_dirty_days_wait_until_they_are_folded(state: TableState) -> None:
    state.note_dirty(ACME, CALLS, [5, 3, 3])
    state.note_dirty(ACME, CALLS, [4, 9])
    state.note_dirty(ACME, CALLS, [])
    assert state.to_fold(ACME, CALLS, 0) == [3, 4, 5, 9]
    state.folded(ACME, CALLS, 3, 5, {})
    assert state.to_fold(ACME, CALLS, 0) == [9]


def test_companies_and_streams_stand_apart(state: TableState) -> None:
    for company_id, stream, day in ((ACME, CALLS, 1), (ACME, TEXTS, 2), (RIVAL, CALLS, 3)):
        state.note_dirty(company_id, stream, [day])
    state.folded(RIVAL, TEXTS, 0, 9, {})
    assert state.to_fold(ACME, CALLS, 0) == [1]
    state.folded(ACME, CALLS, 0, 9, {})
    assert state.to_fold(ACME, TEXTS, 0) == [2]
    assert state.to_fold(RIVAL, CALLS, 0) == [3]


def test_a_day_with_an_open_leg_is_due_at_its_moment(state: TableState) -> None:
    state.folded(ACME, CALLS, 3, 4, {3: 1_000, 4: 2_000})
    assert [state.to_fold(ACME, CALLS, at) for at in (999, 1_000, 1_999, 2_000)] == [[], [3], [3], [3, 4]]
    state.note_dirty(ACME, CALLS, [3, 7])
    assert state.to_fold(ACME, CALLS, 2_000) == [3, 4, 7]
    state.folded(ACME, CALLS, 3, 3, {3: 5_000})
    assert state.to_fold(ACME, CALLS, 4_999) == [4, 7]


def test_tiers_show_what_was_pinned_for_them(state: TableState) -> None:
    assert state.pinned(ACME, Tier.REALTIME) is None
    first, second = Pin(10, 11, {"calls": 3, "call_events": 9}), Pin(20, 21, {"calls": 4})
    state.pin(ACME, list(Tier), first, {})
    state.pin(ACME, [Tier.REALTIME], second, {})
    assert state.pinned(ACME, Tier.REALTIME) == second
    assert state.pinned(ACME, Tier.HISTORICAL) == first
    assert state.pinned(RIVAL, Tier.HISTORICAL) is None


def test_rows_of_a_batch_add_up_over_repeated_refreshes(state: TableState) -> None:
    assert state.rows_taken("b1") == 0
    pin = Pin(0, 0, {})
    state.pin(ACME, list(Tier), pin, {"b1": 7, "b2": 0})
    state.pin(ACME, list(Tier), pin, {"b1": 0})
    assert (state.rows_taken("b1"), state.rows_taken("b2")) == (7, 0)


def test_the_days_of_things_however_many(state: TableState) -> None:
    things = [number * (-1) ** number * 2**50 for number in range(1, 1_201)]
    state.note_things(ACME, CALLS, [(thing, 5) for thing in things])
    state.note_things(ACME, CALLS, [(things[0], 6), (things[0], 5)])
    state.note_things(ACME, CALLS, [])
    found = state.days_of(ACME, CALLS, [*things, 1])
    assert found == {thing: {5} for thing in things} | {things[0]: {5, 6}}
    assert state.days_of(RIVAL, CALLS, things) == {}
    assert state.days_of(ACME, TEXTS, things) == {}
    assert state.days_of(ACME, CALLS, []) == {}


def test_a_moved_thing_is_found_from_each_of_its_days(state: TableState) -> None:
    state.note_moved(ACME, CALLS, {"far": [3, 90], "near": [4, 5], "it's": [50, 60]})
    state.note_moved(ACME, CALLS, {"far": [3, 91]})
    state.note_moved(ACME, CALLS, {})
    far = {"far": {3, 90, 91}}
    assert state.moved(ACME, CALLS, 1, 3) == far
    assert state.moved(ACME, CALLS, 91, 99) == far
    assert state.moved(ACME, CALLS, 3, 4) == far | {"near": {4, 5}}
    assert state.moved(ACME, CALLS, 55, 60) == {"it's": {50, 60}}
    assert state.moved(ACME, CALLS, 6, 49) == {}
    assert state.moved(ACME, TEXTS, 1, 99) == {}
    assert state.moved(RIVAL, CALLS, 1, 99) == {}
