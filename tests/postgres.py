"""A real PostgreSQL for tests: a cluster of its own in a folder of its own, reached by its socket alone."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["Postgres", "running"]

_USER = "postgres"
_LANGUAGE = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
"""Texts are in the order of a language, as they are on most machines, and not in that of their bytes."""


@dataclass
class Postgres:
    """A cluster that can be started, stopped and paused; databases in it are made by name."""

    folder: Path
    programs: Path

    def start(self) -> None:
        """Start it, and wait until it answers."""
        # On disk before it is acknowledged, as in earnest; no address but the socket.
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=on -c max_connections=200"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self._data), "-l", log, "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it; in the mode `immediate` as a crash would."""
        self._run("pg_ctl", "stop", "-w", "-t", "60", "-m", mode, "-D", str(self._data))

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let it crash, and be back after the block."""
        self.stop("immediate")
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let all of its processes stand still: it takes connections and says nothing."""
        processes = self._processes()
        for process_id in processes:
            os.kill(process_id, signal.SIGSTOP)
        try:
            yield
        finally:
            for process_id in reversed(processes):
                os.kill(process_id, signal.SIGCONT)

    def make(self, name: str, template: str = "template1") -> str:
        """Make a database, as another one is; its URL."""
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """A database's URL."""
        return f"postgresql+psycopg://{_USER}@/{name}?host={self.folder}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _processes(self) -> list[int]:
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [postmaster, *map(int, children)]

    def _sql(self, statement: str) -> None:
        self._run("psql", "-q", "-X", "-h", str(self.folder), "-U", _USER, "-d", "postgres", "-c", statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*_as_owner(), str(self.programs / program), *arguments]
        # Its server keeps the streams that it is started with: they must not be pipes, which would never end.
        with (self.folder / "said").open("w+") as said:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, cwd="/")
            said.seek(0)
            assert done.returncode == 0, f"{program} {' '.join(arguments)}: {said.read()}"


@contextmanager
def running() -> Iterator[Postgres]:
    """A new cluster, started; stopped and deleted at the end."""
    # Not in a folder of pytest's: those are closed to the user that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="busyhour-postgres-"))
    server = Postgres(folder, _programs())
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server._run("initdb", "-D", str(folder / "data"), "-U", _USER, "-A", "trust", "-E", "UTF8", *_LANGUAGE)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """Where the programs of the newest PostgreSQL are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.fail("PostgreSQL is not on this machine, and what stands on it is tested on a real one: install it")
    return (found[-1] if found else Path(str(on_path))).parent


def _as_owner() -> list[str]:
    """PostgreSQL does not run as root."""
    return ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
