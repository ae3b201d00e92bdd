"""The arrival log: nobody is told before it is on disk, many share one commit, and trouble is said and passes."""

import asyncio
import errno
import os
import sqlite3
import subprocess
import threading
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from busyhour.errors import Unavailable
from busyhour.store import arrival_files as files
from busyhour.store import arrival_log as module
from busyhour.store.arrival_file import ArrivalFile, salvaged, take_away
from busyhour.store.arrival_files import ArrivalFiles, ArrivalFileWriter
from busyhour.store.arrival_log import ArrivalLog
from busyhour.store.arrivals import Arrival
from conftest import need


def _arrival(body: bytes) -> Arrival:
    return Arrival("1", "events", 1, body)


def _stored(path: Path) -> list[bytes]:
    """What another connection can read."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT body FROM arrivals ORDER BY id")]


def _keep(log: ArrivalLog, *bodies: bytes) -> None:
    async def keep_all() -> None:
        await asyncio.gather(*(log.keep(_arrival(body)) for body in bodies))

    asyncio.run(keep_all())


def _refusal(log: ArrivalLog, body: bytes = b"refused") -> str:
    with pytest.raises(Unavailable) as refused:
        _keep(log, body)
    assert refused.value.code == 503
    return refused.value.message


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return ArrivalFiles(tmp_path / "arrivals").new_path()


@pytest.fixture
def log(path: Path) -> Iterator[ArrivalLog]:
    log = ArrivalLog(ArrivalFileWriter(path))
    yield log
    log.close()


@contextmanager
def _writing_elsewhere(path: Path) -> Iterator[None]:
    """Another connection is in the middle of a transaction: nobody else can commit."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_nobody_is_told_before_it_can_be_read(log: ArrivalLog, path: Path) -> None:
    _keep(log, b"before")

    async def keep_one() -> None:
        with _writing_elsewhere(path):
            keeping = asyncio.ensure_future(log.keep(_arrival(b"one")))
            done, _ = await asyncio.wait([keeping], timeout=0.3)
            assert not done
            assert _stored(path) == [b"before"]
        await keeping
        assert _stored(path) == [b"before", b"one"]

    _run(keep_one())


class _Counted(ArrivalFile):
    """A file that holds its first group up, and writes down how many each group had."""

    groups: list[int]
    go_on: threading.Event

    def append(self, arrivals: Any) -> None:
        self.groups.append(len(arrivals))
        assert self.go_on.wait(10)
        super().append(arrivals)


def test_all_that_came_during_a_commit_share_the_next(
    log: ArrivalLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Counted, "groups", [], raising=False)
    monkeypatch.setattr(_Counted, "go_on", threading.Event(), raising=False)
    monkeypatch.setattr(files, "ArrivalFile", _Counted)
    others = [str(number).encode() for number in range(100)]

    async def keep_them() -> None:
        first = asyncio.ensure_future(log.keep(_arrival(b"first")))
        while not _Counted.groups:
            await asyncio.sleep(0.001)
        rest = [asyncio.ensure_future(log.keep(_arrival(body))) for body in others]
        await asyncio.sleep(0)
        _Counted.go_on.set()
        await asyncio.gather(first, *rest)

    _run(keep_them())
    assert _Counted.groups == [1, 100]
    assert _stored(path) == [b"first", *others]


def test_threads_with_loops_of_their_own_share_a_log(log: ArrivalLog, path: Path) -> None:
    bodies = [[f"{thread} {number}".encode() for number in range(50)] for thread in range(4)]
    threads = [threading.Thread(target=_keep, args=(log, *mine)) for mine in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(_stored(path)) == sorted(body for mine in bodies for body in mine)


def test_what_takes_too_long_is_to_be_sent_again(log: ArrivalLog, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 0.2)
    _keep(log, b"before")
    with _writing_elsewhere(path):
        assert _refusal(log) == "The event could not be stored in time; send it again."
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 4.0)
    _keep(log, b"after")
    # The one that was refused may be there too: whoever sent it sends it again, and it counts once.
    assert [body for body in _stored(path) if body != b"refused"] == [b"before", b"after"]


def test_more_than_can_be_held_is_refused_and_what_came_before_is_not(
    log: ArrivalLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING_BYTES", 10)
    _keep(log, b"before")

    async def keep_many() -> None:
        with _writing_elsewhere(path):
            held_up = asyncio.ensure_future(log.keep(_arrival(b"held up")))
            await asyncio.sleep(0.1)
            waiting = asyncio.ensure_future(log.keep(_arrival(b"eleven long")))
            await asyncio.sleep(0)
            with pytest.raises(Unavailable, match=r"^More events come than can be stored"):
                await log.keep(_arrival(b"one too many"))
        await asyncio.gather(held_up, waiting)

    _run(keep_many())
    assert _stored(path) == [b"before", b"held up", b"eleven long"]


def test_a_file_that_was_taken_away_is_begun_anew(log: ArrivalLog, path: Path) -> None:
    _keep(log, b"1", b"2")
    left = take_away(path)
    _keep(log, b"3")
    assert _stored(path) == [b"3"]
    assert _stored(left)[:2] == [b"1", b"2"]
    _keep(log, b"4")
    assert _stored(path) == [b"3", b"4"]


def _damage(path: Path, mark: bytes) -> None:
    """Break the page of a file on which these bytes stand."""
    content = bytearray(path.read_bytes())
    length = int.from_bytes(content[16:18], "big")
    page = content.index(mark) // length * length
    content[page : page + 16] = b"\xff" * 16
    path.write_bytes(content)


def test_a_damaged_file_stays_for_who_saves_what_can_be_read_and_another_is_begun(path: Path, tmp_path: Path) -> None:
    bodies = [b"%04d" % number + bytes(11_000) for number in range(40)]
    first = ArrivalLog(ArrivalFileWriter(path))
    _keep(first, *bodies)
    first.close()
    _damage(path, b"0039")
    log = ArrivalLog(ArrivalFileWriter(path))
    _keep(log, b"new")
    log.close()
    assert {one.body for one in salvaged(path)} >= set(bodies[:38])
    (other,) = (found for found in (tmp_path / "arrivals").glob("*.db") if found != path)
    assert other.name.partition("-")[0] == path.name.partition("-")[0]
    assert _stored(other) == [b"new"]


def test_a_file_that_is_none_does_not_stop_the_log(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)
    log = ArrivalLog(ArrivalFileWriter(path))
    _keep(log, b"new")
    log.close()
    assert [_stored(found) for found in (tmp_path / "arrivals").glob("*.db") if found != path] == [[b"new"]]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and _done("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    need(mounted, "the right to mount a small disk")
    yield folder
    assert _done("umount", str(folder))


def _done(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_full_disk_is_said_and_once_there_is_room_all_is_taken(small_disk: Path) -> None:
    path = ArrivalFiles(small_disk / "arrivals").new_path()
    log = ArrivalLog(ArrivalFileWriter(path))
    _keep(log, b"before")
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space left"):
        ballast.write_bytes(bytes(2_000_000))
    assert all(_refusal(log).startswith("Events cannot be stored at the moment (") for _ in range(3))
    ballast.unlink()
    _keep(log, b"after")
    log.close()
    assert [body for body in _stored(path) if body != b"refused"] == [b"before", b"after"]


def test_a_disk_that_cannot_be_written_is_said_and_once_it_can_all_is_taken(small_disk: Path) -> None:
    path = ArrivalFiles(small_disk / "arrivals").new_path()
    log = ArrivalLog(ArrivalFileWriter(path))
    _keep(log, b"before")
    log.close()
    assert _done("mount", "-o", "remount,ro", str(small_disk))
    log = ArrivalLog(ArrivalFileWriter(path))
    assert all(_refusal(log).startswith("Events cannot be stored at the moment (") for _ in range(3))
    assert _done("mount", "-o", "remount,rw", str(small_disk))
    _keep(log, b"after")
    log.close()
    assert _stored(path) == [b"before", b"after"]


def test_a_folder_that_is_gone_is_said_and_once_it_is_back_all_is_taken(log: ArrivalLog, path: Path) -> None:
    _keep(log, b"before")
    aside = path.parent.rename(path.parent.with_name("aside"))
    assert _refusal(log).startswith("Events cannot be stored at the moment (")
    aside.rename(path.parent)
    _keep(log, b"after")
    assert [body for body in _stored(path) if body != b"refused"] == [b"before", b"after"]


def test_a_log_of_errors_that_cannot_be_written_stops_nobody(
    log: ArrivalLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def error(self, *_: Any, **__: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "log", Full())
    aside = path.parent.rename(path.parent.with_name("aside"))
    assert "No space left on device" in _refusal(log)
    aside.rename(path.parent)
    _keep(log, b"after")
    assert _stored(path) == [b"after"]


def test_closing_stores_what_was_handed_over_and_takes_nothing_more(log: ArrivalLog, path: Path) -> None:
    bodies = [str(number).encode() for number in range(20)]

    async def close_while_they_wait() -> None:
        keeping = [asyncio.ensure_future(log.keep(_arrival(body))) for body in bodies]
        await asyncio.sleep(0)
        log.close()
        await asyncio.gather(*keeping)

    _run(close_while_they_wait())
    assert _stored(path) == bodies
    assert _refusal(log) == "This process is stopping; send the event again."
    log.close()


def test_a_log_that_never_kept_anything_makes_no_file(path: Path) -> None:
    ArrivalLog(ArrivalFileWriter(path)).close()
    assert not path.exists()
