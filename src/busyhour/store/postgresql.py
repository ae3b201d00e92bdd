"""PostgreSQL under the state database: how a connection is set up, what stands in for the one writer of SQLite."""

from hashlib import blake2b
from typing import Any

from sqlalchemy import URL, Connection, text

__all__ = ["connect_arguments", "hold_alone", "set_up", "tell_time"]

_PATIENCE = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
"""Whoever waits for a host that is gone is told so before its own client gives up; seconds, but for one in ms."""

# A server may be set to acknowledge before it has written; what is stricter than `on` is left as it is.
# Whoever stands still in the middle of a transaction holds others up no longer than SQLite's lock would.
_SETTINGS = """
    SELECT set_config('lock_timeout', '30s', false), set_config('idle_in_transaction_session_timeout', '60s', false),
        CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END
"""


def connect_arguments(url: URL) -> dict[str, Any]:
    """How to connect, but for what the URL itself says."""
    return {name: value for name, value in _PATIENCE.items() if name not in url.query}


def set_up(connection: Any, _record: Any) -> None:
    """Prepare a new connection of the driver."""
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415 - installed where PostgreSQL is used

    class Text(StrDumperUnknown):
        """TRICKY: PostgreSQL knows no zero character in a text: where a client asks for one, nothing has that name."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\x00", "\ufffd"))

    connection.adapters.register_dumper(str, Text)
    connection.execute(_SETTINGS)
    connection.commit()


def hold_alone(connection: Connection, concern: str) -> None:
    """Wait until no other transaction holds this concern, and hold it to the end of this one."""
    number = int.from_bytes(blake2b(concern.encode(), digest_size=8).digest(), signed=True)
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def tell_time(connection: Connection) -> float:
    """The server's clock, in seconds since 1970."""
    return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
