"""What is known of a company's offices, groups, rooms and users."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Row, bindparam, text

from busyhour.domain.directory import Entry, Kind, Origin, merged
from busyhour.domain.requests import Target
from busyhour.errors import NotFound
from busyhour.store.database import Database

__all__ = ["Directory", "read_entries", "write_entries"]


class Directory:
    """Entries by company; what one company knows is not there for another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def learn(self, company_id: str, entries: Iterable[Entry]) -> None:
        """Add what is said of entries; a later word overwrites an earlier one, silence overwrites nothing."""
        with self._database.write(alone=f"directory {company_id}") as connection:
            known = {(entry.kind, entry.id): entry for entry in read_entries(connection, company_id)}
            before = dict(known)
            for entry in entries:
                known[entry.kind, entry.id] = merged(known.get((entry.kind, entry.id)), entry)
            write_entries(connection, company_id, [entry for key, entry in known.items() if before.get(key) != entry])

    def entries(self, company_id: str, kinds: Sequence[Kind] = tuple(Kind)) -> list[Entry]:
        """The company's entries of these kinds, ordered by kind, name and id."""
        with self._database.read() as connection:
            found = read_entries(connection, company_id, kinds)
        return sorted(found, key=lambda entry: (entry.kind.asked, entry.name or "", entry.id))

    def entry(self, company_id: str, kind: Kind, entry_id: str) -> Entry:
        """One entry; raises NotFound."""
        with self._database.read() as connection:
            values = {"c": company_id, "kinds": [kind.name], "id": entry_id}
            row = connection.execute(_GET, values).one_or_none()
        if row is None:
            raise NotFound(f"{kind.kind_name} with id {entry_id} not found.")
        return _entry(row)

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


def read_entries(connection: Connection, company_id: str, kinds: Sequence[Kind] = tuple(Kind)) -> list[Entry]:
    """The company's entries of these kinds, within the caller's transaction."""
    values = {"c": company_id, "kinds": [kind.name for kind in kinds]}
    return [_entry(row) for row in connection.execute(_ALL, values)]


def write_entries(connection: Connection, company_id: str, entries: Sequence[Entry]) -> None:
    """Put these entries in the place of what was known of them, within the caller's transaction."""
    if entries:
        connection.execute(_PUT, [_values(company_id, entry) for entry in entries])


_COLUMNS = "kind, id, name, email, phone, office_id, timezone, origin, seen_at, details"
_OF_KINDS = f"SELECT {_COLUMNS} FROM entries WHERE company_id = :c AND kind IN :kinds"
_ALL = text(_OF_KINDS).bindparams(bindparam("kinds", expanding=True))
_GET = text(f"{_OF_KINDS} AND id = :id").bindparams(bindparam("kinds", expanding=True))
_ONE = text("SELECT kind FROM entries WHERE company_id = :c AND id = :id")
_PUT = text(f"""
    INSERT INTO entries (company_id, {_COLUMNS})
    VALUES (:c, :kind, :id, :name, :email, :phone, :office_id, :timezone, :origin, :seen_at, :details)
    ON CONFLICT (company_id, kind, id) DO UPDATE SET
        name = excluded.name, email = excluded.email, phone = excluded.phone, office_id = excluded.office_id,
        timezone = excluded.timezone, origin = excluded.origin, seen_at = excluded.seen_at, details = excluded.details
""")


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        Kind[row.kind], row.id, row.name, row.email, row.phone, row.office_id, row.timezone,
        Origin[row.origin], row.seen_at, row.details,
    )  # fmt: skip


def _values(company_id: str, entry: Entry) -> dict[str, object]:
    return {
        "c": company_id, "kind": entry.kind.name, "id": entry.id, "name": entry.name, "email": entry.email,
        "phone": entry.phone, "office_id": entry.office_id, "timezone": entry.timezone,
        "origin": entry.origin.name, "seen_at": entry.seen_at, "details": entry.details,
    }  # fmt: skip
