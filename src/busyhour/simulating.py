"""A simulated company into a house: its directory, its memberships, its events."""

from collections.abc import Callable

from busyhour.sources import simulator
from busyhour.sources.base import Context
from busyhour.tables.staging import stage_events
from busyhour.wiring import House

__all__ = ["simulate_into"]


def simulate_into(
    house: House,
    company: str,
    company_id: str,
    *,
    days: int,
    seed: int,
    now: int,
    progress: Callable[[int], None] = lambda _: None,
) -> str:
    """Stage the events of so many days up to `now` (µs); the batch's id. A refresh brings them into the tables."""
    context = Context(company, company_id, "UTC")
    events = simulator.simulate(context, days=days, seed=seed, now=now, progress=progress)
    batch = stage_events(events, company_id, house.inbox)
    house.directory.learn(company_id, simulator.entries(context, seed))
    house.memberships.learn(company_id, simulator.memberships(context, seed))
    return batch
