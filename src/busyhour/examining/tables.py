"""The tables of each company: whether every version that is shown, and the newest one, is whole on disk."""

from collections.abc import Iterator
from pathlib import Path

from busyhour.domain.periods import Tier
from busyhour.examining.finding import Finding, amount, ok, problem, warning
from busyhour.examining.state import Known
from busyhour.tables.holdings import DamagedTable, Holding, flaw, holdings, newest_version

__all__ = ["examine_tables"]

_NAMED = 3
_CURE = "restore the home folder from a backup"


def examine_tables(home: Path, known: Known | None) -> Iterator[Finding]:
    """Each company's tables; without a state, the newest versions of what is there."""
    folders = {path.name: path for path in sorted(home.glob("companies/*")) if path.is_dir()}
    names = {company_id: company_id for company_id in folders} if known is None else known.companies
    for company_id, folder in folders.items():
        if company_id not in names:
            yield warning("tables", f"{folder} belongs to no company that the state database knows")
    for company_id, name in names.items():
        folder = home / "companies" / company_id / "tables"
        yield from _of_company(name, folder, _shown(known, company_id))
    if not names:
        yield ok("tables", "none yet")


def _shown(known: Known | None, company_id: str) -> dict[str, set[int]]:
    """The versions that the tiers show, by table."""
    shown: dict[str, set[int]] = {}
    pins = [] if known is None else [known.pins.get((company_id, tier)) for tier in Tier]
    for pin in pins:
        for table, version in pin.versions.items() if pin is not None else ():
            shown.setdefault(table, set()).add(version)
    return shown


def _of_company(name: str, folder: Path, shown: dict[str, set[int]]) -> Iterator[Finding]:
    tables = sorted({*shown, *(path.name for path in folder.glob("*") if path.is_dir())})
    files, size, is_sound = 0, 0, True
    for table in tables:
        try:
            held = _held(folder / table, shown.get(table, set()))
        except DamagedTable as error:
            yield problem("tables", f"{name}: {table} is damaged, {error.message}; {_CURE}")
            is_sound = False
            continue
        flaws = [f"{folder / table / path} {what}" for path, what in _flaws(folder / table, held)]
        for told in flaws[:_NAMED]:
            yield problem("tables", f"{name}: {told}; {_CURE}")
        if len(flaws) > _NAMED:
            yield problem("tables", f"{name}: {len(flaws) - _NAMED:,} more files of {table} are damaged; {_CURE}")
        files, size, is_sound = files + len(held), size + sum(file.size for file in held), is_sound and not flaws
    if is_sound:
        yield ok("tables", f"{name}: {len(tables)} tables, {files:,} files, {amount(size)}")


def _held(table: Path, shown: set[int]) -> set[Holding]:
    if not table.is_dir():
        raise DamagedTable("its folder is missing")
    return {file for version in {*shown, newest_version(table)} for file in holdings(table, version)}


def _flaws(table: Path, held: set[Holding]) -> Iterator[tuple[Path, str]]:
    for file in sorted(held, key=lambda file: file.path):
        told = flaw(file)
        if told is not None:
            yield file.path.relative_to(table), told
