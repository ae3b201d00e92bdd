"""`busyhour doctor`: whatever is broken is named with what to do, nothing is changed, and there is no traceback."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import Result
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from api.small_company import NOW
from busyhour.cli import app
from busyhour.examining.finding import Grade
from busyhour.examining.home import examine_room
from busyhour.store.folder_inbox import FolderInbox
from end_to_end.commanding import Shop
from houses import new_house
from servers import free_port

LATE = {"BUSYHOUR_REFRESH_REALTIME_SECONDS": "864000", "BUSYHOUR_REFRESH_HISTORICAL_SECONDS": "864000"}


def _doctor(home: Path, shop: Shop, **environ: str) -> Result:
    done = CliRunner().invoke(app, ["doctor"], env=shop.env | LATE | {"BUSYHOUR_HOME": str(home)} | environ)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done


def _tree(home: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything there is, and when it was last changed."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in (home, *home.rglob("*"))
    }


def _lines(done: Result, grade: str) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith(f"{grade} ")]


@pytest.fixture
def home(shop: Shop, tmp_path: Path) -> Path:
    return shop.copy(tmp_path).home


def test_all_is_well(shop: Shop, home: Path) -> None:
    before = _tree(home)
    done = _doctor(home, shop)
    assert done.exit_code == 0, done.stdout
    assert _lines(done, "problem") == []
    about = [line[9:21].strip() for line in done.stdout.splitlines()]
    assert about == [
        "home", "disk", "state", "refreshes", "quarantine", "leases", "clock",
        "arrivals", "inbox", "tables", "versions", "time zones",
    ]  # fmt: skip
    assert "Acme: " in next(line for line in done.stdout.splitlines() if "tables " in line)
    assert "\x1b" not in done.stdout
    assert _tree(home) == before


def test_a_cluster_that_is_not_there_is_named(shop: Shop, home: Path) -> None:
    address = f"sc://127.0.0.1:{free_port()}"
    done = _doctor(home, shop, BUSYHOUR_ENGINE=f"{address}/;token=secret")
    assert done.exit_code == 1
    (line,) = _lines(done, "problem")
    assert line.startswith(f"problem  spark       Spark at {address}/: ")
    assert "Connection refused" in line
    assert line.endswith("; is it running, and is BUSYHOUR_ENGINE right?")
    assert "secret" not in done.output


def test_as_a_process_of_its_own(shop: Shop, home: Path) -> None:
    own = Shop(shop.env | LATE | {"BUSYHOUR_HOME": str(home)}, shop.lines, shop.keyed, shop.keyed, shop.keyed)
    done = own.run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    (home / "busyhour.db").unlink()
    assert own.run("doctor").returncode == 1


def test_no_home_is_made(shop: Shop, tmp_path: Path) -> None:
    done = _doctor(tmp_path / "home", shop)
    assert done.exit_code == 1
    assert f"home        {tmp_path / 'home'} does not exist; `busyhour init`" in done.stdout
    assert list(tmp_path.iterdir()) == []


def _calls(home: Path) -> Path:
    return next(home.glob("companies/*/tables/calls"))


def _rows(home: Path) -> Path:
    return next(_calls(home).glob("day=2026-03-09/*.parquet"))


def _log(home: Path) -> Path:
    return max(_calls(home).glob("_delta_log/*.json"))


def _cut(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


def _set_revision(home: Path, revision: str) -> None:
    with closing(sqlite3.connect(home / "busyhour.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def _blot_footer(path: Path) -> None:
    body = bytearray(path.read_bytes())
    length = int.from_bytes(body[-8:-4], "little")
    body[-8 - length : -8] = bytes(length)
    path.write_bytes(body)


def _add_batch(home: Path) -> Path:
    stage = FolderInbox(home / "inbox").stage("1")
    stage.write("call", pa.table({"n": [1]}))
    return home / "inbox" / "1" / stage.seal()


@contextmanager
def _state(home: Path) -> Iterator[Connection]:
    """The state database, closed again: nobody tidies up behind the examination."""
    house = new_house(home, NOW)
    with house.database.write() as connection:
        yield connection
    house.database.close()


def _lease(home: Path, until: float) -> None:
    with _state(home) as connection:
        values = {"until": int(until * 1000)}
        connection.execute(text("INSERT INTO leases (name, holder, until) VALUES ('refresh:1', 'x', :until)"), values)


def _pin_from_the_future(home: Path) -> None:
    with _state(home) as connection:
        connection.execute(text("UPDATE pins SET refreshed_at = :at"), {"at": int((time.time() + 3600) * 1000)})


def _write_arrivals(home: Path, content: bytes, name: str = "api-1.db") -> None:
    (home / "arrivals").mkdir(exist_ok=True)
    (home / "arrivals" / name).write_bytes(content)


def _pin_of_no_version(home: Path) -> None:
    with _state(home) as connection:
        connection.execute(text("UPDATE pins SET versions = '{\"calls\": 7}'"))


PROBLEMS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no state database": (lambda home: (home / "busyhour.db").unlink(), "state", "busyhour.db is missing; restore it"),
    "an empty state database": (lambda home: _cut(home / "busyhour.db", 0), "state", "holds no schema; restore it"),
    "a state database cut in half": (
        lambda home: _cut(home / "busyhour.db", (home / "busyhour.db").stat().st_size // 2), "state", "restore it",
    ),
    "a state database cut within a page": (lambda home: _cut(home / "busyhour.db", 5000), "state", "restore it"),
    "a state database that is none": (
        lambda home: (home / "busyhour.db").write_bytes(b"none" * 3000), "state", "file is not a database); restore it",
    ),
    "an older schema": (lambda home: _set_revision(home, "0001"), "state", "of schema 0001, this version's is"),
    "a later schema": (lambda home: _set_revision(home, "9999"), "state", "which this version does not know; install"),
    "a missing Parquet file": (lambda home: _rows(home).unlink(), "tables", "is missing; restore the home folder"),
    "a Parquet file cut off": (lambda home: _cut(_rows(home), 99), "tables", "has 99 bytes where the log says"),
    "a corrupt Parquet footer": (lambda home: _blot_footer(_rows(home)), "tables", "cannot be read ("),
    "a corrupt Delta log": (lambda home: _log(home).write_text("{"), "tables", "Acme: calls is damaged, its log"),
    "a log of no text": (lambda home: _log(home).write_bytes(b"\xff\xfe" * 99), "tables", "calls is damaged, its log"),
    "an empty Delta log": (lambda home: _log(home).write_text(""), "tables", "of its log is empty; restore"),
    "no Delta log": (lambda home: shutil.rmtree(_calls(home) / "_delta_log"), "tables", "its log is gone; restore"),
    "a missing table": (lambda home: shutil.rmtree(_calls(home)), "tables", "its folder is missing; restore"),
    "a version that is not there": (_pin_of_no_version, "tables", "its log cannot be read at version 7"),
    "no tables": (lambda home: shutil.rmtree(home / "companies"), "tables", "call_events is damaged, its folder is"),
    "a corrupt batch": (lambda home: _cut(next(_add_batch(home).iterdir()), 9), "inbox", "import its events again"),
    "a corrupt arrivals file": (lambda home: _write_arrivals(home, b"no" * 999), "arrivals", "cannot be read (file is"),
    "an arrivals file set aside": (
        lambda home: _write_arrivals(home, b"", "api-1.db.corrupt-1"),
        "arrivals", "was set aside as unreadable; rescue its events",
    ),
    "a lease from the future": (lambda home: _lease(home, time.time() + 3600), "clock", "from the future"),
    "a pin from the future": (_pin_from_the_future, "clock", "yet to come; set the clock"),
}  # fmt: skip


@pytest.mark.parametrize("what", PROBLEMS)
def test_a_problem_is_named_and_nothing_is_changed(shop: Shop, home: Path, what: str) -> None:
    damage, about, said = PROBLEMS[what]
    damage(home)
    before = _tree(home)
    done = _doctor(home, shop)
    assert done.exit_code == 1
    told = [line for line in _lines(done, "problem") if said in line]
    assert told, done.stdout
    assert {line[9:21].strip() for line in told} == {about}
    # The examination goes on to its end.
    assert "time zones" in done.stdout
    assert _tree(home).keys() == before.keys()
    assert {path: seen for path, seen in _tree(home).items() if not path.endswith("-shm")} == {
        path: seen for path, seen in before.items() if not path.endswith("-shm")
    }


def test_a_file_in_the_place_of_the_home(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    done = _doctor(tmp_path / "home", shop)
    assert done.exit_code == 1
    assert "is no folder; set BUSYHOUR_HOME to one" in done.stdout


def _arrive(home: Path, seconds_ago: float) -> None:
    received_at = int((time.time() - seconds_ago) * 1_000_000)
    (home / "arrivals").mkdir(exist_ok=True)
    with closing(sqlite3.connect(home / "arrivals" / "api-1.db")) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE arrivals (id INTEGER PRIMARY KEY, received_at INTEGER)")
        connection.executemany("INSERT INTO arrivals (received_at) VALUES (?)", [(received_at,), (received_at + 1,)])


def _refused(home: Path) -> None:
    with _state(home) as connection:
        connection.execute(
            text("INSERT INTO quarantine SELECT 'q', id, 'd', 1, 1, 'no JSON', 'x', x'00' FROM companies")
        )


def _leave_open(home: Path) -> None:
    folder = home / "inbox" / "1" / "abc.open"
    folder.mkdir(parents=True)
    os.utime(folder, (time.time() - 3 * 86_400,) * 2)


def _old_batch(home: Path) -> None:
    batch = _add_batch(home)
    os.utime(batch, (time.time() - 30 * 86_400,) * 2)


WARNINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a home that others may read": (lambda home: home.chmod(0o755), "home is open to others; chmod 700"),
    "a secret that others may read": (lambda home: (home / "secret").chmod(0o644), "secret is open to others; chmod 6"),
    "no secret": (lambda home: (home / "secret").unlink(), "secret is missing: links given out no longer work"),
    "a batch that waits": (_old_batch, "1 batches wait, the oldest since 30 d; is `busyhour serve` running?"),
    "a batch never sealed": (_leave_open, "abc.open was left 3 d ago by an import that was cut off"),
    "events that wait": (
        lambda home: _arrive(home, 21 * 86_400), "2 events wait, the oldest since 21 d; is",
    ),
    "refused events": (_refused, "Acme: 1 events could not be read and are in no figure"),
    "a lease of one who is gone": (lambda home: _lease(home, time.time() - 7200), "refresh:1 ran out 2 h ago"),
    "a stray company": (lambda home: (home / "companies" / "stray").mkdir(), "stray belongs to no company"),
}  # fmt: skip


@pytest.mark.parametrize("what", WARNINGS)
def test_a_warning_is_no_failure(shop: Shop, home: Path, what: str) -> None:
    damage, said = WARNINGS[what]
    damage(home)
    done = _doctor(home, shop)
    assert any(said in line for line in _lines(done, "warning")), done.stdout
    assert done.exit_code == 0, done.stdout


def test_events_that_have_just_come_in_are_well(shop: Shop, home: Path) -> None:
    _arrive(home, 90)
    _add_batch(home)
    done = _doctor(home, shop)
    assert "arrivals    2 events wait, the oldest since 1 min\n" in done.stdout
    assert _lines(done, "warning") == []


@pytest.mark.parametrize(("seconds", "grade"), [(10, "ok"), (4, "warning")])
def test_a_refresh_is_late_after_two_periods(shop: Shop, home: Path, seconds: int, grade: str) -> None:
    with _state(home) as connection:
        connection.execute(text("UPDATE pins SET refreshed_at = :at"), {"at": int(time.time() * 1000) - 11_000})
    done = _doctor(home, shop, BUSYHOUR_REFRESH_REALTIME_SECONDS=str(seconds))
    (line,) = [line for line in done.stdout.splitlines() if "refreshes " in line]
    assert line.startswith(f"{grade} ")
    assert "Acme: today's reports 11 s ago, reports of past days 11 s ago" in line


def test_a_home_in_use_is_looked_into_beside_the_others(shop: Shop, home: Path) -> None:
    house = new_house(home, NOW)
    with house.database.write() as connection:
        connection.execute(text("INSERT INTO companies (id, name, created_at) VALUES ('1', 'New', 0)"))
        done = _doctor(home, shop)
        assert done.exit_code == 0, done.stdout
        assert "New: " not in done.stdout
    assert "New: " in _doctor(home, shop).stdout


GB = 1_000_000_000

ROOMS = [
    ((100 * GB, 1000 * GB, 100, 1000), Grade.OK),
    ((99 * GB, 1000 * GB, 900, 1000), Grade.WARNING),
    ((500 * GB, 1000 * GB, 99, 1000), Grade.WARNING),
    ((19 * GB, 1000 * GB, 900, 1000), Grade.PROBLEM),
    ((500 * GB, 1000 * GB, 19, 1000), Grade.PROBLEM),
    ((GB - 1, 2 * GB, 900, 1000), Grade.PROBLEM),
    ((GB, 2 * GB, 0, 0), Grade.OK),
]


@pytest.mark.parametrize(("room", "grade"), ROOMS)
def test_room_on_the_disk(room: tuple[int, int, int, int], grade: Grade) -> None:
    free, of, files_free, files = room
    assert examine_room(free, of, files_free=files_free, files=files).grade is grade
