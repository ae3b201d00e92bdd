"""As for legs: every thing is the same in whatever order, and however often, the same events on it came."""

import random
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from busyhour.domain.events import MICROSECONDS_A_DAY, Party
from busyhour.domain.things import Thing, thing
from busyhour.tables.staging import stage_events
from busyhour.tables.streams import SCHEMAS, STREAMS, Stream
from houses import company_of, new_house, refresh

NOW = "2026-06-20T12:00:00+00:00"
MIDNIGHT = 20_606 * MICROSECONDS_A_DAY
THINGS = [stream for stream in STREAMS if stream.columns]
PEOPLE = [Party(str(n), "user", f"Person {n}", f"p{n}@example.com", office_id="9") for n in (1, 2)]

instants = st.builds(
    lambda day, minute: MIDNIGHT + day * MICROSECONDS_A_DAY + minute * 60_000_000,
    st.sampled_from([-3, -1, 0, 0, 1, 4]),
    st.integers(-3, 3),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.sampled_from(["a", "b", "available"]),
    "bool": st.booleans(),
    "Party": st.sampled_from(PEOPLE),
    "int": instants,
}


@st.composite
def events(draw: st.DrawFn, stream: Stream) -> Thing:
    """An event on one of two things, with anything missing but its key and its moment."""
    values: dict[str, Any] = {stream.key: draw(st.sampled_from(["x", "y"])), "event_timestamp": draw(instants)}
    for field in fields(stream.kind):
        kind = str(field.type).removesuffix(" | None").split(".")[-1]
        if field.name not in (*values, "hash", "raw"):
            values[field.name] = draw(st.none() | VALUES[kind])
    return thing(stream.kind, raw="", **values)


def _table(home: Path, stream: Stream, batches: list[list[Thing]]) -> pa.Table:
    house = new_house(home, NOW)
    company_id = company_of(house, "A")
    for batch in batches:
        stage_events(iter(batch), company_id, house.inbox)
        refresh(house, "A")
    lake = house.refresher().lake(company_id)
    relation = lake.relation(stream.table, SCHEMAS[stream.table], lake.version(stream.table), -800_000, 800_000)
    return house.engine().query(f"SELECT * FROM t ORDER BY {stream.key}, day", {}, {"t": relation})


@pytest.mark.parametrize("stream", THINGS, ids=lambda stream: stream.name)
@given(st.data(), st.integers(0, 2**32))
@settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
def test_order_repetition_and_lateness_do_not_matter(stream: Stream, data: st.DataObject, seed: int) -> None:
    said = data.draw(st.lists(events(stream), min_size=2, max_size=10))
    shuffler = random.Random(seed)
    again = said + [event for event in said if shuffler.random() < 0.4]
    shuffler.shuffle(again)
    cut = shuffler.randrange(len(again) + 1)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        expected = _table(Path(one), stream, [said])
        found = _table(Path(other), stream, [part for part in (again[:cut], again[cut:]) if part])
    assert found.to_pylist() == expected.to_pylist()
