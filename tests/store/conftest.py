"""A migrated state database for each test, and doors to it as other processes have them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from busyhour.store.database import Database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("state") / "busyhour.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def another(migrated: Path, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Opens the test's database again, with connections of its own."""
    path = shutil.copy(migrated, tmp_path / "busyhour.db")
    databases: list[Database] = []

    def open_database() -> Database:
        databases.append(Database(f"sqlite:///{path}"))
        return databases[-1]

    yield open_database
    for database in databases:
        database.close()


@pytest.fixture
def database(another: Callable[[], Database]) -> Database:
    return another()
