"""From a file to the tables: read, staged whole, refreshed, and accounted for row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from busyhour.sources.base import Context, Ignored, Refused, Row, Source
from busyhour.sources.text import open_bytes, position
from busyhour.store.directory import Directory
from busyhour.store.inbox import Inbox
from busyhour.tables.schema import Event
from busyhour.tables.staging import write_events

__all__ = ["Account", "Reasons", "stage_file"]

_LINES_NAMED = 5


@dataclass
class Reasons:
    """Rows counted by reason, with the first lines and the first value that came."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    came: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, line: int, came: str = "") -> None:
        """Count one row."""
        self.counts[reason] = self.counts.get(reason, 0) + 1
        self.came.setdefault(reason, came)
        lines = self.lines.setdefault(reason, [])
        if len(lines) < _LINES_NAMED:
            lines.append(line)

    @property
    def rows(self) -> int:
        """How many were counted."""
        return sum(self.counts.values())


@dataclass
class Account:
    """What became of the rows of a file; `taken` is known after the refresh."""

    read: int = 0
    understood: int = 0
    taken: int = 0
    mended_rows: int = 0
    mended: Reasons = field(default_factory=Reasons)
    refused: Reasons = field(default_factory=Reasons)
    ignored: Reasons = field(default_factory=Reasons)
    batch: str | None = None

    def count(self, row: Row) -> None:
        """Put one row down."""
        self.read += 1
        if isinstance(row, Refused):
            self.refused.add(row.reason, row.line, row.came)
        elif isinstance(row, Ignored):
            self.ignored.add(row.reason, row.line)
        else:
            self.understood += 1
            self.mended_rows += bool(row.mended)
            for reason in row.mended:
                self.mended.add(reason, row.line)


def stage_file(
    source: Source,
    path: Path,
    context: Context,
    inbox: Inbox,
    directory: Directory,
    *,
    strict: bool,
    progress: Callable[[int], None],
) -> Account:
    """Read a file into a sealed batch of the inbox; `progress` is told the bytes read so far.

    Raises UnreadableFile, and then nothing is staged. Where `strict` and a row was refused, nothing is
    staged either, and the account has no batch.
    """
    account = Account()
    stage = inbox.stage(context.company_id)
    try:
        with open_bytes(path) as file:
            rows = _counted(source.rows(file, context), account, lambda: progress(position(file)))
            write_events(stage, rows)
        if account.understood and not (strict and account.refused.rows):
            account.batch = stage.seal()
            directory.learn(context.company_id, source.entries(context))
    finally:
        if account.batch is None:
            stage.discard()
    return account


def _counted(rows: Iterator[Row], account: Account, progress: Callable[[], None]) -> Iterator[tuple[Event, int]]:
    for row in rows:
        account.count(row)
        if account.read % 5_000 == 0:
            progress()
        if not isinstance(row, Refused | Ignored):
            for event in row.events:
                yield event, row.line
