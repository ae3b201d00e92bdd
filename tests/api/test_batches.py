"""The batches' door: an event a line, counted, checked, and kept whole."""

import json

import pytest

from api.conftest import Opener
from api.door import Door, refusal
from api.ingesting import call, hand_in, held, refresh
from arriving import stored

UNKNOWN_KEY = {"Authorization": "Bearer bh_unknown"}


def _calls(door: Door) -> set[int]:
    """The new calls that are in Acme's tables, each once."""
    refresh(door)
    counts = {json.loads(raw)["call_id"]: count for raw, count in stored(door.house).items()}
    assert set(counts.values()) == {1}
    return {number for number in counts if number >= 100}


def _line(number: int) -> bytes:
    return json.dumps(call(number)).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"\n".join([_line(100), _line(101)]),
        b"\n".join([_line(100), _line(101), b""]),
        b"\r\n".join([_line(100), _line(101), b""]),
        b"\n\n \n".join([b"", _line(100), _line(101), b""]),
        b"\xef\xbb\xbf" + _line(100) + b"\n" + _line(101),
        b"  " + _line(100) + b"\t\n" + _line(101),
    ],
    ids=["bare", "ended", "CRLF", "blank lines", "BOM", "blanks"],
)
def test_lines_of_every_form(door: Door, body: bytes) -> None:
    answer = hand_in(door, body)
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "kept", "events": 2, "not_understood": 0, "lines": []},
    )
    assert _calls(door) == {100, 101}


def test_lines_that_are_not_understood_are_named_and_held_and_the_others_taken(door: Door) -> None:
    answer = hand_in(door, b"\n".join([_line(100), b"broken", b"", b'{"shape": "unknown"}', _line(101)]))
    said = answer.json()
    assert (said["status"], said["events"], said["not_understood"]) == ("kept", 4, 2)
    assert [(one["line"], one["got"]) for one in said["lines"]] == [(2, "'broken'"), (4, "{'shape': 'unknown'}")]
    assert all("expected" in one["reason"] for one in said["lines"])
    assert held(door) == [b"broken", b'{"shape": "unknown"}']
    assert _calls(door) == {100, 101}


def test_a_field_that_is_wrong_is_found_by_a_check_alone_and_held(door: Door) -> None:
    wrong = json.dumps(call(100, date_connected="yesterday")).encode()
    checked = hand_in(door, wrong, "?check=true").json()
    assert (checked["status"], checked["not_understood"]) == ("checked", 1)
    assert checked["lines"][0]["got"] == "'yesterday'"
    assert checked["lines"][0]["reason"].startswith("date_connected: expected")
    assert held(door) == []
    assert hand_in(door, wrong).json()["not_understood"] == 0
    assert held(door) == [wrong]


def test_a_check_keeps_nothing(door: Door) -> None:
    said = hand_in(door, [call(100), call(101)], "?check=true").json()
    assert said == {"status": "checked", "events": 2, "not_understood": 0, "lines": []}
    assert door.house.arrivals.oldest() is None
    assert _calls(door) == set()


@pytest.mark.parametrize("query", ["", "?check=false"])
def test_what_is_not_to_be_checked_only_is_kept(door: Door, query: str) -> None:
    assert hand_in(door, [call(100)], query).json()["status"] == "kept"
    assert _calls(door) == {100}


@pytest.mark.parametrize("came", ["TRUE", "1", "", "no"])
def test_a_check_is_true_or_false(door: Door, came: str) -> None:
    message = refusal(hand_in(door, [call(100)], f"?check={came}"), 400, "badRequest")
    assert message == f"check: got {came!r}; accepted: true, false."
    assert door.house.arrivals.oldest() is None


@pytest.mark.parametrize("body", [b"", b"\n", b" \r\n\t\n"])
def test_an_empty_batch_is_refused(door: Door, body: bytes) -> None:
    message = refusal(hand_in(door, body), 400, "badRequest")
    assert message == "The batch is empty: expected JSON lines, an event each."


def test_ten_thousand_events_are_taken_and_one_more_is_not(door: Door) -> None:
    numbers = range(100, 10_100)
    assert hand_in(door, [call(number) for number in numbers]).json()["events"] == 10_000
    message = refusal(hand_in(door, [call(number) for number in range(20_000, 30_001)]), 413, "payloadTooLarge")
    assert message == "The batch has 10001 events: at most 10000 are taken at once."
    assert _calls(door) == set(numbers)


def test_a_hundred_lines_at_most_are_named(door: Door) -> None:
    said = hand_in(door, b"\n".join([b"broken"] * 150)).json()
    assert (said["not_understood"], [one["line"] for one in said["lines"]]) == (150, [*range(1, 101)])
    assert len(held(door)) == 150


def test_a_batch_that_is_too_large_is_refused(opened: Opener) -> None:
    door = opened(max_batch_bytes=1000, max_body_bytes=10)
    assert hand_in(door, _line(100) + b" " * (1000 - len(_line(100)))).status_code == 200
    refusal(hand_in(door, _line(101) + b" " * (1001 - len(_line(101)))), 413, "payloadTooLarge")
    assert _calls(door) == {100}


@pytest.mark.parametrize("headers", [{}, UNKNOWN_KEY])
def test_without_a_key_nothing_is_taken(door: Door, headers: dict[str, str]) -> None:
    refusal(door.http.post("/ingest/events", content=_line(100), headers=headers), 401, "unauthorized")
    assert _calls(door) == set()


def test_a_key_is_its_companys_alone(door: Door) -> None:
    hand_in(door.of("Rival"), [call(100)])
    hand_in(door.of("Rival"), b"broken")
    hand_in(door, [call(101)])
    assert _calls(door) == {101}
    assert (held(door), held(door, "Rival")) == ([], [b"broken"])
