"""The state database: whether it is sound, and what it says of refreshes, leases and refused events."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import text

from busyhour.domain.periods import Tier
from busyhour.examining.finding import Finding, ago, ok, problem, warning
from busyhour.store.access import Access
from busyhour.store.database import Database, known_revisions
from busyhour.store.table_state import Pin, TableState

__all__ = [
    "Known",
    "Lease",
    "Waiting",
    "examine_clock",
    "examine_leases",
    "examine_quarantine",
    "examine_refreshes",
    "examine_state",
    "read_known",
]

_LONGEST_LEASE = 60.0
_ASTRAY = 1.0
_NAMES = {Tier.REALTIME: "today's reports", Tier.HISTORICAL: "reports of past days"}


@dataclass(frozen=True, slots=True)
class Lease:
    """Who may do something alone; `until` in ms of the real clock."""

    name: str
    until: int


class Waiting(NamedTuple):
    """How many events wait, and since when the oldest does (µs)."""

    events: int
    first: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the state database says, of one moment: company names by id, pins, leases, refused events by company.

    Of one that several hosts share also what waits in it, and by how many seconds its clock is ahead of ours.
    """

    companies: Mapping[str, str]
    pins: Mapping[tuple[str, Tier], Pin]
    leases: Sequence[Lease]
    refused: Mapping[str, int]
    arrivals: Waiting | None = None
    ahead: float = 0.0


def examine_state(database: Database) -> Iterator[Finding]:
    """Whether it opens, is whole, and is of this version's schema."""
    file = database.file
    if file is not None and not file.exists():
        yield problem("state", f"{file} is missing; restore it from a backup (`busyhour init` makes an empty one)")
        return
    if file is not None:
        with database.read() as connection:
            told = connection.execute(text("PRAGMA quick_check(1)")).scalars().all()
        if told != ["ok"]:
            first = " ".join(str(told[0] if told else "").split())
            yield problem("state", f"{file} is damaged ({first}); restore it from a backup")
            return
    else:
        yield from _of_server(database)
    yield _of_revision(database.revision())


def _of_server(database: Database) -> Iterator[Finding]:
    """What PostgreSQL says of itself."""
    with database.read() as connection:
        server = connection.execute(text(_SERVER)).one()
    if server.is_standby:
        yield problem("state", "this PostgreSQL is a standby, which takes nothing; name the first one")
    if server.fsync != "on":
        yield problem("state", "fsync is off in PostgreSQL: a power loss takes what was acknowledged; set it on")
    if server.number < _OLDEST_SERVER * 10_000:
        yield warning("state", f"PostgreSQL {server.version} is older than {_OLDEST_SERVER}, which is tested")
    else:
        yield ok("state", f"PostgreSQL {server.version} answers")


_OLDEST_SERVER = 15
_SERVER = """
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
        current_setting('fsync') AS fsync, pg_is_in_recovery() AS is_standby
"""


def _of_revision(found: str | None) -> Finding:
    ours, *earlier = known_revisions()
    if found == ours:
        return ok("state", f"sound, of schema {found}")
    if found is None:
        return problem("state", "it holds no schema; restore it from a backup (`busyhour init` makes an empty one)")
    if found in earlier:
        return problem("state", f"of schema {found}, this version's is {ours}; `busyhour init` brings it up")
    return problem("state", f"of schema {found}, which this version does not know; install the version that made it")


def read_known(database: Database) -> Known:
    """Read what the other examinations need."""
    companies = {company_id: name for name, company_id in Access(database).companies().items()}
    state = TableState(database)
    pins = {
        (company_id, tier): pin
        for company_id in companies
        for tier in Tier
        if (pin := state.pinned(company_id, tier)) is not None
    }
    with database.read() as connection:
        leases = [Lease(row.name, row.until) for row in connection.execute(text(_LEASES))]
        refused = {row.company_id: row.events for row in connection.execute(text(_REFUSED))}
        if not database.is_shared:
            return Known(companies, pins, leases, refused)
        waiting = Waiting(*connection.execute(text(_WAITING)).one())
    return Known(companies, pins, leases, refused, waiting, database.real_now() - time.time())


_LEASES = "SELECT name, until FROM leases ORDER BY name"
_WAITING = "SELECT count(*), min(received_at) FROM arrivals"
_REFUSED = "SELECT company_id, count(*) AS events FROM quarantine GROUP BY company_id ORDER BY company_id"


def examine_refreshes(known: Known, periods: Mapping[Tier, int], real_now: float) -> Iterator[Finding]:
    """Whether each tier was refreshed within two of its periods (in seconds)."""
    for company_id, name in known.companies.items():
        said, is_late = [], False
        for tier, seconds in periods.items():
            pin = known.pins.get((company_id, tier))
            age = None if pin is None else real_now - pin.refreshed_at / 1000
            is_late |= age is None or age > 2 * seconds
            said.append(f"{_NAMES[tier]} {'never' if age is None else ago(age)}")
        told = f"{name}: {', '.join(said)}"
        yield warning("refreshes", f"{told}; is `busyhour serve` running?") if is_late else ok("refreshes", told)


def examine_quarantine(known: Known) -> Iterator[Finding]:
    """How many events were taken in that nobody could read."""
    if not known.refused:
        yield ok("quarantine", "empty")
    for company_id, count in known.refused.items():
        name = known.companies.get(company_id, company_id)
        yield warning("quarantine", f"{name}: {count:,} events could not be read and are in no figure; look at them")


def examine_leases(known: Known, real_now: float) -> Iterator[Finding]:
    """Whose holder seems gone: a lease that ran out was not given back."""
    gone = [lease for lease in known.leases if lease.until <= real_now * 1000]
    for lease in gone:
        since = ago(real_now - lease.until / 1000)
        yield warning("leases", f"{lease.name} ran out {since}, its holder is gone; the next one takes it over")
    if not gone:
        yield ok("leases", f"{len(known.leases)} held")


def examine_clock(known: Known, business_now: int, real_now: float) -> Iterator[Finding]:
    """Whether anything was written at a time that is yet to come; `business_now` in µs."""
    late = [lease for lease in known.leases if lease.until > (real_now + _LONGEST_LEASE) * 1000]
    for lease in late:
        yield problem("clock", f"the lease {lease.name} is from the future; was the clock set back? Set it right")
    ahead = [
        (known.companies[company_id], tier)
        for (company_id, tier), pin in known.pins.items()
        if pin.refreshed_at > (real_now + 1) * 1000 or pin.as_of > business_now + 1_000_000
    ]
    for name, tier in ahead:
        yield problem(
            "clock", f"{name}: {_NAMES[tier]} show a moment that is yet to come; set the clock, or BUSYHOUR_NOW, right"
        )
    is_astray = abs(known.ahead) > _ASTRAY
    if is_astray:
        yield warning("clock", f"it is {-known.ahead:+.1f} s from PostgreSQL's; let a time service keep both")
    if not late and not ahead and not is_astray:
        yield ok("clock", "nothing is from the future")
