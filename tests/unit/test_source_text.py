"""Lines and CSV records of files, whatever form they hold."""

import gzip
from pathlib import Path

import pytest

from busyhour.errors import UnreadableFile
from busyhour.sources.text import lines, open_bytes, records


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(UnreadableFile, match=str(path)):
            open_bytes(path)


def test_a_closed_gzip_file_leaves_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(b"a line\n"))
    with open_bytes(path) as file:
        assert list(lines(file)) == [(1, "a line\n")]
    assert file.closed


def _records(text: str, width: int) -> list[tuple[int, list[str]]]:
    numbered = ((number, line) for number, line in enumerate(text.splitlines(keepends=True), 1))
    return [(record.line, record.fields) for record in records(numbered, width)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,"b\nc",d\n1,2,3\n', [(1, ["a", "b\nc", "d"]), (3, ["1", "2", "3"])]),
        ('"a","b","c"\n"1","2","3"\n', [(1, ["a", "b", "c"]), (2, ["1", "2", "3"])]),
        ('a,"say ""hi""",c\n', [(1, ["a", 'say "hi"', "c"])]),
        ('a,"Bob" Lee,c\n1,2,3\n', [(1, ["a", "Bob Lee", "c"]), (2, ["1", "2", "3"])]),
        ('a,b,"c\n1,2,3\n4,5,6\n', [(1, ['a,b,"c']), (2, ["1", "2", "3"]), (3, ["4", "5", "6"])]),
        # The second row's quotes would close the first's and make a record of the right width of both.
        ('a,b,"c\n1,2,"3"\n4,5,6\n', [(1, ['a,b,"c']), (2, ["1", "2", "3"]), (3, ["4", "5", "6"])]),
        ('"a","b","c\n"1","2","3"\n', [(1, ['"a","b","c']), (2, ["1", "2", "3"])]),
        ('a,"Bob "x,"c\n1,2,3\n', [(1, ['a,"Bob "x,"c']), (2, ["1", "2", "3"])]),
        ('1,2,3\na,b,"c', [(1, ["1", "2", "3"]), (2, ['a,b,"c'])]),
    ],
)
def test_csv_records(text: str, expected: list[tuple[int, list[str]]]) -> None:
    assert _records(text, 3) == expected
