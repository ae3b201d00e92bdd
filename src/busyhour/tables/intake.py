"""From the inbox into the event tables: new events only, each under the day on which its thing began."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from busyhour.domain.directory import GROUP_KINDS, PERSON_KINDS, Entry, Kind
from busyhour.domain.events import content_hash
from busyhour.domain.memberships import Membership, Role
from busyhour.engine.base import Engine, Relation
from busyhour.store.directory import Directory
from busyhour.store.memberships import Memberships
from busyhour.store.table_state import TableState
from busyhour.tables.lake import Lake
from busyhour.tables.schema import PARTY, UNDATED, staged_schema
from busyhour.tables.streams import SCHEMAS, Stream

__all__ = ["Intake"]


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes parts of batches in for one company and stream; who calls it holds the company's refresh lease."""

    company_id: str
    stream: Stream
    engine: Engine
    lake: Lake
    state: TableState
    directory: Directory
    memberships: Memberships

    @property
    def _staged(self) -> pa.Schema:
        return staged_schema(self.stream.kind)

    def take(self, part: pa.Table) -> list[int]:
        """Append what is new of a part and mark the days that it touches; the file rows that were new."""
        released = self._released(part)
        dated = self._dated(pa.concat_tables([part, released]) if released.num_rows else part)
        new = self._unknown(dated)
        if new.num_rows:
            self._remember(new)
            self.directory.learn(self.company_id, self._entries(new))
            self.memberships.learn(self.company_id, self._memberships(new))
            # The last step: what is appended is known, and nothing of this is done for it again.
            self.lake.append(self.stream.events, new.select(SCHEMAS[self.stream.events].names))
        if released.num_rows:
            self._stop_waiting(released)
        lines: list[int] = new["line"].drop_null().unique().to_pylist()
        return lines

    def _stored(self, days: list[int]) -> Relation:
        table = self.stream.events
        return self.lake.relation_of_days(table, SCHEMAS[table], self.lake.version(table), days)

    def _released(self, part: pa.Table) -> pa.Table:
        """Events that waited for a sibling with a date, where this part brings one."""
        waiting = self._stored([UNDATED])
        if not waiting.files:
            return self._staged.empty_table()
        sql = f"""
            SELECT waiting.*, CAST(NULL AS BIGINT) AS line FROM waiting
            WHERE {self.stream.key} IN (SELECT {self.stream.key} FROM part WHERE {self.stream.moment} IS NOT NULL)
        """
        return self.engine.query(sql, {}, {"waiting": waiting, "part": part}).cast(self._staged)

    def _dated(self, part: pa.Table) -> pa.Table:
        """The part with its undated events under a day of their thing, where any is known."""
        key, moment = self.stream.key, self.stream.moment
        sql = f"SELECT DISTINCT {key} AS thing FROM part WHERE {moment} IS NULL"
        undated = self.engine.query(sql, {}, {"part": part})["thing"].to_pylist()
        if not undated:
            return part
        sql = f"SELECT {key} AS thing, max(day) AS day FROM part WHERE {moment} IS NOT NULL GROUP BY {key}"
        days = dict(_pairs(self.engine.query(sql, {}, {"part": part})))
        known = self.state.days_of(self.company_id, self.stream.name, map(_number, undated))
        found = {thing: days.get(thing, max(known.get(_number(thing), {UNDATED}))) for thing in undated}
        lookup = pa.table({"thing": list(found), "found": pa.array(list(found.values()), pa.int32()).cast(pa.date32())})
        columns = ", ".join(
            "coalesce(found, day) AS day" if name == "day" else f"part.{name}" for name in self._staged.names
        )
        sql = f"SELECT {columns} FROM part LEFT JOIN lookup ON lookup.thing = part.{key} AND part.{moment} IS NULL"
        return self.engine.query(sql, {}, {"part": part, "lookup": lookup}).cast(self._staged)

    def _unknown(self, part: pa.Table) -> pa.Table:
        """What of the part is in no table yet, once each."""
        if not part.num_rows:
            return part
        key, moment = self.stream.key, self.stream.moment
        undated = self.engine.query(
            f"SELECT DISTINCT {key} AS thing FROM part WHERE {moment} IS NULL", {}, {"part": part}
        )
        # TRICKY: an undated event lies under whichever day of its thing was known when it first came. One that has
        # just been released still lies among the waiting, and is new all the same.
        days_of = self.state.days_of(self.company_id, self.stream.name, map(_number, undated["thing"].to_pylist()))
        days = {*part["day"].cast(pa.int32()).unique().to_pylist(), *(day for days in days_of.values() for day in days)}
        known = self._stored(sorted(days))
        sql = f"""
            SELECT * EXCLUDE (copy) FROM (
                SELECT part.*, row_number() OVER (PARTITION BY day, hash ORDER BY line) AS copy FROM part
                WHERE NOT EXISTS (
                    SELECT 1 FROM known
                    WHERE known.hash = part.hash
                      AND (known.day = part.day OR (part.{moment} IS NULL AND known.day <> DATE '0001-01-01'))
                )
            ) WHERE copy = 1
        """
        return self.engine.query(sql, {}, {"part": part, "known": known}).cast(self._staged)

    def _remember(self, new: pa.Table) -> None:
        """Write down what must be folded, and which things have moved, before the events are appended."""
        name = self.stream.name
        days_of: dict[str, set[int]] = {}
        for thing, day in _pairs(
            self.engine.query(f"SELECT DISTINCT {self.stream.key}, day FROM new", {}, {"new": new})
        ):
            if day != UNDATED:
                days_of.setdefault(thing, set()).add(day)
        known = self.state.days_of(self.company_id, name, map(_number, days_of))
        moved = {
            thing: all_days
            for thing, days in days_of.items()
            if len(all_days := days | known.get(_number(thing), set())) > 1
        }
        touched = {day for days in (*days_of.values(), *moved.values()) for day in days}
        self.state.note_dirty(self.company_id, name, _with_neighbours(touched))
        self.state.note_moved(self.company_id, name, moved)
        self.state.note_things(
            self.company_id, name, [(_number(thing), day) for thing, days in days_of.items() for day in days]
        )

    def _stop_waiting(self, released: pa.Table) -> None:
        hashes = ", ".join(str(value) for value in released["hash"].to_pylist())
        self.lake.remove(self.stream.events, f"day = '0001-01-01' AND hash IN ({hashes})")

    def _entries(self, new: pa.Table) -> Iterable[Entry]:
        """Whom and what these events name."""
        for row in self.engine.query(_named_sql(new.schema), {}, {"new": new}).to_pylist():
            kind = Kind.parse(row["type"] or "")
            if kind is None or not row["id"]:
                continue
            yield Entry(
                kind, row["id"], row["name"], row["email"], row["phone"],
                row["id"] if kind is Kind.OFFICE else row["office_id"], seen_at=row["seen_at"],
            )  # fmt: skip
            if row["office_id"]:
                yield Entry(Kind.OFFICE, row["office_id"], office_id=row["office_id"], seen_at=row["seen_at"])

    def _memberships(self, new: pa.Table) -> Iterable[Membership]:
        """Who worked for which group by these events, since whenever."""
        sql = _WORKED.get(self.stream.name)
        for row in self.engine.query(sql, {}, {"new": new}).to_pylist() if sql else ():
            group, member = Kind.parse(row["group_type"] or ""), Kind.parse(row["member_type"] or "")
            if group in GROUP_KINDS and group not in _WITHOUT_OPERATORS and member in PERSON_KINDS:
                yield Membership((group, row["group_id"]), (member, row["member_id"]), Role.OPERATOR)


_WITHOUT_OPERATORS = (Kind.COACHING_TEAM,)

_WORKED = {
    "call": """
        SELECT DISTINCT entry_point_target.type AS group_type, entry_point_target.id AS group_id,
            target.type AS member_type, target.id AS member_id
        FROM new WHERE entry_point_call_id IS NOT NULL AND entry_point_target.id IS NOT NULL AND target.id IS NOT NULL
    """,
    "duty": """
        SELECT DISTINCT 'call_center' AS group_type, call_center_id AS group_id,
            target.type AS member_type, target.id AS member_id
        FROM new WHERE call_center_id IS NOT NULL AND target.id IS NOT NULL
    """,
}
"""Which events show that somebody works for a group."""

_NOT_OURS = ("contact", "transferred_from")
"""Parties that are outside the company, or named in passing."""


def _named_sql(schema: pa.Schema) -> str:
    """Whom the parties in new events name, each with the moment of the last word on it."""
    parties = [field.name for field in schema if field.type == PARTY and field.name not in _NOT_OURS]
    named = [f"SELECT {party} AS who, event_timestamp FROM new" for party in parties]
    if "office_id" in schema.names:
        named.append(_OFFICES)
    return f"""
        SELECT who.type AS type, who.id AS id, who.name AS name, who.email AS email, who.phone AS phone,
            who.office_id AS office_id, max(us(event_timestamp)) AS seen_at
        FROM ({" UNION ALL ".join(named)}) AS named
        WHERE who.id IS NOT NULL
        GROUP BY ALL
        ORDER BY ALL
    """


_OFFICES = """
    SELECT struct_pack(id := office_id, type := 'office', name := NULL, email := NULL, phone := NULL,
        office_id := office_id), event_timestamp
    FROM new
"""


def _pairs(table: pa.Table) -> Iterator[tuple[str, int]]:
    """The rows of a table of a thing and a day."""
    things, days = table.columns
    return zip(things.to_pylist(), days.cast(pa.int32()).to_pylist(), strict=True)


def _number(thing: str) -> int:
    return content_hash(thing.encode())


def _with_neighbours(days: set[int]) -> set[int]:
    return {day + shift for day in days for shift in (-1, 0, 1)}
