"""Files as they really come, read by every source: what is good is kept, what is not is named, nothing crashes."""

import gzip
import io
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyhour.errors import UnreadableFile
from busyhour.sources.base import Context, Ignored, Refused, Row, Taken
from busyhour.sources.registry import SOURCES
from busyhour.sources.text import NOT_UTF8, open_bytes
from busyhour.tables.schema import event_table

_CONTEXT = Context("Acme", "1", "Asia/Jerusalem")
_BANK_HEADER = (
    "vru+line call_id customer_id priority type date vru_entry vru_exit vru_time q_start q_exit q_time outcome "
    "ser_start ser_exit ser_time server"
)
_BANK_ROW = "AA01 {} 0 0 PS 990201 9:00:00 9:00:10 10 0:00:00 0:00:00 0 {} 0:00:00 0:00:00 0 NO_SERVER"


@dataclass(frozen=True)
class Sample:
    """A small good file of a source and a row that it refuses."""

    source: str
    header: bytes
    rows: tuple[bytes, ...]
    bad: bytes
    bad_reason: str

    def file(self, *rows: bytes, end: bytes = b"\n") -> bytes:
        return b"".join(line + end for line in (self.header, *rows) if line)

    @property
    def first_line(self) -> int:
        return 2 if self.header else 1


_SAMPLES = [
    Sample(
        "anonymous_bank",
        _BANK_HEADER.replace(" ", "\t").encode(),
        tuple(_BANK_ROW.format(number, "HANG").replace(" ", "\t").encode() for number in (1, 2, 3)),
        _BANK_ROW.format(9, "LOST").replace(" ", "\t").encode(),
        "outcome: expected one of AGENT, HANG",
    ),
    Sample(
        "records_csv",
        b"call_id,date_started,direction,target_type,target_id,name",
        tuple(f"{number},2026-03-02 10:00:0{number},inbound,user,7,Zoë".encode() for number in (1, 2, 3)),
        b"9,2026-03-02 10:00:09,sideways,user,7,Bob",
        "direction: expected inbound or outbound",
    ),
    Sample(
        "dialpad",
        b"",
        tuple(
            f'{{"call_id":{number},"state":"hangup","event_timestamp":1772445600000,"transferred_to":"Zoë"}}'.encode()
            for number in (1, 2, 3)
        ),
        b'{"call_id":9,"state":"asleep","event_timestamp":1772445600000}',
        "state: expected the state of a call",
    ),
]
_WITH_HEADER = [sample for sample in _SAMPLES if sample.header]

every_source = pytest.mark.parametrize("sample", _SAMPLES, ids=lambda sample: sample.source)
every_source_with_header = pytest.mark.parametrize("sample", _WITH_HEADER, ids=lambda sample: sample.source)


def _read(sample: Sample, data: bytes) -> list[Row]:
    return list(SOURCES[sample.source].rows(io.BytesIO(data), _CONTEXT))


def _read_path(sample: Sample, path: Path) -> list[Row]:
    with open_bytes(path) as file:
        return list(SOURCES[sample.source].rows(file, _CONTEXT))


def _taken_lines(rows: list[Row]) -> list[int]:
    return [row.line for row in rows if isinstance(row, Taken)]


def _all_taken(sample: Sample, rows: list[Row]) -> bool:
    first = sample.first_line
    return _taken_lines(rows) == [first, first + 1, first + 2] and len(rows) == 3


def test_the_registry_names_each_source() -> None:
    assert {name: source.name for name, source in SOURCES.items()} == {
        "anonymous_bank": "anonymous_bank",
        "records_csv": "records_csv",
        "dialpad": "dialpad",
    }


@every_source
def test_plain_and_gzip_by_any_name(sample: Sample, tmp_path: Path) -> None:
    data = sample.file(*sample.rows)
    plain, packed = tmp_path / "plain.gz", tmp_path / "packed.csv"
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    assert _all_taken(sample, _read_path(sample, plain))
    assert _read_path(sample, packed) == _read_path(sample, plain)


@every_source
@pytest.mark.parametrize("kept", [2, 10, 25, -9, -1])
def test_cut_off_gzip_is_unreadable(sample: Sample, tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(sample.file(*sample.rows * 50))[:kept])
    with pytest.raises(UnreadableFile, match="gzip file is damaged or cut off"):
        _read_path(sample, path)


@every_source
def test_damaged_gzip_is_unreadable(sample: Sample, tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(sample.file(*sample.rows * 50)))
    packed[-6] ^= 0xFF
    path = tmp_path / "damaged.gz"
    path.write_bytes(packed)
    with pytest.raises(UnreadableFile, match="gzip file is damaged or cut off"):
        _read_path(sample, path)


@every_source
def test_empty_file_is_unreadable(sample: Sample) -> None:
    with pytest.raises(UnreadableFile, match="The file is empty"):
        _read(sample, b"")


@every_source
def test_binary_file_is_unreadable(sample: Sample) -> None:
    with pytest.raises(UnreadableFile, match="The file is binary"):
        _read(sample, b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)))


@every_source
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_file_is_unreadable(sample: Sample, encoding: str) -> None:
    with pytest.raises(UnreadableFile, match=r"UTF-16|binary"):
        _read(sample, sample.file(*sample.rows).decode().encode(encoding))


@every_source_with_header
def test_header_alone_is_a_file_without_rows(sample: Sample) -> None:
    assert _read(sample, sample.file()) == []
    assert _read(sample, sample.header) == []


@every_source_with_header
@pytest.mark.parametrize("delimiter", [b";", b"|", b" "])
def test_wrong_delimiter_is_unreadable_and_says_what_line_1_held(sample: Sample, delimiter: bytes) -> None:
    data = sample.file(*sample.rows).replace(b"\t", delimiter).replace(b",", delimiter)
    with pytest.raises(UnreadableFile, match=r"^Line 1 is not the header of .*, got '(vru|call)") as error:
        _read(sample, data)
    assert data[:20].decode() in str(error.value)


@every_source_with_header
def test_a_file_without_its_header_is_unreadable(sample: Sample) -> None:
    with pytest.raises(UnreadableFile, match="Line 1 is not the header"):
        _read(sample, b"\n".join(sample.rows))


@every_source
def test_bom_crlf_blank_lines_and_no_final_newline_change_nothing(sample: Sample) -> None:
    plain = _read(sample, sample.file(*sample.rows))
    assert _all_taken(sample, plain)
    assert _read(sample, b"\xef\xbb\xbf" + sample.file(*sample.rows)) == plain
    assert _read(sample, sample.file(*sample.rows, end=b"\r\n")) == plain
    assert _read(sample, sample.file(*sample.rows).removesuffix(b"\n")) == plain
    assert _read(sample, sample.file(*sample.rows) + b"\n  \n\r\n") == plain


@every_source
def test_a_bad_row_in_the_middle_is_named_and_the_rows_around_it_kept(sample: Sample) -> None:
    first, second, third = sample.rows
    rows = _read(sample, sample.file(first, sample.bad, second, third))
    assert _taken_lines(rows) == [sample.first_line, sample.first_line + 2, sample.first_line + 3]
    refused = rows[1]
    assert isinstance(refused, Refused)
    assert (refused.line, refused.reason) == (sample.first_line + 1, sample.bad_reason)
    assert refused.came.strip("'") in sample.bad.decode()


@every_source
def test_a_row_that_is_not_utf_8_is_refused_and_the_rows_around_it_kept(sample: Sample) -> None:
    first, second, third = sample.rows
    latin_1 = second.decode().replace("NO_SERVER", "Zoë").encode("latin-1")
    rows = _read(sample, sample.file(first, latin_1, third))
    assert rows[1] == Refused(sample.first_line + 1, NOT_UTF8)
    assert _taken_lines(rows) == [sample.first_line, sample.first_line + 2]


@every_source
def test_a_row_with_an_unclosed_quote_is_refused_alone(sample: Sample) -> None:
    first, second, third = sample.rows
    broken = b'"' + second
    rows = _read(sample, sample.file(first, broken, third, second))
    if sample.source == "anonymous_bank":
        assert _taken_lines(rows) == [2, 3, 4, 5], "a quote is text where tabs separate"
        return
    assert [type(row) for row in rows] == [Taken, Refused, Taken, Taken]
    assert [row.line for row in rows] == list(range(sample.first_line, sample.first_line + 4))


@every_source
def test_an_overlong_line_is_refused_and_lines_are_still_counted(sample: Sample) -> None:
    first, second, _ = sample.rows
    rows = _read(sample, sample.file(first, b"x" * 2_500_000, second))
    refused = [row for row in rows if isinstance(row, Refused)]
    assert {row.line for row in refused} == {sample.first_line + 1}
    assert all(len(row.came) <= 60 for row in refused)
    assert _taken_lines(rows) == [sample.first_line, sample.first_line + 2]


_ODD_CELLS = st.sampled_from(
    [
        "", " ", "0", "-1", "1", "true", "inbound", "outbound", "user", "7", "PS", "AGENT", "HANG", "PHANTOM",
        "NO_SERVER", "DORIT", "990201", "999999", "0:00:00", "9:00:00", "23:59:59", "2026-03-02 10:00:00",
        "2026-11-01 01:30:00", "0001-01-01 00:00:00", "9999-12-31T23:59:59.999999", "1e999999999", "NaN", "-0",
        "9" * 18, "9" * 5000, "Infinity", '"', '""', "é", "\x00", "\r", "٣", "_1_0", "Etc/GMT+12", "1.23E+15",
    ]
)  # fmt: skip
_ODD_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | _ODD_CELLS | st.sampled_from(["hangup", "call_center", "Office:1", 1772445600000, "1772445600000.5"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "type", "call_id", "salesforce", "breadcrumb_type"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
_EVENT_KEYS = [
    "call_id", "state", "event_timestamp", "direction", "date_started", "target", "contact", "transferred_from",
    "group_id", "talk_time", "percent_ai_talk_time", "hold_occurrences", "is_internal", "categories", "integrations",
    "routing_breadcrumbs", "recording_details", "name",
]  # fmt: skip
_EVENTS = st.dictionaries(st.sampled_from(_EVENT_KEYS), _ODD_JSON).map(
    lambda odd: orjson.dumps({"call_id": 1, "state": "hangup", "event_timestamp": 1772445600000} | odd)
)


def _only_unreadable_or_storable(sample: Sample, data: bytes) -> None:
    try:
        rows = _read(sample, data)
    except UnreadableFile:
        return
    assert all(isinstance(row, Taken | Refused | Ignored) for row in rows)
    assert [row.line for row in rows] == sorted(row.line for row in rows)
    taken = [(event, row.line) for row in rows if isinstance(row, Taken) for event in row.events]
    assert not taken or event_table(
        [event for event, _ in taken], [line for _, line in taken], "date_started"
    ).num_rows == len(taken)


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


@settings(deadline=None, max_examples=150, database=None)
@given(event=_EVENTS)
def test_arbitrary_events_are_rows(event: bytes) -> None:
    _only_unreadable_or_storable(_SAMPLES[2], event)
