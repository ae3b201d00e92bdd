"""Lines and CSV records of files as they really come: gzip, BOM, CRLF, wrong encodings, unclosed quotes."""

import codecs
import csv
import gzip
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from busyhour.errors import UnreadableFile

__all__ = ["NOT_UTF8", "Record", "is_utf8", "lines", "open_bytes", "position", "records"]

NOT_UTF8 = "the row is not UTF-8 text"
_MAX_LINE = 1_000_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Record:
    """One CSV record: the line it starts on, its fields, its text as it stood in the file."""

    line: int
    fields: list[str]
    text: str


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gzip by its first bytes, whatever its name."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}.") from error
    magic = file.read(2)
    file.seek(0)
    if magic != b"\x1f\x8b":
        return file
    # Closing a GzipFile leaves a file that was handed to it open: it has to open its own.
    file.close()
    return cast(BinaryIO, gzip.open(path))


def position(file: BinaryIO) -> int:
    """How many bytes of the file on disk have been read."""
    return file.fileobj.tell() if isinstance(file, gzip.GzipFile) and file.fileobj else file.tell()


def lines(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1, line end included; bytes that are not UTF-8 come as surrogates.

    An overlong line comes in pieces, each under the line's number.
    Raises UnreadableFile for an empty, binary, UTF-16 or cut-off file.
    """
    number, is_new = 0, True
    try:
        while chunk := file.readline(_MAX_LINE):
            number += is_new
            is_new = chunk.endswith(b"\n")
            if number == 1:
                chunk = _first_line(chunk)
            yield number, chunk.decode("utf-8", "surrogateescape")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile(
            f"The gzip file is damaged or cut off after line {number} ({error}). Nothing of it was taken."
        ) from error
    if number == 0:
        raise UnreadableFile("The file is empty: expected at least one line.")


def _first_line(chunk: bytes) -> bytes:
    if chunk.startswith(_UTF16):
        raise UnreadableFile("The file is UTF-16 text: expected UTF-8. Save it as UTF-8 and import it again.")
    if b"\x00" in chunk:
        raise UnreadableFile("The file is binary (a zero byte in line 1): expected UTF-8 text, plain or gzip.")
    return chunk.removeprefix(codecs.BOM_UTF8)


def is_utf8(text: str) -> bool:
    """Whether text from `lines` was UTF-8 in the file."""
    return text.isascii() or not any("\udc80" <= c <= "\udcff" for c in text)


def records(numbered: Iterator[tuple[int, str]], width: int, delimiter: str = ",") -> Iterator[Record]:
    """CSV records of `width` fields; a quoted field may hold line ends.

    A record of several lines that does not fit, or holds a stray quote, is an unclosed quote: only its first
    line is given up (as a record of the wrong width), and reading goes on with the next line, so that good
    rows behind a bad one are kept. Stray quotes within one line are text.
    """
    waiting: deque[tuple[int, str]] = deque()
    while True:
        used: list[tuple[int, str]] = []
        fields = _one_record(_pull(waiting, numbered, used), delimiter)
        if not used:
            return
        if fields is None and len(used) == 1:
            fields = _one_line(used[0][1], delimiter)
        elif len(used) > 1 and (fields is None or len(fields) != width):
            waiting.extendleft(reversed(used[1:]))
            del used[1:]
            fields = None
        line, text = used[0][0], "".join(text for _, text in used)
        if fields is None:
            fields = [text.rstrip("\r\n")]
        if text.strip():
            yield Record(line, fields, text)


def _pull(
    waiting: deque[tuple[int, str]], numbered: Iterator[tuple[int, str]], used: list[tuple[int, str]]
) -> Iterator[str]:
    while (pair := waiting.popleft() if waiting else next(numbered, None)) is not None:
        used.append(pair)
        yield pair[1]


def _one_record(text: Iterator[str], delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(text, delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _one_line(text: str, delimiter: str) -> list[str] | None:
    """The fields of a line with stray quotes, or None where a quote stays open."""
    reader = csv.reader((text, ""), delimiter=delimiter)
    try:
        fields = next(reader)
    except csv.Error:
        return None
    return fields if reader.line_num == 1 else None
