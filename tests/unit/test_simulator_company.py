"""The simulated company's people: its directory, who belongs where, and that the calls keep to it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from busyhour.domain.centers import settings_of
from busyhour.domain.clock import micros
from busyhour.domain.directory import Kind, Origin
from busyhour.domain.events import CallEvent
from busyhour.domain.memberships import Membership, Role, clash, member_kinds, members_on, roles_in
from busyhour.sources.base import Context
from busyhour.sources.simulator import entries, memberships, simulate

_CONTEXT = Context("Acme & Söhne", "1", "UTC")
_SEED = 8
_NOW = micros(datetime(2026, 11, 5, 14, 30, tzinfo=UTC))

_ENTRIES = entries(_CONTEXT, _SEED)
_MEMBERSHIPS = memberships(_CONTEXT, _SEED)
_ZONES = {entry.id: ZoneInfo(entry.timezone) for entry in _ENTRIES if entry.timezone}


@pytest.fixture(scope="module")
def ends() -> Sequence[CallEvent]:
    """The hangups: a leg each."""
    events = simulate(_CONTEXT, days=9, seed=_SEED, now=_NOW)
    return [event for event in events if isinstance(event, CallEvent) and event.state == "hangup"]


def test_the_directory_is_three_offices_sixty_people_and_three_rooms(ends: Sequence[CallEvent]) -> None:
    assert len({(entry.kind, entry.id) for entry in _ENTRIES}) == len(_ENTRIES)
    kinds = Counter(entry.kind for entry in _ENTRIES)
    assert (kinds[Kind.OFFICE], kinds[Kind.USER], kinds[Kind.ROOM]) == (3, 60, 3)
    assert (kinds[Kind.STAFF_GROUP], kinds[Kind.COACHING_TEAM]) == (1, 2)
    assert {entry.timezone for entry in _ENTRIES if entry.kind is Kind.OFFICE} == {
        "America/New_York",
        "Europe/Berlin",
        "Asia/Kolkata",
    }
    for office in _ZONES:
        inside = Counter(entry.kind for entry in _ENTRIES if entry.office_id == office)
        assert 2 <= inside[Kind.CALL_CENTER] <= 3
        assert 1 <= inside[Kind.DEPARTMENT] <= 2
    assert all(entry.origin is Origin.SOURCE and entry.name for entry in _ENTRIES)
    assert all(entry.phone for entry in _ENTRIES if entry.kind is not Kind.COACHING_TEAM)
    called = {event.target.id for event in ends if event.target}
    assert {entry.id for entry in _ENTRIES if entry.kind is not Kind.COACHING_TEAM} == called


def test_users_have_addresses_and_nobody_else(ends: Sequence[CallEvent]) -> None:
    emails = [entry.email for entry in _ENTRIES if entry.kind is Kind.USER]
    assert len(set(emails)) == 60
    assert all((email or "").endswith("@acme-sohne.example") for email in emails)
    assert all(entry.email is None for entry in _ENTRIES if entry.kind is not Kind.USER)
    assert {event.target.email for event in ends if event.target and event.target.type == "room"} == {None}


def test_centers_and_departments_say_their_hours() -> None:
    hours = {entry.name: settings_of(entry.details).hours for entry in _ENTRIES if entry.kind is Kind.CALL_CENTER}
    assert all(week and week[0] and not week[6] for week in hours.values())
    (night,) = (hours["Night Desk"] or ())[0]
    assert (night.start, night.end) == (15 * 60, 24 * 60)


def test_memberships_are_possible() -> None:
    known = {(entry.kind, entry.id) for entry in _ENTRIES}
    for membership in _MEMBERSHIPS:
        assert {membership.group, membership.member} <= known
        assert membership.member[0] in member_kinds(membership.group[0])
        assert membership.role in roles_in(membership.group[0])
        assert membership.origin is Origin.SOURCE
    assert clash(_MEMBERSHIPS) is None
    assert {membership.role for membership in _MEMBERSHIPS} == {
        Role.OPERATOR,
        Role.SUPERVISOR,
        Role.COACH,
        Role.TRAINEE,
    }


def test_two_teams_each_with_a_coach_and_trainees() -> None:
    on_a_day = members_on(_MEMBERSHIPS, date(2026, 11, 5))
    teams: dict[str, Counter[Role]] = defaultdict(Counter)
    for membership in on_a_day:
        if membership.group[0] is Kind.COACHING_TEAM:
            teams[membership.group[1]][membership.role] += 1
    assert len(teams) == 2
    assert all(roles[Role.COACH] == 1 and roles[Role.TRAINEE] >= 3 for roles in teams.values())


def _dated(kind: Kind) -> list[Membership]:
    return [one for one in _MEMBERSHIPS if one.group[0] is kind and (one.since or one.until)]


def test_a_trainee_changes_teams_and_an_operator_leaves_a_center_as_november_begins() -> None:
    before, after = date(2026, 10, 31), date(2026, 11, 1)
    moving = _dated(Kind.COACHING_TEAM)
    assert len({one.member for one in moving}) == 1
    (old,), (new,) = members_on(moving, before), members_on(moving, after)
    assert old.group != new.group
    assert old.until == after == new.since
    helping = _dated(Kind.CALL_CENTER)
    assert len({(one.group, one.member) for one in helping}) == 1
    assert len(members_on(helping, before)) + len(members_on(helping, after)) == 1


def test_somebody_has_one_team_or_the_other_on_every_day() -> None:
    moving = _dated(Kind.COACHING_TEAM)
    for day in (date(2020, 2, 29), date(2026, 1, 1), date(2027, 6, 30), date(2028, 12, 31), date(2040, 7, 1)):
        assert len(members_on(moving, day)) == 1


def test_whoever_is_rung_is_an_operator_on_that_day(ends: Sequence[CallEvent]) -> None:
    rung: set[tuple[tuple[Kind, str], tuple[Kind, str], date]] = set()
    for event in ends:
        line, who = event.entry_point_target, event.target
        if event.entry_point_call_id and line and who:
            zone = _ZONES[line.office_id or ""]
            day = datetime.fromtimestamp((event.date_started or 0) / 1_000_000, zone).date()
            group, member = Kind.parse(line.type or ""), Kind.parse(who.type or "")
            assert group
            assert member
            rung.add(((group, line.id or ""), (member, who.id or ""), day))
    for group_key, member_key, day in rung:
        assert any(one.group == group_key and one.member == member_key for one in members_on(_MEMBERSHIPS, day))
    assert {member[0] for _, member, _ in rung} == {Kind.USER, Kind.ROOM}
    (helper,) = {(one.group, one.member) for one in _dated(Kind.CALL_CENTER)}
    months = {day.month for group, member, day in rung if (group, member) == helper}
    assert len(months) == 1


def test_some_people_answer_for_another_office(ends: Sequence[CallEvent]) -> None:
    lines: dict[str, set[str]] = defaultdict(set)
    away = set()
    for event in ends:
        if event.entry_point_call_id and event.entry_point_target and event.target:
            lines[event.target.id or ""].add(event.entry_point_target.id or "")
            away |= {event.target.id} if event.target.office_id != event.entry_point_target.office_id else set()
    assert 3 <= len(away) <= 12
    assert {1, 2, 3} <= {len(ids) for ids in lines.values()} <= {1, 2, 3, 4}
