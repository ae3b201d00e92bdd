"""Things taken out whole: all their events, and their rows by folding the days around anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pyarrow as pa

from busyhour.tables.removals import Holdings, hashes, named
from busyhour.tables.schema import UNDATED
from busyhour.tables.streams import Stream

__all__ = ["ThingsRemoval", "removal_of_things"]


@dataclass(frozen=True, slots=True)
class ThingsRemoval:
    """Things of one stream, on the days on which they have events."""

    stream: Stream
    things: Sequence[str]
    days: Sequence[int]
    events: int
    rows: int

    def carry_out(self, holdings: Holdings) -> None:
        """Take the events out; what is folded from those days, and from the days beside them, is noted."""
        if not self.things:
            return
        company_id, stream = holdings.company_id, self.stream
        dated = [day for day in self.days if day != UNDATED]
        holdings.state.note_dirty(company_id, stream.name, (day + n for day in dated for n in (-1, 0, 1)))
        holdings.forgetting.drop_things(company_id, stream.name, hashes(self.things))
        holdings.keep(stream, self.days, f"{stream.key} NOT IN (SELECT thing FROM things)", named(self.things))


def removal_of_things(holdings: Holdings, stream: Stream, things: Collection[str]) -> ThingsRemoval:
    """What is known of things, counted."""
    if not things:
        return ThingsRemoval(stream, (), (), 0, 0)
    relations = {"events": holdings.all_of(stream.events), "things": named(sorted(things))}
    counted = holdings.engine.query(_DAYS.format(key=stream.key), {}, relations)
    days = counted["day"].cast(pa.int32()).to_pylist()
    events = sum(counted["events"].to_pylist())
    return ThingsRemoval(stream, sorted(things), days, events, _rows(holdings, stream, things))


def _rows(holdings: Holdings, stream: Stream, things: Collection[str]) -> int:
    relations = {
        "events": holdings.all_of(stream.events),
        "made": holdings.all_of(stream.table),
        "things": named(sorted(things)),
    }
    sql = _ROWS if stream.columns else _LEGS
    return int(holdings.engine.query(sql.format(key=stream.key), {}, relations)["rows"][0].as_py())


_DAYS = """
    SELECT day, count(*) AS events FROM events WHERE {key} IN (SELECT thing FROM things) GROUP BY day ORDER BY day
"""

_ROWS = "SELECT count(*) AS rows FROM made WHERE {key} IN (SELECT thing FROM things)"

_LEGS = """
    WITH own AS (
      SELECT entry_point_call_id FROM made WHERE {key} IN (SELECT thing FROM things)
    ),
    -- The fold made these from a person's leg: no event tells of them, and they go with the last such leg.
    group_legs AS (
      SELECT entry_point_call_id AS id FROM own WHERE entry_point_call_id IS NOT NULL
      EXCEPT
      SELECT entry_point_call_id FROM made
      WHERE entry_point_call_id IN (SELECT entry_point_call_id FROM own) AND {key} NOT IN (SELECT thing FROM things)
      EXCEPT
      SELECT {key} FROM events WHERE {key} IN (SELECT entry_point_call_id FROM own)
    )
    SELECT (SELECT count(*) FROM own) + count(*) AS rows FROM made WHERE {key} IN (SELECT id FROM group_legs)
"""
