"""The examination of a home folder and its machine: it looks at everything and changes nothing."""

import sqlite3
from collections.abc import Callable, Generator, Iterator

from sqlalchemy.exc import DBAPIError

from busyhour.domain.clock import Clock, micros
from busyhour.domain.periods import Tier
from busyhour.errors import BusyhourError
from busyhour.examining.finding import Finding, Grade, problem
from busyhour.examining.home import examine_disk, examine_home
from busyhour.examining.machine import examine_versions, examine_zones
from busyhour.examining.spark import examine_spark
from busyhour.examining.state import (
    Known,
    examine_clock,
    examine_leases,
    examine_quarantine,
    examine_refreshes,
    examine_state,
    read_known,
)
from busyhour.examining.tables import examine_storage, examine_tables
from busyhour.examining.waiting import examine_arrivals, examine_inbox
from busyhour.faults import unavailable
from busyhour.settings import EMBEDDED, Settings
from busyhour.store.database import Database
from busyhour.store.stores import stores_of
from busyhour.tables.holdings import first_words

__all__ = ["Finding", "Grade", "examine"]


def examine(settings: Settings, clock: Clock, real_clock: Callable[[], float]) -> Iterator[Finding]:
    """Every finding, one after the other, whatever is broken; the real clock in seconds."""
    home = settings.folder
    yield from _guarded("home", lambda: examine_home(home, has_secret=settings.has_secret_file))
    if home.is_dir():
        yield from _guarded("disk", lambda: examine_disk(home))
        known = yield from _state(settings)
        if known is not None:
            yield from _of_state(known, settings, micros(clock()), real_clock())
        patience = 2 * settings.refresh_realtime_seconds
        table = None if known is None else known.arrivals
        now = int(real_clock() * 1_000_000)
        yield from _guarded("arrivals", lambda: examine_arrivals(home, table, now, patience))
        yield from _guarded("storage", lambda: _of_storage(settings, known, real_clock(), patience))
    if settings.engine != EMBEDDED:
        yield from _guarded("spark", lambda: examine_spark(settings.engine))
    yield from _guarded("versions", examine_versions)
    yield from _guarded("time zones", examine_zones)


def _of_storage(settings: Settings, known: Known | None, real_now: float, patience: int) -> Iterator[Finding]:
    stores = stores_of(settings.storage, settings.folder, settings.cache_bytes)
    yield from examine_storage(stores.storage)
    yield from _guarded("inbox", lambda: examine_inbox(stores.inbox, real_now, patience))
    yield from _guarded("tables", lambda: examine_tables(stores.storage, known))


def _state(settings: Settings) -> Generator[Finding, None, Known | None]:
    """The findings on the state database, and what it says where it is sound."""
    read: list[Known] = []

    def check() -> Iterator[Finding]:
        database = Database(settings.database_url, only_looks=True)
        try:
            findings = list(examine_state(database))
            yield from findings
            if all(finding.grade is not Grade.PROBLEM for finding in findings):
                read.append(read_known(database))
        finally:
            database.close()

    yield from _guarded("state", check)
    return read[0] if read else None


def _of_state(known: Known, settings: Settings, business_now: int, real_now: float) -> Iterator[Finding]:
    periods = {
        Tier.REALTIME: settings.refresh_realtime_seconds,
        Tier.HISTORICAL: settings.refresh_historical_seconds,
    }
    yield from _guarded("refreshes", lambda: examine_refreshes(known, periods, real_now))
    yield from _guarded("quarantine", lambda: examine_quarantine(known))
    yield from _guarded("leases", lambda: examine_leases(known, real_now))
    yield from _guarded("clock", lambda: examine_clock(known, business_now, real_now))


def _guarded(about: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of one examination, and what broke it, if anything did."""
    try:
        yield from check()
    except BusyhourError as error:
        yield problem(about, error.message)
    except DBAPIError as error:
        is_file = isinstance(error.orig, sqlite3.Error)
        advice = "restore it from a backup" if is_file else "is it running, and is BUSYHOUR_DATABASE right?"
        yield problem(about, f"the state database cannot be read ({' '.join(str(error.orig).split())}); {advice}")
    except Exception as error:
        away = unavailable(error)
        told = f"{type(error).__name__}, {first_words(error)}" if away is None else away.cause
        yield problem(about, f"it cannot be examined: {told}")
