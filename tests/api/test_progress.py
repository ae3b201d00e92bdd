"""GET: how far a request is."""

from typing import Any

import pytest

from api.door import CALLS, STATS, Door, refusal
from busyhour.engine.duckdb import DuckDBEngine

AS_OF = "2026-03-10T12:00:00Z"
"""When the small company was filled."""


def test_from_processing_to_complete(door: Door) -> None:
    request_id = door.id_of(CALLS)
    waiting = door.get(request_id)
    assert (waiting.status_code, waiting.json()) == (200, {"status": "processing", "as_of": AS_OF})
    assert waiting.headers["Retry-After"].isdigit()
    door.house.worker().run_one()
    done = door.get(request_id).json()
    assert set(done) == {"status", "download_url", "file_type", "as_of"}
    assert (done["status"], done["file_type"]) == ("complete", "csv")


def test_the_answer_to_a_post_says_when_to_look(door: Door) -> None:
    assert door.post(CALLS).headers["Retry-After"].isdigit()


def test_a_cached_result_is_complete_in_the_first_get(door: Door) -> None:
    door.make(CALLS)
    request_id, was_started = door.start(CALLS)
    assert was_started
    assert door.get(request_id).json()["status"] == "complete"


def test_a_running_request_is_processing(door: Door) -> None:
    request_id = door.id_of(CALLS)
    assert door.house.requests.claim("hand", 0.0, 60.0) is not None
    assert door.status(request_id) == "processing"


def test_an_engine_that_breaks_three_times_fails_the_request(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any) -> int:
        raise RuntimeError("a detail of ours")

    request_id = door.id_of(CALLS)
    with monkeypatch.context() as broken:
        broken.setattr(DuckDBEngine, "export", break_down)
        worker = door.house.worker()
        assert [worker.run_one() for _ in range(4)] == [True, True, True, False]
    said = door.get(request_id).json()
    assert (said["status"], said["reason"]) == ("failed", "The report could not be made in three attempts.")
    assert door.link(door.make(CALLS))


def test_the_id_may_be_a_parameter(door: Door) -> None:
    request_id = door.make(CALLS)
    asked = door.http.get(STATS, params={"id": request_id}, headers=door.bearer)
    assert asked.json()["status"] == "complete"
    unknown = door.http.get(STATS, params={"id": "nothing"}, headers=door.bearer)
    assert refusal(unknown, 404, "notFound") == "Request with id nothing not found."


@pytest.mark.parametrize("query", ["", "?id=", "?other=1"])
def test_a_missing_parameter_is_named(door: Door, query: str) -> None:
    answer = door.http.get(f"{STATS}{query}", headers=door.bearer)
    assert refusal(answer, 400, "badRequest").startswith("id: missing")


@pytest.mark.parametrize("request_id", ["nothing", "0", "a b", "%00", "ü", "x" * 3_000])
def test_an_unknown_id(door: Door, request_id: str) -> None:
    said = "\x00" if request_id == "%00" else request_id
    assert refusal(door.get(request_id), 404, "notFound") == f"Request with id {said} not found."


def test_anothers_request_is_as_unknown(door: Door) -> None:
    request_id = door.make(CALLS)
    message = refusal(door.of("Rival").get(request_id), 404, "notFound")
    assert message == f"Request with id {request_id} not found."
