"""Companies, keys, and windows in which requests are counted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from busyhour.errors import BadRequest, NotFound, RateLimited, Unauthorized
from busyhour.store.access import Access, Limit
from busyhour.store.database import Database
from store.asking import ACME, RIVAL

HOURLY = Limit("post", 3, 3_600)


@pytest.fixture
def access(database: Database) -> Access:
    return Access(database)


def test_a_company_is_made_once_and_keeps_its_id(access: Access) -> None:
    acme = access.company("Acme", 1)
    assert access.company("Acme", 2) == acme
    rival = access.company("A rival", 3)
    assert list(access.companies().items()) == [("A rival", rival), ("Acme", acme)]
    assert access.company_name(acme) == "Acme"
    assert acme.isdigit()


def test_a_company_nobody_knows(access: Access) -> None:
    with pytest.raises(NotFound, match="Company with id 7 not found"):
        access.company_name("7")


@pytest.mark.parametrize("name", ["", "  ", "\udcff"])
def test_a_name_that_is_none(access: Access, name: str) -> None:
    with pytest.raises(BadRequest, match="company: got "):
        access.company(name, 0)
    assert access.companies() == {}


def test_a_key_opens_its_company_alone(access: Access) -> None:
    keys = {access.new_key(company_id, 0): company_id for company_id in (ACME, ACME, RIVAL)}
    assert len(keys) == 3
    assert {key: access.company_of(key) for key in keys} == keys
    for wrong in ("", "bh_", next(iter(keys))[:-1], next(iter(keys)).upper()):
        with pytest.raises(Unauthorized):
            access.company_of(wrong)


def test_a_key_that_is_removed_opens_nothing(access: Access) -> None:
    first, second, rivals = access.new_key(ACME, 1), access.new_key(ACME, 2), access.new_key(RIVAL, 3)
    made = {key.created_at: key.id for key in access.keys(ACME)}
    assert list(made) == [1, 2]
    for company_id, key_id in ((RIVAL, made[1]), (ACME, made[1][:-1]), (ACME, "")):
        with pytest.raises(NotFound):
            access.remove_key(company_id, key_id)
    access.remove_key(ACME, made[1])
    with pytest.raises(Unauthorized):
        access.company_of(first)
    assert [access.company_of(key) for key in (second, rivals)] == [ACME, RIVAL]
    assert [key.id for key in access.keys(ACME)] == [made[2]]


def test_a_key_is_nowhere_on_disk(access: Access, database: Database, tmp_path: Path) -> None:
    key = access.new_key(ACME, 0)
    database.close()
    for path in tmp_path.glob("busyhour.db*"):
        assert key.encode() not in path.read_bytes()


def _count(access: Access, at: float, limit: Limit = HOURLY, company_id: str = ACME) -> int | None:
    """None where the request was let through, else the seconds to wait."""
    try:
        access.count(company_id, limit, at)
    except RateLimited as refused:
        return refused.retry_after
    return None


def test_exactly_so_many_in_a_window_that_begins_with_the_first(access: Access) -> None:
    assert [_count(access, at) for at in (1_000.0, 1_001.0, 4_599.0)] == [None] * 3
    assert [_count(access, at) for at in (4_599.0, 4_599.001, 4_599.999)] == [1] * 3
    assert [_count(access, at) for at in (4_600.0, 4_600.0, 4_600.0, 4_600.5)] == [None] * 3 + [3_600]


def test_to_wait_as_told_is_enough(access: Access) -> None:
    for at in (0.25, 0.5, 0.75):
        assert _count(access, at) is None
    wait = _count(access, 10.9)
    assert wait == 3_590
    assert _count(access, 10.9 + wait) is None


def test_a_refusal_counts_nothing_and_says_what_is_allowed(access: Access) -> None:
    for _ in range(3):
        assert _count(access, 0.0) is None
    with pytest.raises(RateLimited, match="More than 3 requests in 3600 seconds; try again in 3500 seconds"):
        access.count(ACME, HOURLY, 100.0)
    assert _count(access, 3_600.0) is None


def test_companies_and_limits_count_apart(access: Access) -> None:
    once = Limit("get", 1, 60)
    assert [_count(access, 0.0, once), _count(access, 0.0, once)] == [None, 60]
    assert _count(access, 0.0, once, RIVAL) is None
    assert _count(access, 0.0, HOURLY) is None


def test_a_limit_of_zero_is_none(access: Access) -> None:
    assert {_count(access, 0.0, Limit("post", 0, 3_600)) for _ in range(50)} == {None}


def test_exactly_so_many_of_all_who_come_at_once(another: Callable[[], Database]) -> None:
    doors = [Access(another()) for _ in range(4)]
    limit = Limit("post", 25, 3_600)

    def knock(access: Access) -> int:
        return [_count(access, 0.0, limit) for _ in range(10)].count(None)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(knock, doors)) == 25
