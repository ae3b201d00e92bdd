"""The ledger of a proof: what was sent, what was acknowledged, and how many POSTs nobody has answered yet."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from select import select
from socket import socket
from threading import Lock

from proof.telling import Company, Said

_MIXED = 240
"""How many events wait to be drawn from: those of one call go out in any order, among those of others."""


def content(event: Said) -> str:
    """What makes an event the one that it is, whatever the order of its fields."""
    return json.dumps(event, sort_keys=True)


class Unanswered:
    """The POSTs that were sent and not answered yet, each by the socket on which its answer is to come."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sockets: set[socket] = set()
        self.count = 0
        self.answered = 0

    def now(self) -> int:
        """How many there are at this moment: not those whose answer has come and waits to be read."""
        with self._lock:
            return sum(_is_silent(one) for one in self._sockets)

    @contextmanager
    def post(self, on: socket) -> Iterator[None]:
        """Around the time between a request's last byte and the first of its answer."""
        with self._lock:
            self._sockets.add(on)
            self.count += 1
        try:
            yield
            self.answered += 1
        finally:
            with self._lock:
                self._sockets.remove(on)


def _is_silent(on: socket) -> bool:
    """Whether nothing has come on a connection, neither an answer nor its end."""
    try:
        return not select([on], [], [], 0)[0]
    except (OSError, ValueError):
        return False  # It was closed this moment.


class Book:
    """One company's events: dealt out in any order, some twice, and written down when they are acknowledged."""

    def __init__(self, company: Company, known: Sequence[Said]) -> None:
        self.company = company
        self._lock = Lock()
        self._rng = Random(company.name)
        self._next = 1
        self._mixed: list[Said] = []
        self._again: list[Said] = list(known)
        self.sent = {content(event) for event in known}
        self.acknowledged = set(self.sent)
        self.repeated = 0

    def deal(self, count: int) -> list[Said]:
        """Some events to send, a fifth of them such as were sent before."""
        with self._lock:
            return [self._repeated() if self._rng.random() < 0.2 else self._fresh() for _ in range(count)]

    def _fresh(self) -> Said:
        while len(self._mixed) < _MIXED:
            self._mixed.extend(self.company.live(self._next))
            self._next += 1
        event = self._mixed.pop(self._rng.randrange(len(self._mixed)))
        self.sent.add(content(event))
        self._again.append(event)
        return event

    def _repeated(self) -> Said:
        self.repeated += 1
        return self._rng.choice(self._again) if self._again else self._fresh()

    def acknowledge(self, events: Sequence[Said]) -> None:
        """These were answered 200."""
        with self._lock:
            self.acknowledged.update(map(content, events))

    def take_back(self, events: Sequence[Said]) -> None:
        """Nobody answered: like a phone system, send most of them again later, and some never."""
        with self._lock:
            self._mixed.extend(event for event in events if self._rng.random() < 0.7)
