"""What the commands do that make an end of data: results on stdout, everything else on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import typer
from rich.console import Console

from busyhour.domain.clock import micros
from busyhour.domain.events import MICROSECONDS_A_DAY
from busyhour.errors import BadRequest
from busyhour.opening import known_company, open_house
from busyhour.tables.forget_before import BeforeChoice
from busyhour.tables.forget_number import NumberChoice
from busyhour.tables.forgetting import Forgotten
from busyhour.tables.phone_numbers import number_pattern
from busyhour.tables.refresh import Progress
from busyhour.tables.removals import Choice
from busyhour.wiring import House

__all__ = ["forget"]

told = Console(stderr=True, highlight=False)


def forget(company: str | None, number: str | None, before: str | None, *, dry_run: bool, sure: bool) -> None:
    """Forget a number or a period, and account for what went."""
    house = open_house()
    name, company_id = known_company(house, company)
    choice = _choice(house, number, before)
    if not (dry_run or sure) and not sys.stdin.isatty():
        raise BadRequest("--yes: missing; what is forgotten is gone for good, and nobody is here to be asked.")
    forgetter = house.forgetter()
    if dry_run or not sure:
        with _telling() as tell:
            tell("looking", 0, 1)
            preview = forgetter.preview(company_id, choice)
        if dry_run:
            _show(preview)
            return
        _ask(name, number or f"everything before {before}", preview)
    with _telling() as tell:
        _show(forgetter.forget(company_id, choice, micros(house.clock()), tell))


def _choice(house: House, number: str | None, before: str | None) -> Choice:
    if (number is None) == (before is None):
        raise BadRequest("--number, --before: expected one of the two.")
    if number is not None:
        return NumberChoice(number_pattern(number))
    return BeforeChoice(_day(before or "", micros(house.clock()) // MICROSECONDS_A_DAY))


def _day(text: str, today: int) -> int:
    """The day (since 1970) that a date names, none after today."""
    try:
        day = (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        day = None
    if day is None or day > today:
        raise BadRequest(f"--before: got {text!r}; expected a date such as 2026-01-31, not after today (UTC).")
    return day


def _ask(company: str, what: str, preview: Forgotten) -> None:
    for line in _lines(preview):
        told.print(line, markup=False)
    try:
        answer = told.input(f"Forget {what} of {company} for good? [y/N] ", markup=False)
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        told.print("Nothing was forgotten.")
        raise typer.Exit(1)


def _show(forgotten: Forgotten) -> None:
    for line in _lines(forgotten):
        print(line)  # noqa: T201 - the result
    if forgotten.waiting:
        told.print(f"Batches that wait in the inbox, not looked into: {forgotten.waiting}.")


def _lines(forgotten: Forgotten) -> Iterator[str]:
    counts = {**forgotten.removed, "requests": forgotten.requests, "quarantine": forgotten.quarantined}
    for name, count in counts.items():
        yield f"{name:<20}{count:>12,} removed"


@contextmanager
def _telling() -> Iterator[Progress]:
    """What is being done, on stderr where somebody looks."""
    with told.status("looking") as status:
        yield lambda what, done, of: status.update(f"{what}: {done:,} of {of:,}")
