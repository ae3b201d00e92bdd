"""A command in whose middle the state database or the disk goes away: a sentence and exit code 1, no traceback."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from busyhour.commands import guarded
from busyhour.settings import Settings
from busyhour.wiring import House
from postgres import Postgres

AWAY = "error: The state database cannot be used at the moment; send the same request again. (state database: "


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(Settings(home=tmp_path / "home"))
    house.prepare()
    yield house
    house.database.close()


@pytest.fixture
def on_postgres(tmp_path: Path, postgres: Postgres) -> Iterator[House]:
    house = House(Settings(home=tmp_path / "home", database=postgres.make("interrupted")))
    house.prepare()
    yield house
    house.database.close()
    postgres.drop("interrupted")


def _said(command: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = guarded(command)
    said = capsys.readouterr()
    assert said.out == ""
    return code, " ".join(said.err.split())


def test_postgresql_that_crashes(on_postgres: House, postgres: Postgres, capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        with postgres.away():
            on_postgres.access.companies()

    code, said = _said(command, capsys)
    assert code == 1
    assert said.startswith(AWAY)
    assert "Traceback" not in said


def test_sqlite_that_somebody_holds(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        with house.database.write() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(house.settings.folder / "busyhour.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            house.access.company("Acme", 0)
        finally:
            other.close()

    assert _said(command, capsys) == (1, f"{AWAY}database is locked)")


def test_a_full_disk(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        with Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"x")

    code, said = _said(command, capsys)
    assert (code, "No space left on device" in said) == (1, True)


def test_a_mistake_of_ours_is_not_hidden(house: House, on_postgres: House) -> None:
    for one, error in ((house, OperationalError), (on_postgres, ProgrammingError)):

        def command(database: House = one) -> None:
            with database.database.read() as connection:
                connection.execute(text("SELECT * FROM nowhere"))

        with pytest.raises(error):
            guarded(command)
