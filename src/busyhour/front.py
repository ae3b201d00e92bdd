"""Where what faces the web is built, from a house."""

from fastapi import FastAPI

from busyhour.store.access import Limit
from busyhour.store.figures import Figures
from busyhour.store.object_artifacts import ObjectArtifacts
from busyhour.tables.beginning import Beginning
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
from busyhour.wiring import House

__all__ = ["web_app"]


def web_app(house: House) -> FastAPI:
    """The web application of a house."""
    settings = house.settings
    sessions, links = Sessions(house.secret, house.access, settings.public_url), _links(house)
    return make_app(
        reception=house.reception,
        access=house.access,
        artifacts=house.artifacts,
        requests=house.requests,
        directory=house.directory,
        memberships=house.memberships,
        clock=house.clock,
        cursors=Cursors(house.secret),
        limits=_limits(house),
        links=links,
        delivery=_delivery(house),
        max_body_bytes=settings.max_body_bytes,
        ingest=IngestDoor.over(
            house.arrival_log, house.endpoints, house.access, settings.max_body_bytes, settings.max_batch_bytes
        ),
        scrape=_scrape_door(house),
        readiness=_readiness(house),
        log_requests=settings.log_requests,
        sessions=sessions,
        assets=Assets.of_package(),
        page=_page_doors(house, sessions, links),
        begins=Beginning(house.storage, house.state).day,
    )


def _limits(house: House) -> Limits:
    settings = house.settings
    return Limits(
        post=Limit("post", settings.limit_post_per_hour, 3600),
        get=Limit("get", settings.limit_get_per_minute, 60),
        second=Limit("second", settings.limit_per_second, 1),
    )


def _links(house: House) -> Links:
    """Links to finished reports: into the object store where that is set, else here."""
    artifacts, signs = house.artifacts, house.settings.downloads == "signed"
    direct = artifacts.link if signs and isinstance(artifacts, ObjectArtifacts) else None
    return Links(Signer(house.secret), house.settings.public_url, direct)


def _delivery(house: House) -> Delivery:
    artifacts = house.artifacts
    return Relay(artifacts) if isinstance(artifacts, ObjectArtifacts) else WholeFile(artifacts)


def _scrape_door(house: House) -> ScrapeDoor:
    figures, folder = Figures(house.database), house.settings.folder
    collector = StateCollector(figures, house.arrivals, house.inbox, house.quarantine, folder, house.clock)
    return ScrapeDoor(collector, house.settings.metrics_key)


def _readiness(house: House) -> Readiness:
    probe, figures = Probe(house.settings.folder / "probe", house.storage), Figures(house.database)
    return Readiness(house.database, figures, house.arrivals, probe, house.settings.refresh_seconds, house.clock)


def _page_doors(house: House, sessions: Sessions, links: Links) -> PageDoors:
    asker = Asker(house.reception, house.requests, house.artifacts)
    return PageDoors(
        FiguresDoor(sessions, asker, house.clock),
        CallDoor(sessions, asker, house.clock),
        SurroundingsDoor(
            sessions, house.access, house.directory, house.memberships, house.state, house.clock,
            house.settings.refresh_seconds,
        ),
        ExportsDoor(
            sessions, house.access, house.reception, asker, house.requests, links, house.clock,
            house.settings.max_body_bytes,
        ),
    )  # fmt: skip
