"""Every stat type but `calls` in every scope: records told from the company's, stats recounted from the records."""

import csv
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import pytest

from busyhour.domain.directory import Kind
from houses import report_path, report_rows
from scopes import SCOPES, Scope, cast_of, scopes_of
from truth import recount
from truth.cast import Belongs, Cast, duty_scope, own_scope
from truth.dispositions import wrong_dispositions
from truth.duty import Center, by_agent
from truth.recount import compare
from truth.thing_columns import THING_COLUMNS
from truth.thing_forms import MOMENTS, wrong_form
from truth.things import Printed, Row, by_owner
from worlds import World, simulated_world

THINGS = ("texts", "voicemails", "recordings", "screenshare")
TARGETS = [kind for kind in SCOPES if kind not in ("company", "office_id")]
OPERATED = ("recordings", "csat", "dispositions")
"""What is a person's by having been on the call, too."""


@dataclass(frozen=True)
class Company:
    """The simulated company, and what it prints as a whole, each read once."""

    world: World
    _printed: dict[str, list[Printed]] = field(default_factory=dict)

    @cached_property
    def cast(self) -> Cast:
        return cast_of(self.world)

    @cached_property
    def legs(self) -> list[recount.Record]:
        return recount.read_records(
            report_path(self.world.house, "Sim", **self.world.asked("calls", export_type="records"))
        )

    @cached_property
    def changes(self) -> list[Printed]:
        """Every change of status there ever was, in UTC."""
        asked = {"export_type": "records", "timezone": "UTC", "days_ago_end": 60}
        return report_rows(self.world.house, "Sim", **self.world.asked("onduty", **asked))

    def printed(self, stat_type: str) -> list[Printed]:
        """All records of the company; of surveys those of every group, as they are to be had of targets only."""
        if stat_type not in self._printed:
            whole = [scope for kind in ("office", "callcenter", "department") for scope in scopes_of(self.world, kind)]
            scopes = whole if stat_type == "csat" else [Scope("company")]
            self._printed[stat_type] = [row for scope in scopes for row in self.records(stat_type, scope)]
        return self._printed[stat_type]

    def records(self, stat_type: str, scope: Scope) -> list[Printed]:
        """The printed records of a scope, right in form and order."""
        asked = self.world.asked(stat_type, export_type="records", **scope.fields)
        with report_path(self.world.house, "Sim", **asked).open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            assert tuple(reader.fieldnames or ()) == THING_COLUMNS[stat_type, "records"]
            rows: list[Printed] = list(reader)
        assert wrong_form(stat_type, rows, self.world.timezone) == []
        return rows

    def stats(self, stat_type: str, scope: Scope, **fields: str) -> list[Printed]:
        asked = self.world.asked(stat_type, export_type="stats", **scope.fields) | fields
        return report_rows(self.world.house, "Sim", **asked)

    def expected(self, stat_type: str, scope: Scope) -> list[Printed]:
        """Which of the company's records are a scope's."""
        if stat_type == "onduty" and scope.type == "call_center":
            return [row for row in self.printed("onduty") if row["call_center_id"] == scope.target_id]
        belongs = (duty_scope if stat_type == "onduty" else own_scope)(self.cast, **scope.whose)
        return [row for row in self.printed(stat_type) if belongs(_owners(stat_type, scope, row), _day(stat_type, row))]

    def chosen(self, stat_type: str, kind: str) -> list[Scope]:
        """Of the scopes of a kind the two with the most records, not equally many, and the one with the fewest."""
        by_count = {len(self.expected(stat_type, scope)): scope for scope in scopes_of(self.world, kind)}
        *fewer, most = sorted(by_count)
        return [by_count[count] for count in {most, *fewer[-1:], *fewer[:1]}]


def _owners(stat_type: str, scope: Scope, row: Printed) -> Collection[str]:
    is_operators = stat_type in OPERATED and scope.is_of_persons
    return {row["target_id"], *([row["operator_id"]] if is_operators else [])} - {""}


def _day(stat_type: str, row: Printed) -> date:
    return date.fromisoformat(row[MOMENTS.get(stat_type, "date")][:10])


def _assert_same(rows: Sequence[Printed], expected: Sequence[Printed]) -> None:
    surplus, missing = (Counter(tuple(row.values()) for row in some) for some in (rows, expected))
    assert list((surplus - missing).items())[:3] == []
    assert list((missing - surplus).items())[:3] == []


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(simulated_world(tmp_path_factory.mktemp("things"), days=8))


@pytest.mark.parametrize("kind", SCOPES)
@pytest.mark.parametrize("stat_type", THINGS)
def test_things(company: Company, stat_type: str, kind: str) -> None:
    for scope in company.chosen(stat_type, kind):
        records = company.records(stat_type, scope)
        _assert_same(records, company.expected(stat_type, scope))
        world = company.world
        expected = by_owner(stat_type, records, world.dates, company.cast.types, world.timezone)
        assert compare(expected, company.stats(stat_type, scope)) == []


@pytest.mark.parametrize(
    ("stat_type", "kinds"),
    [
        ("texts", "callcenter user"),
        ("voicemails", "callcenter department user"),
        ("recordings", "callcenter user"),
        ("screenshare", "user"),
        ("csat", "callcenter user"),
        ("onduty", "callcenter department user"),
    ],
)
def test_the_data_tells_scopes_apart(company: Company, stat_type: str, kinds: str) -> None:
    """Without different records of different targets the tests of this file would prove little."""
    for kind in ("office_id", *kinds.split()):
        counts = {len(company.expected(stat_type, scope)) for scope in company.chosen(stat_type, kind)}
        assert len(counts - {0}) > 1
    assert all(company.expected(stat_type, scope) for scope in scopes_of(company.world, "trainees"))


def test_trainees_change_within_the_days(company: Company) -> None:
    first, *_, last = company.world.dates
    teams = [scope.target_id or "" for scope in scopes_of(company.world, "trainees")]
    assert all(company.cast.trainees(team, first) != company.cast.trainees(team, last) for team in teams)


@pytest.mark.parametrize("kind", SCOPES)
def test_duty(company: Company, kind: str) -> None:
    for scope in company.chosen("onduty", kind):
        _assert_same(company.records("onduty", scope), company.expected("onduty", scope))
        assert compare(_duty_rows(company, scope, company.world), company.stats("onduty", scope)) == []


def test_duty_by_another_clock(company: Company) -> None:
    there = replace(company.world, timezone="Asia/Kolkata", today=date(2026, 11, 6))
    rows = company.stats("onduty", Scope("company"), timezone=there.timezone)
    assert compare(_duty_rows(company, Scope("company"), there), rows) == []


def _duty_rows(company: Company, scope: Scope, world: World) -> list[Row]:
    centers = {center.id: Center(center.id, center.name or "") for center in world.entries(Kind.CALL_CENTER)}
    center = centers.get(scope.target_id or "")
    belongs: Belongs = duty_scope(company.cast, **({} if center else scope.whose))
    return by_agent(company.changes, world.dates, world.timezone, world.house.clock(), belongs, center)


@pytest.mark.parametrize("kind", TARGETS)
def test_dispositions(company: Company, kind: str) -> None:
    rows_of = {scope: company.records("dispositions", scope) for scope in _spread(scopes_of(company.world, kind))}
    for scope, rows in rows_of.items():
        assert wrong_dispositions(rows, company.legs, own_scope(company.cast, **scope.whose)) == []
    if kind in ("callcenter", "department", "user", "trainees"):
        assert len({len(rows) for rows in rows_of.values()} - {0}) > 1


@pytest.mark.parametrize("kind", TARGETS)
def test_csat(company: Company, kind: str) -> None:
    legs = {leg.call_id: leg for leg in company.legs}
    for scope in company.chosen("csat", kind):
        rows = company.records("csat", scope)
        _assert_same(rows, company.expected("csat", scope))
        of_range = [(row, legs[row["call_id"]]) for row in rows if row["call_id"] in legs]
        assert all(row["target_id"] == leg.target_id and leg.category == "incoming" for row, leg in of_range)


def _spread(scopes: Sequence[Scope]) -> Sequence[Scope]:
    return scopes[:: max(1, len(scopes) // 4)]


@pytest.mark.parametrize("kind", ["room", "staffgroup", "coachingteam", "trainees", "unknown"])
def test_calls(company: Company, kind: str) -> None:
    """The scopes of calls that other tests leave out."""
    world = company.world
    for scope in _spread(scopes_of(world, kind)):
        path = report_path(world.house, "Sim", **world.asked("calls", export_type="records", **scope.fields))
        legs = recount.read_records(path)
        assert {leg.call_id for leg in legs} == {leg.call_id for leg in company.legs if _is_of(company, scope, leg)}
        asked: recount.Asked = "person" if scope.is_of_persons else "group"
        of_center = scope.type == "call_center"
        by_date = recount.by_date(legs, world.dates, of_center, kind=asked, timezone=world.timezone)
        by_user = recount.by_user(legs, world.dates, of_center, kind=asked, timezone=world.timezone)
        assert compare(by_date, company.stats("calls", scope, group_by="date")) == []
        assert compare(by_user, company.stats("calls", scope, group_by="user")) == []


def _is_of(company: Company, scope: Scope, leg: recount.Record) -> bool:
    if scope.is_of_persons:
        return own_scope(company.cast, **scope.whose)([leg.target_id], leg.date_started.date())
    return scope.target_id == (leg.entry_point_target_id if leg.is_agent_leg else leg.target_id)
