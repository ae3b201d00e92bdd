"""What the commands about the directory do: results on stdout, everything else on stderr."""

import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from rich.console import Console

from busyhour.directory_tree import directory_tree
from busyhour.domain.adoption import Revision, adopt_all, revise
from busyhour.domain.clock import micros
from busyhour.domain.directory import Kind
from busyhour.opening import known_company, open_house
from busyhour.sources.directory_export import to_yaml
from busyhour.sources.directory_file import read_directory

__all__ = ["adopt_directory", "export_directory", "import_directory", "show_directory"]

_WIDEST = 400


def import_directory(file: Path, company: str, *, dry_run: bool) -> None:
    """Bring a file in, or say what it would change."""
    sheet = read_directory(file, company)
    house = open_house()
    take = partial(revise, sheet, company)
    # A file that is refused leaves no new company behind: its id is asked for when all is known to be well.
    revision = house.adopter.preview(house.access.companies().get(company, ""), take)
    if not dry_run:
        company_id = house.access.company(company, micros(house.clock()))
        revision = house.adopter.adopt(company_id, take)
        if not revision.changes_nothing:
            house.state.note_import(company_id, f"directory-{secrets.token_hex(12)}", 1)
    _show_revision(revision)


def adopt_directory(company: str | None) -> None:
    """Make everything that is known the company's own word."""
    house = open_house()
    _, company_id = known_company(house, company)
    _show_revision(house.adopter.adopt(company_id, adopt_all))


def export_directory(company: str | None) -> None:
    """Print the directory as YAML."""
    house = open_house()
    name, company_id = known_company(house, company)
    told = to_yaml(name, house.directory.entries(company_id), house.memberships.all(company_id))
    sys.stdout.buffer.write(told.encode("utf-8"))


def show_directory(company: str | None) -> None:
    """Print the directory as a tree."""
    house = open_house()
    name, company_id = known_company(house, company)
    tree = directory_tree(name, house.directory.entries(company_id), house.memberships.all(company_id))
    # Lines that nobody looks at on a screen are not broken.
    Console(highlight=False, width=None if sys.stdout.isatty() else _WIDEST).print(tree)


def _show_revision(revision: Revision) -> None:
    if revision.changes_nothing:
        print("Nothing changed: all of it was known already.")  # noqa: T201 - the result
        return
    for line in _lines(revision):
        print(line)  # noqa: T201 - the result


def _lines(revision: Revision) -> Iterator[str]:
    before = {(entry.kind, entry.id) for entry in revision.before}
    new = Counter(entry.kind for entry in revision.entries if (entry.kind, entry.id) not in before)
    changed = Counter(entry.kind for entry in revision.entries if (entry.kind, entry.id) in before)
    for kind in Kind:
        if new[kind] or changed[kind]:
            yield _line(kind.type_name, new[kind], changed[kind], "changed")
    added, gone = revision.members_changed()
    if added or gone:
        yield _line("members", added, gone, "gone")


def _line(name: str, new: int, other: int, word: str) -> str:
    return f"{name:<14}{new:>8,} new{other:>8,} {word}"
