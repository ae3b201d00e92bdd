"""Directory files in YAML: what they say, and how lines that cannot be taken are named."""

import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest

from busyhour.domain.adoption import Revision, revise
from busyhour.domain.directory import Entry, Kind, derived_id
from busyhour.domain.memberships import Membership, Role
from busyhour.errors import UnreadableFile
from busyhour.sources.directory_file import read_directory
from busyhour.sources.directory_yaml import read_yaml

CENTER = "offices: [{name: North, call_centers: [{name: Support, %s}]}]"


def _yaml(text: str, known: list[Entry] | None = None, places: list[Membership] | None = None) -> Revision:
    return revise(read_yaml(io.BytesIO(text.encode()), "Meadow"), "Meadow", known or [], places or [])


def _refused(text: str, known: list[Entry] | None = None) -> list[str]:
    with pytest.raises(UnreadableFile) as refusal:
        _yaml(text, known)
    return refusal.value.message.splitlines()[1:]


def _details(field: str) -> dict[str, object]:
    center = next(entry for entry in _yaml(CENTER % field).entries if entry.kind is Kind.CALL_CENTER)
    found: dict[str, object] = json.loads(center.details or "{}")
    return found


def test_entries_get_their_office_and_ids_from_their_names() -> None:
    north, support = _yaml(CENTER % "timezone: UTC").entries
    assert (north.kind, north.id, north.office_id) == (Kind.OFFICE, derived_id("Meadow", "office", "North"), north.id)
    assert (support.id, support.office_id) == (derived_id("Meadow", "callcenter", "Support"), north.id)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("'always'", None),
        ("{monday: 10:00-12:00}", ["10:00", "12:00"]),
        ("{Monday: 8:00 - 12:00, Tuesday: closed}", ["08:00", "12:00"]),
        ("{monday: '08:00-12:00, 14:00–24:00'}", ["08:00", "12:00", "14:00", "24:00"]),
        ("{monday: [08:00, 12:00, 14:00, 18:00]}", ["08:00", "12:00", "14:00", "18:00"]),
        ("{monday: 08:00-12:00 12:00-14:00}", ["08:00", "12:00", "12:00", "14:00"]),
        ("{tuesday: 08:00-12:00}", []),
    ],
)
def test_hours(written: str, expected: list[str] | None) -> None:
    hours = _details(f"hours: {written}")["hours"]
    assert (hours and hours["monday"]) == expected  # type: ignore[index]


@pytest.mark.parametrize(
    "written",
    [
        "{monday: 08:00}", "{monday: 12:00-08:00}", "{monday: 08:00-08:00}", "{monday: 08:00-12:00 11:00-13:00}",
        "{monday: 08:00-24:01}", "{monday: 08:60-09:00}", "{monday: [08:00]}", "{monday: {from: 08:00}}", "{mon: 1}",
        "sometimes", "[]", "{monday: ''}", "{monday: 22:00-06:00}", "{monday: 08:00-12:00, monday: 08:00-13:00}",
    ],
)  # fmt: skip
def test_hours_that_are_none(written: str) -> None:
    assert _refused(CENTER % f"hours: {written}")[0].startswith("line 1: hours: got ")


def test_holidays() -> None:
    said = "holidays: [2026-12-25 Christmas Day, {date: 2026-01-01}, 2026-05-01]"
    assert _details(said)["holidays"] == [
        {"date": "2026-01-01", "name": None},
        {"date": "2026-05-01", "name": None},
        {"date": "2026-12-25", "name": "Christmas Day"},
    ]


@pytest.mark.parametrize("written", ["[2026-02-30]", "[Christmas]", "[25.12.2026]", "[{day: 2026-01-01}]", "[[x]]"])
def test_holidays_that_are_none(written: str) -> None:
    assert _refused(CENTER % f"holidays: {written}")[0].startswith("line 1: holidays: got ")


def test_scalars_are_what_is_written() -> None:
    text = "users: [{name: No, country: NO, extension: 0123, job_title: ~, email: no@meadow.example}]"
    (user,) = _yaml(text).entries
    assert (user.name, json.loads(user.details or "")) == ("No", {"country": "NO", "extension": "0123"})


def test_names_of_other_scripts() -> None:
    (user,) = _yaml("users: [{name: フージー\u3000ボール}]").entries
    assert user.name == "フージー\u3000ボール"


def test_members_their_roles_and_dates() -> None:
    revision = _yaml("""
        offices:
          - name: North
            call_centers:
              - name: Support
                id: 31
                operators:
                  - Dana
                  - {user: 92, role: admin, since: 2026-01-01, until: 2026-02-01}
                  - {room: Desk}
            users: [{id: 91, name: Dana}, {id: 92, name: Avi}]
            rooms: [{id: 61, name: Desk}]
    """)
    group = (Kind.CALL_CENTER, "31")
    assert {(place.member, place.role, place.since, place.until) for place in revision.groups[group]} == {
        ((Kind.USER, "91"), Role.OPERATOR, None, None),
        ((Kind.USER, "92"), Role.ADMIN, date(2026, 1, 1), date(2026, 2, 1)),
        ((Kind.ROOM, "61"), Role.OPERATOR, None, None),
    }


def test_a_list_is_the_whole_list_and_a_list_not_given_stays() -> None:
    known = [Entry(Kind.CALL_CENTER, "31", "A"), Entry(Kind.CALL_CENTER, "32", "B"), Entry(Kind.USER, "91", "Dana")]
    places = [Membership((Kind.CALL_CENTER, number), (Kind.USER, "91"), Role.OPERATOR) for number in ("31", "32")]
    revision = _yaml("call_centers: [{id: 31, operators: []}, {id: 32, country: us}]", known, places)
    assert revision.groups == {(Kind.CALL_CENTER, "31"): []}
    assert revision.members_changed() == (0, 1)


def test_silence_changes_nothing() -> None:
    known = [Entry(Kind.CALL_CENTER, "31", "A", phone="+1", details='{"country": "us", "hours": null}')]
    (center,) = _yaml("call_centers: [{id: 31, hours: {monday: 08:00-09:00}, phones: }]", known).entries
    details = json.loads(center.details or "")
    assert (center.name, center.phone, details["country"]) == ("A", "+1", "us")
    assert details["hours"]["monday"] == ["08:00", "09:00"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("company: Other", "line 1: company: got 'Other'; accepted: Meadow, the company that the file is"),
        ("ofices: []", "line 1: a field of the file: got 'ofices'; accepted: company, offices, call_centers"),
        ("offices: North", "line 1: offices: got 'North'; accepted: a list"),
        ("offices:\n- North", "line 2: offices: got 'North'; accepted: a mapping"),
        ("users:\n- email: none", "line 2: email: got 'none'; accepted: one email address"),
        ("users:\n- {name: A, timezone: Mars}", "line 2: timezone: got 'Mars'; accepted: a name of the tz database"),
        ("users:\n- country: us", "line 2: name: missing; accepted: an id or a name"),
        ("users:\n- {name: A, id: 1E+15}", "line 2: id: got '1E+15'; accepted: an id, not a number as"),
        ("users:\n- {name: A, id: x7}", "line 2: id: got 'x7'; accepted: a whole number"),
        ("users:\n- {name: A, name: B}", "line 2: name: got 'B'; accepted: each field once"),
        ("users:\n- {name: A, service_level_percent: 5}", "line 2: a field of user: got 'service_level_percent'"),
        ("users:\n- {name: A, state: asleep}", "line 2: state: got 'asleep'; accepted: active, cancelled"),
        ("users:\n- {name: A, company_admin: perhaps}", "line 2: company_admin: got 'perhaps'; accepted: true or"),
        ("users:\n- {name: [A]}", "line 2: name: got \"['A']\"; accepted: a line of text"),
        ("users:\n- {id: 1}\n- {id: 1}", "line 3: id: got '1'; accepted: every entry once, and this one is on line 2"),
        ("users:\n- name: A\n- name: A", "line 3: id: got '"),
        ("rooms:\n- {name: A, phones: [[1]]}", "line 2: phones: got "),
        (
            CENTER % "service_level_percent: 0",
            "line 1: service_level_percent: got '0'; accepted: a whole number from 1",
        ),
        (CENTER % "service_level_seconds: 1.5", "line 1: service_level_seconds: got '1.5'; accepted: a whole number"),
        (CENTER % "operators: [Nobody]", "line 1: member: got 'Nobody'; accepted: an id or a name that is in the file"),
        (CENTER % "operators: [{role: admin}]", "line 1: member: missing; accepted: one user or room"),
        (CENTER % "operators: [{user: A, room: B}]", "line 1: member: missing; accepted: one user or room"),
        (CENTER % "operators: [{user: A, since: soon}]", "line 1: since: got 'soon'; accepted: a date such as"),
        (
            CENTER % "operators: [{user: A, since: 2026-02-01, until: 2026-02-01}]",
            "line 1: until: got '2026-02-01'; accepted: a day after since (2026-02-01)",
        ),
    ],
)
def test_lines_that_cannot_be_taken(text: str, line: str) -> None:
    assert _refused(text)[0].startswith(line)


@pytest.mark.parametrize(
    ("member", "line"),
    [
        ("{user: A, role: coach}", "line 1: role: got 'coach'; accepted: operator, supervisor, admin"),
        ("{user: Twin}", "line 1: member: got 'Twin'; accepted: one of the ids 93, 94: several are called that"),
        ("A, {user: A, role: admin}", "line 1: role: got 'admin'; accepted: one role of somebody in a group at a time"),
    ],
)
def test_members_that_cannot_be_taken(member: str, line: str) -> None:
    known = [Entry(Kind.USER, "91", "A"), Entry(Kind.USER, "93", "Twin"), Entry(Kind.USER, "94", "Twin")]
    assert _refused(CENTER % f"operators: [{member}]", known)[0].startswith(line)


@pytest.mark.parametrize(
    ("member", "line"),
    [
        ("{user: A}", "line 1: role: missing; accepted: coach, trainee"),
        ("{user: A, role: operator}", "line 1: role: got 'operator'; accepted: coach, trainee"),
        ("{room: Desk, role: coach}", "line 1: member: got 'room'; accepted: a user"),
    ],
)
def test_coaching_members_that_cannot_be_taken(member: str, line: str) -> None:
    known = [Entry(Kind.USER, "91", "A"), Entry(Kind.ROOM, "61", "Desk")]
    assert _refused(f"coaching_teams: [{{name: T, members: [{member}]}}]", known)[0].startswith(line)


def test_every_line_is_named_at_once_up_to_twenty() -> None:
    said = _refused("users:\n" + "- {country: us}\n" * 30)
    assert len(said) == 21
    assert said[19].startswith("line 21: ")
    assert said[20] == "… and 10 more."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"- a\n", "no YAML mapping"),
        (b"a: [1\nb: 2", "line 2"),
        (b"a: \xff\n", "Line 1 is not UTF-8"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"a: [" + b"[" * 100_000, "nesting"),
        (b"a: 1\n---\nb: 2\n", "but found another document"),
        (b"a: *b", "undefined alias"),
        (b"offices: &a [*a]", "line 1: offices: got 'a sequence'"),
        (b"offices: [&a {name: A, hours: {monday: &b [*b]}}]", "line 1: hours"),
    ],
)
def test_what_is_no_directory_at_all(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_yaml(io.BytesIO(content), "Meadow")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", b"users: [{name: Dana}]"),
        ("a.json", b'{"users": [{"name": "Dana"}]}'),
        ("a.csv", b"name;kind\nDana;user\n"),
        ("a.yml.gz", gzip.compress(b"users: [{name: Dana}]")),
        ("people", b"\xef\xbb\xbfkind\tname\r\nuser\tDana\r\n"),
        ("directory", b"users:\n- name: Dana\n"),
    ],
)
def test_the_form_is_told_by_the_name_else_by_the_first_line(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (draft,) = read_directory(path, "Meadow").drafts
    assert (draft.kind, draft.name) == (Kind.USER, "Dana")
