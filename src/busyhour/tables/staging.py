"""Events on their way into the inbox: each stream's in parts of their own, whole or not at all."""

from collections.abc import Iterable, Iterator

from busyhour.store.inbox import Inbox, Stage
from busyhour.tables.schema import Event, event_table
from busyhour.tables.streams import stream_of

__all__ = ["stage_events", "write_events"]

_EVENTS_AT_ONCE = 50_000


def stage_events(events: Iterable[Event], company_id: str, inbox: Inbox, *, is_live: bool = False) -> str:
    """Events that come from no file, as a sealed batch; each counts as a row of its own."""
    stage = inbox.stage(company_id, is_live=is_live)
    sealed = False
    try:
        write_events(stage, ((event, number) for number, event in enumerate(events, 1)))
        batch = stage.seal()
        sealed = True
    finally:
        if not sealed:
            stage.discard()
    return batch


def write_events(stage: Stage, numbered: Iterator[tuple[Event, int]]) -> None:
    """Write events, each with its line, to a stage."""
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
