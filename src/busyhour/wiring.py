"""The only place that builds objects: the house, from its settings."""

import socket
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec

from fastapi import FastAPI

from busyhour.backing_up import Backup
from busyhour.clearing import Clearing
from busyhour.domain.clock import Clock, business_clock
from busyhour.engine.base import Engine
from busyhour.engine.decider import Engines
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.errors import BadRequest
from busyhour.foreseeing import Foresight
from busyhour.making import Maker
from busyhour.reception import Reception
from busyhour.refreshing import RefreshClock
from busyhour.settings import EMBEDDED, Settings
from busyhour.store.access import Access, Limit
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
from busyhour.store.figures import Figures
from busyhour.store.forgetting import Forgetting
from busyhour.store.inbox import Inbox
from busyhour.store.leases import Leases
from busyhour.store.memberships import Memberships
from busyhour.store.object_artifacts import ObjectArtifacts
from busyhour.store.quarantine import Quarantine
from busyhour.store.requests import Requests
from busyhour.store.secret import checked_secret, secret_of_file, shared_secret
from busyhour.store.stillness import Stillness
from busyhour.store.storage import Storage
from busyhour.store.stores import Stores, stores_of
from busyhour.store.table_state import TableState
from busyhour.tables.beginning import Beginning
from busyhour.tables.forgetting import Forgetter
from busyhour.tables.refresh import Refresher
from busyhour.tables.sorting import Sorter
from busyhour.web.app import make_app
from busyhour.web.assets import Assets
from busyhour.web.cursors import Cursors
from busyhour.web.downloads import Delivery, Links, Relay, Signer, WholeFile
from busyhour.web.ingest import IngestDoor
from busyhour.web.page.asking import Asker
from busyhour.web.page.call import CallDoor
from busyhour.web.page.doors import PageDoors
from busyhour.web.page.exports import ExportsDoor
from busyhour.web.page.figures import FiguresDoor
from busyhour.web.page.surroundings import SurroundingsDoor
from busyhour.web.readiness import Probe, Readiness
from busyhour.web.scraping import ScrapeDoor, StateCollector
from busyhour.web.security import Limits
from busyhour.web.sessions import Sessions
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
            _require_spark()
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
        return Engines(embedded, _spark_engine(self.settings, embedded), self.settings.spark_bytes)

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

    def scrape_door(self) -> ScrapeDoor:
        """Where figures are asked for."""
        collector = StateCollector(
            Figures(self.database), self.arrivals, self.inbox, self.quarantine, self.settings.folder, self.clock
        )
        return ScrapeDoor(collector, self.settings.metrics_key)

    def readiness(self) -> Readiness:
        """The checks of whether this server is ready."""
        probe = Probe(self.settings.folder / "probe", self.storage)
        return Readiness(
            self.database, Figures(self.database), self.arrivals, probe, self.settings.refresh_seconds, self.clock
        )

    def app(self) -> FastAPI:
        """The web application."""
        settings = self.settings
        limits = Limits(
            post=Limit("post", settings.limit_post_per_hour, 3600),
            get=Limit("get", settings.limit_get_per_minute, 60),
            second=Limit("second", settings.limit_per_second, 1),
        )
        return make_app(
            reception=self.reception,
            access=self.access,
            artifacts=self.artifacts,
            requests=self.requests,
            directory=self.directory,
            memberships=self.memberships,
            clock=self.clock,
            cursors=Cursors(self.secret),
            limits=limits,
            links=self.links,
            delivery=self.delivery,
            max_body_bytes=settings.max_body_bytes,
            ingest=IngestDoor.over(
                self.arrival_log, self.endpoints, self.access, settings.max_body_bytes, settings.max_batch_bytes
            ),
            scrape=self.scrape_door(),
            readiness=self.readiness(),
            log_requests=settings.log_requests,
            sessions=self.sessions,
            assets=Assets.of_package(),
            page=self.page_doors(),
            begins=self.beginning.day,
        )

    @cached_property
    def beginning(self) -> Beginning:
        """When companies' calls begin."""
        return Beginning(self.storage, self.state)

    @cached_property
    def links(self) -> Links:
        """Links to finished reports."""
        signs = self.settings.downloads == "signed"
        direct = self.artifacts.link if signs and isinstance(self.artifacts, ObjectArtifacts) else None
        return Links(Signer(self.secret), self.settings.public_url, direct)

    @property
    def delivery(self) -> Delivery:
        """How finished reports are given out."""
        artifacts = self.artifacts
        return Relay(artifacts) if isinstance(artifacts, ObjectArtifacts) else WholeFile(artifacts)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.secret, self.access, self.settings.public_url)

    def page_doors(self) -> PageDoors:
        """Whoever answers the analytics page."""
        asker = Asker(self.reception, self.requests, self.artifacts)
        return PageDoors(
            FiguresDoor(self.sessions, asker, self.clock),
            CallDoor(self.sessions, asker, self.clock),
            SurroundingsDoor(
                self.sessions, self.access, self.directory, self.memberships, self.state, self.clock,
                self.settings.refresh_seconds,
            ),
            ExportsDoor(
                self.sessions, self.access, self.reception, asker, self.requests, self.links, self.clock,
                self.settings.max_body_bytes,
            ),
        )  # fmt: skip


def _spark_engine(settings: Settings, writer: DuckDBEngine) -> Engine:
    _require_spark()
    # Imported where it is wanted: what it needs is an extra, and takes a second to load.
    from busyhour.engine.spark import SparkEngine  # noqa: PLC0415

    return SparkEngine(settings.engine, writer, reads_objects=settings.spark_objects == "native")


def _require_spark() -> None:
    if find_spec("pyspark") is None:
        raise BadRequest("BUSYHOUR_ENGINE: a Spark cluster needs the extra: pip install 'busyhour[spark]'.")
