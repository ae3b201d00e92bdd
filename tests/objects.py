"""An object store for tests: moto's server, which speaks S3, as a process of its own, and a road to it that breaks."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2
import obstore
from obstore.store import S3Store

from servers import free_port


def environment(url: str) -> dict[str, str]:
    """How a client is told of a server, in the names that the libraries know."""
    return {
        "AWS_ACCESS_KEY_ID": "tester",
        "AWS_SECRET_ACCESS_KEY": "no-secret-of-anybody",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }


@dataclass(frozen=True)
class ObjectServer:
    """A running server; all that it holds is gone with its process."""

    url: str
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def environment(self) -> Mapping[str, str]:
        return environment(self.url)

    def bucket(self) -> str:
        """A new bucket's name."""
        name = f"bucket-{next(self._numbers)}"
        httpx2.put(f"{self.url}/{name}").raise_for_status()
        return name

    def store(self, bucket: str) -> S3Store:
        return S3Store(
            bucket, endpoint=self.url, region="us-east-1", access_key_id="tester", secret_access_key="any",  # noqa: S106
            client_options={"allow_http": True},
        )  # fmt: skip

    def keys(self, bucket: str) -> set[str]:
        """The names of all objects in a bucket."""
        return {item["path"] for page in obstore.list(self.store(bucket)) for item in page}


@contextmanager
def object_server(folder: Path) -> Iterator[ObjectServer]:
    port, log = free_port(), folder / "objects.log"
    with log.open("wb") as file:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, stdout=file, stderr=file)
    try:
        server = ObjectServer(f"http://127.0.0.1:{port}")
        _wait(server.url, process, log)
        yield server
    finally:
        process.kill()
        process.wait()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        with suppress(httpx2.TransportError):
            httpx2.get(f"{url}/moto-api/")
            return
        time.sleep(0.1)
    raise AssertionError(f"the object store did not start: {log.read_text()}")


class Road:
    """Forwards connections to a server; while it is closed they are refused, and those that were open are cut."""

    def __init__(self, to: str) -> None:
        self.port = free_port()
        self._to = int(to.rpartition(":")[2])
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        self._do(self._open())

    def close(self) -> None:
        self._do(self._close())

    def __enter__(self) -> "Road":
        self._thread.start()
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what: "asyncio.coroutines.Coroutine[None, None, None]") -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there: asyncio.StreamWriter | None = None
        try:
            from_there, there = await asyncio.open_connection("127.0.0.1", self._to)
            await asyncio.gather(_copy(reader, there), _copy(from_there, writer))
        except (OSError, asyncio.CancelledError):
            pass  # Either end went away, or the road was closed.
        finally:
            self._tasks.discard(task)
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(1 << 16):
        writer.write(chunk)
        await writer.drain()
    writer.close()
