"""Load on an HTTP server from a process of its own: keep-alive clients on bare sockets, one request at a time each."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from urllib.parse import urlsplit

import uvloop

from bench.events import filled

__all__ = ["Load", "Measured", "new_pool", "start"]

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent: bodies of these templates in turn, each round of them with a number that no other one has."""

    url: str
    headers: tuple[str, ...]
    bodies: tuple[bytes, ...]
    clients: int
    seconds: float
    a_second: float | None = None
    """So many requests a second over all clients; as many as go without it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a load: the seconds of each answered request, how many were refused or lost, what sending cost."""

    taken: list[float]
    refused: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Answered requests a second."""
        return len(self.taken) / self.seconds

    def percentile(self, of: int) -> float:
        """The time within which so many of 100 requests were answered, in ms."""
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, len(ordered) * of // 100)] * 1000 if ordered else float("nan")


def start(pool: ProcessPoolExecutor, load: Load) -> "Future[Measured]":
    """Let a process of the pool send a load; numbers are never given twice."""
    return pool.submit(_run, load, next(_NUMBERS) * 10_000_000)


def new_pool(processes: int) -> ProcessPoolExecutor:
    """Processes that send loads, ready when this returns."""
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    for waiting in [pool.submit(time.sleep, 0.1) for _ in range(processes)]:
        waiting.result()
    return pool


def _run(load: Load, first_number: int) -> Measured:
    return uvloop.run(_send(load, count(first_number)))


async def _send(load: Load, numbers: Iterator[int]) -> Measured:
    at = urlsplit(load.url)
    sent: list[tuple[float, int]] = []
    requests = _requests(load, numbers)
    cpu, began = time.process_time(), time.perf_counter()
    pause = load.clients / load.a_second if load.a_second else 0.0
    async with asyncio.TaskGroup() as clients:
        for number in range(load.clients):
            first = began + pause * number / load.clients
            clients.create_task(_client(at.netloc, requests, sent, first, began + load.seconds, pause))
    taken = [took for took, code in sent if code == 200]
    return Measured(taken, len(sent) - len(taken), time.perf_counter() - began, time.process_time() - cpu)


async def _client(
    at: str, requests: Iterator[bytes], sent: list[tuple[float, int]], turn: float, end: float, pause: float
) -> None:
    """Send a request when its turn has come, which is at once without a pause, and the last one was answered."""
    host, _, port = at.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    while turn < end and time.perf_counter() < end:
        await asyncio.sleep(turn - time.perf_counter())
        began = time.perf_counter()
        try:
            code = await _answered(reader, writer, next(requests))
        except (asyncio.IncompleteReadError, ConnectionError):
            code = 0
            writer.close()
            reader, writer = await asyncio.open_connection(host, int(port))
        now = time.perf_counter()
        sent.append((now - began, code))
        turn = turn + pause if pause else now
    writer.close()


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """The code with which a request is answered, once all of the answer is there."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r", 1)[0]))
    return int(head[9:12])


def _requests(load: Load, numbers: Iterator[int]) -> Iterator[bytes]:
    at = urlsplit(load.url)
    lines = [f"POST {at.path}?{at.query} HTTP/1.1", f"Host: {at.netloc}", "Content-Type: application/json"]
    heads = [
        "\r\n".join((*lines, *load.headers, f"Content-Length: {len(body)}", "\r\n")).encode() for body in load.bodies
    ]
    whole = list(zip(heads, load.bodies, strict=True))
    for number in numbers:
        # One number for a round of all bodies: the events of a leg, which lie among them, keep together.
        turn, place = divmod(number, len(whole))
        head, body = whole[place]
        yield head + filled(body, turn)
