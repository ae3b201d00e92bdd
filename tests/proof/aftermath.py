"""What a server and its state say after the last kill."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from busyhour.wiring import House
from end_to_end.groups import Group, is_healthy, wait_for

_WHOLE = {"api": 2, "worker": 2, "refresher": 1}
_ENDED = ("complete", "failed")
RESTARTED = "process ended, starting it again"


@dataclass(frozen=True)
class Ended:
    """A request as it ended, and how many workers have tried."""

    status: str
    attempts: int


def settle(server: Group, house: House) -> None:
    """Wait until the server is whole again, everything that it took is in the tables, and no report is waited for."""
    wait_for(lambda: {role: len(server.of_role(role)) for role in _WHOLE} == _WHOLE, 60)
    wait_for(lambda: is_healthy(server), 60)
    wait_for(lambda: house.arrivals.oldest() is None, 120)
    # What a sorter that was killed had begun to write stays for a day; its events came again in another batch.
    inbox = house.settings.folder / "inbox"
    wait_for(lambda: not [path for path in inbox.glob("*/*") if path.suffix != ".open"], 120)
    wait_for(lambda: all(one.status in _ENDED for one in requests(house)), 120)


def requests(house: House) -> list[Ended]:
    """Every request."""
    with closing(sqlite3.connect(house.settings.folder / "busyhour.db")) as connection:
        return [Ended(*row) for row in connection.execute("SELECT status, attempts FROM requests")]


def logged(server: Group) -> Iterator[dict[str, object]]:
    """Every line of the server's log; each is a JSON object."""
    for line in server.log.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def restarts(server: Group) -> int:
    """How many processes that were killed the supervisor has started again."""
    return sum(line["event"] == RESTARTED and line["code"] == -9 for line in logged(server))


def complaints(server: Group) -> Counter[str]:
    """What else the server logged beside what it tells in passing, and how often."""
    said = (str(line["event"]) for line in logged(server) if line["level"] != "info")
    return Counter(event for event in said if event != RESTARTED)
