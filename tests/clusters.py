"""A real Spark cluster on this machine: a master, workers and a Connect server, each a process on loopback."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from servers import free_port

VERSION = "4.2.0"
DISTRIBUTION = Path(__file__).parents[1] / "var" / f"spark-{VERSION}"
"""Where Spark itself is kept between runs: beside our packages it would take the place of its own client."""

_WORKERS = 2
_SECONDS = 180
_SECONDS_OF_ACCOUNT = 10
_CONFIGURATION = {
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.maxResultSize": "512m",
    "spark.executor.memory": "1g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.port.maxRetries": "64",
}


@dataclass(frozen=True)
class Cluster:
    """A running cluster: where our engine reaches it, where it tells what it ran, and which processes it is."""

    url: str
    status_url: str
    server: int = 0
    workers: Sequence[int] = ()
    version: str = VERSION

    def newest_job(self) -> int:
        """The number of the last job that it began."""
        return max((job["jobId"] for job in self._asked("jobs")), default=-1)

    def ran_after(self, job: int) -> bool:
        """Whether it has run jobs to their end after that one, by its own account, which comes a little late."""
        until = time.monotonic() + _SECONDS_OF_ACCOUNT
        while time.monotonic() < until:
            if any(one["jobId"] > job and one["status"] == "SUCCEEDED" for one in self._asked("jobs")):
                return True
            time.sleep(0.1)
        return False

    def executors(self) -> list[str]:
        """Which executors took part: all but the driver."""
        return [one["id"] for one in self._asked("allexecutors") if one["id"] != "driver"]

    def _asked(self, what: str) -> list[dict[str, Any]]:
        api = f"{self.status_url}/api/v1/applications"
        application = httpx2.get(api, timeout=60).json()[0]["id"]
        answer = httpx2.get(f"{api}/{application}/{what}", timeout=60)
        answered: list[dict[str, Any]] = answer.raise_for_status().json()
        return answered


@contextmanager
def cluster(folder: Path, workers: int = _WORKERS) -> Iterator[Cluster]:
    """A cluster whose logs and scratch files lie in a folder; everything it started is stopped at the end."""
    home, java = distribution(), shutil.which("java")
    assert java is not None, "Spark needs Java 17 or newer: no `java` was found."
    folder.mkdir(parents=True, exist_ok=True)
    master, connect, status = free_port(), free_port(), free_port()
    configuration = {
        **_CONFIGURATION,
        "spark.connect.grpc.binding.port": str(connect),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.ui.port": str(status),
        "spark.local.dir": str(folder / "scratch"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    said = [part for name, value in configuration.items() for part in ("--conf", f"{name}={value}")]
    with ExitStack() as processes:

        def start(name: str, *command: str) -> subprocess.Popen[bytes]:
            return processes.enter_context(_process(home, folder, name, command))

        first = start(
            "master", "spark-class", "org.apache.spark.deploy.master.Master",
            "--host", "127.0.0.1", "--port", str(master), "--webui-port", "0",
        )  # fmt: skip
        _wait_for_port(master, first, folder / "master.log")
        members = [
            start(
                f"worker-{number}", "spark-class", "org.apache.spark.deploy.worker.Worker",
                "--host", "127.0.0.1", "--webui-port", "0", "-c", "1", "-m", "2g",
                "--work-dir", str(folder / "work"), f"spark://127.0.0.1:{master}",
            )
            for number in range(workers)
        ]  # fmt: skip
        server = start(
            "connect", "spark-submit", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
            "--master", f"spark://127.0.0.1:{master}", *said, "spark-internal",
        )  # fmt: skip
        _wait_for_port(connect, server, folder / "connect.log")
        pids = [member.pid for member in members]
        yield Cluster(f"sc://127.0.0.1:{connect}", f"http://127.0.0.1:{status}", server.pid, pids)


def distribution() -> Path:
    """Spark's own folder, downloaded by pip where it is missing."""
    home = DISTRIBUTION / "pyspark"
    if not (home / "jars").is_dir():
        wanted = ["--no-deps", "--target", str(DISTRIBUTION), f"pyspark=={VERSION}"]
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", *wanted], check=True)
    return home


@contextmanager
def _process(home: Path, folder: Path, name: str, command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    program, *arguments = command
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_HOSTNAME": "127.0.0.1",
        # TRICKY: a Connect server counts as a daemon as well, so that this is its memory whatever else is said.
        "SPARK_DAEMON_MEMORY": "256m" if program == "spark-class" else "1g",
        "SPARK_WORKER_DIR": str(folder / "work"),
        # What reads objects on it needs the packages of this environment.
        "PYSPARK_PYTHON": sys.executable,
    }
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(home / "bin" / program), *arguments], env=environment, cwd=folder, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"it ended: {log.read_text()[-4000:]}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"it did not start: {log.read_text()[-4000:]}")
