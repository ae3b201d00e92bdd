"""A clock that ran ahead and was set back: nothing waits for a future that is no more."""

import time

from sqlalchemy import text

from busyhour.domain.requests import Status
from busyhour.errors import RateLimited
from busyhour.store.access import Access, Limit
from busyhour.store.database import Database
from busyhour.store.leases import Leases
from busyhour.store.requests import Requests
from store.asking import ACME, request

LEASE = 10.0
HOUR = 3_600.0
MINUTE = 60_000_000
"""µs."""


def _lease_until(database: Database, until: float) -> None:
    with database.write() as connection:
        connection.execute(text("DELETE FROM leases"))
        values = {"until": int(until * 1_000)}
        connection.execute(text("INSERT INTO leases (name, holder, until) VALUES ('l', 'gone', :until)"), values)


def test_a_named_lease_of_the_future_is_free(database: Database) -> None:
    _lease_until(database, time.time() + HOUR)
    with Leases(database).attempt("l") as still_ours:
        assert still_ours is not None
        assert still_ours()


def test_a_named_lease_as_long_as_one_is_holds(database: Database) -> None:
    _lease_until(database, time.time() + 10)
    with Leases(database).attempt("l") as still_ours:
        assert still_ours is None


def test_a_request_that_a_worker_of_the_future_holds_is_free(database: Database) -> None:
    requests = Requests(database)
    request_id, _ = requests.submit(ACME, request(), 0)
    gone = requests.claim("gone", 1_000.0 + HOUR, LEASE)
    assert gone is not None
    claim = requests.claim("a", 1_000.0, LEASE)
    assert claim is not None
    assert claim.id == request_id
    assert not requests.complete(gone, 1, 2, 3, 4)
    assert requests.complete(claim, 1, 2, 3, 4)


def test_a_request_that_is_held_now_is_not_free_for_a_clock_that_is_a_little_behind(database: Database) -> None:
    requests = Requests(database)
    requests.submit(ACME, request(), 0)
    assert requests.claim("a", 1_000.0, LEASE) is not None
    assert requests.claim("b", 999.5, LEASE) is None


def _is_let_in(access: Access, at: float) -> bool:
    try:
        access.count(ACME, Limit("post", 2, 3_600), at)
    except RateLimited:
        return False
    return True


def test_a_window_of_the_future_starts_anew(database: Database) -> None:
    access = Access(database)
    assert [_is_let_in(access, 5_000.0 + HOUR) for _ in range(3)] == [True, True, False]
    assert [_is_let_in(access, 5_000.0) for _ in range(3)] == [True, True, False]
    assert [_is_let_in(access, 5_000.0 + HOUR - 0.001), _is_let_in(access, 5_000.0 + HOUR)] == [False, True]


def test_a_window_that_began_just_ahead_goes_on(database: Database) -> None:
    access = Access(database)
    assert [_is_let_in(access, 5_004.9), _is_let_in(access, 5_004.9)] == [True, True]
    assert not _is_let_in(access, 5_000.0)


def _completed(requests: Requests, at: int) -> str:
    request_id, _ = requests.submit(ACME, request(), 0)
    claim = requests.claim("a", 100.0, LEASE)
    assert claim is not None
    assert requests.complete(claim, at, at + 30 * MINUTE, at, 1)
    return request_id


def test_a_result_of_the_future_has_expired(database: Database) -> None:
    requests = Requests(database)
    old = _completed(requests, 65 * MINUTE + 1)
    assert requests.find(ACME, old, 60 * MINUTE) is None
    assert requests.expired(60 * MINUTE) == [(ACME, old)]
    new, was_started = requests.submit(ACME, request(), 60 * MINUTE)
    assert (new == old, was_started) == (False, False)


def test_a_result_of_five_minutes_ahead_is_good(database: Database) -> None:
    requests = Requests(database)
    made = _completed(requests, 65 * MINUTE)
    found = requests.find(ACME, made, 60 * MINUTE)
    assert found is not None
    assert found.status is Status.COMPLETE
    assert requests.expired(60 * MINUTE, since=MINUTE) == []
    assert requests.submit(ACME, request(), 60 * MINUTE) == (made, True)
