"""The storage of tables, and those of each company: whether every version that is shown, and the newest, is whole."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from busyhour.domain.periods import Tier
from busyhour.examining.finding import Finding, amount, ok, problem, warning
from busyhour.examining.state import Known
from busyhour.store.storage import Storage
from busyhour.tables.holdings import DamagedTable, Holding, flaw, holdings, newest_version

__all__ = ["examine_storage", "examine_tables"]

_NAMED = 3
_AT_ONCE = 16
_CURE = "restore the home folder from a backup"


def examine_storage(storage: Storage) -> Iterator[Finding]:
    """Whether what is asked of a storage other than the home folder can be done there; an object is put and deleted."""
    hindered = storage.tried()
    if hindered is not None:
        yield problem("storage", f"{storage.uri('')}: {hindered}")
    elif storage.options is not None:
        yield ok("storage", f"{storage.uri('')}: objects are listed, made once only, read and deleted")


def examine_tables(storage: Storage, known: Known | None) -> Iterator[Finding]:
    """Each company's tables; without a state, the newest versions of what is there."""
    found = storage.folders("companies")
    names = {company_id: company_id for company_id in found} if known is None else known.companies
    for company_id in found:
        if company_id not in names:
            where = storage.uri(f"companies/{company_id}")
            yield warning("tables", f"{where} belongs to no company that the state database knows")
    for company_id, name in names.items():
        tables = storage.below(f"companies/{company_id}/tables")
        yield from _of_company(name, tables, _shown(known, company_id))
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


def _of_company(name: str, storage: Storage, shown: dict[str, set[int]]) -> Iterator[Finding]:
    tables = sorted({*shown, *storage.folders("")})
    files, size, is_sound = 0, 0, True
    for table in tables:
        try:
            held = _held(storage, table, shown.get(table, set()))
        except DamagedTable as error:
            yield problem("tables", f"{name}: {table} is damaged, {error.message}; {_CURE}")
            is_sound = False
            continue
        flaws = list(_flaws(storage.below(table), held))
        for told in flaws[:_NAMED]:
            yield problem("tables", f"{name}: {told}; {_CURE}")
        if len(flaws) > _NAMED:
            yield problem("tables", f"{name}: {len(flaws) - _NAMED:,} more files of {table} are damaged; {_CURE}")
        files, size, is_sound = files + len(held), size + sum(file.size for file in held), is_sound and not flaws
    if is_sound:
        yield ok("tables", f"{name}: {len(tables)} tables, {files:,} files, {amount(size)}")


def _held(storage: Storage, name: str, shown: set[int]) -> set[Holding]:
    table = storage.below(name)
    if not table.is_there():
        raise DamagedTable("its folder is missing")
    return {file for version in {*shown, newest_version(table)} for file in holdings(table, version)}


def _flaws(table: Storage, held: set[Holding]) -> Iterator[str]:
    files = sorted(held, key=lambda file: file.name)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for file, told in zip(files, pool.map(partial(flaw, table), files), strict=True):
            if told is not None:
                yield f"{table.uri(file.name)} {told}"
