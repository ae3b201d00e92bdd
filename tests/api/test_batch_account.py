"""What a batch of events is answered: how many came, and which lines say nothing that is understood."""

from contextlib import closing
from typing import Any

import orjson

from api.door import Door
from busyhour.store.arrival_file import ArrivalFile

_BATCH = "/ingest/events"


def _call(number: int) -> bytes:
    return orjson.dumps({"call_id": number, "state": "hangup", "event_timestamp": 1772445600000 + number})


def _send(door: Door, body: bytes) -> Any:
    return door.http.post(_BATCH, content=body, headers=door.bearer)


def test_lines_are_told_by_their_number_reason_and_what_came(door: Door) -> None:
    lines = [_call(1), b"", b"{", b"   ", _call(2) + b"\r", b"[]", b'{"call_id": "\xff"}']
    answer = _send(door, b"\n".join(lines))
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "kept",
        "events": 5,
        "not_understood": 3,
        "lines": [
            {"line": 3, "reason": "event: expected a JSON object", "got": "'{'"},
            {"line": 6, "reason": "event: expected a JSON object", "got": "[]"},
            {"line": 7, "reason": "the row is not UTF-8 text", "got": ""},
        ],
    }


def test_what_is_kept_is_the_body_as_it_came(door: Door) -> None:
    body = b"\n".join([_call(1), b"{", b"", _call(2)])
    assert _send(door, body).json()["not_understood"] == 1
    (path,) = door.house.arrivals.paths()
    with closing(ArrivalFile.open(path)) as file:
        _, arrivals = file.first()
    assert [arrival.body for arrival in arrivals] == [body]


def test_ten_thousand_events_are_taken_and_one_more_is_not(door: Door) -> None:
    most = [_call(number) for number in range(10_000)]
    assert _send(door, b"\n".join(most)).json() == {
        "status": "kept",
        "events": 10_000,
        "not_understood": 0,
        "lines": [],
    }
    answer = _send(door, b"\n".join([*most, _call(10_000)]))
    assert answer.status_code == 413
    assert "10001 events" in answer.json()["error"]["message"]


def test_an_empty_batch_is_refused_and_nothing_is_kept(door: Door) -> None:
    for body in (b"", b"\n \r\n\t\n"):
        assert _send(door, body).status_code == 400
    assert door.house.arrivals.oldest() is None


def test_a_check_reads_every_field_and_keeps_nothing(door: Door) -> None:
    misshapen = b'{"call_id": 1, "state": "hangup", "event_timestamp": 1772445600000, "direction": "sideways"}'
    answer = door.http.post(f"{_BATCH}?check=true", content=misshapen, headers=door.bearer)
    assert answer.json()["status"] == "checked"
    assert answer.json()["lines"] == [
        {"line": 1, "reason": "direction: expected inbound or outbound", "got": "'sideways'"}
    ]
    assert door.house.arrivals.oldest() is None
    assert _send(door, misshapen).json()["not_understood"] == 0
