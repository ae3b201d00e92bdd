"""From a request and its report's declaration to a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from busyhour.domain.directory import Entry, Kind
from busyhour.domain.events import MICROSECONDS_A_DAY
from busyhour.domain.periods import Period, instants, local_days
from busyhour.domain.requests import Request
from busyhour.reports.model import Column, Form, Shape
from busyhour.reports.plan import DaySpan, Parameter, Plan
from busyhour.reports.printing import printed
from busyhour.reports.registry import form_of
from busyhour.reports.scope import scoped
from busyhour.reports.zones import local_micros, segments_between

__all__ = ["Facts", "compile_plan", "grouped_kinds"]

_A_YEAR = 366 * MICROSECONDS_A_DAY
SHORT_ABANDON_MICROS = 6_000_000
SERVICE_LEVEL_MICROS = 60_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plan needs to know beyond the request: whose data, as of when (µs), and which groups there are."""

    company_id: str
    as_of: int
    groups: Sequence[Entry] = ()


def grouped_kinds(request: Request) -> tuple[Kind, ...]:
    """The kinds of entries that this request's report prints a row for; none for most reports."""
    return (Kind.CALL_CENTER, Kind.DEPARTMENT) if form_of(request).shape is Shape.BY_GROUP else ()


def compile_plan(request: Request, facts: Facts) -> Plan:
    """The plan of a request; raises BadRequest where no report has that form."""
    form = form_of(request)
    scope = scoped(request.scope, form.shape)
    start, stop = instants(request.period)
    of_center = request.scope.target is not None and request.scope.target.kind is Kind.CALL_CENTER
    columns = form.center_columns if of_center and form.center_columns else form.columns
    legs = _legs(form, scope.predicate, request.period)
    build = {
        Shape.RECORDS: _records,
        Shape.BY_DATE: _by_date,
        Shape.BY_USER: _by_user,
        Shape.BY_GROUP: _by_group,
    }[form.shape]
    sql = build(legs, columns)
    values: dict[str, Parameter] = {
        **scope.parameters,
        "first_day": _day_number(request.period, first=True),
        "last_day": _day_number(request.period, first=False),
        "company_id": facts.company_id,
        "timezone": request.period.timezone,
        "as_of": facts.as_of,
        "short_abandon_us": SHORT_ABANDON_MICROS,
        "service_level_us": SERVICE_LEVEL_MICROS,
    }
    return Plan(
        sql=sql,
        parameters={name: value for name, value in values.items() if f"${name}" in sql},
        tables={form.table: DaySpan(start // MICROSECONDS_A_DAY, stop // MICROSECONDS_A_DAY)},
        printed=printed(columns, segments_between(request.period.timezone, start - _A_YEAR, facts.as_of + _A_YEAR)),
        order=_ORDER[form.shape],
        presorted=form.shape is Shape.RECORDS,
        inline=_inline(form.shape, request, facts),
    )


_ORDER = {
    Shape.RECORDS: "report.date_started, report.call_id",
    Shape.BY_DATE: "report.date",
    Shape.BY_USER: "report.date, report.name NULLS FIRST, report.user_id NULLS FIRST, report.type NULLS FIRST",
    Shape.BY_GROUP: "report.type, report.name NULLS FIRST, report.group_id",
}


def _legs(form: Form, predicate: str, period: Period) -> str:
    """The legs in scope on the period's local days, each with its local day."""
    parts = segments_between(period.timezone, *instants(period))
    day = f"floor_div({local_micros('us(date_started)', parts)}, {MICROSECONDS_A_DAY})"
    return f"""legs AS (
  SELECT * FROM (
    SELECT {form.table}.*, {day} AS date
    FROM {form.table}
    WHERE {predicate}
  ) AS in_scope
  WHERE date BETWEEN $first_day AND $last_day
)"""


def _records(legs: str, columns: Sequence[Column]) -> str:
    return f"WITH {legs}\nSELECT\n{_select(columns)}\nFROM legs"


def _by_date(legs: str, columns: Sequence[Column]) -> str:
    return f"""WITH {legs},
figures AS (
  SELECT
    date,
{_select(_figures(columns), "    ")}
  FROM legs
  GROUP BY date
)
SELECT
{_zeroed(columns, {"date": "days.day"})}
FROM days LEFT JOIN figures ON figures.date = days.day"""


def _by_user(legs: str, columns: Sequence[Column]) -> str:
    return f"""WITH {legs},
figures AS (
  SELECT
    date, target_id, target_type,
{_select(_figures(columns), "    ")}
  FROM legs
  GROUP BY date, target_id, target_type
),
-- A person's name and address are those of the day's last leg that has them.
named AS (
  SELECT date, target_id, target_type, name, email,
    row_number() OVER (
      PARTITION BY date, target_id, target_type ORDER BY name IS NOT NULL DESC, us(date_started) DESC, call_id DESC
    ) AS choice
  FROM legs
)
SELECT
{
        _zeroed(
            columns,
            {
                "date": "days.day",
                "user_id": "figures.target_id",
                "name": "named.name",
                "email": "named.email",
                "type": "figures.target_type",
            },
        )
    }
FROM days
LEFT JOIN figures ON figures.date = days.day
LEFT JOIN named ON named.date = figures.date AND named.target_id = figures.target_id
  AND named.target_type = figures.target_type AND named.choice = 1"""


def _by_group(legs: str, columns: Sequence[Column]) -> str:
    return f"""WITH {legs},
figures AS (
  SELECT
    target_id, target_type,
{_select(_figures(columns), "    ")}
  FROM legs
  GROUP BY target_id, target_type
)
SELECT
  line.id AS group_id,
{_zeroed(columns, {"name": "line.name", "type": "line.type", "dids": "line.dids"})}
FROM line LEFT JOIN figures ON figures.target_id = line.id AND figures.target_type = line.type"""


def _figures(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.unit.is_figure]


def _select(columns: Sequence[Column], indent: str = "  ") -> str:
    return ",\n".join(f"{indent}{column.sql} AS {column.name}" for column in columns)


def _zeroed(columns: Sequence[Column], taken_from: dict[str, str]) -> str:
    """The columns in their order; a figure is 0 where there were no legs."""
    return ",\n".join(
        f"  coalesce(figures.{column.name}, 0) AS {column.name}"
        if column.unit.is_figure
        else f"  {taken_from.get(column.name, column.sql)} AS {column.name}"
        for column in columns
    )


def _day_number(period: Period, *, first: bool) -> int:
    return (period.first if first else period.last).toordinal() - _EPOCH


_EPOCH = 719_163
"""The ordinal of 1970-01-01."""


def _inline(shape: Shape, request: Request, facts: Facts) -> dict[str, pa.Table]:
    if shape in (Shape.BY_DATE, Shape.BY_USER):
        numbers = [day.toordinal() - _EPOCH for day in local_days(request.period)]
        return {"days": pa.table({"day": pa.array(numbers, pa.int64())})}
    if shape is Shape.BY_GROUP:
        office = request.scope.office_id or (request.scope.target.id if request.scope.target else None)
        return {"line": _lines([group for group in facts.groups if office in (None, group.office_id)])}
    return {}


def _lines(entries: Sequence[Entry]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array([entry.id for entry in entries], pa.string()),
            "type": pa.array([entry.kind.type_name for entry in entries], pa.string()),
            "name": pa.array([entry.name for entry in entries], pa.string()),
            "dids": pa.array([entry.phone for entry in entries], pa.string()),
        }
    )
