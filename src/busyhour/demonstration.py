"""`busyhour demo`: a made-up company, served, and a first report through HTTP as any client would ask."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import httpx2
from rich import box
from rich.console import Console
from rich.table import Table

from busyhour.client import StatsClient
from busyhour.errors import BadRequest, InternalError

__all__ = ["run"]

_COMPANY = "Demo Telephone Company"
_FIELDS = {
    "stat_type": "calls",
    "export_type": "stats",
    "group_by": "date",
    "days_ago_start": 0,
    "days_ago_end": 29,
    "timezone": "America/New_York",
}
_SHOWN = ("date", "inbound_calls", "answered", "missed", "abandoned", "minutes", "asa")
_ROWS = 10
_MARK = "demo"


def run(*, once: bool, days: int, port: int, told: Console) -> None:
    """Simulate, serve, ask, show; go on serving unless `once`."""
    home = _fresh_home(Path("var/demo").absolute())
    environment = {**os.environ, "BUSYHOUR_HOME": str(home)}
    _busyhour(environment, "simulate", "--company", _COMPANY, "--days", str(days), "--seed", "1")
    key = _busyhour(environment, "key", "new", "--company", _COMPANY).split()[-1]
    port = port if _is_free(port) else _free_port()
    with _server(environment, port) as (url, process):
        path = home / "first_report.csv"
        with StatsClient(url, key) as client:
            client.report(_FIELDS, path)
        _show(path, told)
        _say_how(url, key)
        if not once:
            told.print("Serving until Ctrl-C.")
            with suppress(KeyboardInterrupt):
                process.wait()


def _fresh_home(home: Path) -> Path:
    """An empty home folder in place of an earlier demo's; nothing else is ever deleted."""
    if home.exists() and not (home / _MARK).exists():
        raise BadRequest(f"{home} is there and is no earlier demo's; move it away, or run the demo elsewhere.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / _MARK).touch()
    return home


def _busyhour(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "busyhour", *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise InternalError(f"busyhour {arguments[0]} ended with {done.returncode}.")
    return done.stdout


@contextmanager
def _server(environment: dict[str, str], port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "busyhour", "serve", "--port", str(port)], env=environment
    )
    try:
        _wait_until_serving(url, process)
        yield url, process
    finally:
        process.terminate()
        process.wait()


def _wait_until_serving(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"{url}/healthz").is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise InternalError(f"The server at {url} did not start.")


def _show(path: Path, told: Console) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(islice(csv.DictReader(file), _ROWS))
    table = Table(
        title="calls × stats by date: the first rows, some of the columns", title_justify="left", box=box.SIMPLE_HEAD
    )
    for column in _SHOWN:
        table.add_column(column, justify="left" if column == "date" else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(row[column] for column in _SHOWN))
    Console().print(table)
    told.print(f"The whole file: {path}", markup=False, soft_wrap=True)


def _say_how(url: str, key: str) -> None:
    body = '{"stat_type": "calls", "export_type": "stats", "group_by": "date", "days_ago_start": 0, "days_ago_end": 29}'
    print(  # noqa: T201 - the result
        f"\nkey:  {key}\n"
        f"curl: curl -s -X POST {url}/api/v2/stats -H 'Authorization: Bearer {key}' -d '{body}'\n"
        f"then: curl -s {url}/api/v2/stats/REQUEST_ID -H 'Authorization: Bearer {key}'"
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return port != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
