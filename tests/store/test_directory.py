"""What is known of a company's offices, groups and people, whatever order it was said in."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyhour.domain.directory import Entry, Kind, Origin, merged
from busyhour.domain.requests import Target
from busyhour.errors import NotFound
from busyhour.store.database import Database
from busyhour.store.directory import Directory
from store.asking import ACME, RIVAL

ZOE = Entry(Kind.USER, "91", "Zoë", "zoe@acme.example", "+15550201", "12", "Europe/Paris", Origin.SOURCE, 5)


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database)


def test_an_entry_is_kept_whole_and_for_its_company_alone(directory: Directory) -> None:
    directory.learn(ACME, [ZOE])
    assert directory.entries(ACME) == [ZOE]
    assert directory.entries(RIVAL) == []


def test_a_later_word_wins_and_silence_says_nothing(directory: Directory) -> None:
    directory.learn(ACME, [ZOE, Entry(Kind.USER, "91", "Zoe Smith", seen_at=9)])
    directory.learn(ACME, [Entry(Kind.USER, "91", "Zo", office_id="13", seen_at=1)])
    (zoe,) = directory.entries(ACME)
    assert zoe == Entry(
        Kind.USER, "91", "Zoe Smith", "zoe@acme.example", "+15550201", "12", "Europe/Paris", Origin.SOURCE, 9
    )


def test_nothing_said_changes_nothing(directory: Directory) -> None:
    directory.learn(ACME, [ZOE])
    directory.learn(ACME, [])
    directory.learn(ACME, [Entry(Kind.USER, "91", seen_at=1)])
    assert directory.entries(ACME) == [ZOE]


def test_entries_by_kind_then_name_then_id(directory: Directory) -> None:
    said = [
        Entry(Kind.USER, "1", "Bob"), Entry(Kind.DEPARTMENT, "4", "A"), Entry(Kind.CALL_CENTER, "6", "Z"),
        Entry(Kind.CALL_CENTER, "5", "A"), Entry(Kind.CALL_CENTER, "3", "A"), Entry(Kind.CALL_CENTER, "9"),
    ]  # fmt: skip
    for order in (said, said[::-1]):
        directory.learn(ACME, order)
    assert [entry.id for entry in directory.entries(ACME)] == ["9", "3", "5", "6", "4", "1"]
    chosen = directory.entries(ACME, (Kind.DEPARTMENT, Kind.USER))
    assert [entry.id for entry in chosen] == ["4", "1"]


def test_targets(directory: Directory) -> None:
    directory.learn(ACME, [Entry(Kind.USER, "7"), Entry(Kind.OFFICE, "7"), Entry(Kind.ROOM, "8")])
    assert directory.target(ACME, Kind.USER, "7") == Target(Kind.USER, "7")
    assert directory.target(ACME, None, "8") == Target(Kind.ROOM, "8")
    assert directory.target(ACME, None, "7") == Target(Kind.OFFICE, "7")
    for company_id, kind, entry_id, message in (
        (ACME, Kind.ROOM, "7", "Room with id 7"),
        (ACME, None, "9", "Target with id 9"),
        (RIVAL, Kind.USER, "7", "UserProfile with id 7"),
    ):
        with pytest.raises(NotFound, match=f"^{message} not found.$"):
            directory.target(company_id, kind, entry_id)


def _all_orders(entries: list[Entry]) -> set[Entry]:
    results = set()
    for order in permutations(entries):
        known: Entry | None = None
        for entry in order:
            known = merged(known, entry)
        results.add(known)
    return results


MOMENTS = st.integers(0, 3)
WORDS = st.sampled_from(["a", "b", "c"])


def _entries(names: st.SearchStrategy[str | None]) -> st.SearchStrategy[Entry]:
    origins = st.sampled_from([Origin.DISCOVERED, Origin.SOURCE])
    return st.builds(
        Entry, st.just(Kind.USER), st.just("1"), names, names, names, names, names, origin=origins, seen_at=MOMENTS
    )


@given(st.lists(_entries(WORDS), min_size=1, max_size=4))
def test_the_order_of_whole_words_does_not_matter(entries: list[Entry]) -> None:
    assert len(_all_orders(entries)) == 1


@given(st.lists(_entries(st.one_of(st.none(), WORDS)), min_size=2, max_size=2))
def test_the_order_of_two_words_does_not_matter(entries: list[Entry]) -> None:
    assert len(_all_orders(entries)) == 1


def test_the_order_of_words_with_gaps_does_not_matter() -> None:
    said = [
        Entry(Kind.OFFICE, "12", "Old name", seen_at=1),
        Entry(Kind.OFFICE, "12", "New name", seen_at=2),
        Entry(Kind.OFFICE, "12", seen_at=3),
    ]
    assert _all_orders(said) == {Entry(Kind.OFFICE, "12", "New name", seen_at=2)}
