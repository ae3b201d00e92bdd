"""The tables of the state database: everything that is neither an event nor derived from events."""

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, LargeBinary, MetaData, String, Table, Text

__all__ = ["METADATA"]

METADATA = MetaData()

COMPANIES = Table(
    "companies",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("looked_at", BigInteger),
)

KEYS = Table(
    "keys",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("company_id", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

ENTRIES = Table(
    "entries",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("office_id", String(64)),
    Column("timezone", String(64)),
    Column("details", Text),
    Column("origin", String(16), nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

MEMBERSHIPS = Table(
    "memberships",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("group_kind", String(16), primary_key=True),
    Column("group_id", String(64), primary_key=True),
    Column("member_kind", String(16), primary_key=True),
    Column("member_id", String(64), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("since", String(10), primary_key=True),
    Column("until", String(10), nullable=False),
    Column("origin", String(16), nullable=False),
)

REQUESTS = Table(
    "requests",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", BigInteger),
    Column("worker", String(64)),
    Column("completed_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("as_of", BigInteger),
    Column("rows", BigInteger),
    Column("reason", Text),
    Column("size", BigInteger),
    Column("checksum", BigInteger),
    Column("asked_by", String(16), nullable=False, server_default="somebody"),
    Index("requests_by_status", "status", "created_at"),
)

TURNS = Table(
    "turns",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("taken_at", BigInteger, nullable=False),
)

ENDPOINTS = Table(
    "endpoints",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("secret", Text),
    Column("former_secret", Text),
    Column("created_at", BigInteger, nullable=False),
)

QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("company_id", String(32), nullable=False),
    Column("door", String(160), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("came", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("quarantine_by_company", "company_id", "received_at"),
)

WINDOWS = Table(
    "windows",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("name", String(16), primary_key=True),
    Column("started", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(96), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),
)

PINS = Table(
    "pins",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("tier", String(16), primary_key=True),
    Column("as_of", BigInteger, nullable=False),
    Column("refreshed_at", BigInteger, nullable=False),
    Column("versions", Text, nullable=False),
)

BATCHES = Table(
    "batches",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("company_id", String(32), nullable=False),
    Column("rows_taken", BigInteger, nullable=False),
)

DIRTY_DAYS = Table(
    "dirty_days",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("stream", String(16), primary_key=True),
    Column("day", Integer, primary_key=True),
)

DUE_DAYS = Table(
    "due_days",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("stream", String(16), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("due", BigInteger, nullable=False),
)

THING_DAYS = Table(
    "thing_days",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("stream", String(16), primary_key=True),
    Column("thing", BigInteger, primary_key=True),
    Column("day", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

MOVED = Table(
    "moved",
    METADATA,
    Column("company_id", String(32), primary_key=True),
    Column("stream", String(16), primary_key=True),
    Column("thing", String(128), primary_key=True),
    Column("day", Integer, primary_key=True),
    Index("moved_by_day", "company_id", "stream", "day"),
)

# These two are in PostgreSQL alone: what stands on SQLite has files for them.

ARRIVALS = Table(
    "arrivals",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("company_id", String(32), nullable=False),
    Column("door", String(160), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

SECRETS = Table(
    "secrets",
    METADATA,
    Column("name", String(16), primary_key=True),
    Column("value", Text, nullable=False),
)
