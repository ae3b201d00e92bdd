"""What the commands on keys do: results on stdout, everything else on stderr."""

from rich.console import Console

from busyhour.domain.clock import micros
from busyhour.listing import listed, moment
from busyhour.opening import known_company, open_house

__all__ = ["list_keys", "new_key", "remove_key"]

told = Console(stderr=True, highlight=False, soft_wrap=True)


def new_key(company: str) -> None:
    """Print a new key, the company made if need be."""
    house = open_house()
    now = micros(house.clock())
    key = house.access.new_key(house.access.company(company, now), now)
    told.print(f"A key of {company}, shown this once:", markup=False)
    print(key)  # noqa: T201 - the result


def list_keys(company: str | None) -> None:
    """Print a company's keys."""
    house = open_house()
    _, company_id = known_company(house, company)
    listed(("id", "made"), ((key.id, moment(key.created_at)) for key in house.access.keys(company_id)))


def remove_key(key_id: str, company: str | None) -> None:
    """End a key."""
    house = open_house()
    house.access.remove_key(known_company(house, company)[1], key_id)
    told.print(f"{key_id}: removed. It opens nothing any more.", markup=False)
