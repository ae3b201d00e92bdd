"""Directory files in CSV: what rows say together, and how rows that cannot be taken are named."""

import io
import json

import pytest

from busyhour.domain.adoption import Revision, revise
from busyhour.domain.directory import Kind
from busyhour.domain.memberships import Role
from busyhour.errors import UnreadableFile
from busyhour.sources.directory_csv import read_csv


def _csv(text: str) -> Revision:
    return revise(read_csv(io.BytesIO(text.encode())), "Meadow", [], [])


def test_rows_about_one_person_are_one_entry() -> None:
    revision = _csv(
        "kind,name,email,office,group,role\n"
        "office,North,,,,\n"
        "callcenter,Support,,North,,\n"
        "department,Loans,,North,,\n"
        "user,Dana,dana@meadow.example,North,Support,supervisor\n"
        "user,,DANA@meadow.example,,Loans,\n"
    )
    assert [entry.kind for entry in revision.entries].count(Kind.USER) == 1
    roles = {group[0]: [place.role for place in places] for group, places in revision.groups.items()}
    assert roles == {Kind.CALL_CENTER: [Role.SUPERVISOR], Kind.DEPARTMENT: [Role.OPERATOR]}


def test_weekday_columns_phones_and_holidays() -> None:
    (center,) = _csv(
        "kind;name;phones;sunday_hours;monday_hours;holidays\n"
        'Call Center;Support;"+1, +2";;08:00-12:00 14:00-18:00;2026-12-25 Christmas\n'
    ).entries
    details = json.loads(center.details or "")
    assert center.phone == "+1,+2"
    assert details["hours"]["monday"] == ["08:00", "12:00", "14:00", "18:00"]
    assert details["hours"]["sunday"] == []
    assert details["holidays"] == [{"date": "2026-12-25", "name": "Christmas"}]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("planet,Mars,,,,", "line 2: kind: got 'planet'; accepted: office, call_center"),
        (",Mars,,,,", "line 2: kind: missing; accepted: office"),
        ("room,Desk,a@b,,,", "line 2: email: got 'a@b'; accepted: nothing; a room has no email"),
        ("user,Dana", "line 2: the row: got '2 fields'; accepted: 6 fields"),
        (
            "user,Dana,d@m,North,,",
            "line 2: office: got 'North'; accepted: an id or a name that is in the file or known here (office)",
        ),
        ("user,Dana,d@m,,Nowhere,", "line 2: group: got 'Nowhere'; accepted: an id or a name"),
        ("user,Dana,d@m,,,admin", "line 2: group: missing; accepted: a group, with it"),
        ("department,Loans,,,Support,", "line 2: group: got 'Support'; accepted: nothing; a department is in no group"),
        ("user,Dana,d@m,,,\nuser,Dora,d@m,,,", "line 3: name: got 'Dora'; accepted: Dana, as on line 2"),
    ],
)
def test_rows_that_cannot_be_taken(rows: str, line: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        _csv(f"kind,name,email,office,group,role\n{rows}\n")
    assert refusal.value.message.splitlines()[1].startswith(line)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("name,email", "no column kind"),
        ("kind,name,colour", "column: got 'colour'; accepted: kind, id, name"),
        ("kind,name,name", "more than once: name"),
    ],
)
def test_headers_that_are_none(header: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        _csv(f"{header}\n")
