"""Where objects are built, from the settings: the house. What faces the web stands in `front`."""

import socket
from dataclasses import dataclass
from functools import cached_property

from busyhour.backing_up import Backup
from busyhour.clearing import Clearing
from busyhour.domain.clock import Clock, business_clock
from busyhour.engine.decider import Engines
from busyhour.engine.distributed import new_spark_engine, require_spark
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.foreseeing import Foresight
from busyhour.making import Maker
from busyhour.reception import Reception
from busyhour.refreshing import RefreshClock
from busyhour.settings import EMBEDDED, Settings
from busyhour.store.access import Access
from busyhour.store.adopter import Adopter
from busyhour.store.ahead import Ahead
from busyhour.store.archive import SECRET
from busyhour.store.arrival_files import ArrivalFiles
from busyhour.store.arrival_log import ArrivalLog
from busyhour.store.arrival_table import ArrivalTable
from busyhour.store.arrivals import Arrivals
from busyhour.store.artifacts import Artifacts
from busyhour.store.database import Database
from busyhour.store.directory import Directory
from busyhour.store.endpoints import Endpoints
from busyhour.store.forgetting import Forgetting
from busyhour.store.inbox import Inbox
from busyhour.store.leases import Leases
from busyhour.store.memberships import Memberships
from busyhour.store.quarantine import Quarantine
from busyhour.store.requests import Requests
from busyhour.store.secret import checked_secret, secret_of_file, shared_secret
from busyhour.store.stillness import Stillness
from busyhour.store.storage import Storage
from busyhour.store.stores import Stores, stores_of
from busyhour.store.table_state import TableState
from busyhour.tables.forgetting import Forgetter
from busyhour.tables.refresh import Refresher
from busyhour.tables.sorting import Sorter
from busyhour.worker import Worker

__all__ = ["House"]


@dataclass(frozen=True)
class House:
    """Everything that stands on one home folder; each part is built when it is first asked for."""

    settings: Settings

    def prepare(self) -> None:
        """Make the home folder, its state database and its secret; without effect where they are. Raises BadRequest."""
        if self.settings.engine != EMBEDDED:
            # Said at once to whoever starts a server, not by each of its workers.
            require_spark()
        self.settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.database.migrate()
        self.secret  # noqa: B018 - made on first use

    @cached_property
    def clock(self) -> Clock:
        """The business clock."""
        return business_clock(self.settings.fixed_now)

    @cached_property
    def secret(self) -> str:
        """What download links, cursors and sessions are signed with, the same in all processes; raises BadRequest."""
        if self.settings.secret is not None:
            return checked_secret(self.settings.secret.get_secret_value())
        if self.settings.has_secret_file:
            return secret_of_file(self.settings.folder / SECRET)
        return shared_secret(self.database)

    @cached_property
    def database(self) -> Database:
        """The state database."""
        return Database(self.settings.database_url)

    @cached_property
    def access(self) -> Access:
        """Companies, keys, limits."""
        return Access(self.database)

    @cached_property
    def directory(self) -> Directory:
        """Offices, groups, people."""
        return Directory(self.database)

    @cached_property
    def memberships(self) -> Memberships:
        """Who belongs to which group."""
        return Memberships(self.database)

    @cached_property
    def adopter(self) -> Adopter:
        """Where the company's own word on its directory is written."""
        return Adopter(self.database)

    @cached_property
    def requests(self) -> Requests:
        """The queue and the cache."""
        return Requests(self.database)

    @cached_property
    def state(self) -> TableState:
        """Pins and what refreshes remember."""
        return TableState(self.database)

    @cached_property
    def stores(self) -> Stores:
        """Where tables, inbox and artifacts stand."""
        settings = self.settings
        return stores_of(settings.storage, settings.folder, settings.cache_bytes)

    @property
    def storage(self) -> Storage:
        """Where tables stand."""
        return self.stores.storage

    @property
    def inbox(self) -> Inbox:
        """Events on their way."""
        return self.stores.inbox

    @cached_property
    def leases(self) -> Leases:
        """Who may do what only one may."""
        return Leases(self.database)

    @cached_property
    def arrivals(self) -> Arrivals:
        """Bodies that were acknowledged and not read yet."""
        if self.database.is_shared:
            return ArrivalTable(self.database)
        return ArrivalFiles(self.settings.folder / "arrivals")

    @cached_property
    def arrival_log(self) -> ArrivalLog:
        """What this process adds arrivals with."""
        return ArrivalLog(self.arrivals.writer())

    @cached_property
    def endpoints(self) -> Endpoints:
        """Where phone systems send their events."""
        return Endpoints(self.database)

    @cached_property
    def quarantine(self) -> Quarantine:
        """What was not understood."""
        return Quarantine(self.database)

    @cached_property
    def sorter(self) -> Sorter:
        """From arrivals to the inbox."""
        return Sorter(self.arrivals, self.inbox, self.quarantine, self.leases)

    @property
    def artifacts(self) -> Artifacts:
        """Finished reports."""
        return self.stores.artifacts

    @cached_property
    def reception(self) -> Reception:
        """Where requests come in."""
        return Reception(self.directory, self.requests, self.clock, self.state)

    def engine(self) -> DuckDBEngine:
        """A new embedded engine."""
        spill = self.settings.folder / "spill"
        if self.database.is_shared:
            # Engines tell their scratch files apart by process numbers, of which every host has the same.
            spill /= socket.gethostname()
            spill.parent.mkdir(exist_ok=True, mode=0o700)
        return DuckDBEngine(self.settings.worker_memory, self.settings.worker_threads, spill, self.storage)

    def engines(self) -> Engines:
        """New engines: the embedded one, and the cluster's where one is set up; raises BadRequest."""
        embedded = self.engine()
        if self.settings.engine == EMBEDDED:
            return Engines(embedded)
        reads_objects = self.settings.spark_objects == "native"
        distributed = new_spark_engine(self.settings.engine, embedded, reads_objects=reads_objects)
        return Engines(embedded, distributed, self.settings.spark_bytes)

    def refresher(self) -> Refresher:
        """A refresher with an engine of its own."""
        return Refresher(
            self.engines(),
            self.storage,
            self.state,
            self.directory,
            self.memberships,
            self.inbox,
            self.leases,
            self.sorter,
        )

    def refresh_clock(self) -> RefreshClock:
        """A refresh clock with a refresher of its own."""
        return RefreshClock(self.refresher(), self.access, self.clock, self.settings.refresh_seconds)

    def foresight(self) -> Foresight:
        """Who queues what pages will want."""
        return Foresight(self.reception, Ahead(self.database, self.requests), self.access, self.clock)

    def clearing(self) -> Clearing:
        """What clears away."""
        return Clearing(self.requests, self.artifacts, self.inbox, self.storage, self.clock)

    def forgetter(self) -> Forgetter:
        """Whoever takes out of all that is kept what is to be forgotten, with an engine of its own."""
        return Forgetter(self.refresher(), Forgetting(self.database), self.artifacts)

    def worker(self) -> Worker:
        """A worker with an engine of its own."""
        return Worker(self.maker(), self.requests, self.artifacts, self.clock, self.settings.report_seconds)

    def maker(self) -> Maker:
        """A maker of reports with an engine of its own."""
        return Maker(self.engines(), self.directory, self.memberships, self.state, self.storage, self.clock)

    def backup(self) -> Backup:
        """What backs the home folder up."""
        return Backup(self.settings.folder, self.database, Stillness(self.database))
