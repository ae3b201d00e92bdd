"""POST: what each field may be, what it is when it is not there, and how a wrong one is refused."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from api.door import CALLS, Door, refusal
from api.small_company import NORTH, OF_KIND, SALES, ZOE
from busyhour.reports.registry import FORMS

STAT_TYPES = ("calls", "csat", "dispositions", "onduty", "recordings", "screenshare", "texts", "voicemails")
SERVED = {stat_type for stat_type, _, _ in FORMS}
DEFAULTS = {
    "days_ago_start": 1, "days_ago_end": 30, "is_today": False, "timezone": "UTC", "office_id": None,
    "target_id": None, "target_type": None, "group_by": "user", "coaching_group": False, "coaching_team": False,
}  # fmt: skip
TARGET = {"target_id": ZOE, "target_type": "user"}


@pytest.mark.parametrize("field", ["export_type", "stat_type"])
@pytest.mark.parametrize("said", [{}, {"null": None}], ids=["absent", "null"])
def test_a_required_field_is_missed_by_name(door: Door, field: str, said: dict[str, None]) -> None:
    fields = {name: value for name, value in CALLS.items() if name != field} | dict.fromkeys([field] if said else [])
    message = refusal(door.post(fields), 400, "badRequest")
    assert message.startswith(f"{field}: missing; accepted: ")


@pytest.mark.parametrize("export_type", ["records", "stats"])
def test_both_export_types(door: Door, export_type: str) -> None:
    header = door.lines(CALLS | {"export_type": export_type})[0]
    assert header.split(",")[0] == {"records": "date_started", "stats": "date"}[export_type]


@pytest.mark.parametrize("stat_type", STAT_TYPES)
def test_every_stat_type_is_served_or_said_not_to_be(door: Door, stat_type: str) -> None:
    answer = door.post(TARGET | {"export_type": "records", "stat_type": stat_type})
    if stat_type in SERVED:
        assert answer.status_code == 200
        return
    message = refusal(answer, 400, "badRequest")
    assert message.startswith(f"stat_type: got '{stat_type}'")
    assert "calls" in message


@pytest.mark.parametrize("target_type", OF_KIND)
def test_every_target_type(door: Door, target_type: str) -> None:
    assert door.start(CALLS | {"target_type": target_type, "target_id": OF_KIND[target_type]})[1] is False


def test_every_grouping(door: Door) -> None:
    expected = {
        "user": ["date", "user_id", "name"],
        "date": ["date", "all_calls", "inbound_calls"],
        "group": ["name", "type", "all_calls"],
    }
    for grouping, columns in expected.items():
        assert door.lines(CALLS | {"group_by": grouping})[0].split(",")[:3] == columns


def test_defaults(door: Door) -> None:
    assert door.id_of(CALLS) == door.id_of(CALLS | DEFAULTS)
    lines = door.lines(CALLS | {"group_by": "date"})
    assert [lines[1][:10], lines[-1][:10], len(lines)] == ["2026-02-08", "2026-03-09", 31]


@pytest.mark.parametrize("field", DEFAULTS)
def test_null_is_as_absent(door: Door, field: str) -> None:
    assert door.id_of(CALLS | {field: None}) == door.id_of(CALLS)


@pytest.mark.parametrize("field", ["is_today", "coaching_group", "coaching_team"])
@pytest.mark.parametrize("value", [False, "false", "False"])
def test_false_is_as_absent(door: Door, field: str, value: object) -> None:
    assert door.id_of(CALLS | {field: value}) == door.id_of(CALLS)


def test_numbers_may_be_strings(door: Door) -> None:
    numbers = {"days_ago_start": 2, "days_ago_end": 7, "target_id": SALES, "office_id": NORTH}
    texts = {name: str(value) for name, value in numbers.items()}
    of_type = CALLS | {"target_type": "callcenter"}
    assert door.id_of(of_type | numbers) == door.id_of(of_type | texts)


def test_unknown_fields_are_ignored(door: Door) -> None:
    assert door.id_of(CALLS | {"of_tomorrow": {"deep": [1]}}) == door.id_of(CALLS)


@pytest.mark.parametrize("by", ["hour", "interval", "nonsense", 7])
def test_our_own_dimensions_are_no_field(door: Door, by: object) -> None:
    assert door.id_of(CALLS | {"by": by}) == door.id_of(CALLS)
    assert door.lines(CALLS | {"by": by})[0].startswith("date,user_id,name,")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"export_type": "csv"}, "records, stats"),
    ({"export_type": ["stats"]}, "records, stats"),
    ({"stat_type": "call"}, "calls, csat, dispositions, onduty, recordings, screenshare, texts, voicemails"),
    ({"group_by": "hour"}, "user, date, group"),
    ({"target_type": "call_center", "target_id": SALES}, "callcenter"),
    ({"target_id": "Sales", "target_type": "callcenter"}, "an id: a whole number"),
    ({"target_id": True, "target_type": "user"}, "an id: a whole number"),
    ({"target_id": -1, "target_type": "user"}, "an id: a whole number"),
    ({"target_id": 10**19, "target_type": "user"}, "an id: a whole number"),
    ({"office_id": 1.5}, "an id: a whole number"),
    ({"office_id": {}}, "an id: a whole number"),
    ({"days_ago_start": -1}, "a whole number of days from 0 (today) to 36500"),
    ({"days_ago_start": "yesterday"}, "a whole number of days from 0 (today) to 36500"),
    ({"days_ago_end": 36_501}, "a whole number of days from 0 (today) to 36500"),
    ({"days_ago_end": 1.5}, "a whole number of days from 0 (today) to 36500"),
    ({"days_ago_end": "1e3"}, "a whole number of days from 0 (today) to 36500"),
    ({"is_today": "maybe"}, "true or false"),
    ({"is_today": 1}, "true or false"),
    ({"coaching_team": []}, "true or false"),
]


@pytest.mark.parametrize(("fields", "accepted"), WRONG, ids=lambda part: json.dumps(part)[:40])
def test_a_wrong_value_is_named_with_what_came_and_what_is_accepted(
    door: Door, fields: dict[str, Any], accepted: str
) -> None:
    field, value = next(iter(fields.items()))
    message = refusal(door.post(CALLS | fields), 400, "badRequest")
    assert message.startswith(f"{field}: got {value!r}")
    assert accepted in message


@pytest.mark.parametrize("name", ["Mars/Olympus", "utc", "america/new_york", "", " UTC", "../UTC", 5, True, ["UTC"]])
def test_an_unknown_zone(door: Door, name: object) -> None:
    message = refusal(door.post(CALLS | {"timezone": name}), 400, "badRequest")
    assert message.startswith(f"timezone: got {name!r}")
    assert "Invalid timezone name" in message


def test_the_whole_range_of_days(door: Door) -> None:
    assert door.start(CALLS | {"days_ago_start": 0, "days_ago_end": 36_500})[1] is False


FORM = {"export_type": "stats", "stat_type": "calls", "days_ago_end": "7", "is_today": "false", "timezone": "Etc/GMT+5"}
TYPES = ("application/x-www-form-urlencoded", "application/json", "text/plain", "application/octet-stream", "")


@pytest.mark.parametrize("content_type", TYPES)
def test_a_form_and_json_are_told_apart_by_the_body_alone(door: Door, content_type: str) -> None:
    headers = {"content_type": content_type} if content_type else {}
    expected = door.id_of(CALLS | {"days_ago_end": 7, "timezone": "Etc/GMT+5"})
    for content in (urlencode(FORM), json.dumps(FORM), f"  {json.dumps(FORM, indent=1)}\r\n"):
        answer = door.send(content.encode(), **headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()["request_id"] == expected


BODIES = {
    "cut off": b'{"stat_type": "calls"',
    "a list": b"[1]",
    "a string": b'"stat_type=calls"',
    "a number": b"7",
    "null": b"null",
    "plain text": b"calls please",
    "not UTF-8": b'{"stat_type": "\xff"}',
    "too deep": b'{"a":' * 20_000,
    "too long a number": b'{"office_id": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_holds_no_fields(door: Door, body: str) -> None:
    assert "body" in refusal(door.send(BODIES[body]), 400, "badRequest")


@pytest.mark.parametrize("body", [b"", b" \n", b"{}"])
def test_an_empty_body_misses_the_first_field(door: Door, body: bytes) -> None:
    assert refusal(door.send(body), 400, "badRequest").startswith("export_type: missing")
