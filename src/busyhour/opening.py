"""How a command gets into the house: the home folder opened, the company found."""

from sqlalchemy.exc import DBAPIError

from busyhour.errors import BadRequest
from busyhour.settings import read_settings
from busyhour.wiring import House

__all__ = ["known_company", "open_house"]


def open_house(*, looks_at_storage: bool = True) -> House:
    """The house of the settings, made if need be; raises BadRequest.

    A process that is to go on whatever becomes of the storage does not look at it.
    """
    house = House(read_settings())
    try:
        house.prepare()
        if looks_at_storage:
            house.storage.check()
    except OSError as error:
        raise BadRequest(f"BUSYHOUR_HOME: {house.settings.folder} cannot be used ({error.strerror}).") from None
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        raise BadRequest(f"BUSYHOUR_DATABASE: the state database cannot be used ({said}).") from None
    return house


def known_company(house: House, name: str | None) -> tuple[str, str]:
    """The name and the id of a company that is there, the only one where none is named; raises BadRequest."""
    companies = house.access.companies()
    names = ", ".join(companies) or "none yet"
    if name is None and len(companies) == 1:
        return next(iter(companies.items()))
    if name is None:
        raise BadRequest(f"--company: missing; companies here: {names}.")
    if name not in companies:
        raise BadRequest(f"--company: got {name!r}; companies here: {names}.")
    return name, companies[name]
