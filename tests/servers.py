"""A real server for tests: `busyhour serve` as a process of its own on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2


def environment(home: Path, now: str | None = None, **settings: str) -> dict[str, str]:
    """The environment of a command on a home folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BUSYHOUR_")}
    fixed = {} if now is None else {"BUSYHOUR_NOW": now}
    return {**clean, "BUSYHOUR_HOME": str(home), **fixed, **{f"BUSYHOUR_{k.upper()}": v for k, v in settings.items()}}


def run(env: dict[str, str], *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "busyhour", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=timeout, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(env: dict[str, str]) -> Iterator[str]:
    """A server's URL; it is stopped by SIGTERM at the end, and must then stop in time."""
    port = free_port()
    log = Path(env["BUSYHOUR_HOME"]) / "serve.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "busyhour", "serve", "--port", str(port)], env=env, stderr=file, stdout=file
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, log)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(900):
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {log.read_text()}")
        try:
            if httpx2.get(f"{url}/healthz").is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text()}")
