"""Files as they really come, read by every source: what is good is kept, what is not is named, nothing crashes."""

import gzip
from pathlib import Path

import pytest

from busyhour.errors import UnreadableFile
from busyhour.sources.base import Refused, Row, Taken
from busyhour.sources.registry import SOURCES
from busyhour.sources.text import NOT_UTF8, open_bytes
from file_samples import CONTEXT, SAMPLES, Sample, every_source, every_source_with_header, read


def _read_path(sample: Sample, path: Path) -> list[Row]:
    with open_bytes(path) as file:
        return list(SOURCES[sample.source].rows(file, CONTEXT))


def _taken_lines(rows: list[Row]) -> list[int]:
    return [row.line for row in rows if isinstance(row, Taken)]


def _all_taken(sample: Sample, rows: list[Row]) -> bool:
    first = sample.first_line
    return _taken_lines(rows) == [first, first + 1, first + 2] and len(rows) == 3


def test_the_registry_names_each_source() -> None:
    assert all(name == source.name for name, source in SOURCES.items())
    assert set(SOURCES) == {
        "anonymous_bank", "csat_csv", "dialpad", "dispositions_csv", "onduty_csv", "records_csv", "recordings_csv",
        "screenshare_csv", "texts_csv", "voicemails_csv",
    }  # fmt: skip
    assert set(SOURCES) == {sample.source for sample in SAMPLES}


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
        read(sample, b"")


@every_source
def test_binary_file_is_unreadable(sample: Sample) -> None:
    with pytest.raises(UnreadableFile, match="The file is binary"):
        read(sample, b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)))


@every_source
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_file_is_unreadable(sample: Sample, encoding: str) -> None:
    with pytest.raises(UnreadableFile, match=r"UTF-16|binary"):
        read(sample, sample.file(*sample.rows).decode().encode(encoding))


@every_source_with_header
def test_header_alone_is_a_file_without_rows(sample: Sample) -> None:
    assert read(sample, sample.file()) == []
    assert read(sample, sample.header) == []


@every_source_with_header
@pytest.mark.parametrize("delimiter", [b";", b"|", b" "])
def test_wrong_delimiter_is_unreadable_and_says_what_line_1_held(sample: Sample, delimiter: bytes) -> None:
    data = sample.file(*sample.rows).replace(b"\t", delimiter).replace(b",", delimiter)
    with pytest.raises(UnreadableFile, match=r"^Line 1 is not the header of .*, got '[a-z]+_id|got 'vru") as error:
        read(sample, data)
    assert data[:20].decode() in str(error.value)


@every_source_with_header
def test_a_file_without_its_header_is_unreadable(sample: Sample) -> None:
    with pytest.raises(UnreadableFile, match="Line 1 is not the header"):
        read(sample, b"\n".join(sample.rows))


@every_source
def test_bom_crlf_blank_lines_and_no_final_newline_change_nothing(sample: Sample) -> None:
    plain = read(sample, sample.file(*sample.rows))
    assert _all_taken(sample, plain)
    assert read(sample, b"\xef\xbb\xbf" + sample.file(*sample.rows)) == plain
    assert read(sample, sample.file(*sample.rows, end=b"\r\n")) == plain
    assert read(sample, sample.file(*sample.rows).removesuffix(b"\n")) == plain
    assert read(sample, sample.file(*sample.rows) + b"\n  \n\r\n") == plain


@every_source
def test_a_bad_row_in_the_middle_is_named_and_the_rows_around_it_kept(sample: Sample) -> None:
    first, second, third = sample.rows
    rows = read(sample, sample.file(first, sample.bad, second, third))
    assert _taken_lines(rows) == [sample.first_line, sample.first_line + 2, sample.first_line + 3]
    refused = rows[1]
    assert isinstance(refused, Refused)
    assert (refused.line, refused.reason) == (sample.first_line + 1, sample.bad_reason)
    assert refused.came.strip("'") in sample.bad.decode()


@every_source
def test_a_row_that_is_not_utf_8_is_refused_and_the_rows_around_it_kept(sample: Sample) -> None:
    first, second, third = sample.rows
    latin_1 = second.decode().replace("NO_SERVER", "Zoë").encode("latin-1")
    rows = read(sample, sample.file(first, latin_1, third))
    assert rows[1] == Refused(sample.first_line + 1, NOT_UTF8)
    assert _taken_lines(rows) == [sample.first_line, sample.first_line + 2]


@every_source
def test_a_row_with_an_unclosed_quote_is_refused_alone(sample: Sample) -> None:
    first, second, third = sample.rows
    broken = b'"' + second
    rows = read(sample, sample.file(first, broken, third, second))
    if sample.source == "anonymous_bank":
        assert _taken_lines(rows) == [2, 3, 4, 5], "a quote is text where tabs separate"
        return
    assert [type(row) for row in rows] == [Taken, Refused, Taken, Taken]
    assert [row.line for row in rows] == list(range(sample.first_line, sample.first_line + 4))


@every_source
def test_an_overlong_line_is_refused_and_lines_are_still_counted(sample: Sample) -> None:
    first, second, _ = sample.rows
    rows = read(sample, sample.file(first, b"x" * 2_500_000, second))
    refused = [row for row in rows if isinstance(row, Refused)]
    assert {row.line for row in refused} == {sample.first_line + 1}
    assert all(len(row.came) <= 60 for row in refused)
    assert _taken_lines(rows) == [sample.first_line, sample.first_line + 2]
