"""Kills processes of a server one by one: each is stopped first, looked at, and then killed or let go on."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from end_to_end.groups import Group, wait_for
from proof.ledger import Unanswered
from proof.states import is_committing, leases, report_of

STRUCK = {"api": "commit", "refresher": "refresh", "worker": "report"}
"""In the middle of what a process of each role is to be struck."""

_WISHES = {"api": 0.5, "worker": 0.95, "refresher": 1.0}
"""Whose turn it is, by a number from 0 to 1."""

_TRIES = 120
_ANSWERED_BETWEEN = 10
"""How many POSTs the server answers at least between two kills: what is struck is a server at work."""

_MOST_HITS = 2
"""A request that is struck three times fails, as it should: one that was struck twice is spared where it is seen."""


@dataclass
class Striker:
    """Strikes until it has struck often enough, at random moments and in the midst of each kind of work."""

    server: Group
    home: Path
    unanswered: Unanswered
    rng: Random
    enough: int
    """How many hits of a kind are aimed at; further ones are left to chance."""

    kills: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    requests_hit: Counter[str] = field(default_factory=Counter)
    let_go: Counter[str] = field(default_factory=Counter)
    """Why a process was not killed when it might have been."""

    answered: int = 0
    fewest_unanswered: int = 1_000_000
    _gone: set[str] = field(default_factory=set)
    _refresh_at: float = 0.0

    @property
    def count(self) -> int:
        return self.kills.total()

    def has_hit(self, least: int) -> bool:
        """Whether every kind of work was struck at least so often."""
        return all(self.hits[work] >= least for work in STRUCK.values())

    def strike(self) -> None:
        """Kill one process, in the middle of what is still wanted most where it can be had soon."""
        wait_for(lambda: self.unanswered.answered >= self.answered + _ANSWERED_BETWEEN, 60)
        if self._is_refresh_due():
            role, wants = "refresher", True
        else:
            number = self.rng.random()
            role = next(name for name, up_to in _WISHES.items() if number < up_to)
            wants = role != "refresher" and self.hits[STRUCK[role]] < self.enough
            wants = wants and self.rng.random() < 0.75
        before = self.count
        for attempt in range(_TRIES):
            self._try(role, wants=wants and attempt < _TRIES // 2)
            if self.count > before:
                return
            time.sleep(self.rng.uniform(0.005, 0.05))
        raise AssertionError(f"no {role} could be struck: {self.let_go}")

    def _is_refresh_due(self) -> bool:
        """Whether the refresher is at work again, and has been for a while of random length."""
        if self.hits["refresh"] >= self.enough or not self._refreshing():
            self._refresh_at = 0.0
            return False
        self._refresh_at = self._refresh_at or time.monotonic() + self.rng.uniform(0, 2.0)
        return time.monotonic() >= self._refresh_at

    def _refreshing(self) -> bool:
        """Whether the living refresher holds a company's lease; one that was killed still seems to, for a while."""
        return any(
            name.startswith("refresh:") and holder not in self._gone for name, holder in leases(self.home).items()
        )

    def _try(self, role: str, *, wants: bool) -> None:
        """Stop a process of the role, and kill it where a POST is unanswered and it does what is wanted."""
        alive = self.server.of_role(role)
        if not alive:
            self.let_go["it is not there yet"] += 1
            return
        pid = self.rng.choice(sorted(alive))
        os.kill(pid, signal.SIGSTOP)
        reason = self._reason_to_spare(role, pid, wants=wants) if _stands_still(pid) else "it did not stop in time"
        if reason is not None:
            self.let_go[reason] += 1
            os.kill(pid, signal.SIGCONT)

    def _reason_to_spare(self, role: str, pid: int, *, wants: bool) -> str | None:
        """Why a process that stands still is to go on; None where it has been killed."""
        request_id = report_of(self.home, pid) if role == "worker" else None
        looks: dict[str, Callable[[], bool]] = {
            "api": lambda: is_committing(self.home, pid),
            "refresher": self._refreshing,
            "worker": lambda: request_id is not None,
        }
        is_hit, unanswered = looks[role](), self.unanswered.now()
        if not unanswered:
            return "no POST was unanswered"
        if wants and not is_hit:
            return "it did something else"
        if request_id is not None and self.requests_hit[request_id] >= _MOST_HITS:
            return "its request was hit twice"
        os.kill(pid, signal.SIGKILL)
        self._write_down(role, request_id, unanswered, is_hit=is_hit)
        return None

    def _write_down(self, role: str, request_id: str | None, unanswered: int, *, is_hit: bool) -> None:
        self.kills[role] += 1
        self.answered = self.unanswered.answered
        self.hits[STRUCK[role]] += is_hit
        self.fewest_unanswered = min(self.fewest_unanswered, unanswered)
        if request_id is not None:
            self.requests_hit[request_id] += 1
        if role == "refresher":
            self._gone.update(leases(self.home).values())
            self._refresh_at = 0.0


def _stands_still(pid: int) -> bool:
    """Whether every thread of a process has stopped; one that waits for the disk does so a moment later."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        try:
            stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
        except OSError:
            return False
        if stats and all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats):
            return True
        time.sleep(0.001)
    return False
