"""A period forgotten: every event and every row of UTC days before a date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from busyhour.domain.events import MICROSECONDS_A_DAY
from busyhour.tables.fold import newest_days_sql
from busyhour.tables.removals import Holdings, Removal, hashes, named
from busyhour.tables.schema import UNDATED
from busyhour.tables.streams import SCHEMAS, STREAMS, Stream

__all__ = ["BeforeChoice"]

_FIRST = UNDATED + 1
_Days = Mapping[str, Collection[int]]


@dataclass(frozen=True, slots=True)
class BeforeChoice:
    """Everything of the days before one (since 1970)."""

    day: int

    def removals(self, holdings: Holdings) -> Sequence[Removal]:
        """The days before, of each stream."""
        return [_removal(holdings, stream, self.day) for stream in STREAMS]

    def covers(self, received_at: int, texts: Sequence[str]) -> bool:  # noqa: ARG002 - a period has no words
        """Whether it was received before that day began."""
        return received_at < self.day * MICROSECONDS_A_DAY


@dataclass(frozen=True, slots=True)
class DaysRemoval:
    """The days before one, but for the events of things that have moved to a later day.

    TRICKY: the days that stay are not folded anew. What a leg on the first of them took from a leg on the day before,
    such as its group and its waiting time, stands in its row; folded anew it would lose that. It does lose it when
    events of that day come later.
    """

    stream: Stream
    day: int
    events: int
    rows: int
    kept: _Days
    """Things that began on a later day by the newest word on them, and all days of their events."""
    gone: _Days
    """Things that began before, of which events on later days tell."""

    @property
    def things(self) -> Sequence[str]:
        """None: whatever is left of the days before is found by its day."""
        return ()

    def carry_out(self, holdings: Holdings) -> None:
        """Take the days out; first what moved things have elsewhere, which is found by what they have on those days."""
        stream, before = self.stream, range(_FIRST, self.day)
        holdings.keep(
            stream, _later(self.gone, self.day), f"NOT {_AMONG.format(key=stream.key)}", named(sorted(self.gone))
        )
        if _waiting(holdings, stream, self.day):
            holdings.keep(stream, [UNDATED], f"NOT {_IS_OLD.format(day=self.day)}", named([]))
        if holdings.count(stream.events, _FIRST, self.day - 1):
            holdings.replace(stream.events, before, _earlier_events(holdings, stream, self.kept, self.day))
        if self.rows:
            holdings.replace(stream.table, before, SCHEMAS[stream.table].empty_table())
        holdings.forgetting.drop_things(holdings.company_id, stream.name, hashes(sorted(self.gone)))
        but = [
            (thing, number, on)
            for thing, number in hashes(sorted(self.kept)).items()
            for on in self.kept[thing]
            if on < self.day
        ]
        holdings.forgetting.drop_days_before(holdings.company_id, stream.name, self.day, but)


_AMONG = "{key} IN (SELECT thing FROM things)"
_IS_OLD = f"us(event_timestamp) < {{day}} * {MICROSECONDS_A_DAY}"


def _removal(holdings: Holdings, stream: Stream, day: int) -> DaysRemoval:
    kept, gone = _moved_on(holdings, stream, day)
    events = (
        holdings.count(stream.events, _FIRST, day - 1)
        - _earlier_events(holdings, stream, kept, day).num_rows
        + _count(holdings, stream, _later(gone, day), _AMONG.format(key=stream.key), gone)
        + _waiting(holdings, stream, day)
    )
    return DaysRemoval(stream, day, events, holdings.count(stream.table, _FIRST, day - 1), kept, gone)


def _moved_on(holdings: Holdings, stream: Stream, day: int) -> tuple[_Days, _Days]:
    """Things with events before a day and since: those that began since, and those that began before."""
    moved = holdings.state.moved(holdings.company_id, stream.name, _FIRST, day - 1)
    crossing = {thing: days for thing, days in moved.items() if max(days) >= day}
    if not crossing:
        return {}, {}
    sql = f"SELECT * FROM ({newest_days_sql(stream)}) AS newest WHERE {_AMONG.format(key='thing')}"
    days = sorted({on for thing_days in crossing.values() for on in thing_days})
    relations = {"events": holdings.of_days(stream.events, days), "things": named(sorted(crossing))}
    newest = {row["thing"]: row["day"] for row in holdings.engine.query(sql, {}, relations).to_pylist()}
    kept = {thing: days for thing, days in crossing.items() if newest.get(thing, UNDATED) >= day}
    return kept, {thing: days for thing, days in crossing.items() if thing not in kept}


def _later(things: _Days, day: int) -> list[int]:
    """The days from one on which these things have events."""
    return sorted({on for days in things.values() for on in days if on >= day})


def _earlier_events(holdings: Holdings, stream: Stream, things: _Days, day: int) -> pa.Table:
    """What the days before one have on these things."""
    names = ", ".join(SCHEMAS[stream.events].names)
    days = sorted({on for days in things.values() for on in days if on < day})
    relations = {"events": holdings.of_days(stream.events, days), "things": named(sorted(things))}
    return holdings.engine.query(f"SELECT {names} FROM events WHERE {_AMONG.format(key=stream.key)}", {}, relations)


def _waiting(holdings: Holdings, stream: Stream, day: int) -> int:
    """How many events from before a day wait for the beginning of their thing."""
    return _count(holdings, stream, [UNDATED], _IS_OLD.format(day=day), {})


def _count(holdings: Holdings, stream: Stream, days: Sequence[int], condition: str, things: _Days) -> int:
    relations = {"events": holdings.of_days(stream.events, days), "things": named(sorted(things))}
    rows = holdings.engine.query(f"SELECT count(*) AS n FROM events WHERE {condition}", {}, relations)
    return int(rows["n"][0].as_py())
