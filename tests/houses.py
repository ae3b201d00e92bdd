"""Houses for tests: a home folder with a company's calls in it, and reports read back as rows."""

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from busyhour.domain.clock import micros
from busyhour.domain.dimensions import Dimension
from busyhour.domain.periods import Tier
from busyhour.domain.requests import Status
from busyhour.importing import Account, stage_file
from busyhour.settings import Settings
from busyhour.sources.base import Context
from busyhour.sources.registry import SOURCES
from busyhour.wiring import House


def new_house(home: Path, now: str | datetime, **settings: Any) -> House:
    """A house on an empty folder whose business clock stands at an instant."""
    instant = datetime.fromisoformat(now) if isinstance(now, str) else now
    house = House(Settings(home=home, now=instant, **settings))
    house.prepare()
    return house


def company_of(house: House, name: str) -> str:
    """A company's id, the company made if need be."""
    return house.access.company(name, micros(house.clock()))


def refresh(house: House, company: str, *tiers: Tier) -> None:
    """Refresh tiers of a company, both where none is named."""
    house.refresher().refresh(company_of(house, company), tiers or tuple(Tier), micros(house.clock()))


def import_path(
    house: House, source: str, path: Path, company: str, timezone: str = "UTC", *, strict: bool = False
) -> Account:
    """Import a file as the command does."""
    context = Context(company, company_of(house, company), timezone)
    account = stage_file(
        SOURCES[source], path, context, house.inbox, house.directory, strict=strict, progress=lambda _: None
    )
    if account.batch is not None:
        refresh(house, company)
        account.taken = house.state.rows_taken(account.batch)
    return account


def report_path(house: House, company: str, by: Dimension | None = None, **fields: Any) -> Path:
    """A finished report's file."""
    company_id = company_of(house, company)
    request_id, _ = house.reception.submit(company_id, fields, by)
    house.worker().run_one(request_id)
    stored = house.reception.look(company_id, request_id)
    assert stored.status is Status.COMPLETE, stored.reason
    return house.artifacts.path(company_id, request_id, stored.content)


def report_rows(house: House, company: str, by: Dimension | None = None, **fields: Any) -> list[Mapping[str, str]]:
    """A finished report's rows, as text by column."""
    with report_path(house, company, by, **fields).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
