"""Our own dimensions, every row and column recounted from the printed records, in several zones and scopes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from busyhour.domain.dimensions import Dimension
from busyhour.domain.directory import Kind
from busyhour.errors import BadRequest
from houses import import_path, new_house, report_path, report_rows
from scopes import Scope, cast_of
from truth import recount
from truth.cast import duty_scope
from truth.cells import by_cell, by_line, by_person, by_wait
from truth.clock import zone
from truth.duty import Center, intervals_of, of_persons
from truth.recount import compare
from truth.slices import Asked, Group
from truth.things import spread
from worlds import World, simulated_world

CELLS = ("date", "hour", "weekday", "weekday_hour", "total")
SCOPES: Mapping[str, tuple[Asked, Kind | None]] = {
    "company": ("company", None),
    "office_id": ("office_id", Kind.OFFICE),
    "office": ("office", Kind.OFFICE),
    "callcenter": ("group", Kind.CALL_CENTER),
    "user": ("person", Kind.USER),
}


@pytest.fixture(scope="module")
def bank(bank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    house = new_house(tmp_path_factory.mktemp("bank"), "1999-03-01T10:00:00+02:00")
    import_path(house, "anonymous_bank", bank_file, "Bank", "Asia/Jerusalem")
    return World(house, "Bank", (1, 28), "Asia/Jerusalem", date(1999, 3, 1))


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> World:
    """In New York the clock goes back on 1 November."""
    return simulated_world(tmp_path_factory.mktemp("autumn"))


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> World:
    """In New York the clock goes forward on 8 March."""
    return simulated_world(tmp_path_factory.mktemp("spring"), now="2026-03-10T20:00:00+00:00", days=6)


def _fields(world: World, scope: str) -> list[dict[str, Any]]:
    """What is said of a scope: the first two that the world has."""
    kind = SCOPES[scope][1]
    if kind is None:
        return [{}]
    ids = [entry.id for entry in world.entries(kind)][:2]
    return [{"office_id": id_} if scope == "office_id" else {"target_type": scope, "target_id": id_} for id_ in ids]


def _check(world: World, scope: str, *dimensions: str) -> int:
    """Compare each dimension with the records of the same scope; how many records there were."""
    asked, found = SCOPES[scope][0], 0
    for fields in _fields(world, scope):
        legs = recount.read_records(
            report_path(world.house, world.company, **world.asked(export_type="records", **fields))
        )
        messages = report_rows(world.house, world.company, **world.asked("voicemails", export_type="records", **fields))
        for by in dimensions:
            rows = report_rows(world.house, world.company, Dimension(by), **world.asked(export_type="stats", **fields))
            if by == "wait":
                assert compare(by_wait(legs, asked, world.timezone), rows) == []
            elif by == "user":
                assert compare(by_person(legs, asked, world.timezone), rows) == []
            else:
                expected = by_cell(by, legs, messages, world.dates, world.house.clock(), asked, world.timezone)
                assert compare(expected, rows) == []
        found += len(legs)
    return found


@pytest.mark.parametrize("scope", SCOPES)
def test_a_week_with_a_day_of_25_hours(autumn: World, scope: str) -> None:
    assert _check(autumn, scope, *CELLS, "wait") > 50


@pytest.mark.parametrize("scope", ["company", "callcenter"])
def test_days_with_one_of_23_hours(spring: World, scope: str) -> None:
    assert _check(spring, scope, "hour", "weekday_hour", "total", "wait") > 50


@pytest.mark.parametrize("timezone", ["Asia/Kolkata", "Pacific/Chatham", "America/St_Johns"])
def test_zones_whose_hours_are_not_whole_ones(autumn: World, timezone: str) -> None:
    there = replace(autumn, timezone=timezone, today=_today(autumn, timezone))
    assert _check(there, "company", "hour", "weekday", "date") > 1_000


def _today(world: World, timezone: str) -> date:
    return world.house.clock().astimezone(zone(timezone)).date()


@pytest.mark.parametrize("scope", ["company", "callcenter", "user"])
def test_the_banks_month(bank: World, scope: str) -> None:
    assert _check(bank, scope, *CELLS, "wait") > 500


def test_the_banks_month_by_another_clock(bank: World) -> None:
    there = replace(bank, timezone="America/New_York", today=_today(bank, "America/New_York"))
    assert _check(there, "company", "weekday_hour", "total") > 1_000


@pytest.mark.parametrize("scope", SCOPES)
def test_persons_over_all_days(autumn: World, scope: str) -> None:
    assert _check(autumn, scope, "user") > 50


def test_persons_of_the_banks_month(bank: World) -> None:
    assert _check(bank, "company", "user") > 1_000


@pytest.mark.parametrize("world", ["autumn", "bank"])
@pytest.mark.parametrize("scope", ["company", "office_id"])
def test_lines_over_all_days(request: pytest.FixtureRequest, world: str, scope: str) -> None:
    made: World = request.getfixturevalue(world)
    found = made.entries(Kind.CALL_CENTER, Kind.DEPARTMENT)
    for fields in _fields(made, scope):
        groups = [
            Group(entry.id, entry.kind.type_name, entry.name or "")
            for entry in found
            if fields.get("office_id") in (None, entry.office_id)
        ]
        legs = recount.read_records(
            report_path(made.house, made.company, **made.asked(export_type="records", **fields))
        )
        messages = report_rows(made.house, made.company, **made.asked("voicemails", export_type="records", **fields))
        rows = report_rows(made.house, made.company, Dimension.GROUP, **made.asked(export_type="stats", **fields))
        assert compare(by_line(legs, messages, groups, made.house.clock(), made.timezone), rows) == []
        assert {row["group_id"] for row in rows} == {group.id for group in groups}


def test_an_offices_lines_by_the_office_as_a_target(autumn: World) -> None:
    office = next(entry.office_id for entry in autumn.entries(Kind.CALL_CENTER) if entry.office_id)
    asked = autumn.asked(export_type="stats")
    as_target = report_rows(autumn.house, "Sim", Dimension.GROUP, **asked, target_type="office", target_id=office)
    assert as_target == report_rows(autumn.house, "Sim", Dimension.GROUP, **asked, office_id=office)
    assert as_target


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("stat_type", ["texts", "voicemails", "recordings", "screenshare"])
def test_things_of_a_week_with_a_day_of_25_hours(autumn: World, stat_type: str, scope: str) -> None:
    found = _check_things(autumn, stat_type, scope, *CELLS)
    assert found > 10 or scope != "company"


@pytest.mark.parametrize("stat_type", ["texts", "recordings"])
def test_things_in_a_zone_whose_hours_are_not_whole_ones(autumn: World, stat_type: str) -> None:
    there = replace(autumn, timezone="Asia/Kolkata", today=_today(autumn, "Asia/Kolkata"))
    assert _check_things(there, stat_type, "company", "hour", "date") > 50


def test_things_on_a_day_of_23_hours(spring: World) -> None:
    assert _check_things(spring, "texts", "company", "hour", "weekday_hour", "date") > 50


def _check_things(world: World, stat_type: str, scope: str, *dimensions: str) -> int:
    """Compare each dimension with the records of the same scope; how many records there were."""
    found = 0
    for fields in _fields(world, scope):
        records = report_rows(world.house, world.company, **world.asked(stat_type, export_type="records", **fields))
        for by in dimensions:
            asked = world.asked(stat_type, export_type="stats", **fields)
            rows = report_rows(world.house, world.company, Dimension(by), **asked)
            assert compare(spread(stat_type, by, records, world.dates, world.timezone), rows) == []
        found += len(records)
    return found


def test_lines_of_anything_else_are_refused(autumn: World) -> None:
    center = autumn.entries(Kind.CALL_CENTER)[0]
    asked = autumn.asked(export_type="stats", target_type="callcenter", target_id=center.id)
    with pytest.raises(BadRequest, match="by: got 'group' of a callcenter; accepted with it: no target, or an office"):
        report_rows(autumn.house, "Sim", Dimension.GROUP, **asked)


def test_the_rows_add_up_to_the_form_by_date(autumn: World) -> None:
    """Each call is in one cell of every dimension; what callers did adds up to all that came in."""
    asked = autumn.asked(export_type="stats")
    by_date = report_rows(autumn.house, "Sim", **asked, group_by="date")
    of_dimension = {by: report_rows(autumn.house, "Sim", Dimension(by), **asked) for by in (*CELLS, "wait")}
    for by, rows in of_dimension.items():
        columns = ("answered", "abandoned") if by == "wait" else ("all_calls", "answered", "missed", "total_voicemails")
        for column in columns:
            assert _sum(rows, column) == _sum(by_date, column) > 0, (by, column)
    outcomes = ("answered", "missed", "abandoned", "callbacks_requested", "forwarded", "other_inbound")
    for row in of_dimension["date"]:
        assert sum(int(row[name]) for name in outcomes) == int(row["inbound_calls"])


def _sum(rows: Sequence[Mapping[str, str]], column: str) -> int:
    return sum(int(row[column]) for row in rows)


def test_every_cell_is_printed_where_there_is_nothing(autumn: World) -> None:
    asked = autumn.asked(export_type="stats") | {"days_ago_start": 400, "days_ago_end": 401}
    counts = {"date": 2, "hour": 24, "weekday": 7, "weekday_hour": 168, "total": 1, "wait": 12}
    for by, count in counts.items():
        rows = report_rows(autumn.house, "Sim", Dimension(by), **asked)
        assert len(rows) == count
        assert {row["abandoned"] for row in rows} == {"0"}


@pytest.fixture(scope="module")
def changes(autumn: World) -> list[Mapping[str, str]]:
    """Every change of status there ever was, in UTC."""
    asked = {"export_type": "records", "timezone": "UTC", "days_ago_end": 60}
    return report_rows(autumn.house, "Sim", **autumn.asked("onduty", **asked))


@pytest.mark.parametrize("kind", ["company", "office_id", "office", "callcenter", "user"])
def test_intervals_of_duty(autumn: World, changes: list[Mapping[str, str]], kind: str) -> None:
    _check_intervals(autumn, changes, kind)


def test_intervals_by_another_clock(autumn: World, changes: list[Mapping[str, str]]) -> None:
    there = replace(autumn, timezone="Asia/Kolkata", today=_today(autumn, "Asia/Kolkata"))
    _check_intervals(there, changes, "company")


def _check_intervals(world: World, changes: list[Mapping[str, str]], kind: str) -> None:
    cast = cast_of(world)
    for fields in _fields(world, kind):
        scope = Scope(kind, fields.get("office_id"), fields.get("target_id"))
        center = _center(world, scope.target_id) if kind == "callcenter" else None
        belongs = duty_scope(cast, **({} if center else scope.whose))
        asked = world.asked("onduty", export_type="stats", **fields)
        rows = report_rows(world.house, "Sim", Dimension.INTERVAL, **asked)
        expected = intervals_of(changes, world.dates, world.timezone, world.house.clock(), belongs, center)
        # Names are the last told at all, and every row of the day is in order: compared as they are.
        assert rows
        assert [dict(row) for row in rows] == [{name: str(value) for name, value in row.items()} for row in expected]
        _check_sums(rows, report_rows(world.house, "Sim", **asked))


def _center(world: World, center_id: str | None) -> Center:
    return next(Center(one.id, one.name or "") for one in world.entries(Kind.CALL_CENTER) if one.id == center_id)


@pytest.mark.parametrize("kind", ["company", "office_id", "office", "callcenter", "user"])
def test_duty_of_persons_over_all_days(autumn: World, changes: list[Mapping[str, str]], kind: str) -> None:
    cast = cast_of(autumn)
    for fields in _fields(autumn, kind):
        scope = Scope(kind, fields.get("office_id"), fields.get("target_id"))
        center = _center(autumn, scope.target_id) if kind == "callcenter" else None
        belongs = duty_scope(cast, **({} if center else scope.whose))
        asked = autumn.asked("onduty", export_type="stats", **fields)
        rows = report_rows(autumn.house, "Sim", Dimension.USER, **asked)
        expected = of_persons(changes, autumn.dates, autumn.timezone, autumn.house.clock(), belongs, center)
        assert rows
        assert compare(expected, rows) == []


def _check_sums(intervals: Sequence[Mapping[str, str]], stats: Sequence[Mapping[str, str]]) -> None:
    """The minutes of a day, agent and status are those of the stats, but for the rounding of each interval."""
    lasted: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for row in intervals:
        lasted[row["date"], row["user_id"], row["on_duty_status"]].append(Decimal(row["minutes"]))
    for row in stats:
        for status in ("available", "occupied", "wrapup", "busy", "unavailable"):
            parts = lasted.pop((row["date"], row["user_id"], status), [])
            allowed = Decimal("0.05") + len(parts) * Decimal("0.005")
            assert abs(sum(parts, Decimal()) - Decimal(row[f"{status}_minutes"])) <= allowed
    assert not lasted


@pytest.mark.parametrize("kind", ["company", "callcenter"])
def test_duty_of_all_agents_together(autumn: World, kind: str) -> None:
    for fields in _fields(autumn, kind):
        asked = autumn.asked("onduty", export_type="stats", **fields)
        stats = report_rows(autumn.house, "Sim", **asked)
        by_date = report_rows(autumn.house, "Sim", Dimension.DATE, **asked)
        (total,) = report_rows(autumn.house, "Sim", Dimension.TOTAL, **asked)
        assert [row["date"] for row in by_date] == [str(day) for day in autumn.dates]
        for row in by_date:
            _check_duty(row, [one for one in stats if one["date"] == row["date"]])
        _check_duty(total, stats)
        assert total["days"] == str(len(autumn.dates))


def _check_duty(row: Mapping[str, str], of_agents: Sequence[Mapping[str, str]]) -> None:
    """Minutes are the sum of the agents', each rounded to a tenth; the occupancy that of the printed sums."""
    assert int(row["agents"]) == len({one["user_id"] for one in of_agents if one["on_duty_occurrences"] != "0"})
    allowed = Decimal("0.05") * (len(of_agents) + 1)
    names = [name for name in row if name.endswith("_minutes")]
    assert len(names) == 6
    for name in names:
        assert abs(Decimal(row[name]) - sum(Decimal(one[name]) for one in of_agents)) <= allowed
    on_duty = Decimal(row["on_duty_minutes"])
    worked = Decimal(row["occupied_minutes"]) + Decimal(row["wrapup_minutes"])
    assert abs(Decimal(row["occupancy"]) - (100 * worked / on_duty if on_duty else 0)) <= Decimal("0.1")
