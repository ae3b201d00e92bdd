"""When a company's calls begin, as far as they are known here."""

from dataclasses import dataclass
from datetime import date, timedelta

from busyhour.domain.periods import Tier
from busyhour.store.storage import Storage
from busyhour.store.table_state import TableState
from busyhour.tables.lake import Lake

__all__ = ["Beginning"]

_TABLE = "calls"
_EVER = (-(1 << 31), 1 << 31)


@dataclass(frozen=True, slots=True)
class Beginning:
    """Looks at the days of which there are files, in the version that reports of past days show."""

    storage: Storage
    state: TableState

    def day(self, company_id: str) -> date | None:
        """The first UTC day with calls; None before there are any."""
        pin = self.state.pinned(company_id, Tier.HISTORICAL)
        version = None if pin is None else pin.versions.get(_TABLE)
        days = Lake(self.storage.below(f"companies/{company_id}/tables")).days(_TABLE, version, *_EVER)
        return date(1970, 1, 1) + timedelta(days=days[0].day) if days else None
