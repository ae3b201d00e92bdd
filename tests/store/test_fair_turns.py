"""Companies take turns: however many requests one has, another's waits for one report at most."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

from sqlalchemy import text

from busyhour.domain.periods import Period
from busyhour.domain.requests import Request
from busyhour.store.database import Database
from busyhour.store.requests import Requests
from store.asking import ACME, RIVAL, request

LEASE = 10.0
THIRD = "3"


def _on(number: int) -> Request:
    day = date.fromordinal(date(2020, 1, 1).toordinal() + number)
    return replace(request(), period=Period(day, day, "UTC"))


def _ask(requests: Requests, company_id: str, count: int, at: int) -> list[str]:
    return [requests.submit(company_id, _on(number), at + number)[0] for number in range(count)]


def _companies(requests: Requests, count: int, worker: str = "a", at: float = 100.0) -> list[str]:
    claims = (requests.claim(worker, at, LEASE) for _ in range(count))
    return [claim.company_id for claim in claims if claim]


def test_a_company_of_a_thousand_does_not_hold_up_another(database: Database) -> None:
    requests = Requests(database)
    _ask(requests, ACME, 1_000, 0)
    assert _companies(requests, 3) == [ACME] * 3
    _ask(requests, RIVAL, 1, 9_000)
    assert _companies(requests, 3) == [RIVAL, ACME, ACME]


def test_everybody_has_a_turn_before_anybody_has_a_second(database: Database) -> None:
    """Within one ms, and also while the clock goes back."""
    requests = Requests(database)
    for order, company_id in enumerate((RIVAL, ACME, THIRD)):
        _ask(requests, company_id, 3, order * 100)
    assert _companies(requests, 4, at=100.0) == [RIVAL, ACME, THIRD, RIVAL]
    assert _companies(requests, 5, at=95.0) == [ACME, THIRD, RIVAL, ACME, THIRD]


def test_within_a_company_the_oldest_is_first(database: Database) -> None:
    requests = Requests(database)
    ids = _ask(requests, ACME, 5, 0)
    claimed = [requests.claim("a", 100.0, LEASE) for _ in range(5)]
    assert [claim and claim.id for claim in claimed] == ids


def test_the_first_turn_goes_by_age_too(database: Database) -> None:
    requests = Requests(database)
    _ask(requests, ACME, 1, 50)
    _ask(requests, RIVAL, 1, 20)
    assert _companies(requests, 2) == [RIVAL, ACME]


def test_a_report_that_a_command_makes_is_a_turn(database: Database) -> None:
    requests = Requests(database)
    _ask(requests, RIVAL, 2, 100)
    wanted = _ask(requests, ACME, 2, 0)[1]
    assert requests.claim("a", 100.0, LEASE, wanted) is not None
    assert _companies(requests, 3) == [RIVAL, ACME, RIVAL]


def test_every_turn_is_later_than_all_before(database: Database) -> None:
    requests = Requests(database)
    _ask(requests, ACME, 2, 0)
    _ask(requests, RIVAL, 1, 0)
    taken = []
    for at in (100.0, 100.0, 50.0):
        _companies(requests, 1, at=at)
        with database.read() as connection:
            taken.append(connection.execute(text("SELECT max(taken_at) FROM turns")).scalar_one())
    assert taken == [100_000, 100_001, 100_002]


def test_workers_at_once_share_the_turns_out(another: Callable[[], Database]) -> None:
    """Four workers claim 20 reports of two companies that have plenty: ten each, whoever is faster."""
    requests = Requests(another())
    _ask(requests, ACME, 50, 0)
    _ask(requests, RIVAL, 50, 1_000)

    def work(name: str) -> list[str]:
        return _companies(Requests(another()), 5, name)

    with ThreadPoolExecutor(4) as pool:
        claimed = [company_id for of_one in pool.map(work, "abcd") for company_id in of_one]
    assert (claimed.count(ACME), claimed.count(RIVAL)) == (10, 10)
