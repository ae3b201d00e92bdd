"""From the inbox into the event tables: new events only, each under the day on which its leg started."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from busyhour.domain.directory import Entry, Kind
from busyhour.domain.events import content_hash
from busyhour.engine.base import Engine
from busyhour.store.directory import Directory
from busyhour.store.table_state import TableState
from busyhour.tables.lake import Lake
from busyhour.tables.schema import CALL_EVENTS, STAGED, UNDATED

__all__ = ["Intake"]


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes parts of batches in for one company; whoever calls it holds the company's refresh lease."""

    company_id: str
    engine: Engine
    lake: Lake
    state: TableState
    directory: Directory

    def take(self, part: pa.Table) -> int:
        """Append what is new of a part and mark the days that it touches; the number of file rows that were new."""
        released = self._released(part)
        dated = self._dated(pa.concat_tables([part, released]) if released.num_rows else part)
        new = self._unknown(dated)
        if new.num_rows:
            self._remember(new)
            self.lake.append("call_events", new.select(CALL_EVENTS.names))
            self.directory.learn(self.company_id, self._entries(new))
        if released.num_rows:
            self._stop_waiting(released)
        fresh_lines = new["line"].drop_null() if new.num_rows else new["line"]
        return len(fresh_lines.unique())

    def _released(self, part: pa.Table) -> pa.Table:
        """Events that waited for a sibling with a date, where this part brings one."""
        version = self.lake.version("call_events")
        waiting = self.lake.relation_of_days("call_events", CALL_EVENTS, version, [UNDATED])
        if not waiting.files:
            return STAGED.empty_table()
        sql = """
            SELECT waiting.*, CAST(NULL AS BIGINT) AS line FROM waiting
            WHERE call_id IN (SELECT call_id FROM part WHERE date_started IS NOT NULL)
        """
        return self.engine.query(sql, {}, {"waiting": waiting, "part": part}).cast(STAGED)

    def _dated(self, part: pa.Table) -> pa.Table:
        """The part with its undated events under a day of their leg, where any is known."""
        undated = self.engine.query("SELECT DISTINCT call_id FROM part WHERE date_started IS NULL", {}, {"part": part})[
            "call_id"
        ].to_pylist()
        if not undated:
            return part
        here = self.engine.query(
            "SELECT call_id, max(day) AS day FROM part WHERE date_started IS NOT NULL GROUP BY call_id",
            {},
            {"part": part},
        )
        days = dict(zip(here["call_id"].to_pylist(), here["day"].cast(pa.int32()).to_pylist(), strict=True))
        known = self.state.days_of(self.company_id, map(_leg_number, undated))
        found = {call_id: days.get(call_id, max(known.get(_leg_number(call_id), {UNDATED}))) for call_id in undated}
        lookup = pa.table(
            {"call_id": list(found), "found": pa.array(list(found.values()), pa.int32()).cast(pa.date32())}
        )
        columns = ", ".join("coalesce(found, day) AS day" if name == "day" else f"part.{name}" for name in STAGED.names)
        sql = f"""
            SELECT {columns} FROM part
            LEFT JOIN lookup ON lookup.call_id = part.call_id AND part.date_started IS NULL
        """
        return self.engine.query(sql, {}, {"part": part, "lookup": lookup}).cast(STAGED)

    def _unknown(self, part: pa.Table) -> pa.Table:
        """What of the part is in no table yet, once each."""
        if not part.num_rows:
            return part
        days = part["day"].cast(pa.int32()).unique().to_pylist()
        version = self.lake.version("call_events")
        known = self.lake.relation_of_days("call_events", CALL_EVENTS, version, days)
        sql = """
            SELECT * EXCLUDE (copy) FROM (
                SELECT part.*, row_number() OVER (PARTITION BY day, hash ORDER BY line) AS copy FROM part
                WHERE NOT EXISTS (SELECT 1 FROM known WHERE known.day = part.day AND known.hash = part.hash)
            ) WHERE copy = 1
        """
        return self.engine.query(sql, {}, {"part": part, "known": known}).cast(STAGED)

    def _remember(self, new: pa.Table) -> None:
        """Write down what must be folded, and which legs have moved, before the events are appended."""
        pairs = self.engine.query("SELECT DISTINCT call_id, day FROM new", {}, {"new": new})
        days_of: dict[str, set[int]] = {}
        for call_id, day in zip(pairs["call_id"].to_pylist(), pairs["day"].cast(pa.int32()).to_pylist(), strict=True):
            if day != UNDATED:
                days_of.setdefault(call_id, set()).add(day)
        known = self.state.days_of(self.company_id, map(_leg_number, days_of))
        moved = {
            call_id: all_days
            for call_id, days in days_of.items()
            if len(all_days := days | known.get(_leg_number(call_id), set())) > 1
        }
        touched = {day for days in days_of.values() for day in days} | {day for days in moved.values() for day in days}
        self.state.note_dirty(self.company_id, _with_neighbours(touched))
        self.state.note_moved(self.company_id, moved)
        self.state.note_legs(
            self.company_id,
            [(_leg_number(call_id), day) for call_id, days in days_of.items() for day in days],
        )

    def _stop_waiting(self, released: pa.Table) -> None:
        hashes = ", ".join(str(value) for value in released["hash"].to_pylist())
        self.lake.remove("call_events", f"day = '0001-01-01' AND hash IN ({hashes})")

    def _entries(self, new: pa.Table) -> Iterable[Entry]:
        """Whom and what these events name."""
        for row in self.engine.query(_NAMED, {}, {"new": new}).to_pylist():
            kind = Kind.parse(row["type"] or "")
            if kind is None or not row["id"]:
                continue
            yield Entry(
                kind, row["id"], row["name"], row["email"], row["phone"],
                row["id"] if kind is Kind.OFFICE else row["office_id"], seen_at=row["seen_at"],
            )  # fmt: skip
            if row["office_id"]:
                yield Entry(Kind.OFFICE, row["office_id"], office_id=row["office_id"], seen_at=row["seen_at"])


_NAMED = """
    WITH named AS (
        SELECT target AS who, event_timestamp FROM new
        UNION ALL SELECT entry_point_target, event_timestamp FROM new
        UNION ALL SELECT proxy_target, event_timestamp FROM new
        UNION ALL
        SELECT struct_pack(id := office_id, type := 'office', name := NULL, email := NULL, phone := NULL,
            office_id := office_id), event_timestamp
        FROM new
    )
    SELECT who.type AS type, who.id AS id, who.name AS name, who.email AS email, who.phone AS phone,
        who.office_id AS office_id, max(us(event_timestamp)) AS seen_at
    FROM named
    WHERE who.id IS NOT NULL
    GROUP BY ALL
    ORDER BY ALL
"""


def _leg_number(call_id: str) -> int:
    return content_hash(call_id.encode())


def _with_neighbours(days: set[int]) -> set[int]:
    return {day + shift for day in days for shift in (-1, 0, 1)}
