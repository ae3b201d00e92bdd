"""From a request and its report's declaration to a plan."""

from collections.abc import Sequence
from dataclasses import replace

from busyhour.domain.events import MICROSECONDS_A_DAY
from busyhour.domain.periods import instants
from busyhour.domain.requests import Request
from busyhour.reports.figures import Behind, behind, column_of, records_behind
from busyhour.reports.grids import Grid
from busyhour.reports.inline import Facts, day_number, inline_for
from busyhour.reports.model import Column, Form, Shape
from busyhour.reports.plan import DaySpan, Parameter, Plan
from busyhour.reports.printing import printed
from busyhour.reports.registry import columns_of, form_of
from busyhour.reports.scope import scoped
from busyhour.reports.shapes import build, order_of, row_keys
from busyhour.reports.zones import local_micros, segments_between

__all__ = ["compile_plan"]

_A_YEAR = 366 * MICROSECONDS_A_DAY
_AN_HOUR = MICROSECONDS_A_DAY // 24


def compile_plan(request: Request, facts: Facts) -> Plan:
    """The plan of a request; raises BadRequest where no report has that form, or where its figure is none."""
    form = form_of(request)
    if request.figure is not None:
        return _explanation(request, facts, form, behind(request, request.figure))
    return _plan(request, facts, form, form, columns_of(request), "TRUE")


def _explanation(request: Request, facts: Facts, form: Form, figure: Behind) -> Plan:
    """The records behind one figure."""
    column = column_of(request, figure.column)
    records = records_behind(form, column)
    if column.behind_in is None:
        counted = replace(form, rows=form.explained or form.rows)
    else:
        counted = replace(records, shape=form.shape, grid=form.grid)
    return _plan(
        request, facts, counted, replace(counted, shape=Shape.RECORDS, grid=None), records.columns,
        f"({column.behind}) AND {_row(figure, form.grid)}", _bound(figure), column.each,
    )  # fmt: skip


def _row(figure: Behind, grid: Grid | None) -> str:
    wanted = {"local_day": "$row_date", "target_id": "$row_target"}
    said = {"local_day": figure.date, "target_id": figure.user or figure.group}
    narrowed = [f"{name} = {wanted[name]}" for name, value in said.items() if value is not None]
    if grid is not None and figure.cell:
        narrowed.append(grid.holds(figure.cell))
    return " AND ".join(narrowed) or "TRUE"


def _bound(figure: Behind) -> dict[str, Parameter]:
    cell = {f"row_{name}": value for name, value in figure.cell.items()}
    return {"row_date": figure.date, "row_target": figure.user or figure.group, **cell}


def _plan(
    request: Request,
    facts: Facts,
    counted: Form,
    shown: Form,
    columns: Sequence[Column],
    narrowed: str,
    bound: dict[str, Parameter] | None = None,
    each: str | None = None,
) -> Plan:
    scope = scoped(request.scope, counted.shape, counted.scoping)
    predicate = f"({scope.predicate}) AND {narrowed}" if narrowed != "TRUE" else scope.predicate
    records = _records(counted, predicate, request, facts)
    sql = build(shown, columns, records if each is None else _first_of_each(counted, records, each))
    start, stop = instants(request.period)
    values: dict[str, Parameter] = {
        **scope.parameters,
        **(bound or {}),
        "first_day": day_number(request.period.first),
        "last_day": day_number(request.period.last),
        "company_id": facts.company_id,
        "timezone": request.period.timezone,
        "as_of": facts.as_of,
    }
    return Plan(
        sql=sql,
        parameters={name: value for name, value in values.items() if f"${name}" in sql},
        tables={
            table: DaySpan(start // MICROSECONDS_A_DAY - before, stop // MICROSECONDS_A_DAY + after)
            for table, (before, after) in counted.tables.items()
        },
        printed=printed(columns, segments_between(request.period.timezone, start - _A_YEAR, facts.as_of + _A_YEAR)),
        order=order_of(shown),
        presorted=shown.presorted and not facts.closings,
        day_by_day=shown.presorted,
        inline=inline_for(sql, request, facts),
    )


def _records(form: Form, predicate: str, request: Request, facts: Facts) -> str:
    """What is in scope on the period's local days, each record with its local day."""
    parts = segments_between(request.period.timezone, *instants(request.period))
    local = local_micros(f"us({form.moment})", parts)
    day = form.day or f"floor_div({local}, {MICROSECONDS_A_DAY})"
    hour = f", floor_div({local}, {_AN_HOUR}) AS local_hour" if form.grid and "hour" in form.grid.keys else ""
    return f"""records AS (
  SELECT * FROM (
    SELECT given.*, {day} AS local_day{hour}
    FROM (
      {form.rows(facts, request.scope)}
    ) AS given
  ) AS dated
  WHERE local_day BETWEEN $first_day AND $last_day AND {predicate}
)"""


def _first_of_each(form: Form, records: str, each: str) -> str:
    """Of the records of each row of the report the first for each distinct thing that an expression names."""
    return f"""all_{records},
records AS (
  SELECT * FROM (
    SELECT named.*, row_number() OVER (
        PARTITION BY {", ".join([*row_keys(form), "token"])} ORDER BY us({form.moment}), {form.key}
      ) AS nth
    FROM (SELECT all_records.*, token FROM all_records, LATERAL each_token({each})) AS named
  ) AS numbered
  WHERE nth = 1
)"""
