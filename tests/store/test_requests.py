"""The queue and the cache: who gets a request, for how long, and what becomes of it."""

import pytest

from busyhour.domain.periods import Tier
from busyhour.domain.requests import Status
from busyhour.store.database import Database
from busyhour.store.requests import Claim, Requests, Stored
from busyhour.store.table_state import Pin, TableState
from store.asking import ACME, RIVAL, request

LEASE = 10.0
GAVE_UP = "The report could not be made in three attempts."


@pytest.fixture
def requests(database: Database) -> Requests:
    return Requests(database)


def _claim(requests: Requests, worker: str = "a", at: float = 100.0, request_id: str | None = None) -> Claim:
    claim = requests.claim(worker, at, LEASE, request_id)
    assert claim is not None
    return claim


def _stored(requests: Requests, request_id: str, now: int = 0) -> Stored:
    stored = requests.find(ACME, request_id, now)
    assert stored is not None
    return stored


def test_submitting_finds_or_makes(requests: Requests) -> None:
    first, was_started = requests.submit(ACME, request(), 0)
    assert was_started is False
    assert requests.submit(ACME, request(), 5) == (first, True)
    others = {requests.submit(ACME, request(2), 0), requests.submit(RIVAL, request(), 0)}
    assert {was_started for _, was_started in others} == {False}
    assert len({first} | {request_id for request_id, _ in others}) == 3


def test_what_waits_is_queued(requests: Requests) -> None:
    request_id, _ = requests.submit(ACME, request(tier=Tier.REALTIME), 0)
    expected = Stored(request_id, ACME, request(tier=Tier.REALTIME), Status.QUEUED, None, None, None, 0, None, None)
    assert _stored(requests, request_id) == expected
    assert requests.find(RIVAL, request_id, 0) is None
    assert requests.find(ACME, "unknown", 0) is None


def test_the_oldest_is_claimed_first_and_each_once(requests: Requests) -> None:
    ids = [requests.submit(ACME, request(day), now)[0] for day, now in ((1, 30), (2, 10), (3, 20))]
    claimed = [requests.claim("a", 100.0, LEASE) for _ in range(4)]
    assert [claim and claim.id for claim in claimed] == [ids[1], ids[2], ids[0], None]
    assert {_stored(requests, request_id).status for request_id in ids} == {Status.RUNNING}


def test_a_claim_carries_the_request(requests: Requests) -> None:
    request_id, _ = requests.submit(ACME, request(7), 0)
    assert _claim(requests) == Claim(request_id, ACME, request(7), "a")


def test_just_that_one_may_be_claimed(requests: Requests) -> None:
    requests.submit(ACME, request(1), 0)
    wanted, _ = requests.submit(ACME, request(2), 1)
    assert _claim(requests, request_id=wanted).id == wanted
    assert requests.claim("a", 100.0, LEASE, wanted) is None
    assert requests.claim("a", 100.0, LEASE, "unknown") is None


def test_a_lease_holds_to_its_end(requests: Requests) -> None:
    requests.submit(ACME, request(), 0)
    first = _claim(requests, "a", at=100.0)
    assert requests.claim("b", 109.999, LEASE) is None
    assert _claim(requests, "b", at=110.0).id == first.id


def test_a_renewed_lease_holds_longer(requests: Requests) -> None:
    requests.submit(ACME, request(), 0)
    claim = _claim(requests, "a", at=100.0)
    assert requests.renew(claim, 109.0, LEASE)
    assert requests.claim("b", 118.999, LEASE) is None
    assert requests.renew(claim, 125.0, LEASE), "late, but nobody has taken it"
    assert requests.claim("b", 130.0, LEASE) is None
    assert requests.claim("b", 135.0, LEASE) is not None


def test_who_lost_the_lease_can_do_nothing(requests: Requests) -> None:
    request_id, _ = requests.submit(ACME, request(), 0)
    lost = _claim(requests, "a", at=100.0)
    held = _claim(requests, "b", at=110.0)
    assert not requests.renew(lost, 111.0, 1_000.0)
    assert not requests.complete(lost, 1, 2, 3, 4)
    assert not requests.fail(lost, "of the slow one")
    assert not requests.hand_back(lost)
    assert not requests.retry(lost)
    assert _stored(requests, request_id).status is Status.RUNNING
    assert requests.claim("c", 119.999, LEASE) is None, "the lease is that of b, and as b took it"
    assert requests.complete(held, 1_000, 2_000, 900, 31)
    assert not requests.complete(lost, 1, 2, 3, 4)
    expected = Stored(request_id, ACME, request(), Status.COMPLETE, 2_000, 900, None, 0, 1_000, 31)
    assert _stored(requests, request_id) == expected


def test_what_is_complete_is_there_until_it_expires(requests: Requests) -> None:
    request_id, _ = requests.submit(ACME, request(), 0)
    assert requests.complete(_claim(requests), 1_000, 2_000, 900, 31)
    assert requests.claim("a", 1e9, LEASE) is None
    assert requests.submit(ACME, request(), 1_999) == (request_id, True)
    assert requests.find(ACME, request_id, 1_999) is not None
    assert requests.expired(1_999) == []
    assert requests.find(ACME, request_id, 2_000) is None
    assert requests.expired(2_000) == [(ACME, request_id)]


def test_what_has_expired_starts_anew(requests: Requests) -> None:
    old, _ = requests.submit(ACME, request(), 0)
    requests.complete(_claim(requests), 1_000, 2_000, 900, 31)
    new, was_started = requests.submit(ACME, request(), 2_000)
    assert (new == old, was_started) == (False, False)
    assert _stored(requests, new, 9_000) == Stored(
        new, ACME, request(), Status.QUEUED, None, None, None, 2_000, None, None
    )
    assert requests.find(ACME, old, 0) is None


def test_three_attempts_and_no_more(requests: Requests) -> None:
    request_id, _ = requests.submit(ACME, request(), 0)
    for _ in range(3):
        assert requests.retry(_claim(requests))
        assert _stored(requests, request_id).status is Status.QUEUED
    assert requests.claim("a", 100.0, LEASE) is None
    stored = _stored(requests, request_id)
    assert (stored.status, stored.reason) == (Status.FAILED, GAVE_UP)


def test_workers_that_vanish_use_up_the_attempts_too(requests: Requests) -> None:
    request_id, _ = requests.submit(ACME, request(), 0)
    for attempt in range(3):
        _claim(requests, f"worker {attempt}", at=100.0 + attempt * LEASE)
    assert requests.claim("d", 129.999, LEASE) is None
    assert _stored(requests, request_id).status is Status.RUNNING
    assert requests.claim("d", 130.0, LEASE) is None
    assert _stored(requests, request_id).status is Status.FAILED


def test_giving_one_up_leaves_the_next_to_be_claimed(requests: Requests) -> None:
    hopeless, _ = requests.submit(ACME, request(1), 0)
    for _ in range(3):
        requests.retry(_claim(requests))
    waiting, _ = requests.submit(ACME, request(2), 1)
    assert _claim(requests).id == waiting
    assert _stored(requests, hopeless).status is Status.FAILED


def test_handing_back_is_no_attempt(requests: Requests) -> None:
    requests.submit(ACME, request(), 0)
    for _ in range(5):
        assert requests.hand_back(_claim(requests))
    for _ in range(3):
        assert requests.retry(_claim(requests))
    assert requests.claim("a", 100.0, LEASE) is None


def test_what_has_failed_starts_anew_with_all_attempts(requests: Requests) -> None:
    old, _ = requests.submit(ACME, request(), 0)
    late = _claim(requests)
    assert requests.fail(late, "a reason that may be shown")
    assert _stored(requests, old).reason == "a reason that may be shown"
    assert requests.claim("a", 1e9, LEASE) is None
    new, was_started = requests.submit(ACME, request(), 1)
    assert was_started is False
    assert _stored(requests, new) == Stored(new, ACME, request(), Status.QUEUED, None, None, None, 1, None, None)
    assert not requests.complete(late, 1, 2, 3, 4)
    for _ in range(3):
        assert requests.retry(_claim(requests))


def test_only_a_result_is_forgotten(requests: Requests) -> None:
    waiting, _ = requests.submit(ACME, request(1), 1)
    made, _ = requests.submit(ACME, request(2), 0)
    requests.complete(_claim(requests), 1_000, 2_000, 900, 31)
    for request_id in (waiting, made):
        requests.forget(request_id)
    assert requests.find(ACME, waiting, 0) is not None
    assert requests.find(ACME, made, 0) is None


def test_after_an_import_the_same_is_another_request(requests: Requests, database: Database) -> None:
    state, pin = TableState(database), Pin(0, 0, {})
    before, _ = requests.submit(ACME, request(), 0)
    state.pin(ACME, list(Tier), pin, {"nothing new": 0})
    state.pin(RIVAL, list(Tier), pin, {"another's": 5})
    assert requests.submit(ACME, request(), 0) == (before, True)
    state.pin(ACME, list(Tier), pin, {"news": 1})
    after, was_started = requests.submit(ACME, request(), 0)
    assert (after == before, was_started) == (False, False)
    assert requests.find(ACME, before, 0) is not None
