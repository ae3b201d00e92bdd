"""`busyhour serve`: one group of processes that answer, make reports and refresh, under one supervisor."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import structlog
import uvicorn

from busyhour.errors import BadRequest
from busyhour.faults import Patience
from busyhour.front import web_app
from busyhour.metrics_folder import process_ended, share_metrics
from busyhour.refreshing import SortClock
from busyhour.settings import Settings
from busyhour.wiring import House

__all__ = ["run_api", "run_refresher", "run_worker", "serve"]

_STOP_SECONDS = 8.0
_LOOK_AGAIN = 1.0
_CLEAR_SECONDS = 10.0
# The C library gives each new thread memory of its own and keeps what it frees; the libraries of the tables come to
# dozens of threads, and what a process holds would grow by the hour. Arrow's own way keeps a fifth more than that.
_MEMORY = {"MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}

log = structlog.get_logger()


@dataclass
class _Child:
    """A process of the group, started again where it ends by itself."""

    role: str
    arguments: list[str]
    descriptor: int | None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        command = [sys.executable, "-m", "busyhour", *self.arguments, "--parent", str(os.getpid())]
        passed = () if self.descriptor is None else (self.descriptor,)
        self.process = subprocess.Popen(command, pass_fds=passed, env=_MEMORY | os.environ)  # noqa: S603 - our own module
        self.started = time.monotonic()

    def keep(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        try:
            process_ended(self.process.pid)
        except OSError as error:
            log.warning("what a process counted is lost", reason=str(error))
        if time.monotonic() - self.started > _LOOK_AGAIN:
            log.error("process ended, starting it again", process=self.role, code=self.process.returncode)
            self.start()


def serve(house: House, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; every process of the group has ended when this returns."""
    house.prepare()
    listener = _listen(host, port)
    stop = _stop_on_signals(lambda: None)
    share_metrics(_in_memory() / f"busyhour-metrics-{os.getuid()}")
    children = _group(house.settings, listener.fileno())
    for child in children:
        child.start()
    log.info("serving", url=f"http://{host}:{listener.getsockname()[1]}")
    while not stop.wait(_LOOK_AGAIN / 4):
        for child in children:
            child.keep()
    _end([child.process for child in children if child.process is not None])


def _group(settings: Settings, listener: int) -> list[_Child]:
    answering = ["serve-one", "api", "--fd", str(listener)]
    return [
        *(_Child("api", answering, listener) for _ in range(settings.api_processes)),
        *(_Child("worker", ["serve-one", "worker"], None) for _ in range(settings.workers)),
        *(_Child("refresher", ["serve-one", "refresher"], None) for _ in range(settings.refreshers)),
    ]


def _in_memory() -> Path:
    # TRICKY: counts are written through mapped files: on a full disk that kills whoever counts, with no error to catch.
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is this user's alone
    return memory if memory.is_dir() else Path(tempfile.gettempdir())


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise BadRequest(f"--port: {host}:{port} cannot be listened on ({error.strerror}); choose another.") from None
    listener.listen(1024)
    return listener


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _stop_on_signals(then: Callable[[], None]) -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        then()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


def _watch_parent(parent: int, then: Callable[[], None]) -> None:
    """Do something when the supervisor is gone without having said so, be it before this process looked."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_AGAIN)
        then()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _stop_with_parent(parent: int, then: Callable[[], None]) -> threading.Event:
    stop = _stop_on_signals(then)

    def end() -> None:
        stop.set()
        then()

    _watch_parent(parent, end)
    return stop


def run_api(house: House, descriptor: int, parent: int) -> None:
    """One process that answers HTTP on a socket that the supervisor opened."""
    config = uvicorn.Config(web_app(house), log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)

    def end() -> None:
        server.should_exit = True

    _watch_parent(parent, end)
    # TRICKY: told the descriptor alone, uvicorn takes it for a local socket's and leaves Nagle's algorithm on: the body
    # of an answer would wait until the client acknowledges its head, which takes 40 ms.
    server.run(sockets=[socket.socket(fileno=descriptor)])


def run_worker(house: House, parent: int) -> None:
    """One process that makes reports, one at a time."""
    worker = house.worker()
    stop = _stop_with_parent(parent, worker.maker.engine.interrupt)
    worker.run(stop)


def run_refresher(house: House, parent: int) -> None:
    """The process that refreshes each company's tiers on time, and clears away what is of no use any more."""
    refreshes, foresight, clearing = house.refresh_clock(), house.foresight(), house.clearing()
    stop = _stop_with_parent(parent, refreshes.refresher.engines.interrupt)
    sorting = SortClock(house.sorter)
    sorting_patience, refreshing_patience, foreseeing_patience, clearing_patience = (
        Patience(stop.wait) for _ in range(4)
    )
    clear_at = 0.0
    while not stop.wait(_LOOK_AGAIN):
        with sorting_patience.bearing():
            sorting.run_due(time.monotonic())
        with refreshing_patience.bearing():
            refreshes.run_due(stop)
        with foreseeing_patience.bearing():
            foresight.run_due(time.monotonic(), time.time())
        if time.monotonic() >= clear_at:
            # Apart from the refreshes: where the disk is full, this is what makes room.
            with clearing_patience.bearing():
                clearing.clear(time.time())
            clear_at = time.monotonic() + _CLEAR_SECONDS
