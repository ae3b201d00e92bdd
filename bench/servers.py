"""The product's own processes, started for a measurement and ended after it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from busyhour.settings import Settings
from busyhour.wiring import House

__all__ = ["Doors", "api_processes", "new_doors", "served"]


@dataclass(frozen=True, slots=True)
class Doors:
    """A home folder with one company: its key and the path of its webhook."""

    home: Path
    house: House
    company_id: str
    key: str
    webhook: str


def new_doors(home: Path) -> Doors:
    """A company on a home folder, made where it is missing, with a new key and a new endpoint."""
    house = House(Settings(home=home))
    house.prepare()
    now = time.time_ns() // 1000
    company_id = house.access.company("Bench", now)
    token = house.endpoints.new(company_id, f"bench-{now}", None, now)
    return Doors(home, house, company_id, house.access.new_key(company_id, now), f"/ingest/dialpad/{token}")


@contextmanager
def api_processes(doors: Doors, count: int) -> Iterator[str]:
    """So many processes that answer, and nothing beside them; their URL."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        descriptor = listener.fileno()
        command = [*_BUSYHOUR, "serve-one", "api", "--fd", str(descriptor), "--parent", str(os.getpid())]
        processes = [subprocess.Popen(command, env=_environment(doors), pass_fds=(descriptor,)) for _ in range(count)]
        with _ending(processes):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            _wait(url)
            yield url


@contextmanager
def served(doors: Doors, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`busyhour serve` with these settings: its URL and its supervisor."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (doors.home / "serve.log").open("ab") as log:
        command = [*_BUSYHOUR, "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=_environment(doors, **settings), stderr=log, stdout=log)
        with _ending([process]):
            url = f"http://127.0.0.1:{port}"
            _wait(url)
            yield url, process


_BUSYHOUR = (sys.executable, "-m", "busyhour")


def _environment(doors: Doors, **settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BUSYHOUR_")}
    own = {f"BUSYHOUR_{name.upper()}": value for name, value in settings.items()}
    return {**clean, "BUSYHOUR_HOME": str(doors.home), **own}


@contextmanager
def _ending(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            if httpx2.get(f"{url}/healthz").is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
