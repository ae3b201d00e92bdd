"""A migrated state database for each test, on SQLite and on PostgreSQL, and doors to it for several processes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from busyhour.store.database import Database
from busyhour.store.schema import METADATA
from postgres import Postgres


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("state") / "busyhour.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    url = postgres.make("store")
    _migrate(url)
    return url


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


@pytest.fixture
def postgres_url(migrated_postgres: str) -> str:
    """A database on PostgreSQL, migrated and empty."""
    database = Database(migrated_postgres)
    with database.write() as connection:
        for table in METADATA.tables:
            connection.execute(text(f"DELETE FROM {table}"))
    database.close()
    return migrated_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The test's own database, migrated and empty, on each of the two."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    migrated = request.getfixturevalue("migrated_file")
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'busyhour.db')}"


@pytest.fixture
def another(url: str) -> Iterator[Callable[[], Database]]:
    """Opens the test's database again, with connections of its own."""
    databases: list[Database] = []

    def open_database() -> Database:
        databases.append(Database(url))
        return databases[-1]

    yield open_database
    for database in databases:
        database.close()


@pytest.fixture
def database(another: Callable[[], Database]) -> Database:
    return another()
