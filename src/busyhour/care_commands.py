"""The commands that look after a home folder: back it up, restore it, examine it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from busyhour.domain.clock import business_clock
from busyhour.errors import BadRequest, InternalError
from busyhour.examining import Finding, Grade, examine
from busyhour.opening import open_house
from busyhour.restoring import restore
from busyhour.settings import Settings, read_settings
from busyhour.store.archive import Manifest

__all__ = ["backup", "doctor", "restore_home"]

told = Console(stderr=True, highlight=False)

_STYLES = {Grade.OK: "green", Grade.WARNING: "yellow", Grade.PROBLEM: "red"}


def backup(file: Path) -> None:
    """Write a backup; exit code 1 where something could not be taken into it."""
    settings = read_settings()
    _check_there(settings)
    with _explained(settings.folder), _bars() as progress:
        house = open_house()
        backed = house.backup().write(file, progress)
    if house.database.file is None:
        told.print(
            "Not in the backup: PostgreSQL, with its companies, keys, requests and events that wait. Back it up with"
            " its own tool (pg_dump), both while no server runs: the two must be of one moment."
        )
    if house.settings.storage is not None:
        told.print(
            f"What stands in {house.settings.storage} is not in the backup: copy that with the store's own tool, while"
            " the server is stopped, so that both are of one moment."
        )
    for complaint in backed.complaints:
        _say("warning:", "yellow", f"{complaint}; `busyhour doctor` says more.")
    _say_done(f"{file} is written", backed.manifest)
    if backed.complaints:
        raise typer.Exit(1)


def _check_there(settings: Settings) -> None:
    """A backup makes no home folder."""
    if not settings.folder.is_dir() or (settings.database is None and not (settings.folder / "busyhour.db").is_file()):
        raise BadRequest(f"BUSYHOUR_HOME: {settings.folder} is no home folder yet; there is nothing to back up.")


def restore_home(file: Path) -> None:
    """Restore a backup into the home folder."""
    settings = read_settings()
    with _bars() as progress:
        manifest = restore(file, settings.folder, settings.database_url, progress)
    _say_done(f"{settings.folder} is as it was at {manifest.made_at}", manifest)


def doctor() -> None:
    """Print what an examination finds; exit code 1 where something is broken."""
    settings = read_settings()
    console, grades = Console(highlight=False), set()
    for finding in examine(settings, business_clock(settings.fixed_now), time.time):
        grades.add(finding.grade)
        console.print(_line(finding), soft_wrap=True)
    if Grade.PROBLEM in grades:
        raise typer.Exit(1)


def _line(finding: Finding) -> Text:
    return Text.assemble(
        (f"{finding.grade.value:<9}", _STYLES[finding.grade]), f"{finding.about:<12}{finding.text}"
    )  # fmt: skip


def _say(word: str, style: str, message: str) -> None:
    told.print(word, style=style, end=" ")
    told.print(message, markup=False, soft_wrap=True)


def _say_done(what: str, manifest: Manifest) -> None:
    size = manifest.size / 1_000_000
    message = f"{what}: companies {len(manifest.companies)}, files {len(manifest.files):,}, {size:,.1f} MB."
    told.print(message, markup=False, soft_wrap=True)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """What the database or the disk says, in a sentence."""
    try:
        yield
    except DBAPIError as error:
        raise InternalError(f"The state database cannot be read ({error.orig}); see `busyhour doctor`.") from None
    except OSError as error:
        raise InternalError(f"{error.filename or folder} cannot be read ({error.strerror}).") from None


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each part of the work, on stderr; silent where nobody looks."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=told, disable=not told.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield tell
