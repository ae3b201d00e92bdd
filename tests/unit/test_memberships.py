"""Dated memberships: who belonged on a day, what is joined, what cannot be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyhour.domain.directory import Kind, Origin
from busyhour.domain.memberships import Membership, Role, clash, members_on, settled

TEAM, OTHER = (Kind.COACHING_TEAM, "51"), (Kind.COACHING_TEAM, "52")
DANA, AVI = (Kind.USER, "91"), (Kind.USER, "92")
_JAN, _FEB, _MAR, _APR = (date(2026, month, 1) for month in (1, 2, 3, 4))


def _in_team(since: date | None, until: date | None, role: Role = Role.TRAINEE) -> Membership:
    return Membership(TEAM, DANA, role, since, until)


@pytest.mark.parametrize(
    ("since", "until", "day", "belongs"),
    [
        (None, None, date(1999, 1, 1), True),
        (_FEB, None, date(2026, 1, 31), False),
        (_FEB, None, _FEB, True),
        (_FEB, _MAR, date(2026, 2, 28), True),
        (_FEB, _MAR, _MAR, False),
        (None, _MAR, date(1999, 1, 1), True),
    ],
)
def test_the_first_day_counts_and_the_last_does_not(
    since: date | None, until: date | None, day: date, belongs: bool
) -> None:
    membership = _in_team(since, until)
    assert members_on([membership], day) == ([membership] if belongs else [])


def test_last_month_has_last_months_team() -> None:
    dana, avi = Membership(TEAM, DANA, Role.TRAINEE, None, _MAR), Membership(TEAM, AVI, Role.TRAINEE, _MAR)
    assert members_on([dana, avi], date(2026, 2, 15)) == [dana]
    assert members_on([dana, avi], date(2026, 3, 15)) == [avi]


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([(_JAN, _MAR), (_FEB, _APR)], [(_JAN, _APR)]),
        ([(_JAN, _FEB), (_FEB, _MAR)], [(_JAN, _MAR)]),
        ([(_JAN, _FEB), (_MAR, _APR)], [(_JAN, _FEB), (_MAR, _APR)]),
        ([(_JAN, None), (_MAR, _APR)], [(_JAN, None)]),
        ([(_JAN, _APR), (_FEB, _MAR)], [(_JAN, _APR)]),
        ([(None, _FEB), (_JAN, None)], [(None, None)]),
        ([(_JAN, _FEB), (_JAN, _FEB)], [(_JAN, _FEB)]),
        ([(_JAN, _MAR), (_JAN, _APR)], [(_JAN, _APR)]),
    ],
)
def test_spans_of_one_role_are_joined(
    spans: list[tuple[date | None, date | None]], joined: list[tuple[date | None, date | None]]
) -> None:
    for order in (spans, spans[::-1]):
        assert settled(_in_team(*span) for span in order) == [_in_team(*span) for span in joined]


def test_a_joined_span_has_the_stronger_origin() -> None:
    told = Membership(TEAM, DANA, Role.TRAINEE, _JAN, _MAR, Origin.DISCOVERED)
    own = Membership(TEAM, DANA, Role.TRAINEE, _FEB, _APR, Origin.ADOPTED)
    assert settled([told, own]) == [Membership(TEAM, DANA, Role.TRAINEE, _JAN, _APR, Origin.ADOPTED)]


def test_two_roles_at_once_clash() -> None:
    coach, trainee = _in_team(_FEB, _APR, Role.COACH), _in_team(_JAN, _MAR)
    assert clash([trainee, coach]) == (trainee, coach)


def test_one_role_after_another_does_not_clash() -> None:
    assert clash([_in_team(None, _MAR), _in_team(_MAR, None, Role.COACH)]) is None


def test_roles_in_different_groups_do_not_clash() -> None:
    assert clash([_in_team(None, None), Membership(OTHER, DANA, Role.COACH)]) is None
    assert clash([_in_team(None, None), Membership(TEAM, AVI, Role.COACH)]) is None


_DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 31)))
_SPANS = st.tuples(_DAYS, _DAYS).filter(lambda span: None in span or span[0] < span[1])


@given(st.lists(_SPANS, max_size=6))
def test_joining_changes_nothing_on_any_day(spans: list[tuple[date | None, date | None]]) -> None:
    memberships = [_in_team(*span) for span in spans]
    joined = settled(memberships)
    for ordinal in range(date(2025, 12, 30).toordinal(), date(2026, 2, 3).toordinal()):
        day = date.fromordinal(ordinal)
        holding = [
            place for place in memberships if (place.since or day) <= day and not (place.until and place.until <= day)
        ]
        assert len(members_on(joined, day)) == bool(holding)
