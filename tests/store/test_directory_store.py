"""The directory and its memberships as they are kept: whose word wins, and all or nothing."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from busyhour.domain.adoption import Revision, adopt_all
from busyhour.domain.directory import Entry, Kind, Origin
from busyhour.domain.memberships import Membership, Role
from busyhour.errors import NotFound
from busyhour.store.adopter import Adopter
from busyhour.store.database import Database
from busyhour.store.directory import Directory
from busyhour.store.memberships import Memberships

ONE, OTHER = "1001", "1002"
SUPPORT = Entry(Kind.CALL_CENTER, "31", "Support")
IN_SUPPORT = (Kind.CALL_CENTER, "31")
DANA, AVI = (Kind.USER, "91"), (Kind.USER, "92")
_MAR = date(2026, 3, 1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'state.db'}")
    made.migrate()
    return made


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database)


@pytest.fixture
def memberships(database: Database) -> Memberships:
    return Memberships(database)


def _adopt(database: Database, entries: Sequence[Entry], places: Sequence[Membership] = ()) -> None:
    groups = {place.group: [other for other in places if other.group == place.group] for place in places}
    Adopter(database).adopt(ONE, lambda known, members: Revision(known, entries, members, groups))


def test_details_are_kept_and_joined_key_by_key(directory: Directory) -> None:
    directory.learn(ONE, [Entry(Kind.CALL_CENTER, "31", details='{"a": 1, "b": 1}', seen_at=1)])
    directory.learn(ONE, [Entry(Kind.CALL_CENTER, "31", details='{"b": 2, "c": 2}', seen_at=2)])
    directory.learn(ONE, [Entry(Kind.CALL_CENTER, "31", "Support", seen_at=3)])
    found = directory.entry(ONE, Kind.CALL_CENTER, "31")
    assert json.loads(found.details or "") == {"a": 1, "b": 2, "c": 2}
    assert found.name == "Support"


def test_words_of_events_may_come_in_any_order(directory: Directory) -> None:
    words = [
        Entry(Kind.USER, "91", "Dana", phone="+1", seen_at=1),
        Entry(Kind.USER, "91", "Dana Levi", seen_at=3, details='{"x": 3}'),
        Entry(Kind.USER, "91", email="dana@meadow.example", seen_at=2, details='{"x": 2, "y": 2}'),
    ]
    for company, order in enumerate(permutations(words)):
        for word in order:
            directory.learn(str(company), [word])
        found = directory.entry(str(company), Kind.USER, "91")
        assert (found.name, found.email, found.phone, found.seen_at) == ("Dana Levi", "dana@meadow.example", "+1", 3)
        assert json.loads(found.details or "") == {"x": 3, "y": 2}


def test_an_adopted_name_is_not_overwritten_and_gaps_are_filled(database: Database, directory: Directory) -> None:
    directory.learn(ONE, [Entry(Kind.USER, "91", "dana", seen_at=5)])
    _adopt(database, [Entry(Kind.USER, "91", "Dana Levi", origin=Origin.ADOPTED)])
    directory.learn(ONE, [Entry(Kind.USER, "91", "dana l.", "dana@meadow.example", seen_at=9)])
    found = directory.entry(ONE, Kind.USER, "91")
    assert (found.name, found.email, found.origin) == ("Dana Levi", "dana@meadow.example", Origin.ADOPTED)


def test_entries_of_some_kinds_and_of_one_company(directory: Directory) -> None:
    directory.learn(ONE, [SUPPORT, Entry(Kind.USER, "91", "Dana"), Entry(Kind.USER, "92", "Avi")])
    directory.learn(OTHER, [Entry(Kind.USER, "91", "Somebody else")])
    assert [entry.name for entry in directory.entries(ONE, [Kind.USER])] == ["Avi", "Dana"]
    assert [entry.id for entry in directory.entries(ONE)] == ["31", "92", "91"]
    assert directory.entries(ONE, []) == []
    with pytest.raises(NotFound, match="CallCenter with id 31"):
        directory.entry(OTHER, Kind.CALL_CENTER, "31")


def test_learned_memberships_grow_together(memberships: Memberships) -> None:
    memberships.learn(ONE, [Membership(IN_SUPPORT, DANA, Role.OPERATOR, None, _MAR)])
    memberships.learn(ONE, [Membership(IN_SUPPORT, DANA, Role.OPERATOR, _MAR, date(2026, 5, 1))])
    memberships.learn(ONE, [Membership(IN_SUPPORT, AVI, Role.OPERATOR, _MAR)])
    assert memberships.all(ONE) == [
        Membership(IN_SUPPORT, DANA, Role.OPERATOR, None, date(2026, 5, 1)),
        Membership(IN_SUPPORT, AVI, Role.OPERATOR, _MAR),
    ]
    assert memberships.all(OTHER) == []


def test_a_list_of_the_companys_own_is_left_alone(database: Database, memberships: Memberships) -> None:
    own = Membership(IN_SUPPORT, DANA, Role.SUPERVISOR, _MAR, None, Origin.ADOPTED)
    _adopt(database, [], [own])
    elsewhere = Membership((Kind.DEPARTMENT, "41"), AVI, Role.OPERATOR)
    memberships.learn(ONE, [Membership(IN_SUPPORT, AVI, Role.OPERATOR), elsewhere])
    assert memberships.all(ONE) == [own, elsewhere]


def test_a_list_takes_the_place_of_the_list_before(database: Database, memberships: Memberships) -> None:
    memberships.learn(ONE, [Membership(IN_SUPPORT, DANA, Role.OPERATOR), Membership(IN_SUPPORT, AVI, Role.OPERATOR)])
    own = Membership(IN_SUPPORT, AVI, Role.OPERATOR, _MAR, None, Origin.ADOPTED)
    _adopt(database, [], [own])
    assert memberships.all(ONE) == [own]


def test_what_breaks_half_way_writes_nothing(database: Database, directory: Directory) -> None:
    place = Membership(IN_SUPPORT, DANA, Role.OPERATOR, _MAR, None, Origin.ADOPTED)
    with pytest.raises(IntegrityError):
        _adopt(database, [SUPPORT], [place, place])
    assert directory.entries(ONE) == []


def test_adopting_all_is_done_once(database: Database, directory: Directory, memberships: Memberships) -> None:
    directory.learn(ONE, [SUPPORT, Entry(Kind.USER, "91", "Dana")])
    memberships.learn(ONE, [Membership(IN_SUPPORT, DANA, Role.OPERATOR)])
    first, second = (Adopter(database).adopt(ONE, adopt_all) for _ in range(2))
    assert (len(first.entries), len(first.groups)) == (2, 1)
    assert second.changes_nothing
    assert {entry.origin for entry in directory.entries(ONE)} == {Origin.ADOPTED}
    assert memberships.all(ONE)[0].origin is Origin.ADOPTED


def test_a_preview_writes_nothing(database: Database, directory: Directory) -> None:
    directory.learn(ONE, [SUPPORT])
    assert not Adopter(database).preview(ONE, adopt_all).changes_nothing
    assert directory.entries(ONE) == [SUPPORT]


@pytest.mark.parametrize("events_first", [True, False])
def test_what_events_show_changes_no_place_that_is_told(memberships: Memberships, events_first: bool) -> None:
    told = [Membership(IN_SUPPORT, DANA, Role.SUPERVISOR, date(2026, 1, 1), _MAR, Origin.SOURCE)]
    shown = [Membership(IN_SUPPORT, member, Role.OPERATOR) for member in (DANA, AVI)]
    for said in (shown, told, shown) if events_first else (told, shown, told):
        memberships.learn(ONE, said)
    assert memberships.all(ONE) == [*told, shown[1]]
