"""Which known entry a file means, the ids of new ones, and the way out and in again."""

import io
import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyhour.domain.adoption import Revision, adopt_all, revise
from busyhour.domain.centers import WEEKDAYS
from busyhour.domain.directory import GROUP_KINDS, Entry, Kind, derived_id
from busyhour.domain.memberships import Membership, clash, member_kinds, roles_in, settled
from busyhour.errors import UnreadableFile
from busyhour.sources.directory_export import to_yaml
from busyhour.sources.directory_yaml import read_yaml

NORTH = Entry(Kind.OFFICE, "12", "North", office_id="12")
SOUTH = Entry(Kind.OFFICE, "13", "South", office_id="13")


def _taken(text: str, *known: Entry) -> dict[str, Entry]:
    sheet = read_yaml(io.BytesIO(text.encode()), "Meadow")
    return {entry.id: entry for entry in revise(sheet, "Meadow", known, []).entries}


def test_a_user_is_known_by_the_email_whatever_the_name() -> None:
    known = Entry(Kind.USER, "91", "dana", "Dana@meadow.example")
    assert set(_taken("users: [{name: Dana Levi, email: dana@meadow.example}]", known)) == {"91"}


def test_a_user_is_known_by_the_name_where_emails_do_not_tell_them_apart() -> None:
    assert set(_taken("users: [{name: Dana, email: d@meadow.example}]", Entry(Kind.USER, "91", "Dana"))) == {"91"}
    other = Entry(Kind.USER, "91", "Dana", "another@meadow.example")
    assert set(_taken("users: [{name: Dana, email: d@meadow.example}]", other)) == {
        derived_id("Meadow", "user", "d@meadow.example")
    }


def test_somebody_who_moves_is_the_same_person() -> None:
    known = Entry(Kind.USER, "91", "Dana", office_id="12")
    taken = _taken("offices: [{id: 13, users: [{name: Dana}]}]", NORTH, SOUTH, known)
    assert taken["91"].office_id == "13"


def test_a_group_of_another_office_is_another_group() -> None:
    known = Entry(Kind.CALL_CENTER, "31", "Support", office_id="12")
    new_id = derived_id("Meadow", "callcenter", "Support")
    assert set(_taken("offices: [{id: 13, call_centers: [{name: Support}]}]", NORTH, SOUTH, known)) == {"13", new_id}


def test_a_group_whose_office_nobody_knew_is_found() -> None:
    known = Entry(Kind.CALL_CENTER, "31", "Support")
    assert _taken("offices: [{id: 13, call_centers: [{name: Support}]}]", SOUTH, known)["31"].office_id == "13"


def test_one_name_in_two_offices_makes_two_ids() -> None:
    text = "offices: [{id: 12, call_centers: [{name: Support}]}, {id: 13, call_centers: [{name: Support}]}]"
    ids = {entry.id for entry in _taken(text, NORTH, SOUTH).values() if entry.kind is Kind.CALL_CENTER}
    assert len(ids) == 2
    plain = Entry(Kind.CALL_CENTER, derived_id("Meadow", "callcenter", "Support"), "Support", office_id="12")
    later = _taken(text, NORTH, SOUTH, plain)
    assert plain.id in later
    assert later[plain.id].office_id == "12"


def test_a_name_that_several_have_needs_an_id() -> None:
    twins = [Entry(Kind.USER, number, "Dana") for number in ("91", "92")]
    with pytest.raises(UnreadableFile, match="line 1: id: missing; accepted: one of 91, 92: several are called Dana"):
        _taken("users: [{name: Dana}]", *twins)


_NAMES = st.one_of(
    st.sampled_from(
        ["Support", "Dana", "10:00", "no", "~", "31", "2026-01-01", "- a", "a: b", "#x", "'", '"', "*a", "é\u3000ж"]
    ),
    st.text(min_size=1, max_size=8),
)
_IDS = st.integers(1, 12).map(str)
_WEEK = {day: ["08:00", "12:00"] for day in WEEKDAYS} | {"monday": ["08:00", "12:00", "14:00", "24:00"], "sunday": []}
_DETAILS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["us", "no"]),
        "state": st.sampled_from(["active", "deleted"]),
        "service_level_percent": st.integers(1, 100),
        "hours": st.sampled_from([None, _WEEK, {day: [] for day in WEEKDAYS}]),
        "holidays": st.sampled_from(
            [[], [{"date": "2026-12-25", "name": "25: *"}, {"date": "2026-12-26", "name": None}]]
        ),
        "company_admin": st.booleans(),
    },
)


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(Kind))
    entry_id = draw(_IDS)
    details = dict(draw(_DETAILS))
    return Entry(
        kind,
        entry_id,
        draw(st.none() | _NAMES),
        draw(st.none() | st.sampled_from(["a@meadow.example", "b@meadow.example", "no email"])),
        draw(st.none() | st.sampled_from(["+1", "+1,+2", "+1, +2", "sip:7;x"])),
        entry_id if kind is Kind.OFFICE else draw(st.none() | _IDS),
        draw(st.none() | st.sampled_from(["UTC", "Asia/Jerusalem", "Mars"])),
        details=json.dumps(details, sort_keys=True) if details else None,
        seen_at=draw(st.integers(0, 3)),
    )


@st.composite
def _places(draw: st.DrawFn) -> Membership:
    group = draw(st.sampled_from(GROUP_KINDS))
    since = draw(st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)))
    length = draw(st.none() | st.integers(1, 5))
    until = None if length is None else (since or date(2026, 1, 1)) + timedelta(days=length)
    member = draw(st.sampled_from(member_kinds(group)))
    return Membership((group, draw(_IDS)), (member, draw(_IDS)), draw(st.sampled_from(roles_in(group))), since, until)


_DIRECTORIES = st.lists(_entries(), max_size=12, unique_by=lambda entry: (entry.kind, entry.id))
_MEMBERS = st.lists(_places(), max_size=8).map(settled).filter(lambda places: clash(places) is None)


def _again(entries: list[Entry], places: list[Membership]) -> Revision:
    sheet = read_yaml(io.BytesIO(to_yaml("Meadow", entries, places).encode()), "Meadow")
    return revise(sheet, "Meadow", entries, places)


@settings(deadline=None, max_examples=80)
@given(_DIRECTORIES, _MEMBERS)
def test_what_was_exported_changes_nothing_but_whose_word_it_is(entries: list[Entry], places: list[Membership]) -> None:
    known = {(entry.kind, entry.id) for entry in entries}
    revision = _again(entries, places)
    adopted = adopt_all(entries, places)
    assert {entry for entry in revision.entries if (entry.kind, entry.id) in known} == set(adopted.entries)
    assert {group: set(members) for group, members in revision.groups.items()} == {
        group: set(members) for group, members in adopted.groups.items()
    }


@settings(deadline=None, max_examples=30)
@given(_DIRECTORIES, _MEMBERS)
def test_what_was_adopted_and_exported_changes_nothing(entries: list[Entry], places: list[Membership]) -> None:
    first = _again(entries, places)
    before = {(entry.kind, entry.id): entry for entry in entries} | {(e.kind, e.id): e for e in first.entries}
    after = [place for members in first.groups.values() for place in members]
    assert _again(list(before.values()), after).changes_nothing
