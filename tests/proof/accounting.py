"""What is in the tables after all, held against what was sent and against a house that nobody ever struck."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable

from busyhour.wiring import House
from houses import company_of, import_path, report_path
from proof.asking import Download, Fields
from proof.ledger import Book, content

_DERIVED = ("calls", "csat", "dispositions", "duty", "texts")


@dataclass(frozen=True)
class Told:
    """A company's events as they lie in its tables: how often each."""

    book: Book
    counts: Counter[str]

    def faults(self) -> Iterator[str]:
        """Every way in which they are not what was acknowledged, once each."""
        name = self.book.company.name
        yield from _some(f"{name}: acknowledged and lost", self.book.acknowledged - self.counts.keys())
        yield from _some(f"{name}: never sent", self.counts.keys() - self.book.sent)
        yield from _some(f"{name}: there more than once", [one for one, count in self.counts.items() if count > 1])


def _some(what: str, found: Iterable[str]) -> Iterator[str]:
    events = sorted(found)
    if events:
        yield f"{what}: {len(events)}, such as {events[:3]}"


def told(home: Path, company_id: str, book: Book) -> Told:
    """What the tables of events hold of a company."""
    counts: Counter[str] = Counter()
    for path in sorted((home / "companies" / company_id / "tables").glob("*_events")):
        for raw in DeltaTable(path).to_pyarrow_table(columns=["raw"])["raw"].to_pylist():
            counts[content(json.loads(raw))] += 1
    return Told(book, counts)


def import_anew(house: House, folder: Path, one: Told) -> None:
    """Bring the same events into another house, in one go and in an order of their own."""
    path = folder / f"{one.book.company.name}.jsonl"
    path.write_text("".join(f"{event}\n" for event in sorted(one.counts)), encoding="utf-8")
    account = import_path(house, "dialpad", path, one.book.company.name)
    assert (account.taken, account.refused.rows) == (len(one.counts), 0)


def differing_tables(home: Path, other: Path, company_id: str) -> Iterator[str]:
    """The derived tables in which two homes differ, with the first rows that do."""
    for table in _DERIVED:
        first, second = (_rows(folder / "companies" / company_id / "tables" / table) for folder in (home, other))
        if not first.equals(second):
            pairs = zip(first.to_pylist(), second.to_pylist(), strict=False)
            example = next((pair for pair in pairs if pair[0] != pair[1]), None)
            yield f"{table}: {first.num_rows} rows here, {second.num_rows} there; the first that differ: {example}"


def _rows(path: Path) -> pa.Table:
    if not DeltaTable.is_deltatable(str(path)):
        return pa.table({})
    table = DeltaTable(path).to_pyarrow_table()
    names = sorted(table.column_names)
    return table.select(names).sort_by([(name, "ascending") for name in names]).combine_chunks()


def differing_reports(house: House, downloads: Sequence[Download]) -> Iterator[str]:
    """Reports of days that were over that are another file in this house, or were not the same file twice."""
    for (company, said), digests in _by_request(downloads).items():
        fields = json.loads(said)
        if digests != {digest_of(house, company, fields)}:
            yield f"{company} {said}: {len(digests)} different files were got, and none or not all are this house's"


def _by_request(downloads: Sequence[Download]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in downloads:
        found.setdefault((one.company, json.dumps(one.fields, sort_keys=True)), set()).add(one.digest)
    return found


def digest_of(house: House, company: str, fields: Fields) -> str:
    """The digest of a report made here."""
    return sha256(report_path(house, company, **fields).read_bytes()).hexdigest()


def company_ids(house: House, books: Sequence[Book]) -> dict[str, Book]:
    """Every company's book by its id."""
    return {company_of(house, book.company.name): book for book in books}
