"""The summary of a proof, a figure a line."""

from collections import Counter
from collections.abc import Iterator, Sequence

from proof.aftermath import Ended, complaints, restarts
from proof.ledger import Book
from proof.load import Load
from proof.striking import STRUCK, Striker


def summary(striker: Striker, load: Load, books: Sequence[Book], ended: Sequence[Ended]) -> Iterator[str]:
    """What was struck, under what load, and what became of it."""
    figures = {**_kills(striker), **_events(striker, load, books), **_reports(load, ended)}
    yield from (f"{what:<40}{count:>9,}" for what, count in figures.items())
    yield from (f"logged {count} times: {event}" for event, count in complaints(striker.server).items())


def _kills(striker: Striker) -> dict[str, int]:
    return {
        "kills": striker.count,
        **{f"  of role {role}": count for role, count in striker.kills.items()},
        **{f"  in the middle of a {work}": striker.hits[work] for work in STRUCK.values()},
        "  fewest POSTs unanswered at a kill": striker.fewest_unanswered,
        "stopped, looked at and let go on": striker.let_go.total(),
        **{f"  for {reason}": count for reason, count in striker.let_go.items()},
        "processes started again": restarts(striker.server),
    }


def _events(striker: Striker, load: Load, books: Sequence[Book]) -> dict[str, int]:
    return {
        "POSTs, of events and of requests": striker.unanswered.count,
        **{f"  {how}": count for how, count in sorted(load.answers.items())},
        "events sent or known before": sum(len(book.sent) for book in books),
        "  acknowledged": sum(len(book.acknowledged) for book in books),
        "  sent once more": sum(book.repeated for book in books),
    }


def _reports(load: Load, ended: Sequence[Ended]) -> dict[str, int]:
    return {
        "report requests": len(ended),
        **{f"  {status}": count for status, count in sorted(Counter(one.status for one in ended).items())},
        "  tried more than once": sum(one.attempts > 1 for one in ended),
        "reports got whole": len(load.downloads),
        "  broken off by a kill": load.broken_off,
    }
