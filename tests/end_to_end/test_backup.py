"""Backups of a home at rest: what is restored makes the same reports, and what cannot be restored is refused."""

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from api.small_company import NOW, acme, leg, write_lines
from busyhour import backing_up
from busyhour.backing_up import Backup
from busyhour.domain.periods import Tier
from busyhour.errors import Unavailable
from busyhour.importing import stage_file
from busyhour.restoring import restore
from busyhour.sources.base import Context
from busyhour.sources.registry import SOURCES
from busyhour.store import database as database_module
from busyhour.store.archive import Filed, Manifest, write_archive
from busyhour.store.database import Database, known_revisions
from busyhour.store.folder_storage import FolderStorage
from busyhour.store.stillness import Stillness
from busyhour.tables.holdings import holdings
from end_to_end.commanding import BY_DATE, Shop, refused
from houses import House, company_of, import_path, new_house, refresh, report_path

RECORDS = {"stat_type": "calls", "export_type": "records", "days_ago_start": 1, "days_ago_end": 5}
TODAY = {"stat_type": "calls", "export_type": "records", "is_today": True}


@pytest.fixture(scope="module")
def backup(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = shop.copy(tmp_path_factory.mktemp("backed-up"))
    assert own.run("report", *BY_DATE).returncode == 0
    target = own.home.with_name("backup.tar")
    done = own.run("backup", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert f"{target} is written: companies 1, " in done.stderr
    assert list((own.home / "snapshot").iterdir()) == []
    return target


def _restored(shop: Shop, backup: Path, home: Path) -> Shop:
    own = Shop({**shop.env, "BUSYHOUR_HOME": str(home)}, shop.lines, shop.initialised, shop.keyed, shop.imported)
    done = own.run("restore", str(backup))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return own


@pytest.mark.parametrize("is_there", [False, True])
def test_a_restored_home_makes_the_same_report(shop: Shop, backup: Path, tmp_path: Path, is_there: bool) -> None:
    home = tmp_path / "deep" / "home"
    if is_there:
        home.mkdir(parents=True)
    own = _restored(shop, backup, home)
    assert [path.name for path in home.parent.iterdir()] == ["home"]
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secret").read_text() == (shop.home / "secret").read_text()
    assert own.run("report", *BY_DATE).stdout == shop.run("report", *BY_DATE).stdout
    house = new_house(home, NOW)
    assert house.access.company_of(own.key) == company_of(house, "Acme")
    done = own.run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    # It is a home like any other: what is known is known, what is new is taken.
    assert import_path(house, "dialpad", shop.lines, "Acme").taken == 0


def test_neither_requests_nor_leases_nor_artifacts_come_back(backup: Path, tmp_path: Path) -> None:
    with tarfile.open(backup) as tar:
        assert not [name for name in tar.getnames() if name.startswith(("artifacts", "spill", "snapshot"))]
    restore(backup, tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'busyhour.db'}")
    with Database(f"sqlite:///{tmp_path / 'home' / 'busyhour.db'}").read() as connection:
        counts = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("requests", "leases", "companies", "keys")
        }
    assert counts == {"requests": 0, "leases": 0, "companies": 1, "keys": 1}


def _stage(house: House, path: Path) -> None:
    context = Context("Acme", company_of(house, "Acme"), "UTC")
    stage_file(SOURCES["dialpad"], path, context, house.inbox, house.directory, strict=False, progress=lambda _: None)


def test_both_tiers_and_the_inbox_come_back(tmp_path: Path) -> None:
    """The historical tier shows six calls, the one of today eight; a ninth waits in the inbox."""
    house = new_house(tmp_path / "home", NOW)
    events = list(acme())
    bob = events[3]["target"]
    company_of(house, "Acme")
    _stage(house, write_lines(tmp_path / "1.jsonl", iter(events[:6])))
    refresh(house, "Acme")
    _stage(house, write_lines(tmp_path / "2.jsonl", iter(events[6:])))
    refresh(house, "Acme", Tier.REALTIME)
    later = leg(9, bob, "2026-03-07 10:00:00", "2026-03-07 10:01:00")
    _stage(house, write_lines(tmp_path / "3.jsonl", iter([later])))
    house.backup().write(tmp_path / "backup.tar")

    restore(tmp_path / "backup.tar", tmp_path / "copy", f"sqlite:///{tmp_path / 'copy' / 'busyhour.db'}")
    copy = new_house(tmp_path / "copy", NOW)
    for asked, count in ((RECORDS, 6), (TODAY, 2)):
        rows = report_path(copy, "Acme", **asked).read_bytes()
        assert rows == report_path(house, "Acme", **asked).read_bytes()
        assert len(rows.splitlines()) == 1 + count
    for each in (house, copy):
        refresh(each, "Acme")
    rows = report_path(copy, "Acme", **RECORDS | {"days_ago_end": 6}).read_bytes()
    assert rows == report_path(house, "Acme", **RECORDS | {"days_ago_end": 6}).read_bytes()
    assert len(rows.splitlines()) == 1 + 7


def test_files_that_no_tier_shows_any_more_are_left_out(tmp_path: Path) -> None:
    house = new_house(tmp_path / "home", NOW)
    events = list(acme())
    for number in range(3):
        import_path(house, "dialpad", write_lines(tmp_path / "calls.jsonl", iter(events[: 6 + number])), "Acme")
    house.backup().write(tmp_path / "backup.tar")
    folder = house.settings.folder / "companies" / company_of(house, "Acme") / "tables" / "calls"
    pin = house.state.pinned(company_of(house, "Acme"), Tier.REALTIME)
    assert pin is not None
    shown = {Path(file.name).name for file in holdings(FolderStorage(folder), pin.versions["calls"])}
    assert len(list(folder.glob("day=*/*.parquet"))) > len(shown)
    with tarfile.open(tmp_path / "backup.tar") as tar:
        taken = {Path(name).name for name in tar.getnames() if "/tables/calls/day=" in name}
    assert taken == shown


def test_a_damaged_home_is_backed_up_as_far_as_it_goes(shop: Shop, tmp_path: Path) -> None:
    own = shop.copy(tmp_path)
    lost = next(own.home.glob("companies/*/tables/calls/day=2026-03-09/*.parquet"))
    lost.unlink()
    log = next(own.home.glob("companies/*/tables/call_events/_delta_log/*0.json"))
    log.write_text("garbage{")
    done = own.run("backup", str(tmp_path / "backup.tar"))
    assert done.returncode == 1
    assert f"warning: {lost.relative_to(own.home)} is missing" in done.stderr
    assert "tables/call_events is damaged" in done.stderr
    restored = _restored(shop, tmp_path / "backup.tar", tmp_path / "copy")
    assert list(restored.home.glob("companies/*/tables/call_events/day=*/*.parquet"))
    assert restored.run("doctor").returncode == 1


def test_there_is_nothing_to_back_up(shop: Shop, tmp_path: Path) -> None:
    for home in (tmp_path / "home", tmp_path):
        message = shop.misuse("backup", str(tmp_path / "b.tar"), BUSYHOUR_HOME=str(home))
        assert message == f"BUSYHOUR_HOME: {home} is no home folder yet; there is nothing to back up."
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_cannot_be_written(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "nowhere" / "b.tar", tmp_path / "file" / "b.tar", tmp_path / "folder"):
        assert shop.misuse("backup", str(target)).startswith(f"{target}: the backup cannot be written (")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]


def test_an_earlier_backup_is_replaced_by_a_whole_one_only(shop: Shop, tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    target.write_text("earlier")
    house = new_house(shop.copy(tmp_path).home, NOW)

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.backup().write(target, break_off)
    assert target.read_text() == "earlier"
    house.backup().write(target)
    assert tarfile.is_tarfile(target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "home"]


def _disturbed(monkeypatch: pytest.MonkeyPatch, house: House, path: Path, times: int) -> None:
    """Somebody who had been taken for gone commits to a table while the snapshot is taken."""
    take, rounds = backing_up.take_snapshot, iter(range(times))
    events = list(acme())

    def disturb(home: Path, folder: Path, state: Path | None) -> list[str]:
        told = take(home, folder, state)
        if next(rounds, None) is not None:
            extra = leg(100, events[3]["target"], "2026-03-08 10:00:00", "2026-03-08 10:01:00")
            _stage(house, write_lines(path, iter([extra])))
            company_id = company_of(house, "Acme")
            (batch,) = house.inbox.sealed(company_id)
            refresher = house.refresher()  # stopped in the middle of a refresh
            refresher._take_in(
                company_id, refresher.lake(company_id), [batch], lambda *_: None
            )  # the middle of a refresh
        return told

    monkeypatch.setattr(backing_up, "take_snapshot", disturb)


def test_tables_that_were_changed_all_the_same_are_copied_again(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = new_house(shop.copy(tmp_path).home, NOW)
    _disturbed(monkeypatch, house, tmp_path / "extra.jsonl", times=1)
    house.backup().write(tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "copy", f"sqlite:///{tmp_path / 'copy' / 'busyhour.db'}")
    copy = new_house(tmp_path / "copy", NOW)
    refresh(copy, "Acme")
    # Six calls of the small company's past days, and the one of the refresh that went on.
    assert len(report_path(copy, "Acme", **RECORDS).read_bytes().splitlines()) == 1 + 7


def test_a_house_that_is_never_still_is_not_backed_up(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = new_house(shop.copy(tmp_path).home, NOW)
    take = backing_up.take_snapshot

    def disturb(home: Path, folder: Path, state: Path | None) -> list[str]:
        log = next(home.glob("companies/*/tables/calls/_delta_log/*.json"))
        number = len(list(log.parent.glob("*.json")))
        shutil.copy(log, log.with_name(f"{number:020}.json"))
        return take(home, folder, state)

    monkeypatch.setattr(backing_up, "take_snapshot", disturb)
    with pytest.raises(Unavailable, match="try again"):
        house.backup().write(tmp_path / "b.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_state_that_is_not_in_the_home_folder(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = shop.copy(tmp_path)
    database = Database(f"sqlite:///{own.home / 'busyhour.db'}")
    monkeypatch.setattr(Database, "file", None)
    backed = Backup(own.home, database, Stillness(database)).write(tmp_path / "b.tar")
    assert not backed.manifest.has_state
    monkeypatch.undo()
    message = shop.misuse("restore", str(tmp_path / "b.tar"), BUSYHOUR_HOME=str(tmp_path / "copy"))
    assert message.startswith("BUSYHOUR_DATABASE: missing; the backup holds no state database.")
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    restore(tmp_path / "b.tar", tmp_path / "copy", elsewhere)
    assert list((tmp_path / "copy").glob("companies/*/tables/calls/day=*/*.parquet"))


def test_a_state_is_not_restored_beside_another(shop: Shop, backup: Path, tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    home = str(tmp_path / "home")
    message = shop.misuse("restore", str(backup), BUSYHOUR_HOME=home, BUSYHOUR_DATABASE=elsewhere)
    assert message.startswith("BUSYHOUR_DATABASE: the backup holds its state database;")
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_in_use_is_not_touched(shop: Shop, backup: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "x").touch()
    file = tmp_path / "file"
    file.touch()
    for home in (shop.home, full, file):
        message = shop.misuse("restore", str(backup), BUSYHOUR_HOME=str(home))
        assert message == f"BUSYHOUR_HOME: {home} is not empty; a restore goes into an empty or a missing folder."
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "x"]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda whole: whole[: len(whole) // 2],
    "a wrong byte": lambda whole: whole[:-30_000] + bytes([whole[-30_000] ^ 1]) + whole[-29_999:],
    "foreign": lambda whole: b"foreign" + whole,
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_backup_leaves_nothing_behind(shop: Shop, backup: Path, tmp_path: Path, what: str) -> None:
    file = tmp_path / "b.tar"
    file.write_bytes(DAMAGES[what](backup.read_bytes()))
    own = Shop({**shop.env, "BUSYHOUR_HOME": str(tmp_path / "home")}, *[shop.lines, shop.keyed, shop.keyed, shop.keyed])
    message = refused(own.run("restore", str(file)), 2)
    assert message.startswith(f"error: {file}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]


def test_a_backup_that_is_not_there(shop: Shop, tmp_path: Path) -> None:
    for file in (tmp_path / "b.tar", tmp_path):
        message = shop.misuse("restore", str(file), BUSYHOUR_HOME=str(tmp_path / "home"))
        assert message == f"{file}: no such file; expected a backup."


def _of_state(state: Path, target: Path, revision: str) -> Path:
    """A backup of a state database alone."""
    filed = [Filed(path="busyhour.db", size=state.stat().st_size)]
    made: dict[str, Any] = {"busyhour": "0.0.9", "made_at": "2026-03-10T12:00:00+00:00", "companies": {}}
    with target.open("wb") as file:
        write_archive(file, Manifest(schema_revision=revision, files=filed, **made), state.parent)
    return target


def test_an_older_state_is_brought_to_this_version(tmp_path: Path) -> None:
    state = tmp_path / "busyhour.db"
    engine = create_engine(f"sqlite:///{state}")
    with database_module._migrations() as config, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO companies (id, name, created_at) VALUES ('1', 'Acme', 0)"))
    engine.dispose()
    backup = _of_state(state, tmp_path / "b.tar", "0001")
    restore(backup, tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'busyhour.db'}")
    house = new_house(tmp_path / "home", NOW)
    assert house.database.revision() == known_revisions()[0] != "0001"
    assert house.access.companies() == {"Acme": "1"}


def test_a_state_of_a_later_version_is_refused(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "busyhour.db").write_bytes(b"x")
    file = _of_state(tmp_path / "busyhour.db", tmp_path / "b.tar", "9999")
    message = shop.misuse("restore", str(file), BUSYHOUR_HOME=str(tmp_path / "home"))
    assert "made by busyhour 0.0.9, whose state this version does not know" in message


def test_a_state_that_is_no_database_is_refused(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "busyhour.db").write_bytes(b"no database" * 500)
    file = _of_state(tmp_path / "busyhour.db", tmp_path / "b.tar", known_revisions()[0])
    message = shop.misuse("restore", str(file), BUSYHOUR_HOME=str(tmp_path / "home"))
    assert message == f"{file}: its busyhour.db is damaged; the state database cannot be read."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "busyhour.db"]


def test_a_home_that_is_a_disk_of_its_own_is_filled_from_within(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path == home)
    inode = home.stat().st_ino
    restore(backup, home, f"sqlite:///{home / 'busyhour.db'}")
    assert home.stat().st_ino == inode
    assert sorted(path.name for path in home.iterdir()) == ["busyhour.db", "companies", "secret"]


def test_the_manifest_says_what_it_is_a_backup_of(backup: Path) -> None:
    with tarfile.open(backup) as tar:
        first = tar.next()
        assert first is not None
        body = tar.extractfile(first)
        assert body is not None
        manifest = json.load(body)
    assert first.name == "manifest.json"
    assert list(manifest["companies"].values()) == ["Acme"]
    assert manifest["schema_revision"] == known_revisions()[0]
