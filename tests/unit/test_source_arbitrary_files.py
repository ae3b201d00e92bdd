"""Arbitrary bytes, cells and events, read by every source: a named refusal or rows that can be stored."""

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from busyhour.errors import UnreadableFile
from busyhour.sources.base import Ignored, Refused, Taken
from busyhour.tables.schema import Event, event_table
from busyhour.tables.streams import stream_of
from file_samples import SAMPLES, Sample, every_source, every_source_with_header, read

(_DIALPAD,) = (sample for sample in SAMPLES if sample.source == "dialpad")
_ODD_CELLS = st.sampled_from(
    [
        "", " ", "0", "-1", "1", "true", "inbound", "outbound", "user", "7", "PS", "AGENT", "HANG", "PHANTOM",
        "NO_SERVER", "DORIT", "990201", "999999", "0:00:00", "9:00:00", "23:59:59", "2026-03-02 10:00:00",
        "2026-11-01 01:30:00", "0001-01-01 00:00:00", "9999-12-31T23:59:59.999999", "1e999999999", "NaN", "-0",
        "9" * 18, "9" * 5000, "Infinity", '"', '""', "é", "\x00", "\r", "٣", "_1_0", "Etc/GMT+12", "1.23E+15",
    ]
)  # fmt: skip
_INNER_KEYS = ["id", "type", "call_id", "salesforce", "breadcrumb_type", "recording_type", "url", "start_time"]
_ODD_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | _ODD_CELLS | st.sampled_from(["hangup", "call_center", "Office:1", 1772445600000, "1772445600000.5", "busy"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_INNER_KEYS), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
_EVENT_KEYS = [
    "call_id", "state", "event_timestamp", "direction", "date_started", "target", "contact", "transferred_from",
    "group_id", "talk_time", "percent_ai_talk_time", "hold_occurrences", "is_internal", "categories", "integrations",
    "routing_breadcrumbs", "recording_details", "name", "csat_score", "voicemail_link", "transcription_text",
]  # fmt: skip
_TEXT_KEYS = ["id", "created_date", "event_timestamp", "direction", "target", "to_number", "mms", "is_internal"]
_DUTY_KEYS = ["target", "on_duty_status", "call_center_ids", "date", "event_timestamp", "availability_status"]
_OWN_KEYS = ["call_id", "event_timestamp", "date", "target", "operator", "response", "date_sent", "event", "state"]


def _odd(keys: list[str], **least: object) -> st.SearchStrategy[bytes]:
    return st.dictionaries(st.sampled_from(keys), _ODD_JSON).map(lambda odd: orjson.dumps(least | odd))


_EVENTS = (
    _odd(_EVENT_KEYS, call_id=1, state="voicemail_uploaded", event_timestamp=1772445600000)
    | _odd(_TEXT_KEYS, id=1, message_status="sent", event_timestamp=1772445600000)
    | _odd(_DUTY_KEYS, target={"id": 1}, on_duty_status="busy", event_timestamp=1772445600000)
    | _odd(_OWN_KEYS, event="csat", answer_id=1, event_timestamp=1772445600000)
)


def _only_unreadable_or_storable(sample: Sample, data: bytes) -> None:
    try:
        rows = read(sample, data)
    except UnreadableFile:
        return
    assert all(isinstance(row, Taken | Refused | Ignored) for row in rows)
    assert [row.line for row in rows] == sorted(row.line for row in rows)
    taken = [(event, row.line) for row in rows if isinstance(row, Taken) for event in row.events]
    by_stream: dict[str, list[tuple[Event, int]]] = {}
    for event, line in taken:
        by_stream.setdefault(stream_of(event).name, []).append((event, line))
    for name, numbered in by_stream.items():
        table = event_table([event for event, _ in numbered], [line for _, line in numbered], stream_of(name).moment)
        assert table.num_rows == len(numbered)


@every_source
@settings(deadline=None, max_examples=60, database=None)
@given(data=st.data())
def test_arbitrary_bytes_are_unreadable_or_rows(sample: Sample, data: st.DataObject) -> None:
    noise = data.draw(st.binary(max_size=200))
    _only_unreadable_or_storable(sample, noise)
    _only_unreadable_or_storable(sample, sample.file(sample.rows[0], noise, sample.rows[1]))


@every_source_with_header
@settings(deadline=None, max_examples=150, database=None)
@given(data=st.data())
def test_arbitrary_cells_are_rows(sample: Sample, data: st.DataObject) -> None:
    delimiter = b"\t" if b"\t" in sample.header else b","
    cells = sample.rows[0].split(delimiter)
    for place, cell in data.draw(st.dictionaries(st.integers(0, len(cells) - 1), _ODD_CELLS)).items():
        cells[place] = cell.encode()
    _only_unreadable_or_storable(sample, sample.file(delimiter.join(cells), sample.rows[1]))


@settings(deadline=None, max_examples=400, database=None)
@given(event=_EVENTS)
def test_arbitrary_events_are_rows(event: bytes) -> None:
    _only_unreadable_or_storable(_DIALPAD, event)
