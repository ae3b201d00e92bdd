"""Every stats column of every scope, recounted from the printed records by code of its own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from busyhour.domain.directory import Kind
from houses import import_path, new_house, report_path, report_rows
from truth import recount
from truth.messages import MESSAGE_COLUMNS, messages_by_date
from worlds import World, simulated_world


@pytest.fixture(scope="module")
def bank(bank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    house = new_house(tmp_path_factory.mktemp("bank"), "1999-03-01T10:00:00+02:00")
    import_path(house, "anonymous_bank", bank_file, "Bank", "Asia/Jerusalem")
    return World(house, "Bank", (1, 28), "Asia/Jerusalem", date(1999, 3, 1))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> World:
    return simulated_world(tmp_path_factory.mktemp("simulated"))


@pytest.fixture(params=["bank", "simulated"])
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


def _whole(world: World, records: Sequence[recount.Record]) -> list[recount.Record]:
    """Without agent legs whose group leg began before the first day, or goes on: the range cuts their calls."""
    known = {leg.call_id for leg in records}
    as_of = world.house.clock().astimezone(ZoneInfo(world.timezone)).replace(tzinfo=None)
    edges = (datetime.combine(world.dates[0], time()), as_of)
    return [
        leg
        for leg in records
        if not leg.is_agent_leg
        or leg.entry_point_call_id in known
        or all(abs(leg.date_started - edge) > timedelta(hours=1) for edge in edges)
    ]


def _check(world: World, kind: str, scope: Mapping[str, Any], *, of_center: bool = False) -> int:
    """Compare the forms by date and by user with the records of the same scope; how many records there were."""
    path = report_path(world.house, world.company, **world.asked(export_type="records", **scope))
    assert recount.check_form(path) == []
    records = recount.read_records(path)
    of_company = kind == "company"
    assert recount.check_records(_whole(world, records) if of_company else records, linked=of_company) == []
    by_date = report_rows(world.house, world.company, **world.asked(export_type="stats", group_by="date", **scope))
    expected = recount.by_date(records, world.dates, of_center, kind=kind, timezone=world.timezone)
    assert recount.compare(expected, by_date) == []
    assert recount.check_identities(by_date) == []
    _check_messages(world, by_date, scope)
    by_user = report_rows(world.house, world.company, **world.asked(export_type="stats", group_by="user", **scope))
    expected = recount.by_user(records, world.dates, of_center, kind=kind, timezone=world.timezone)
    assert recount.compare(expected, by_user) == []
    assert recount.check_identities(by_user) == []
    return len(records)


def _check_messages(world: World, by_date: list[Mapping[str, str]], scope: Mapping[str, Any]) -> None:
    asked = world.asked("voicemails", export_type="records", **scope)
    voicemails = report_rows(world.house, world.company, **asked)
    expected = messages_by_date(voicemails, world.dates, world.house.clock())
    assert [{name: row[name] for name in MESSAGE_COLUMNS} for row in by_date] == expected


def test_company(world: World) -> None:
    assert _check(world, "company", {}) > 1_000


def test_each_office_with_everything_under_it(world: World) -> None:
    offices = world.entries(Kind.OFFICE)
    counts = [_check(world, "office_id", {"office_id": office.id}) for office in offices]
    assert all(counts)
    assert len(set(counts)) == len(offices)


def test_each_offices_own_lines(world: World) -> None:
    counts = [
        _check(world, "office", {"target_type": "office", "target_id": office.id})
        for office in world.entries(Kind.OFFICE)
    ]
    assert world.company == "Bank" or len(set(counts) - {0}) > 1


@pytest.mark.parametrize("kind", [Kind.CALL_CENTER, Kind.DEPARTMENT])
def test_groups(world: World, kind: Kind) -> None:
    groups = world.entries(kind)[:3]
    counts = [
        _check(world, "group", {"target_type": kind.asked, "target_id": group.id}, of_center=kind is Kind.CALL_CENTER)
        for group in groups
    ]
    assert (world.company == "Bank" and kind is Kind.DEPARTMENT) or len(set(counts) - {0}) > 1


def test_users(world: World) -> None:
    users = world.entries(Kind.USER)[:3]
    counts = [_check(world, "person", {"target_type": "user", "target_id": user.id}) for user in users]
    assert len(set(counts) - {0}) > 1


def test_by_group(world: World) -> None:
    records = recount.read_records(report_path(world.house, world.company, **world.asked(export_type="records")))
    rows = report_rows(world.house, world.company, **world.asked(export_type="stats", group_by="group"))
    groups = [
        recount.Group(entry.id, entry.kind.type_name, entry.name or "")
        for entry in world.entries(Kind.CALL_CENTER, Kind.DEPARTMENT)
    ]
    assert recount.compare(recount.by_group(records, groups, timezone=world.timezone), rows) == []


def test_a_target_overrides_an_office(simulated: World) -> None:
    first, second = simulated.entries(Kind.OFFICE)[:2]
    center = next(entry for entry in simulated.entries(Kind.CALL_CENTER) if entry.office_id == second.id)
    target = {"target_type": "callcenter", "target_id": center.id, "export_type": "records"}
    alone = report_rows(simulated.house, "Sim", **simulated.asked(**target))
    both = report_rows(simulated.house, "Sim", **simulated.asked(office_id=first.id, **target))
    assert alone
    assert both == alone
