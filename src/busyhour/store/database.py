"""The state database: SQLite by default, or PostgreSQL for several hosts; one door for reading and one for writing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from busyhour.errors import BadRequest
from busyhour.store import postgresql
from busyhour.store.shared_clock import SharedClock
from busyhour.store.sqlite_files import look_into

__all__ = ["Database", "known_revisions"]

_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")


class Database:
    """Connections to the state database; safe to share between threads.

    One that only looks leaves a SQLite file, its journal mode and its folder as they are; it cannot write.
    """

    def __init__(self, url: str, *, only_looks: bool = False) -> None:
        self._engine = _engine_of(_checked(url))
        if only_looks and self.file is not None:
            self._engine = _looking_engine(self.file)
        self.is_shared = self._engine.dialect.name != "sqlite"
        """Whether processes of several hosts may stand on it."""
        if self.is_shared:
            event.listen(self._engine, "connect", postgresql.set_up)
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            event.listen(self._engine, "connect", _set_up_looking if only_looks else _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
            self._reader = self._engine.execution_options(reads_only=True)
        self._clock = SharedClock(self._told_time) if self.is_shared else None

    @property
    def file(self) -> Path | None:
        """The SQLite file; None where the state stands in another database."""
        url = self._engine.url
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def real_now(self) -> float:
        """The real clock in seconds, one for all who share the database: leases, turns and rate windows go by it."""
        return time.time() if self._clock is None else self._clock()

    @contextmanager
    def write(self, alone: str | None = None) -> Iterator[Connection]:
        """One transaction that may write: committed at the end, rolled back where something raises.

        Who writes what follows from what it reads says alone with what: others of that name wait to begin. Every
        statement sees what was committed before it. (SQLite has one writer, whatever it is about.)
        """
        with self._engine.begin() as connection:
            if alone is not None and self.is_shared:
                postgresql.hold_alone(connection, alone)
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view that writes nothing."""
        with self._reader.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the schema to this version; without effect where it is."""
        with _migrations() as config:
            head = ScriptDirectory.from_config(config).get_current_head()
            if self.revision() == head:
                return
            with self.write(alone="schema") as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    def revision(self) -> str | None:
        """The schema that the database has, or None where it has none."""
        with self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def is_current(self) -> bool:
        """Whether the schema is this version's."""
        return self.revision() == _head()

    def _told_time(self) -> float:
        with self.read() as connection:
            return postgresql.tell_time(connection)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def known_revisions() -> list[str]:
    """The schemas that this version knows, its own first."""
    with _migrations() as config:
        return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


@contextmanager
def _migrations() -> Iterator[Config]:
    with as_file(files("busyhour.store").joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        yield config


def _checked(url: str) -> URL:
    expected = "expected a URL such as sqlite:///state.db or postgresql+psycopg://user@host/busyhour"
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadRequest(f"BUSYHOUR_DATABASE: {error}; {expected}.") from None
    if parsed.drivername not in _DRIVERS:
        raise BadRequest(f"BUSYHOUR_DATABASE: got {parsed.drivername}://…; {expected}.")
    return parsed


def _engine_of(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return create_engine(url, hide_parameters=True)
    try:
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args=postgresql.connect_arguments(url),
        )
    except ImportError as error:
        raise BadRequest(f"BUSYHOUR_DATABASE: {error}; install busyhour[postgresql].") from None


def _looking_engine(file: Path) -> Engine:
    return create_engine(f"sqlite:///{file}", creator=lambda: look_into(file))


def _set_up_looking(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 30000")


@cache
def _head() -> str:
    return known_revisions()[0]


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is deferred, which makes a writer fail where it should wait: we say BEGIN ourselves.
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted is to be gone from the file too.
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
