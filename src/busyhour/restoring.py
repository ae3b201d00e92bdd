"""A restore: a backup unpacked beside the home folder, checked, brought to this version, and then there at once."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from busyhour.errors import BadRequest, UnreadableFile
from busyhour.store.archive import STATE, Manifest, read_archive
from busyhour.store.database import Database, known_revisions

__all__ = ["Progress", "restore"]

Progress = Callable[[str, int, int], object]
"""Told what is being done, how much of it is done, and of how much; bytes."""

_NOT_KEPT = ("requests", "leases")
"""Rows about files that are in no backup, and about processes that are gone."""


def restore(source: Path, home: Path, database_url: str, progress: Progress = lambda *_: None) -> Manifest:
    """Make the home folder of a backup; nothing is left behind where that fails.

    Raises BadRequest where the home folder is in use or cannot be written, UnreadableFile where the file is no whole
    backup.
    """
    _check_empty(home)
    if not source.is_file():
        raise BadRequest(f"{source}: no such file; expected a backup.")
    total = 0

    def accept(manifest: Manifest) -> None:
        nonlocal total
        total = manifest.size
        _check(manifest, source, home, database_url)

    try:
        with _workshop(home) as folder:
            manifest = read_archive(source, folder, accept, lambda done: progress("unpacking", done, total))
            if manifest.has_state:
                _bring_up(folder / STATE, source)
            os.sync()
            _move_in(folder, home)
    except OSError as error:
        name = error.filename or home
        raise BadRequest(f"The backup cannot be unpacked: {name} ({error.strerror}).") from None
    return manifest


def _check_empty(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BadRequest(f"BUSYHOUR_HOME: {home} is not empty; a restore goes into an empty or a missing folder.")


def _check(manifest: Manifest, source: Path, home: Path, database_url: str) -> None:
    """Refuse what this version, or these settings, cannot bring to life."""
    if manifest.schema_revision not in known_revisions():
        raise UnreadableFile(
            f"{source}: made by busyhour {manifest.busyhour}, whose state this version does not know; install that one."
        )
    of_home = Database(database_url).file == home / STATE
    if manifest.has_state and not of_home:
        raise BadRequest(
            f"BUSYHOUR_DATABASE: the backup holds its state database; leave this out, and it is restored as {STATE}."
        )
    if of_home and not manifest.has_state:
        raise BadRequest(
            "BUSYHOUR_DATABASE: missing; the backup holds no state database. Restore that with its own tool, and say"
            " here where it is."
        )


@contextmanager
def _workshop(home: Path) -> Iterator[Path]:
    """A folder beside the home folder, or in it where nothing can be renamed to it: where it is a disk of its own."""
    place = home if home.is_mount() else home.parent
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{home.name}.restoring-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bring_up(state: Path, source: Path) -> None:
    database = Database(f"sqlite:///{state}")
    try:
        database.migrate()
        with database.write() as connection:
            for table in _NOT_KEPT:
                connection.execute(text(f"DELETE FROM {table}"))
    except SQLAlchemyError:
        raise UnreadableFile(f"{source}: its {STATE} is damaged; the state database cannot be read.") from None
    finally:
        database.close()


def _move_in(folder: Path, home: Path) -> None:
    if folder.parent != home:
        folder.rename(home)
        return
    # The state comes last: a home folder without it is one that was cut off, and is seen to be.
    for path in sorted(folder.iterdir(), key=lambda path: path.name == STATE):
        path.rename(home / path.name)
