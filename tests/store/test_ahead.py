"""Reports that nobody waits for yet: queued where they are missing or old, made last, and whose they become."""

import pytest

from busyhour.domain.requests import AskedBy, Status
from busyhour.store.ahead import Ahead
from busyhour.store.database import Database
from busyhour.store.requests import Requests, Stored
from store.asking import ACME, RIVAL, request

LEASE = 10.0
NOW, LATER = 1_000, 2_000
EXPIRY = 1_000_000


@pytest.fixture
def requests(database: Database) -> Requests:
    return Requests(database)


@pytest.fixture
def ahead(database: Database, requests: Requests) -> Ahead:
    return Ahead(database, requests)


def _stored(requests: Requests, request_id: str) -> Stored:
    stored = requests.find(ACME, request_id, NOW)
    assert stored is not None
    return stored


def _complete(requests: Requests, request_id: str, as_of: int = NOW) -> None:
    claim = requests.claim("w", 100.0, LEASE, request_id)
    assert claim is not None
    assert requests.complete(claim, NOW, EXPIRY, as_of, rows=1)


def test_what_is_missing_is_queued_once(requests: Requests, ahead: Ahead) -> None:
    wanted = [request(1), request(2)]
    assert ahead.queue(ACME, wanted, NOW, NOW) == 2
    assert ahead.queue(ACME, wanted, NOW, NOW) == 0
    found = [requests.submit(ACME, one, NOW, AskedBy.NOBODY) for one in wanted]
    assert [was_started for _, was_started in found] == [True, True]


def test_what_nobody_waits_for_comes_last(requests: Requests, ahead: Ahead) -> None:
    """However old it is, and whoever's turn it were."""
    ahead.queue(RIVAL, [request(1)], 0, 0)
    asked = ((2, AskedBy.SOMEBODY), (3, AskedBy.PAGE))
    mine = [requests.submit(ACME, request(day), NOW + day, asked_by)[0] for day, asked_by in asked]
    claims = [requests.claim("w", 100.0, LEASE) for _ in range(3)]
    assert [claim and claim.id for claim in claims[:2]] == mine
    assert claims[2] is not None
    assert claims[2].company_id == RIVAL


def test_who_asks_makes_it_theirs_and_nobody_takes_it_away(requests: Requests) -> None:
    request_id, _ = requests.submit(ACME, request(), NOW, AskedBy.NOBODY)
    for asks, becomes in (
        (AskedBy.PAGE, AskedBy.PAGE),
        (AskedBy.NOBODY, AskedBy.PAGE),
        (AskedBy.SOMEBODY, AskedBy.SOMEBODY),
        (AskedBy.PAGE, AskedBy.SOMEBODY),
        (AskedBy.NOBODY, AskedBy.SOMEBODY),
    ):
        assert requests.submit(ACME, request(), NOW, asks) == (request_id, True)
        assert _stored(requests, request_id).asked_by is becomes


def test_the_recent_ones_are_those_that_somebody_asked_for(requests: Requests) -> None:
    ids = {by: requests.submit(ACME, request(day), NOW, by)[0] for day, by in enumerate(AskedBy, start=1)}
    assert [stored.id for stored in requests.recent(ACME, NOW, 10)] == [ids[AskedBy.SOMEBODY]]
    requests.submit(ACME, request(2), NOW)
    assert {stored.id for stored in requests.recent(ACME, NOW, 10)} == {ids[AskedBy.PAGE], ids[AskedBy.SOMEBODY]}


def test_after_its_time_it_is_whose_asks_next(requests: Requests) -> None:
    old, _ = requests.submit(ACME, request(), NOW)
    _complete(requests, old)
    new, was_started = requests.submit(ACME, request(), EXPIRY, AskedBy.PAGE)
    assert (was_started, new == old) == (False, False)
    assert requests.recent(ACME, EXPIRY, 10) == []


@pytest.mark.parametrize(("asked_by", "is_made_again"), [(AskedBy.PAGE, True), (AskedBy.SOMEBODY, False)])
def test_older_data_is_replaced_but_under_nobodys_hands(
    requests: Requests, ahead: Ahead, asked_by: AskedBy, is_made_again: bool
) -> None:
    """Whoever asked may rely on the result until it expires; what a page shows may become newer."""
    request_id, _ = requests.submit(ACME, request(), NOW, asked_by)
    _complete(requests, request_id, as_of=NOW)
    assert ahead.queue(ACME, [request()], NOW, NOW) == 0
    assert ahead.queue(ACME, [request()], NOW, LATER) == is_made_again
    stored = _stored(requests, request_id)
    assert stored.status is (Status.QUEUED if is_made_again else Status.COMPLETE)
    assert stored.asked_by is (AskedBy.NOBODY if is_made_again else AskedBy.SOMEBODY)


def test_what_failed_is_left_alone(requests: Requests, ahead: Ahead) -> None:
    request_id, _ = requests.submit(ACME, request(), NOW)
    claim = requests.claim("w", 100.0, LEASE)
    assert claim is not None
    requests.fail(claim, "It cannot be made.")
    assert ahead.queue(ACME, [request()], NOW, LATER) == 0
    assert _stored(requests, request_id).status is Status.FAILED


def test_what_has_expired_is_missing(requests: Requests, ahead: Ahead) -> None:
    request_id, _ = requests.submit(ACME, request(), NOW)
    _complete(requests, request_id)
    assert ahead.queue(ACME, [request()], EXPIRY, NOW) == 1
