"""Whatever goes wrong leaves in the vendor's envelope, with its code, and never with a traceback."""

from typing import Any

import pytest

from api.conftest import Opener
from api.door import CALLS, STATS, Door, refusal
from busyhour.reception import Reception


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/v2", "/api/v2/nothing", "/api/v2/stats/a/b", "/downloads/x", "/docs"]
)
def test_an_unknown_path(door: Door, path: str) -> None:
    assert path in refusal(door.http.get(path, headers=door.bearer), 404, "notFound")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", STATS, "GET, POST"),
        ("DELETE", STATS, "GET, POST"),
        ("PATCH", f"{STATS}/any", "GET"),
        ("POST", f"{STATS}/any", "GET"),
        ("POST", "/healthz", "GET"),
        ("POST", "/downloads/x.csv", "GET"),
    ],
)
def test_a_method_that_a_path_does_not_have(door: Door, method: str, path: str, allowed: str) -> None:
    answer = door.http.request(method, path, headers=door.bearer)
    refusal(answer, 405, "methodNotAllowed")
    assert answer.headers["Allow"] == allowed


def test_a_body_may_be_so_large_and_no_larger(opened: Opener) -> None:
    door = opened(max_body_bytes=200)
    body = b'{"export_type": "stats", "stat_type": "calls"}'
    assert door.send(body.ljust(200)).status_code == 200
    assert "200 bytes" in refusal(door.send(body.ljust(201)), 413, "payloadTooLarge")


def test_a_large_body_of_nobody_is_not_read(opened: Opener) -> None:
    answer = opened(max_body_bytes=200).http.post(STATS, content=b" " * 201)
    refusal(answer, 401, "unauthorized")


@pytest.mark.parametrize("method", ["submit", "look"])
def test_what_nobody_foresaw_is_told_to_nobody(door: Door, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def break_down(*_: Any) -> None:
        raise RuntimeError("a detail of ours")

    monkeypatch.setattr(Reception, method, break_down)
    answer = door.post(CALLS) if method == "submit" else door.get("any")
    assert "detail" not in refusal(answer, 500, "backendError")


def test_health(door: Door) -> None:
    answer = door.http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
