"""Copies of objects: whole, bounded, shared, and never taken from under who reads them."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import BinaryIO

import pytest

from busyhour.store.file_cache import FileCache, FileGone

DAY = 86_400


class Far:
    """Objects far away, and how often each was fetched."""

    def __init__(self, **bodies: bytes) -> None:
        self.bodies = {f"tables/{name}/day=1/x.parquet": body for name, body in bodies.items()}
        self.fetched: list[str] = []

    def fetch(self, name: str, file: BinaryIO) -> None:
        self.fetched.append(name[7])
        if name not in self.bodies:
            raise FileNotFoundError(name)
        file.write(self.bodies[name])


def _names(letters: str) -> list[str]:
    return [f"tables/{letter}/day=1/x.parquet" for letter in letters]


def _read(cache: FileCache, letters: str) -> bytes:
    with cache.held(_names(letters)) as paths:
        return b"".join(path.read_bytes() for path in paths)


def _kept(cache: FileCache) -> str:
    return "".join(sorted(path.parts[-3] for path in (cache.folder / "files").rglob("*") if path.is_file()))


def _used(cache: FileCache, letter: str, ago: float) -> None:
    moment = time.time() - ago
    os.utime(cache.folder / "files" / _names(letter)[0], (moment, moment))


def test_what_was_fetched_is_not_fetched_again(tmp_path: Path) -> None:
    far = Far(a=b"1", b=b"22", c=b"333")
    cache, another = (FileCache(tmp_path, 100, far.fetch) for _ in range(2))
    assert _read(cache, "ab") == b"122"
    assert _read(another, "bac") == b"221333"
    assert sorted(far.fetched) == ["a", "b", "c"]
    assert list((tmp_path / "held").iterdir()) == []


def test_a_path_keeps_the_day_in_its_folders(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 100, Far(a=b"1").fetch)
    with cache.held(_names("a")) as paths:
        assert [path.parts[-4:] for path in paths] == [("tables", "a", "day=1", "x.parquet")]


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    far = Far(a=b"1" * 40, b=b"2" * 40, c=b"3" * 40)
    cache = FileCache(tmp_path, 100, far.fetch)
    _read(cache, "ab")
    _used(cache, "a", 20)
    _used(cache, "b", 30)
    _read(cache, "a")
    _read(cache, "c")
    assert _kept(cache) == "ac"


@pytest.mark.parametrize("most_bytes", [0, 1, 50])
def test_what_is_read_stays_though_it_is_more_than_the_cache(tmp_path: Path, most_bytes: int) -> None:
    far = Far(a=b"1" * 40, b=b"2" * 40, c=b"3" * 40)
    cache = FileCache(tmp_path, most_bytes, far.fetch)
    with cache.held(_names("abc")) as paths:
        _read(cache, "ca")
        cache.keep_only("tables", set())
        cache.clear(time.time() + 9 * DAY)
        assert [path.read_bytes() for path in paths] == [far.bodies[name] for name in _names("abc")]
    assert not any(path.exists() for path in paths)
    assert _kept(cache) == ""


def test_an_object_that_is_gone_is_told_and_the_others_stay(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 100, Far(a=b"1").fetch)
    with pytest.raises(FileGone, match="is gone from the storage"):
        _read(cache, "az")
    assert _read(cache, "a") == b"1"
    assert _kept(cache) == "a"


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def half(_name: str, file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError("the connection was cut")

    with pytest.raises(OSError, match="was cut"):
        _read(FileCache(tmp_path, 100, half), "a")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert _read(FileCache(tmp_path, 100, Far(a=b"whole").fetch), "a") == b"whole"


def test_two_who_fetch_the_same_at_once_both_have_it(tmp_path: Path) -> None:
    far, both = Far(a=b"1" * 1000), Barrier(2, timeout=30)

    def fetch(name: str, file: BinaryIO) -> None:
        far.fetch(name, file)
        both.wait()

    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda _: _read(FileCache(tmp_path, 10_000, fetch), "a"), range(2))
        assert list(found) == [b"1" * 1000] * 2
    assert _kept(FileCache(tmp_path, 0, far.fetch)) == "a"


def test_what_is_forgotten_goes_at_once(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 100, Far(a=b"1", b=b"2", c=b"3").fetch)
    _read(cache, "abc")
    cache.keep_only("tables/a", set())
    cache.keep_only("tables/b", set(_names("b")))
    assert _kept(cache) == "bc"


def test_what_nobody_used_for_a_day_goes(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 100, Far(a=b"1", b=b"2").fetch)
    _read(cache, "ab")
    _used(cache, "a", DAY + 60)
    _used(cache, "b", DAY - 60)
    cache.clear(time.time())
    assert _kept(cache) == "b"


_HOLDER = """
import sys, time
from pathlib import Path
from busyhour.store.file_cache import FileCache

cache = FileCache(Path(sys.argv[1]), 100, lambda name, file: file.write(b"held"))
with cache.held(["tables/a/day=1/x.parquet"]):
    print("holds", flush=True)
    time.sleep(600)
"""


def test_what_a_killed_process_held_is_cleared_and_what_a_living_one_holds_is_not(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"holds\n"
        cache, later = FileCache(tmp_path, 100, Far().fetch), time.time() + 120
        cache.clear(later)
        (held,) = (path for path in (tmp_path / "held").rglob("*") if path.is_file())
        assert held.read_bytes() == b"held"
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=30)
        cache.clear(time.time())
        assert held.exists(), "one that began just now may not have locked its folder yet"
        cache.clear(later)
        assert list((tmp_path / "held").iterdir()) == []
    finally:
        holder.kill()
        holder.wait()
        if holder.stdout is not None:
            holder.stdout.close()
