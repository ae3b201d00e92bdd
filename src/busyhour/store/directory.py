"""What is known of a company's offices, groups, rooms and users."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row, text

from busyhour.domain.directory import Entry, Kind, Origin, merged
from busyhour.domain.requests import Target
from busyhour.errors import NotFound
from busyhour.store.database import Database

__all__ = ["Directory"]


class Directory:
    """Entries by company; what one company knows is not there for another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def learn(self, company_id: str, entries: Iterable[Entry]) -> None:
        """Add what is said of entries; a later word overwrites an earlier one, silence overwrites nothing."""
        with self._database.write() as connection:
            known = {
                (entry.kind, entry.id): entry for entry in map(_entry, connection.execute(_ALL, {"c": company_id}))
            }
            before = dict(known)
            for entry in entries:
                known[entry.kind, entry.id] = merged(known.get((entry.kind, entry.id)), entry)
            changed = [_values(company_id, entry) for key, entry in known.items() if before.get(key) != entry]
            if changed:
                connection.execute(_PUT, changed)

    def entries(self, company_id: str, kinds: Sequence[Kind] = tuple(Kind)) -> list[Entry]:
        """The company's entries of these kinds, ordered by kind, name and id."""
        with self._database.read() as connection:
            found = map(_entry, connection.execute(_ALL, {"c": company_id}))
            return sorted(
                (entry for entry in found if entry.kind in kinds),
                key=lambda entry: (entry.kind.asked, entry.name or "", entry.id),
            )

    def target(self, company_id: str, kind: Kind | None, entry_id: str) -> Target:
        """The entry of that id and kind (of any kind for None); raises NotFound."""
        with self._database.read() as connection:
            rows = connection.execute(_ONE, {"c": company_id, "id": entry_id})
            kinds = sorted((Kind[row.kind] for row in rows), key=list(Kind).index)
        if kind is None and kinds:
            return Target(kinds[0], entry_id)
        if kind not in kinds or kind is None:
            raise NotFound(f"{'Target' if kind is None else kind.kind_name} with id {entry_id} not found.")
        return Target(kind, entry_id)


_COLUMNS = "kind, id, name, email, phone, office_id, timezone, origin, seen_at"
_ALL = text(f"SELECT {_COLUMNS} FROM entries WHERE company_id = :c")
_ONE = text("SELECT kind FROM entries WHERE company_id = :c AND id = :id")
_PUT = text(f"""
    INSERT INTO entries (company_id, {_COLUMNS})
    VALUES (:c, :kind, :id, :name, :email, :phone, :office_id, :timezone, :origin, :seen_at)
    ON CONFLICT (company_id, kind, id) DO UPDATE SET
        name = excluded.name, email = excluded.email, phone = excluded.phone, office_id = excluded.office_id,
        timezone = excluded.timezone, origin = excluded.origin, seen_at = excluded.seen_at
""")


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        Kind[row.kind], row.id, row.name, row.email, row.phone, row.office_id, row.timezone,
        Origin[row.origin], row.seen_at,
    )  # fmt: skip


def _values(company_id: str, entry: Entry) -> dict[str, object]:
    return {
        "c": company_id, "kind": entry.kind.name, "id": entry.id, "name": entry.name, "email": entry.email,
        "phone": entry.phone, "office_id": entry.office_id, "timezone": entry.timezone,
        "origin": entry.origin.name, "seen_at": entry.seen_at,
    }  # fmt: skip
