"""From a file to the tables: read, staged whole, refreshed, and accounted for row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from busyhour.sources.base import Context, Ignored, Refused, Row, Source
from busyhour.sources.text import open_bytes, position
from busyhour.store.directory import Directory
from busyhour.store.inbox import Inbox, Stage
from busyhour.tables.schema import Event, event_table
from busyhour.tables.streams import stream_of

__all__ = ["Account", "Reasons", "stage_events", "stage_file"]

_EVENTS_AT_ONCE = 50_000
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
            _write(stage, rows)
        if account.understood and not (strict and account.refused.rows):
            account.batch = stage.seal()
            directory.learn(context.company_id, source.entries(context))
    finally:
        if account.batch is None:
            stage.discard()
    return account


def stage_events(events: Iterator[Event], company_id: str, inbox: Inbox) -> str:
    """Events that come from no file, as a sealed batch; each counts as a row of its own."""
    stage = inbox.stage(company_id)
    sealed = False
    try:
        _write(stage, ((event, number) for number, event in enumerate(events, 1)))
        batch = stage.seal()
        sealed = True
    finally:
        if not sealed:
            stage.discard()
    return batch


def _counted(rows: Iterator[Row], account: Account, progress: Callable[[], None]) -> Iterator[tuple[Event, int]]:
    for row in rows:
        account.count(row)
        if account.read % 5_000 == 0:
            progress()
        if not isinstance(row, Refused | Ignored):
            for event in row.events:
                yield event, row.line


def _write(stage: Stage, numbered: Iterator[tuple[Event, int]]) -> None:
    """Each stream's events in parts of their own."""
    waiting: dict[str, tuple[list[Event], list[int]]] = {}
    for event, line in numbered:
        stream = stream_of(event)
        events, lines = waiting.setdefault(stream.name, ([], []))
        events.append(event)
        lines.append(line)
        if len(events) == _EVENTS_AT_ONCE:
            stage.write(stream.name, event_table(events, lines, stream.moment))
            del waiting[stream.name]
    for name, (events, lines) in waiting.items():
        stage.write(name, event_table(events, lines, stream_of(name).moment))
