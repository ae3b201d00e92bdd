"""Every report that can be asked for of a company: each form, of the whole company and of one target of each kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from busyhour.domain.ask import read_ask
from busyhour.domain.directory import Entry, Kind
from busyhour.domain.requests import Request, Target, resolve
from busyhour.errors import BadRequest
from busyhour.reports.registry import DIMENSIONS, FORMS, form_of
from houses import House


@dataclass(frozen=True)
class Asked:
    """A request, and what it is for people."""

    name: str
    request: Request


def every_report(house: House, company_id: str, **period: Any) -> list[Asked]:
    """What the registry has a form for, of the days and zone given as fields of a request."""
    targets = [None, *_one_of_each_kind(house, company_id).values()]
    forms = [(stat_type, export_type, group_by, None) for stat_type, export_type, group_by in FORMS]
    dimensions = [(stat_type, "stats", None, by) for stat_type, by in DIMENSIONS]
    found = [
        Asked(f"{form[0]} {form[1]}{_grouped(form)} of {target.kind.asked if target else 'the company'}", request)
        for form in (*forms, *dimensions)
        for target in targets
        for request in _request(house, form, target, period)
    ]
    assert len({(asked.request.stat_type, asked.request.export_type) for asked in found}) == len(
        {(stat_type, export_type) for stat_type, export_type, _ in FORMS}
    )
    return found


def _one_of_each_kind(house: House, company_id: str) -> dict[Kind, Entry]:
    found: dict[Kind, Entry] = {}
    for entry in house.directory.entries(company_id):
        found.setdefault(entry.kind, entry)
    return found


def _grouped(form: tuple[str, str, str | None, Any]) -> str:
    _, _, group_by, by = form
    return f" by {by.value}" if by else f" grouped by {group_by}" if group_by else ""


def _request(house: House, form: Any, target: Entry | None, period: dict[str, Any]) -> Iterator[Request]:
    """The request, or none where the API has no such report."""
    stat_type, export_type, group_by, by = form
    fields = {"stat_type": stat_type, "export_type": export_type, **period}
    if group_by is not None:
        fields["group_by"] = group_by
    if target is not None:
        fields |= {"target_type": target.kind.asked, "target_id": int(target.id)}
    try:
        request = resolve(
            read_ask(fields), None if target is None else Target(target.kind, target.id), house.clock(), by
        )
        form_of(request)
    except BadRequest:
        return
    yield request
