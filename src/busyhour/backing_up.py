"""A backup: the home folder of one moment as one file, made while a server runs."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from busyhour import __version__
from busyhour.domain.periods import Tier
from busyhour.errors import BadRequest, Unavailable
from busyhour.store.access import Access
from busyhour.store.archive import Filed, Manifest, private_file, write_archive
from busyhour.store.database import Database
from busyhour.store.folder_storage import FolderStorage
from busyhour.store.snapshot import log_names, snapshot_folder, take_snapshot
from busyhour.store.stillness import Stillness
from busyhour.store.table_state import TableState
from busyhour.tables.holdings import DamagedTable, holdings, log_files, newest_version

__all__ = ["Backed", "Backup", "Progress"]

Progress = Callable[[str, int, int], object]
"""Told what is being done, how much of it is done, and of how much; bytes."""

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Backed:
    """What a backup holds, and what could not be taken into it."""

    manifest: Manifest
    complaints: list[str]


@dataclass
class _Moment:
    """What the state said at the moment of the snapshot."""

    companies: Mapping[str, str] = field(default_factory=dict)
    shown: dict[str, list[Mapping[str, int]]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Backup:
    """Backs one home folder up; any number of processes may work in it meanwhile."""

    home: Path
    database: Database
    stillness: Stillness

    def write(self, target: Path, progress: Progress = lambda *_: None) -> Backed:
        """Write the backup file, whole or not at all.

        Raises BadRequest where it cannot be written, Conflict where another backup runs, Unavailable where the house
        does not come to a standstill.
        """
        with snapshot_folder(self.home) as folder, _drafted(target) as draft:
            moment = self._snapshot(folder, progress)
            files = sorted(self._wanted(folder, moment))
            manifest = Manifest(
                busyhour=__version__,
                schema_revision=self.database.revision(),
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                companies=moment.companies,
                files=[Filed(path=name, size=(folder / name).stat().st_size) for name in files],
            )
            whole = write_archive(draft, manifest, folder, lambda done: progress("writing", done, manifest.size))
        return Backed(whole, moment.complaints)

    def _snapshot(self, folder: Path, progress: Progress) -> _Moment:
        for _ in range(_ATTEMPTS):
            with self.stillness.hold(lambda: progress("waiting for refreshes to end", 0, 1)) as still:
                moment = self._tried(folder)
                if moment is not None and still():
                    return moment
        raise Unavailable("The tables were changed while they were copied, three times; try again.")

    def _tried(self, folder: Path) -> _Moment | None:
        """The snapshot's moment; None where somebody changed tables all the same, who had been taken for gone."""
        before = log_names(self.home)
        companies = {company_id: name for name, company_id in Access(self.database).companies().items()}
        state = TableState(self.database)
        shown = {
            company_id: [pin.versions for tier in Tier if (pin := state.pinned(company_id, tier)) is not None]
            for company_id in companies
        }
        try:
            complaints = take_snapshot(self.home, folder, self.database.file)
        except FileNotFoundError:
            return None
        return _Moment(companies, shown, complaints) if log_names(self.home) == before else None

    def _wanted(self, folder: Path, moment: _Moment) -> Iterator[str]:
        """What of the snapshot goes into the backup: of tables, what is shown and what the next refresh builds on."""
        for path in folder.rglob("*"):
            if path.is_file() and path.relative_to(folder).parts[0] != "companies":
                yield path.relative_to(folder).as_posix()
        for table in folder.glob("companies/*/tables/*"):
            shown = moment.shown.get(table.parent.parent.name, [])
            versions = {pinned[table.name] for pinned in shown if table.name in pinned}
            for path in _table_files(table, versions, moment.complaints):
                yield path.relative_to(folder).as_posix()


def _table_files(table: Path, versions: set[int], complaints: list[str]) -> set[Path]:
    """The log, and the files of these versions and of the newest one."""
    home, storage = table.parents[3], FolderStorage(table)
    found = {table / file.name for file in log_files(storage)}
    try:
        for version in {*versions, newest_version(storage)}:
            found |= {table / holding.name for holding in holdings(storage, version)}
    except DamagedTable as error:
        complaints.append(f"{table.relative_to(home)} is damaged ({error.message}); its files are taken as they are")
        return {path for path in table.rglob("*") if path.is_file()}
    lost = {path for path in found if not path.exists()}
    complaints.extend(f"{path.relative_to(home)} is missing" for path in sorted(lost))
    return found - lost


@contextmanager
def _drafted(target: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when it is whole and safely on disk; others may not read it."""
    draft = target.with_name(f".{target.name}.part")
    try:
        with private_file(draft) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        _sync_folder(target.absolute().parent)
    except OSError as error:
        raise BadRequest(f"{target}: the backup cannot be written ({error.strerror}).") from None
    finally:
        with suppress(OSError):
            draft.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
