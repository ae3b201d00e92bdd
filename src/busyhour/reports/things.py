"""What the columns of all stat types but calls have in common."""

from collections.abc import Callable, Sequence

from busyhour.domain.requests import Scope
from busyhour.reports.inline import Facts
from busyhour.reports.model import Column, Form, Scoping, Shape, Unit, rounded_minutes

__all__ = ["DAY_AND_OWNER", "TIMEZONE", "flag", "instant", "minutes", "owned", "records_form", "stats_form", "text"]


def text(name: str, definition: str, sql: str | None = None, source: str = "captured") -> Column:
    """A column of text, as stored unless an expression is given."""
    return Column(name, Unit.TEXT, definition, sql or name, source)


def instant(name: str, definition: str, unit: Unit = Unit.INSTANT, source: str = "captured") -> Column:
    """A stored instant as local time."""
    return Column(name, unit, definition, f"us({name})", source)


def flag(name: str, definition: str) -> Column:
    """A stored truth."""
    return Column(name, Unit.BOOLEAN, definition, name, "captured")


def minutes(name: str, micros: str, definition: str, source: str = "captured") -> Column:
    """A duration (an expression in µs) in minutes with 2 decimals."""
    return Column(name, Unit.MINUTES_2, definition, rounded_minutes(micros, "1", Unit.MINUTES_2), source)


TIMEZONE = text("timezone", "The zone of this row's times and days: the request's.", "$timezone")

DAY_AND_OWNER = (
    Column("date", Unit.DATE, "The local day.", "local_day", "ours"),
    text("user_id", "The owner: a person, a room, or a group.", "target_id", "ours"),
    text("name", "Its name.", source="ours"),
    text("email", "A user's e-mail address.", source="ours"),
    text("type", "What kind of owner it is.", "owner_type", "ours"),
)


def owned(table: str) -> str:
    """A table's rows with whose they are; the directory says it where the source did not, as most exports do not."""
    return f"""SELECT thing.*, coalesce(thing.target_type, home.type) AS owner_type,
        coalesce(thing.office_id, home.office_id) AS owner_office
      FROM {table} AS thing LEFT JOIN homes AS home ON home.id = thing.target_id"""


def _stored(table: str) -> Callable[[Facts, Scope], str]:
    return lambda _facts, _scope: owned(table)


def records_form(stat_type: str, table: str, key: str, columns: Sequence[Column], scoping: Scoping) -> Form:
    """A row per stored thing."""
    return Form(
        stat_type, "records", None, Shape.RECORDS, columns, {table: (0, 0)}, _stored(table), "date", key, scoping
    )


def stats_form(stat_type: str, table: str, key: str, columns: Sequence[Column], scoping: Scoping = Scoping.OWN) -> Form:
    """A row per day and owner."""
    return Form(
        stat_type, "stats", None, Shape.BY_OWNER, columns, {table: (0, 0)}, _stored(table), "date", key, scoping,
        owner="owner_type",
    )  # fmt: skip
