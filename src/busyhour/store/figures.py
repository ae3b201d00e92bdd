"""What the state database tells of all companies together, for whoever watches the server."""

from sqlalchemy import text

from busyhour.domain.periods import Tier
from busyhour.store.database import Database

__all__ = ["Figures"]


class Figures:
    """Figures over all companies; none of them says whose they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self) -> dict[str, int]:
        """How many requests wait, and how many are run."""
        with self._database.read() as connection:
            rows = connection.execute(text(_QUEUE))
            return {"queued": 0, "running": 0} | {row.status: row.requests for row in rows}

    def lag(self, tier: Tier, real_now: float, business_now: int) -> float:
        """For how many seconds the company that has waited longest has not been refreshed.

        Real clock in seconds. A company that never was refreshed has waited since it was made, by the business
        clock (µs). 0 where there are no companies.
        """
        with self._database.read() as connection:
            row = connection.execute(text(_LAG), {"tier": tier.value}).one()
        refreshed = 0.0 if row.refreshed_at is None else real_now - row.refreshed_at / 1000
        made = 0.0 if row.made_at is None else (business_now - row.made_at) / 1_000_000
        return max(0.0, refreshed, made)


_QUEUE = "SELECT status, count(*) AS requests FROM requests WHERE status IN ('queued', 'running') GROUP BY status"

_LAG = """
    SELECT min(pins.refreshed_at) AS refreshed_at,
        min(CASE WHEN pins.company_id IS NULL THEN companies.created_at END) AS made_at
    FROM companies LEFT JOIN pins ON pins.company_id = companies.id AND pins.tier = :tier
"""
