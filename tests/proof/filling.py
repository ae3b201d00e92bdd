"""Companies with a history, and the ways in that each has."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from busyhour.domain.clock import micros
from busyhour.wiring import House
from houses import company_of, import_path
from proof.ledger import Book, content
from proof.sending import SECRET, Account
from proof.telling import Company

_HISTORIES = {"Acme": 12_000, "Brill": 6_000, "Cone": 500, "Dale": 100}
"""How many calls each company had before: enough that everybody is known who turns up later."""


def filled(house: House, folder: Path) -> Sequence[Account]:
    """Every company's ways in, once its history is in the tables."""
    return [_account(house, _filled(house, folder, place, name)) for place, name in enumerate(_HISTORIES, 1)]


def _filled(house: House, folder: Path, place: int, name: str) -> Book:
    company = Company(place, name, _midnight(house.clock()))
    events = [event for number in range(_HISTORIES[name]) for event in company.history(number)]
    path = folder / f"{name} history.jsonl"
    path.write_text("".join(f"{content(event)}\n" for event in events), encoding="utf-8")
    assert import_path(house, "dialpad", path, name).taken == len(events)
    return Book(company, events)


def _midnight(now: datetime) -> int:
    return micros(now.replace(hour=0, minute=0, second=0, microsecond=0)) // 1000


def _account(house: House, book: Book) -> Account:
    now = micros(house.clock())
    company_id = company_of(house, book.company.name)
    plain, signed = (
        f"/ingest/dialpad/{house.endpoints.new(company_id, name, secret, now)}"
        for name, secret in (("plain", None), ("signed", SECRET))
    )
    return Account(book, house.access.new_key(company_id, now), plain, signed)
