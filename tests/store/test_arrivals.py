"""Files of arrivals: what was appended is there for everybody until just that is removed."""

from contextlib import closing
from pathlib import Path

from busyhour.store.arrival_file import ArrivalFile
from busyhour.store.arrival_files import ArrivalFiles
from busyhour.store.arrivals import Arrival


def _arrivals(*bodies: bytes) -> list[Arrival]:
    return [Arrival("1", "dialpad/office", number, body) for number, body in enumerate(bodies, 1)]


def _bodies(file: ArrivalFile) -> list[bytes]:
    return [one.body for one in file.first()[1]]


def test_what_came_first_is_read_first_and_everything_of_it_is_kept(tmp_path: Path) -> None:
    came = [Arrival("1", "events", 5, b"\x00\xff\n"), Arrival("2", "dialpad/é", 4, b"")]
    with closing(ArrivalFile.open(tmp_path / "a.db")) as file:
        file.append(came)
        assert file.first() == (2, came)
        assert file.oldest() == 5


def test_removing_takes_what_was_read_and_nothing_that_came_since(tmp_path: Path) -> None:
    with closing(ArrivalFile.open(tmp_path / "a.db")) as file, closing(ArrivalFile.open(tmp_path / "a.db")) as reader:
        file.append(_arrivals(b"1", b"2"))
        number, _ = reader.first()
        file.append(_arrivals(b"3"))
        reader.remove(number)
        assert _bodies(file) == [b"3"]


def test_who_stood_still_after_reading_removes_nothing_that_came_since(tmp_path: Path) -> None:
    """Another took over and emptied the file, and more came: its numbers must not be those that were read before."""
    path = tmp_path / "a.db"
    with closing(ArrivalFile.open(path)) as file, closing(ArrivalFile.open(path)) as slow:
        file.append(_arrivals(b"1", b"2", b"3"))
        number, _ = slow.first()
        file.remove(number)
        file.append(_arrivals(b"4", b"5"))
        slow.remove(number)
        assert _bodies(file) == [b"4", b"5"]


def test_what_was_removed_leaves_no_trace_in_the_files(tmp_path: Path) -> None:
    with closing(ArrivalFile.open(tmp_path / "a.db")) as file:
        file.append(_arrivals(b"+15550100 said something"))
        file.remove(file.first()[0])
        assert not [path for path in tmp_path.iterdir() if b"+15550100" in path.read_bytes()]


def test_large_bodies_are_read_a_few_at_a_time(tmp_path: Path) -> None:
    with closing(ArrivalFile.open(tmp_path / "a.db")) as file:
        file.append(_arrivals(*[bytes(12_000_000)] * 5))
        read = []
        while found := file.first()[1]:
            read.append(len(found))
            file.remove(file.first()[0])
        assert read == [3, 2]


def test_the_oldest_of_all_files(tmp_path: Path) -> None:
    arrivals = ArrivalFiles(tmp_path / "arrivals")
    assert arrivals.oldest() is None
    for moment in (7, 3, 5):
        with closing(ArrivalFile.open(arrivals.new_path())) as file:
            file.append([Arrival("1", "events", moment, b"{}")])
    with closing(ArrivalFile.open(arrivals.new_path())):
        assert arrivals.oldest() == 3
