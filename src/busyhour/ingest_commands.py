"""What the commands on endpoints and on the quarantine do: results on stdout, everything else on stderr."""

from collections.abc import Iterator, Sequence

from rich.console import Console

from busyhour.domain.clock import micros
from busyhour.errors import NotFound
from busyhour.listing import listed, moment
from busyhour.opening import known_company, open_house
from busyhour.requalifying import reread
from busyhour.store.quarantine import Held
from busyhour.wiring import House

__all__ = [
    "drop_held",
    "list_endpoints",
    "list_held",
    "new_endpoint",
    "remove_endpoint",
    "replay_held",
    "retire_secret",
    "rotate_secret",
    "show_held",
]

told = Console(stderr=True, highlight=False, soft_wrap=True)


def new_endpoint(name: str, company: str, secret: str | None) -> None:
    """Print the path of a new endpoint, the company made if need be."""
    house = open_house()
    now = micros(house.clock())
    company_id = house.access.company(company, now)
    token = house.endpoints.new(company_id, name, secret, now)
    signed = "bodies signed with its secret" if secret else "plain JSON; give it a secret to take signed bodies alone"
    told.print(f"The endpoint {name} of {company} takes {signed}. Its path, shown this once:", markup=False)
    print(f"/ingest/dialpad/{token}")  # noqa: T201 - the result


def list_endpoints(company: str | None) -> None:
    """Print a company's endpoints."""
    house = open_house()
    _, company_id = known_company(house, company)
    endpoints = house.endpoints.all(company_id)
    listed(
        ("name", "secrets", "made"),
        ((endpoint.name, str(len(endpoint.secrets)), moment(endpoint.created_at)) for endpoint in endpoints),
    )


def rotate_secret(name: str, company: str | None, secret: str) -> None:
    """Make a secret valid beside the one before."""
    house = open_house()
    house.endpoints.rotate(known_company(house, company)[1], name, secret)
    told.print(
        f"{name}: the new secret and the one before are valid; `endpoint retire` ends the old one.", markup=False
    )


def retire_secret(name: str, company: str | None) -> None:
    """End the old secret."""
    house = open_house()
    house.endpoints.retire(known_company(house, company)[1], name)
    told.print(f"{name}: the newest secret alone is valid.", markup=False)


def remove_endpoint(name: str, company: str | None) -> None:
    """Close an endpoint."""
    house = open_house()
    house.endpoints.remove(known_company(house, company)[1], name)
    told.print(f"{name}: closed. What it took stays.", markup=False)


def list_held(company: str | None) -> None:
    """Print what a company's quarantine holds."""
    house, company_id = _sorted(company)
    listed(("id", "received", "door", "line", "reason", "got"), map(_row, house.quarantine.all(company_id)))


def _row(held: Held) -> Sequence[str]:
    line = str(held.line) if held.line else ""
    return held.id, moment(held.received_at), held.door, line, held.reason, held.came


def show_held(held_id: str, company: str | None) -> None:
    """Print bodies as they came, each after the reason why it is held."""
    house, company_id = _sorted(company)
    for held in _chosen(house, company_id, held_id):
        told.print(f"{held.reason}; got {held.came or 'nothing'}", markup=False)
        print(held.body.decode("utf-8", "replace"))  # noqa: T201 - the result


def replay_held(held_id: str, company: str | None) -> None:
    """Read bodies again, as this version and today's secrets understand them."""
    house, company_id = _sorted(company)
    taken = 0
    for held in _chosen(house, company_id, held_id):
        taken += reread(house, held)
    left = len(house.quarantine.all(company_id))
    print(f"understood {taken}, still held {left}")  # noqa: T201 - the result


def drop_held(held_id: str, company: str | None) -> None:
    """Let bodies go for good."""
    house, company_id = _sorted(company)
    chosen = list(_chosen(house, company_id, held_id))
    for held in chosen:
        house.quarantine.drop(company_id, held.id)
    print(f"dropped {len(chosen)}")  # noqa: T201 - the result


def _sorted(company: str | None) -> tuple[House, str]:
    """The house with everything that came in sorted, and the company's id."""
    house = open_house()
    _, company_id = known_company(house, company)
    house.sorter.sort()
    return house, company_id


def _chosen(house: House, company_id: str, held_id: str) -> Iterator[Held]:
    if held_id == "all":
        yield from house.quarantine.all(company_id)
        return
    held = house.quarantine.find(company_id, held_id)
    if held is None:
        raise NotFound(f"ID: got {held_id!r}; nothing of that id is held. `quarantine list` shows what is.")
    yield held
