"""What an error of the state database tells, and whether the schema is ours."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from busyhour.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'busyhour.db'}")


def test_an_error_does_not_tell_the_values_of_its_statement(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table: nowhere") as told, database.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Rosalinde Quackenbush"})
    assert "Rosalinde" not in str(told.value)
    database.close()


def test_a_schema_is_ours_once_it_is_migrated(database: Database) -> None:
    assert not database.is_current()
    database.migrate()
    assert database.is_current()
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert not database.is_current()
    database.close()
