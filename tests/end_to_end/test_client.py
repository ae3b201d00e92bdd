"""The client against a server that says just what a test wants: how long it waits, and what it never does."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from busyhour.client import StatsClient, StatsError

FIELDS = {"stat_type": "calls", "export_type": "stats", "days_ago_end": 7}
STARTED = {"request_id": "r1", "already_started": False}
PROCESSING = {"status": "processing"}
HANG_UP = object()


@dataclass
class Server:
    """Answers POST, GET and download each from a list of its own; a list's last answer is given ever after."""

    url: str
    answers: dict[str, list[Any]] = field(default_factory=lambda: {"POST": [STARTED]})
    heard: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def says(self, what: str, *answers: Any) -> None:
        self.answers[what] = list(answers)

    def next_answer(self, what: str) -> Any:
        waiting = self.answers[what]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def count(self, method: str, path: str) -> int:
        return [(heard[0], heard[1]) for heard in self.heard].count((method, path))

    @property
    def complete(self) -> dict[str, str]:
        return {"status": "complete", "download_url": f"{self.url}/file.csv", "file_type": "csv"}


def _handler(server: Callable[[], Server]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server().heard.append((self.command, self.path, dict(self.headers), body))
            what = "file" if self.path == "/file.csv" else self.command
            said = server().next_answer(what)
            if said is HANG_UP:
                self.close_connection = True
                return
            code, headers, content = said if isinstance(said, tuple) else (200, {}, said)
            sent = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(code)
            for name, value in ({"Content-Length": str(len(sent))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    made: list[Server] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: made[0])) as listening:
        made.append(Server(f"http://127.0.0.1:{listening.server_address[1]}"))
        made[0].says("file", b"date,all_calls\n")
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made[0]
        listening.shutdown()
        thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(server: Server, waits: list[float]) -> Iterator[StatsClient]:
    with StatsClient(f"{server.url}/", "bh_key", sleep=waits.append) as made:
        yield made


def test_it_waits_as_the_vendor_advises(
    server: Server, client: StatsClient, waits: list[float], tmp_path: Path
) -> None:
    server.says("GET", PROCESSING, PROCESSING, server.complete)
    told: list[str] = []
    client.report(FIELDS, tmp_path / "o.csv", told.append)
    assert waits == [15, 5, 5]
    assert told == ["request r1", "processing", "processing"]
    assert (tmp_path / "o.csv").read_bytes() == b"date,all_calls\n"


def test_what_it_sends(server: Server, client: StatsClient, tmp_path: Path) -> None:
    server.says("GET", server.complete)
    client.report(FIELDS, tmp_path / "o.csv")
    (post, get, download) = server.heard
    assert (post[:2], json.loads(post[3])) == (("POST", "/api/v2/stats"), FIELDS)
    assert get[:2] == ("GET", "/api/v2/stats/r1")
    assert post[2]["Authorization"] == get[2]["Authorization"] == "Bearer bh_key"
    assert download[:2] == ("GET", "/file.csv")
    assert "Authorization" not in download[2], "the link stands alone: the key stays here"


def test_a_server_may_say_sooner(server: Server, client: StatsClient, waits: list[float], tmp_path: Path) -> None:
    server.says("POST", (200, {"Retry-After": "1"}, STARTED))
    server.says("GET", (200, {"Retry-After": "2"}, PROCESSING), PROCESSING, server.complete)
    client.report(FIELDS, tmp_path / "o.csv")
    assert waits == [1, 2, 5]


def test_a_get_that_comes_too_often_waits_as_told(
    server: Server, client: StatsClient, waits: list[float], tmp_path: Path
) -> None:
    limited = {"error": {"code": 429, "message": "Too many."}}
    server.says("GET", (429, {"Retry-After": "37"}, limited), (429, {}, limited), PROCESSING, server.complete)
    client.report(FIELDS, tmp_path / "o.csv")
    assert waits == [15, 37, 5, 5]
    assert server.count("POST", "/api/v2/stats") == 1


def test_a_get_that_breaks_off_is_repeated(server: Server, client: StatsClient, tmp_path: Path) -> None:
    server.says("GET", HANG_UP, server.complete)
    client.report(FIELDS, tmp_path / "o.csv")
    assert server.count("GET", "/api/v2/stats/r1") == 2
    assert server.count("POST", "/api/v2/stats") == 1


def _refused(client: StatsClient, path: Path) -> str:
    with pytest.raises(StatsError) as refused:
        client.report(FIELDS, path)
    assert not path.exists()
    return str(refused.value)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((400, {}, {"error": {"message": "timezone: got 'x'"}}), "400: timezone: got 'x'"),
        ((401, {}, {"error": {"message": "No API key"}}), "401: No API key"),
        ((429, {"Retry-After": "1"}, {"error": {"message": "Too many."}}), "429: Too many."),
        ((502, {}, b"<h1>Bad gateway</h1>"), "502: <h1>Bad gateway</h1>"),
        ((200, {}, b"<h1>Welcome</h1>"), "did not answer as a Stats API"),
        ((200, {}, ["request_id"]), "did not answer as a Stats API"),
        (HANG_UP, "could not be asked"),
    ],
)
def test_a_post_is_never_sent_twice(
    server: Server, client: StatsClient, waits: list[float], tmp_path: Path, answer: Any, message: str
) -> None:
    server.says("POST", answer)
    assert message in _refused(client, tmp_path / "o.csv")
    assert server.count("POST", "/api/v2/stats") == 1
    assert waits == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"status": "failed"}, "could not make the report of request r1"),
        ((404, {}, {"error": {"message": "Request with id r1 not found."}}), "404: Request with id r1 not found."),
        ({"state": "processing"}, "no status in"),
        ({"status": "complete"}, "no download_url in"),
    ],
)
def test_an_end_without_a_result(
    server: Server, client: StatsClient, tmp_path: Path, answer: Any, message: str
) -> None:
    server.says("GET", PROCESSING, answer)
    assert message in _refused(client, tmp_path / "o.csv")
    assert server.count("POST", "/api/v2/stats") == 1


def test_a_download_that_leads_elsewhere(server: Server, client: StatsClient, tmp_path: Path) -> None:
    server.says("GET", server.complete)
    server.says("file", (302, {"Location": f"{server.url}/file.csv"}, b""), b"moved\n")
    client.report(FIELDS, tmp_path / "o.csv")
    assert (tmp_path / "o.csv").read_bytes() == b"moved\n"


def test_a_download_that_is_gone(server: Server, client: StatsClient, tmp_path: Path) -> None:
    server.says("GET", server.complete)
    server.says("file", (404, {}, {"error": {"message": "Its time is over."}}))
    assert _refused(client, tmp_path / "o.csv") == "404: Its time is over."


@pytest.mark.parametrize(
    ("url", "key"),
    [("http://[::1", "k"), ("http://127.0.0.1:port", "k"), ("http://127.0.0.1", "ключ"), ("nowhere", "k")],
)
def test_what_cannot_be_asked(tmp_path: Path, url: str, key: str) -> None:
    with pytest.raises(StatsError, match=r"(cannot|could not) be asked"), StatsClient(url, key) as client:
        client.report(FIELDS, tmp_path / "o.csv")
