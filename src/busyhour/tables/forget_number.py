"""A phone number forgotten: every leg and every other thing that names it, and what hangs on those legs."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from busyhour.tables.removals import Holdings, Removal, named
from busyhour.tables.schema import PARTY
from busyhour.tables.streams import SCHEMAS, STREAMS, Stream, stream_of
from busyhour.tables.things_removal import removal_of_things

__all__ = ["NumberChoice"]


@dataclass(frozen=True, slots=True)
class NumberChoice:
    """Everything that names a number, by the pattern that finds it."""

    pattern: str

    def removals(self, holdings: Holdings) -> Sequence[Removal]:
        """Things that name the number in any text of any event; of legs that do, also what was noted on them."""
        legs = self._naming(holdings, stream_of("call"))
        legs |= _nameless_legs_beside(holdings, legs)
        found = {
            stream.name: legs
            if not stream.columns
            else self._naming(holdings, stream) | _on_legs(holdings, stream, legs)
            for stream in STREAMS
        }
        return [removal_of_things(holdings, stream, found[stream.name]) for stream in STREAMS]

    def covers(self, received_at: int, texts: Sequence[str]) -> bool:  # noqa: ARG002 - a number has no time
        """Whether one of the texts names the number."""
        return any(re.search(self.pattern, text) for text in texts)

    def _naming(self, holdings: Holdings, stream: Stream) -> set[str]:
        sql = f"SELECT DISTINCT {stream.key} AS thing FROM events WHERE regexp_matches({_texts(stream)}, $pattern)"
        relations = {"events": holdings.all_of(stream.events)}
        return set(holdings.engine.query(sql, {"pattern": self.pattern}, relations)["thing"].to_pylist())


def _texts(stream: Stream) -> str:
    """All texts of an event as one, each on lines of its own."""
    texts = []
    for field in SCHEMAS[stream.events]:
        if field.type == PARTY:
            texts += [f"{field.name}.{part.name}" for part in PARTY]
        elif field.type == "string":
            texts.append(field.name)
    return f"concat_ws(chr(10), {', '.join(texts)})"


def _on_legs(holdings: Holdings, stream: Stream, legs: Collection[str]) -> set[str]:
    """Things about these legs, whether they name a number or not: messages, recordings, answers, dispositions."""
    if "call_id" not in SCHEMAS[stream.events].names or not legs:
        return set()
    sql = f"SELECT DISTINCT {stream.key} AS thing FROM events WHERE call_id IN (SELECT thing FROM legs)"
    relations = {"events": holdings.all_of(stream.events), "legs": named(sorted(legs))}
    return set(holdings.engine.query(sql, {}, relations)["thing"].to_pylist())


_LINKS = (
    "entry_point_call_id", "master_call_id", "operator_call_id", "group_call_id", "transferred_from_call_id",
    "callback_id",
)  # fmt: skip
"""The fields of a leg that name another leg of its call."""

_BESIDE = f"""
    WITH linked AS (
      SELECT call_id AS thing FROM events
      WHERE {" OR ".join(f"{link} IN (SELECT thing FROM legs)" for link in _LINKS)}
      UNION
      SELECT unnest([{", ".join(_LINKS)}]) FROM events WHERE call_id IN (SELECT thing FROM legs)
    )
    SELECT call_id AS thing FROM events
    WHERE call_id IN (SELECT thing FROM linked) AND call_id NOT IN (SELECT thing FROM legs)
    GROUP BY call_id
    HAVING NOT bool_or(regexp_matches(concat_ws(' ', external_number, contact.phone), '[0-9]'))
"""


def _nameless_legs_beside(holdings: Holdings, legs: Collection[str]) -> set[str]:
    """Legs of the same calls none of whose events says with whom: it can have been nobody else.

    A leg that names another number is somebody else's, also where two calls were merged into one.
    """
    found: set[str] = set()
    latest = set(legs)
    while latest:
        relations = {"events": holdings.all_of("call_events"), "legs": named(sorted({*legs, *found}))}
        latest = set(holdings.engine.query(_BESIDE, {}, relations)["thing"].to_pylist())
        found |= latest
    return found
