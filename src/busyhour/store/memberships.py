"""Who belongs to which group of a company, from when until when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, Row, text

from busyhour.domain.directory import Kind, Origin
from busyhour.domain.memberships import Key, Membership, Role, settled
from busyhour.store.database import Database

__all__ = ["Memberships", "read_memberships", "write_groups"]


class Memberships:
    """Memberships by company, past and future ones too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, company_id: str) -> list[Membership]:
        """Every membership of the company, ordered by group, member and first day."""
        with self._database.read() as connection:
            return read_memberships(connection, company_id)

    def learn(self, company_id: str, memberships: Iterable[Membership]) -> None:
        """Add what is said of groups whose members the company itself has not listed.

        What events show, adds whoever has no place in a group yet; it knows no dates and changes no place.
        """
        with self._database.write(alone=f"directory {company_id}") as connection:
            groups = _by_group(read_memberships(connection, company_id))
            news = {
                group: settled(_together(groups.get(group, ()), said))
                for group, said in _by_group(memberships).items()
                if all(known.origin is not Origin.ADOPTED for known in groups.get(group, ()))
            }
            write_groups(connection, company_id, {g: new for g, new in news.items() if new != groups.get(g)})


def _together(known: Sequence[Membership], said: Sequence[Membership]) -> list[Membership]:
    """What is told, and of what events show only who is told of nowhere."""
    places = [*known, *said]
    told = [place for place in places if place.origin is not Origin.DISCOVERED]
    placed = {place.member for place in told}
    return told + [place for place in places if place.origin is Origin.DISCOVERED and place.member not in placed]


def read_memberships(connection: Connection, company_id: str) -> list[Membership]:
    """Every membership of the company, within the caller's transaction."""
    return settled(map(_membership, connection.execute(_ALL, {"c": company_id})))


def write_groups(connection: Connection, company_id: str, groups: Mapping[Key, Sequence[Membership]]) -> None:
    """Put these members in the place of the groups' members, within the caller's transaction."""
    for (kind, group_id), members in groups.items():
        connection.execute(_CLEAR, {"c": company_id, "group_kind": kind.name, "group_id": group_id})
        if members:
            connection.execute(_ADD, [_values(company_id, membership) for membership in members])


_COLUMNS = "group_kind, group_id, member_kind, member_id, role, since, until, origin"
_ALL = text(f"SELECT {_COLUMNS} FROM memberships WHERE company_id = :c")
_CLEAR = text("DELETE FROM memberships WHERE company_id = :c AND group_kind = :group_kind AND group_id = :group_id")
_ADD = text(f"""
    INSERT INTO memberships (company_id, {_COLUMNS})
    VALUES (:c, :group_kind, :group_id, :member_kind, :member_id, :role, :since, :until, :origin)
""")


def _by_group(memberships: Iterable[Membership]) -> dict[Key, list[Membership]]:
    groups: dict[Key, list[Membership]] = defaultdict(list)
    for membership in memberships:
        groups[membership.group].append(membership)
    return dict(groups)


def _membership(row: Row[tuple[object, ...]]) -> Membership:
    return Membership(
        (Kind[row.group_kind], row.group_id),
        (Kind[row.member_kind], row.member_id),
        Role(row.role),
        _day(row.since),
        _day(row.until),
        Origin[row.origin],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _values(company_id: str, membership: Membership) -> dict[str, object]:
    return {
        "c": company_id,
        "group_kind": membership.group[0].name, "group_id": membership.group[1],
        "member_kind": membership.member[0].name, "member_id": membership.member[1],
        "role": membership.role.value,
        "since": membership.since.isoformat() if membership.since else "",
        "until": membership.until.isoformat() if membership.until else "",
        "origin": membership.origin.name,
    }  # fmt: skip
