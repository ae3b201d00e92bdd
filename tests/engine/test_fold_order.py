"""The derived tables are the same in whatever order, and however often, the same events came."""

import random
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from busyhour.domain.events import MICROSECONDS_A_DAY, CallEvent, Party, content_hash, typed_content
from busyhour.tables.staging import stage_events
from busyhour.tables.streams import SCHEMAS
from houses import company_of, new_house, refresh

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Shrinking would fold for minutes: an example that fails is small enough to read."""
NOW = "2026-06-20T12:00:00+00:00"
MIDNIGHT = 20_606 * MICROSECONDS_A_DAY
MINUTE = 60_000_000
CENTERS = [Party(str(n), "call_center", f"Center {n}", office_id="9") for n in (1, 2)]
PEOPLE = [Party(str(n), "user", f"Person {n}", f"p{n}@example.com", office_id=str(n)) for n in (11, 12, 13)]
GROUP_LEGS, AGENT_LEGS = ["100", "101"], ["200", "201", "202"]

instants = st.builds(
    lambda day, minute: MIDNIGHT + day * MICROSECONDS_A_DAY + minute * MINUTE,
    st.sampled_from([-3, -1, 0, 0, 0, 1, 4]),
    st.integers(-4, 4),
)
maybe = st.none() | instants


@st.composite
def events(draw: st.DrawFn) -> CallEvent:
    """An event of one of a few legs that may belong together, over several days, with anything missing."""
    is_agent = draw(st.booleans())
    call_id = draw(st.sampled_from(AGENT_LEGS if is_agent else GROUP_LEGS))
    values: dict[str, Any] = {
        "call_id": call_id,
        "state": draw(
            st.sampled_from(["ringing", "queued", "connected", "hold", "missed", "hangup", "voicemail_uploaded"])
        ),
        "event_timestamp": draw(instants),
        "date_started": draw(maybe),
        "date_connected": draw(maybe),
        "date_ended": draw(maybe),
        "date_rang": draw(maybe) if is_agent else None,
        "date_queued": None if is_agent else draw(maybe),
        "direction": draw(st.sampled_from([None, "inbound", "outbound"])),
        "target": draw(st.none() | st.sampled_from(PEOPLE if is_agent else CENTERS)),
        "entry_point_call_id": draw(st.none() | st.sampled_from(GROUP_LEGS)) if is_agent else None,
        "master_call_id": draw(st.none() | st.sampled_from(GROUP_LEGS)),
        "operator_call_id": None if is_agent else draw(st.none() | st.sampled_from(AGENT_LEGS)),
        "proxy_target": draw(st.none() | st.sampled_from(CENTERS)) if is_agent else None,
        "transferred_from_call_id": draw(st.none() | st.sampled_from(GROUP_LEGS)),
        "talk_time": draw(st.none() | st.integers(0, 10**9)),
    }
    return CallEvent(hash=content_hash(typed_content(values)), raw="", **values)


def _tables(home: Path, batches: list[list[CallEvent]]) -> tuple[pa.Table, set[tuple[int, str]]]:
    house = new_house(home, NOW)
    company_id = company_of(house, "A")
    for batch in batches:
        stage_events(iter(batch), company_id, house.inbox)
        refresh(house, "A")
    lake, engine = house.refresher().lake(company_id), house.engine()
    relations = {
        table: lake.relation(table, schema, lake.version(table), -800_000, 800_000)
        for table, schema in SCHEMAS.items()
        if table in ("calls", "call_events")
    }
    calls = engine.query("SELECT * FROM calls ORDER BY call_id, day", {}, relations)
    raw = engine.query("SELECT hash, call_id FROM call_events", {}, relations).to_pylist()
    assert len(raw) == len({(row["hash"], row["call_id"]) for row in raw}), "an event stands twice"
    return calls, {(row["hash"], row["call_id"]) for row in raw}


def _check(all_events: list[CallEvent], seed: int) -> None:
    shuffler = random.Random(seed)
    again = all_events + [event for event in all_events if shuffler.random() < 0.3]
    shuffler.shuffle(again)
    cuts = sorted(shuffler.randrange(len(again) + 1) for _ in range(3))
    split = [again[a:b] for a, b in zip([0, *cuts], [*cuts, len(again)], strict=True) if again[a:b]]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        expected, expected_raw = _tables(Path(one), [all_events])
        found, found_raw = _tables(Path(other), split)
    assert found_raw == expected_raw
    assert found.to_pylist() == expected.to_pylist()
    assert found.equals(expected)


@given(st.lists(events(), min_size=1, max_size=14), st.integers(0, 2**32))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
def test_order_repetition_and_lateness_do_not_matter(all_events: list[CallEvent], seed: int) -> None:
    _check(all_events, seed)


@pytest.mark.prove
@given(st.lists(events(), min_size=1, max_size=25), st.integers(0, 2**32))
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
def test_order_repetition_and_lateness_do_not_matter_at_length(all_events: list[CallEvent], seed: int) -> None:
    _check(all_events, seed)
