"""What is PostgreSQL's alone: numbers out of order, several writers, a clock for all, settings of a server."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from busyhour.errors import BadRequest, Unavailable
from busyhour.faults import unavailable
from busyhour.store.access import Access
from busyhour.store.arrival_log import ArrivalLog
from busyhour.store.arrival_table import ArrivalTable
from busyhour.store.arrivals import Arrival
from busyhour.store.database import Database
from busyhour.store.endpoints import Endpoints
from postgres import Postgres
from store.asking import ACME


@pytest.fixture
def url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def spare(postgres: Postgres) -> Iterator[str]:
    """The URL of a database without a schema."""
    yield postgres.make("spare")
    postgres.drop("spare")


def _bodies(table: ArrivalTable) -> list[bytes]:
    found: list[Arrival] = []
    table.hand_over(found.extend)
    return [one.body for one in found]


def test_an_arrival_that_commits_after_later_ones_were_deleted_is_not_lost(another: Callable[[], Database]) -> None:
    """It got its number first: to delete up to the number that was read would delete it unread."""
    slow, table = another(), ArrivalTable(another())
    insert = "INSERT INTO arrivals (company_id, door, received_at, body) VALUES ('1', 'events', 1, :body) RETURNING id"
    with slow.write() as connection:
        first = connection.execute(text(insert), {"body": b"slow"}).scalar_one()
        table.append([Arrival("1", "events", 2, b"fast")])
        with slow.read() as another_view:
            (second,) = another_view.execute(text("SELECT id FROM arrivals")).scalars()
        assert first < second
        assert _bodies(table) == [b"fast"]
    assert _bodies(table) == [b"slow"]


def test_an_arrival_that_commits_while_others_are_sorted_is_not_deleted_with_them(
    another: Callable[[], Database],
) -> None:
    slow, table, taken = another(), ArrivalTable(another()), list[Arrival]()
    with slow.write() as connection:
        connection.execute(
            text("INSERT INTO arrivals (company_id, door, received_at, body) VALUES ('1', 'events', 1, :body)"),
            {"body": b"slow"},
        )
        table.append([Arrival("1", "events", 2, b"fast")])

        def take(group: list[Arrival]) -> None:
            taken.extend(group)
            connection.commit()

        table.hand_over(take)
    assert [one.body for one in taken] == [b"fast", b"slow"]


def test_a_server_that_acknowledges_before_it_has_written_is_told_to_write_first(spare: str) -> None:
    with closing(Database(spare)) as database, database.write() as connection:
        connection.execute(text("ALTER DATABASE spare SET synchronous_commit = off"))
    with closing(Database(spare)) as database, database.write() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"


def test_what_is_stricter_is_left(spare: str) -> None:
    with closing(Database(spare)) as database, database.write() as connection:
        connection.execute(text("ALTER DATABASE spare SET synchronous_commit = remote_apply"))
    with closing(Database(spare)) as database, database.write() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "remote_apply"


def test_many_who_come_first_make_one_schema(spare: str) -> None:
    def migrate(_: int) -> bool:
        with closing(Database(spare)) as database:
            database.migrate()
            return database.is_current()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(migrate, range(6))) == [True] * 6


def test_who_reads_sees_one_moment(another: Callable[[], Database]) -> None:
    database = another()
    with another().read() as connection:
        assert connection.execute(text("SELECT count(*) FROM companies")).scalar_one() == 0
        Access(database).company("Acme", 0)
        assert connection.execute(text("SELECT count(*) FROM companies")).scalar_one() == 0


def test_who_reads_cannot_write(another: Callable[[], Database]) -> None:
    with pytest.raises(Exception, match="read-only transaction") as told, another().read() as connection:
        connection.execute(text("DELETE FROM companies"))
    assert unavailable(told.value) is not None


def test_two_who_write_alone_with_the_same_wait_and_with_another_do_not(another: Callable[[], Database]) -> None:
    first, second, begun = another(), another(), Event()

    def write() -> None:
        with second.write(alone="one"):
            begun.set()

    with ThreadPoolExecutor(1) as pool:
        with first.write(alone="one"):
            waiting = pool.submit(write)
            assert not begun.wait(0.3)
            with second.write(alone="other"):
                pass
        waiting.result(timeout=5)


def test_names_are_in_the_order_of_their_bytes(another: Callable[[], Database]) -> None:
    """The server's order is that of a language: a before B."""
    database = another()
    access, endpoints = Access(database), Endpoints(database)
    for name in ("a", "B", "é", "b", "A"):
        access.company(name, 0)
        endpoints.new(ACME, name, None, 0)
    expected = ["A", "B", "a", "b", "é"]
    assert list(access.companies()) == expected
    assert [endpoint.name for endpoint in endpoints.all(ACME)] == expected


def test_a_zero_character_finds_nothing_and_breaks_nothing(another: Callable[[], Database]) -> None:
    access = Access(another())
    assert access.company_of_digest("\x00") is None


def test_the_clock_is_the_servers(another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3_600)
    assert abs(another().real_now() - now) < 60


def test_a_server_that_is_away_is_away_and_then_back(another: Callable[[], Database], postgres: Postgres) -> None:
    database = another()
    table = ArrivalTable(database)
    table.append([Arrival("1", "events", 1, b"before")])
    with postgres.away():
        with pytest.raises(OperationalError) as told:
            database.revision()
        away = unavailable(told.value)
        assert away is not None
        assert away.message == "The state database cannot be used at the moment; send the same request again."
        with pytest.raises(Unavailable, match=r"^Events cannot be stored at the moment; send this one again\.$"):
            table.append([Arrival("1", "events", 2, b"refused")])
    table.append([Arrival("1", "events", 3, b"after")])
    assert _bodies(table) == [b"before", b"after"]


def test_a_server_that_crashes_in_the_middle_of_a_transaction(
    another: Callable[[], Database], postgres: Postgres
) -> None:
    database = another()

    def write() -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO companies (id, name, created_at) VALUES ('1', 'Acme', 0)"))
            with postgres.away():
                pass
            connection.execute(text("SELECT 1"))

    with pytest.raises(OperationalError) as told:
        write()
    assert unavailable(told.value) is not None
    assert Access(database).companies() == {}


def test_a_server_that_stands_still_is_not_waited_for_and_goes_on(
    another: Callable[[], Database], postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("busyhour.store.arrival_log._ANSWER_SECONDS", 0.3)
    table = ArrivalTable(another())
    log = ArrivalLog(table.writer())
    asyncio.run(log.keep(Arrival("1", "events", 1, b"before")))
    with postgres.paused(), pytest.raises(Unavailable, match="could not be stored in time"):
        asyncio.run(log.keep(Arrival("1", "events", 1, b"late")))
    monkeypatch.setattr("busyhour.store.arrival_log._ANSWER_SECONDS", 120.0)
    asyncio.run(log.keep(Arrival("1", "events", 1, b"after")))
    log.close()
    # The one that was refused may be there too: whoever sent it sends it again, and it counts once.
    assert [body for body in _bodies(table) if body != b"late"] == [b"before", b"after"]


def test_a_mistake_of_ours_is_not_told_as_a_server_that_is_away(another: Callable[[], Database]) -> None:
    with pytest.raises(ProgrammingError) as told, another().read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))
    assert unavailable(told.value) is None


@pytest.mark.parametrize("url_of_none", ["mysql://h/d", "postgresql://h/d", "postgresql+asyncpg://h/d", "no url"])
def test_a_database_that_is_none_of_the_two(url_of_none: str) -> None:
    with pytest.raises(BadRequest, match=r"^BUSYHOUR_DATABASE: .*expected a URL such as sqlite:///state\.db"):
        Database(url_of_none)
