"""The load of a proof: everybody who sends and asks, as long as the block lasts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from proof.asking import Asker, Download
from proof.ledger import Unanswered
from proof.sending import Account, Line, Sender

_DOORS = (*["plain"] * 5, *["signed"] * 5, "batch")
_ASKERS = 3


@dataclass(frozen=True)
class Load:
    """Those who send and those who ask."""

    senders: Sequence[Sender]
    askers: Sequence[Asker]

    @property
    def answers(self) -> Counter[str]:
        """How the POSTs of events were answered."""
        return sum((sender.answers for sender in self.senders), Counter[str]())

    @property
    def downloads(self) -> list[Download]:
        return [one for asker in self.askers for one in asker.downloads]

    @property
    def faults(self) -> list[str]:
        return [one for asker in self.askers for one in asker.faults]

    @property
    def broken_off(self) -> int:
        return sum(asker.broken_off for asker in self.askers)


@contextmanager
def under_load(port: int, accounts: Sequence[Account], unanswered: Unanswered) -> Iterator[Load]:
    """Threads that send and ask until the block ends; all have ended then."""
    stop = Event()
    senders = [Sender(number, door, Line(port, unanswered), accounts, stop) for number, door in enumerate(_DOORS)]
    askers = [Asker(number, Line(port, unanswered), accounts, stop) for number in range(_ASKERS)]
    threads = [*senders, *askers]
    for thread in threads:
        thread.start()
    try:
        yield Load(senders, askers)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
    assert not [thread.name for thread in threads if thread.is_alive()]
