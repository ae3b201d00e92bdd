"""Arrivals for tests: written as the live doors write them, in this process or in one that is gone."""

import json
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from busyhour.store.arrival_file import ArrivalFile
from busyhour.store.arrivals import BATCHES, Arrival
from houses import House, company_of

RECEIVED = 1_773_000_000_000_000


def arrival(
    house: House, body: bytes | dict[str, Any], company: str = "Acme", door: str = "dialpad/office", at: int = 0
) -> Arrival:
    """One body; an event is written as JSON."""
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Arrival(company_of(house, company), door, RECEIVED + at, written)


def batch(house: House, *lines: bytes | dict[str, Any], company: str = "Acme") -> Arrival:
    """A body of many lines."""
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return arrival(house, b"\n".join(written), company, BATCHES)


def arrive(house: House, *arrivals: Arrival) -> Path:
    """Append arrivals to a new file of this process."""
    path = house.arrivals.new_path()
    with closing(ArrivalFile.open(path)) as file:
        file.append(arrivals)
    return path


def arrive_and_die(house: House, *arrivals: Arrival) -> Path:
    """Append arrivals to a file of a process that is killed with the file open; its log is still beside it."""
    script = """
import os, pickle, signal, sys
from pathlib import Path
from busyhour.store.arrival_file import ArrivalFile
folder, arrivals = pickle.load(sys.stdin.buffer)
path = Path(folder) / f"{os.getpid()}-0123abcd.db"
file = ArrivalFile.open(path)
file.append(arrivals)
print(path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    given = pickle.dumps((str(house.arrivals.new_path().parent), list(arrivals)))
    done = subprocess.run([sys.executable, "-c", script], input=given, capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    return Path(done.stdout.decode().strip())


def waiting(house: House, company: str = "Acme") -> Counter[str]:
    """How often each event lies in the inbox, by the text in which it came."""
    batches = house.inbox.sealed(company_of(house, company))
    return Counter(raw for one in batches for _, part in one.parts() for raw in part["raw"].to_pylist())


def stored(house: House, company: str = "Acme") -> Counter[str]:
    """How often each event lies in the tables of events, by the text in which it came."""
    folder = house.settings.folder / "companies" / company_of(house, company) / "tables"
    return Counter(_raws(folder.glob("*_events")))


def _raws(tables: Iterable[Path]) -> Iterable[str]:
    # A server may be making one while we look.
    for path in filter(DeltaTable.is_deltatable, tables):
        yield from DeltaTable(path).to_pyarrow_table(columns=["raw"])["raw"].to_pylist()
