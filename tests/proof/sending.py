"""Phone systems that send events for as long as they are let: plain, signed, and in batches."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event, Lock, Thread

import jwt

from proof.ledger import Book, Unanswered
from proof.telling import Said

SECRET = "a-secret-of-thirty-two-bytes-or-more"  # noqa: S105 - of a made-up phone system


@dataclass(frozen=True)
class Account:
    """A company's ways in: its key, and the paths of its two endpoints."""

    book: Book
    key: str
    plain: str
    signed: str


@dataclass
class Line:
    """A connection that is made anew after it broke."""

    port: int
    unanswered: Unanswered
    connection: HTTPConnection | None = None

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes] | None:
        """The answer to a POST, or None where it ended without one."""
        try:
            connection = self.open()
            connection.request("POST", path, body, dict(headers))
            with self.unanswered.post(connection.sock):
                answer = connection.getresponse()
            return answer.status, answer.read()
        except (HTTPException, OSError):
            self.close()
            return None

    def get(self, path: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes] | None:
        """The answer to a GET, whole by what it says of its length; None where it ended early."""
        try:
            connection = self.open()
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        except (HTTPException, OSError):
            self.close()
            return None

    def open(self) -> HTTPConnection:
        if self.connection is None:
            self.connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.connect()
        return self.connection

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@dataclass
class Sender(Thread):
    """Sends through one door, to companies in turn, and hears each answer before it sends on."""

    number: int
    door: str
    line: Line
    accounts: Sequence[Account]
    stop: Event
    answers: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        Thread.__init__(self, name=f"sender {self.number}", daemon=True)
        self._rng = Random(self.number)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.stop.wait(self._rng.expovariate(1 / _PAUSES[self.door])):
            account = self._rng.choice(self.accounts)
            events = account.book.deal(self._rng.randrange(10, 60) if self.door == "batch" else 1)
            answer = self.line.post(*_request(self.door, account, events, self._rng))
            if answer is not None and answer[0] == 200:
                account.book.acknowledge(events)
            else:
                account.book.take_back(events)
            with self.lock:
                self.answers[f"{self.door} {'unanswered' if answer is None else answer[0]}"] += 1
        self.line.close()


_PAUSES = {"plain": 0.02, "signed": 0.02, "batch": 0.4}
"""How long a sender waits between an answer and its next POST, on average, in seconds."""


def _request(door: str, account: Account, events: Sequence[Said], rng: Random) -> tuple[str, bytes, Mapping[str, str]]:
    if door == "batch":
        return "/ingest/events", b"\n".join(_written(event, rng) for event in events), {"X-API-Key": account.key}
    body = _written(events[0], rng)
    if door == "plain":
        return account.plain, body, {}
    return account.signed, jwt.api_jws.encode(body, SECRET, "HS256").encode(), {}


def _written(event: Said, rng: Random) -> bytes:
    """An event's text, its fields in any order: what is sent twice is seldom twice the same text."""
    names = list(event)
    rng.shuffle(names)
    return json.dumps({name: event[name] for name in names}).encode()
