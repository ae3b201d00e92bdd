"""A server as the group of processes that it is: who belongs to it, and whether all are gone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

ROLES = ("api", "refresher", "worker")


@dataclass(frozen=True)
class Group:
    """A running server in a session of its own, so that all its processes can be found."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def members(self) -> dict[int, str]:
        """The command line of every living process of the group, by its id."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            pid = int(folder.name)
            try:
                if os.getpgid(pid) == self.process.pid and (command := (folder / "cmdline").read_bytes()):
                    found[pid] = command.replace(b"\x00", b" ").decode()
            except OSError:
                continue  # It ended while we looked.
        return found

    def of_role(self, role: str) -> set[int]:
        """The processes of one role."""
        return {pid for pid, command in self.members().items() if f"serve-one {role}" in command}

    def is_whole(self, roles: Collection[str] = ROLES) -> bool:
        return all(self.of_role(role) for role in roles)


def wait_for(what: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


@contextmanager
def group(env: dict[str, str], log: Path | None = None, roles: Collection[str] = ROLES) -> Iterator[Group]:
    """A server on a free port with processes of these roles; whatever a test leaves of it is killed."""
    log = log or Path(env["BUSYHOUR_HOME"]).with_name("serve.log")
    with log.open("wb") as file:
        command = [sys.executable, "-m", "busyhour", "serve", "--port", "0"]
        process = subprocess.Popen(command, env=env, stdout=file, stderr=file, start_new_session=True)
    try:
        wait_for(lambda: _url(log) or process.poll() is not None)
        server = Group(_url(log), process, log)
        wait_for(lambda: is_healthy(server) and server.is_whole(roles))
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=10)
        for pid in Group("", process, log).members():
            os.kill(pid, signal.SIGKILL)


def _url(log: Path) -> str:
    for line in log.read_text().splitlines():
        if '"serving"' in line:
            return str(json.loads(line)["url"])
    return ""


def is_healthy(server: Group) -> bool:
    try:
        answer = httpx2.get(f"{server.url}/healthz")
    except httpx2.TransportError:
        return False
    return answer.is_success and answer.json() == {"status": "ok"}
