"""Snapshots: links that later writing does not reach, copies where there must be, and nothing left behind."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from busyhour.errors import Conflict
from busyhour.store.folder_inbox import FolderInbox
from busyhour.store.snapshot import snapshot_folder, take_snapshot
from busyhour.store.sqlite_files import copy_sqlite, look_into

TABLE = Path("companies/1/tables/calls")
LOG = TABLE / "_delta_log" / "00000000000000000000.json"
LAST = TABLE / "_delta_log" / "_last_checkpoint"
ROWS = TABLE / "day=2026-03-09" / "part-0.parquet"


@contextmanager
def _arrivals(path: Path) -> Iterator[sqlite3.Connection]:
    """A file as an API process keeps it open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "CREATE TABLE arrivals (id INTEGER PRIMARY KEY, company_id TEXT, door TEXT, received_at INTEGER, body BLOB)"
        )
        yield connection


def _add(connection: sqlite3.Connection, body: bytes) -> None:
    connection.execute("INSERT INTO arrivals (company_id, door, received_at, body) VALUES ('1', 'd', 1, ?)", (body,))


def _bodies(path: Path) -> list[bytes]:
    with closing(look_into(path)) as connection:
        return [body for (body,) in connection.execute("SELECT body FROM arrivals ORDER BY id")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in (LOG, LAST, ROWS, Path("secret"), Path("artifacts/1/r.csv"), Path("spill/x")):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(f"{name}")
    return home


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_is_in_it_and_what_is_not(home: Path) -> None:
    events = pa.table({"n": [1]})
    sealed, unsealed = (FolderInbox(home / "inbox").stage("1") for _ in range(2))
    for stage in (sealed, unsealed):
        stage.write("call", events)
    batch = sealed.seal()
    (home / "arrivals").mkdir()
    (home / "arrivals" / "api.db.corrupt-1").touch()
    with _arrivals(home / "arrivals" / "api.db"), snapshot_folder(home) as folder:
        assert take_snapshot(home, folder, None) == []
        assert _names(folder) == {
            *map(str, (LOG, LAST, ROWS)), "secret", f"inbox/1/{batch}/000000.call.parquet",
            "arrivals/api.db", "arrivals/api.db.corrupt-1",
        }  # fmt: skip


def test_the_files_are_links_but_for_the_one_that_is_written_anew(home: Path) -> None:
    with snapshot_folder(home) as folder:
        take_snapshot(home, folder, None)
        for name in (LOG, ROWS, Path("secret")):
            assert (folder / name).samefile(home / name)
        (home / LAST).write_text("later")
        (home / ROWS).unlink()
        assert (folder / LAST).read_text() == str(LAST)
        assert (folder / ROWS).read_text() == str(ROWS)


def test_where_nothing_can_be_linked_it_is_copied(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _target: Path) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with snapshot_folder(home) as folder:
        take_snapshot(home, folder, None)
        assert (folder / ROWS).read_text() == str(ROWS)
        assert not (folder / ROWS).samefile(home / ROWS)


def test_arrivals_are_copied_while_they_are_written_and_writing_goes_on(home: Path) -> None:
    path = home / "arrivals" / "api.db"
    with _arrivals(path) as api, snapshot_folder(home) as folder:
        _add(api, b"acknowledged")
        api.execute("BEGIN IMMEDIATE")
        _add(api, b"not yet")
        assert take_snapshot(home, folder, None) == []
        api.execute("COMMIT")
        assert _bodies(path) == [b"acknowledged", b"not yet"]
        assert _bodies(folder / "arrivals" / "api.db") == [b"acknowledged"]


def test_a_writer_never_waits_for_a_copy(tmp_path: Path) -> None:
    """The copy is stopped half-way; events are acknowledged all the same, and are not in it."""
    path = tmp_path / "api.db"
    with _arrivals(path) as api:
        api.execute("PRAGMA busy_timeout = 0")
        for _ in range(200):
            _add(api, bytes(4096))
        with closing(sqlite3.connect(path)) as original, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
            original.execute("BEGIN")
            original.execute("SELECT 1 FROM arrivals").fetchone()
            original.backup(copy, pages=10, progress=lambda *_: _add(api, b"during"))
        assert _bodies(path).count(b"during") > 10
    assert _bodies(tmp_path / "copy.db") == [bytes(4096)] * 200


def test_a_database_that_cannot_be_read_is_told_and_the_others_are_taken(home: Path) -> None:
    with _arrivals(home / "arrivals" / "b.db"), snapshot_folder(home) as folder:
        (home / "arrivals" / "a.db").write_bytes(b"no database" * 100)
        (told,) = take_snapshot(home, folder, None)
        assert str(home / "arrivals" / "a.db") in told
        assert {name for name in _names(folder) if "arrivals" in name} == {"arrivals/b.db"}


def test_nothing_is_left_after_it_also_after_an_error(home: Path) -> None:
    before = _names(home)
    with pytest.raises(ZeroDivisionError), snapshot_folder(home) as folder:
        _ = len(take_snapshot(home, folder, None)) / 0
    assert _names(home) == before


def test_what_a_killed_backup_left_is_removed_by_the_next(home: Path) -> None:
    (home / "snapshot" / "companies").mkdir(parents=True)
    (home / "snapshot" / "companies" / "old").touch()
    (home / "snapshot" / "old").touch()
    with snapshot_folder(home) as folder:
        assert list(folder.iterdir()) == []


def test_one_at_a_time(home: Path) -> None:
    with snapshot_folder(home) as folder:
        take_snapshot(home, folder, None)
        with pytest.raises(Conflict, match="Another backup"), snapshot_folder(home):
            pytest.fail("there were two")
        assert (folder / ROWS).exists()
    with snapshot_folder(home):
        pass


def test_looking_into_a_database_leaves_no_trace(tmp_path: Path) -> None:
    with _arrivals(tmp_path / "api.db") as api:
        _add(api, b"one")
        assert _bodies(tmp_path / "api.db") == [b"one"]
    assert _names(tmp_path) == {"api.db"}
    assert _bodies(tmp_path / "api.db") == [b"one"]
    with closing(look_into(tmp_path / "api.db")) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM arrivals")
    with pytest.raises(sqlite3.OperationalError):
        look_into(tmp_path / "missing.db")
    assert _names(tmp_path) == {"api.db"}


def test_a_copy_is_made_of_what_is_there_only(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        copy_sqlite(tmp_path / "missing.db", tmp_path / "copy.db")
    assert not (tmp_path / "missing.db").exists()
