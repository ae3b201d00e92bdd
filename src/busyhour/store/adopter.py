"""Where the company's own word on its directory is written down, all of it or nothing."""

from collections.abc import Callable, Sequence

from busyhour.domain.adoption import Revision
from busyhour.domain.directory import Entry
from busyhour.domain.memberships import Membership
from busyhour.store.database import Database
from busyhour.store.directory import read_entries, write_entries
from busyhour.store.memberships import read_memberships, write_groups

__all__ = ["Adopter"]


class Adopter:
    """Changes entries and memberships of a company in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def adopt(self, company_id: str, revise: Callable[[Sequence[Entry], Sequence[Membership]], Revision]) -> Revision:
        """Write what `revise` makes of what is known; where it raises, nothing is written."""
        with self._database.write(alone=f"directory {company_id}") as connection:
            revision = revise(read_entries(connection, company_id), read_memberships(connection, company_id))
            write_entries(connection, company_id, revision.entries)
            write_groups(connection, company_id, revision.groups)
        return revision

    def preview(self, company_id: str, revise: Callable[[Sequence[Entry], Sequence[Membership]], Revision]) -> Revision:
        """What `adopt` would write; nothing is written."""
        with self._database.read() as connection:
            return revise(read_entries(connection, company_id), read_memberships(connection, company_id))
