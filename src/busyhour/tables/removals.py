"""All that is kept of one company, in the hands of whoever takes something out of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from busyhour.domain.events import content_hash
from busyhour.engine.base import Engine, Relation
from busyhour.errors import Conflict
from busyhour.store.forgetting import Forgetting
from busyhour.store.table_state import TableState
from busyhour.tables.lake import Lake
from busyhour.tables.refresh import spans
from busyhour.tables.schema import UNDATED
from busyhour.tables.streams import SCHEMAS, Stream

__all__ = ["Choice", "Holdings", "Removal", "hashes", "named"]

_ALWAYS = 1 << 22


@dataclass(frozen=True, slots=True)
class Holdings:
    """A company's tables and what the state database remembers of them."""

    company_id: str
    engine: Engine
    lake: Lake
    state: TableState
    forgetting: Forgetting
    still_ours: Callable[[], bool]

    def all_of(self, table: str) -> Relation:
        """Every row of a table."""
        return self.lake.relation(table, SCHEMAS[table], self.lake.version(table), UNDATED, _ALWAYS)

    def of_days(self, table: str, days: Sequence[int]) -> Relation:
        """The rows of just those days."""
        return self.lake.relation_of_days(table, SCHEMAS[table], self.lake.version(table), days)

    def count(self, table: str, first: int, last: int) -> int:
        """How many rows the days of a span have."""
        return sum(file.rows for file in self.lake.days(table, self.lake.version(table), first, last))

    def replace(self, table: str, days: Sequence[int], rows: pa.Table) -> None:
        """Make rows the whole content of days (a run of them); raises Conflict where the tables are not ours."""
        if not self.still_ours():
            raise Conflict("Another process took the tables over while this one stood still; start it again.")
        self.lake.replace_days(table, days, rows.cast(SCHEMAS[table]))

    def keep(self, stream: Stream, days: Sequence[int], condition: str, things: pa.Table) -> None:
        """Of the events of these days keep what a condition names, which may look into `things`."""
        names = ", ".join(SCHEMAS[stream.events].names)
        for span in spans(days, self.lake, stream):
            relations = {"events": self.of_days(stream.events, span), "things": things}
            rows = self.engine.query(f"SELECT {names} FROM events WHERE {condition}", {}, relations)
            self.replace(stream.events, span, rows)


class Removal(Protocol):
    """What goes of one stream: so many events, so many rows of the table derived from them."""

    @property
    def stream(self) -> Stream: ...

    @property
    def events(self) -> int: ...

    @property
    def rows(self) -> int: ...

    @property
    def things(self) -> Sequence[str]:
        """The ids of what goes, where another run could not find them once this one was stopped half-way."""
        ...

    def carry_out(self, holdings: Holdings) -> None:
        """Take it out of the tables; days whose rows then change are noted to be folded."""
        ...


class Choice(Protocol):
    """What is to be forgotten."""

    def removals(self, holdings: Holdings) -> Sequence[Removal]:
        """What goes of each stream, in the order in which it is to go."""
        ...

    def covers(self, received_at: int, texts: Sequence[str]) -> bool:
        """Whether something that was received at a moment (µs) and not understood goes too."""
        ...


def named(things: Sequence[str]) -> pa.Table:
    """Ids as a relation of one column, `thing`."""
    return pa.table({"thing": pa.array(things, pa.string())})


def hashes(things: Sequence[str]) -> Mapping[str, int]:
    """The hashes by which the state database knows things."""
    return {thing: content_hash(thing.encode()) for thing in things}
