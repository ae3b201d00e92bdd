"""How records become rows: one SQL text a shape, all in the common subset."""

from collections.abc import Callable, Mapping, Sequence

from busyhour.reports.grids import Grid
from busyhour.reports.model import Column, Form, Shape

__all__ = ["build", "order_of", "row_keys"]

_OWNER = {
    "date": "local_days.day",
    "user_id": "figures.target_id",
    "name": "named.name",
    "email": "named.email",
    "type": "figures.owner_type",
}

_ORDERS: Mapping[Shape, str] = {
    Shape.BY_DATE: "report.date",
    Shape.BY_USER: "report.date, report.name NULLS FIRST, report.user_id NULLS FIRST, report.type NULLS FIRST",
    Shape.BY_PERSON: "report.name NULLS FIRST, report.user_id, report.type NULLS FIRST",
    Shape.BY_OWNER: "report.date, report.name NULLS FIRST, report.user_id NULLS FIRST, report.type NULLS FIRST",
    Shape.BY_GROUP: "report.type, report.name NULLS FIRST, report.group_id",
    Shape.BY_INTERVAL: "report.date, report.name NULLS FIRST, report.user_id, report.date_started",
}


def build(form: Form, columns: Sequence[Column], records: str) -> str:
    """The report over a common table expression `records` that holds what is in scope and range."""
    if form.grid is not None:
        return _by_cell(form.grid, columns, records)
    return _BUILDERS[form.shape](form, columns, records)


def order_of(form: Form) -> str:
    """The total order of a report's rows, over its columns."""
    if form.grid is not None:
        return form.grid.order
    return _ORDERS.get(form.shape, f"report.{form.moment}, report.{form.key}")


def row_keys(form: Form) -> Sequence[str]:
    """The expressions over a record that tell of which row of a stats report it is."""
    if form.grid is not None:
        return list(form.grid.keys.values())
    days = [] if form.shape is Shape.BY_PERSON else ["local_day"]
    return days if form.shape is Shape.BY_DATE else [*days, "target_id", form.owner]


def _records(form: Form, columns: Sequence[Column], records: str) -> str:
    extra = [name for name in _ordering(form) if name not in {column.name for column in columns}]
    more = "".join(f",\n  {_order_value(form, name)} AS {name}" for name in extra)
    return f"WITH {records}\nSELECT\n{_select(columns)}{more}\nFROM records"


def _ordering(form: Form) -> tuple[str, str]:
    return (form.moment, form.key)


def _order_value(form: Form, name: str) -> str:
    return f"us({name})" if name == form.moment else name


def _by_date(_form: Form, columns: Sequence[Column], records: str) -> str:
    return f"""WITH {records},
figures AS (
  SELECT
    local_day,
{_select(_figures(columns), "    ")}
  FROM records
  GROUP BY local_day
)
SELECT
{_zeroed(columns, {"date": "local_days.day"})}
FROM local_days LEFT JOIN figures ON figures.local_day = local_days.day"""


def _by_cell(grid: Grid, columns: Sequence[Column], records: str) -> str:
    named = {column.name for column in columns}
    of_record = "".join(f"    {expression} AS {key},\n" for key, expression in grid.keys.items())
    hidden = "".join(f"  {grid.relation}.{key} AS {key},\n" for key in grid.keys if key not in named)
    grouped = f"\n  GROUP BY {', '.join(grid.keys.values())}" if grid.keys else ""
    same = " AND ".join(f"figures.{key} = {grid.relation}.{key}" for key in grid.keys) or "TRUE"
    return f"""WITH {records},
figures AS (
  SELECT
{of_record}{_select(_figures(columns), "    ")}
  FROM records{grouped}
)
SELECT
{hidden}{_zeroed(columns, {})}
FROM {grid.relation} LEFT JOIN figures ON {same}"""


def _by_owner(form: Form, columns: Sequence[Column], records: str) -> str:
    aggregated = [*_figures(columns), *(column for column in columns if column.name in form.identity)]
    taken_from = {**_OWNER, **{name: f"figures.{name}" for name in form.identity}}
    return f"""WITH {records},
figures AS (
  SELECT
    local_day, target_id, {form.owner} AS owner_type,
{_select(aggregated, "    ")}
  FROM records
  GROUP BY local_day, target_id, {form.owner}
),
-- An owner's name and address are those of the day's last record that has them.
named AS (
  SELECT local_day, target_id, {form.owner} AS owner_type, name, email,
    row_number() OVER (
      PARTITION BY local_day, target_id, {form.owner}
      ORDER BY CASE WHEN name IS NULL THEN 1 ELSE 0 END, us({form.moment}) DESC, {form.key} DESC
    ) AS choice
  FROM records
)
SELECT
{_zeroed(columns, taken_from)}
FROM local_days
LEFT JOIN figures ON figures.local_day = local_days.day
LEFT JOIN named ON named.local_day = figures.local_day AND named.target_id = figures.target_id
  AND coalesce(named.owner_type, '') = coalesce(figures.owner_type, '') AND named.choice = 1"""


def _by_person(form: Form, columns: Sequence[Column], records: str) -> str:
    return f"""WITH {records},
figures AS (
  SELECT
    target_id, {form.owner} AS owner_type,
{_select(_figures(columns), "    ")}
  FROM records
  GROUP BY target_id, {form.owner}
),
-- A person's name and address are those of the last record that has them.
named AS (
  SELECT target_id, {form.owner} AS owner_type, name, email,
    row_number() OVER (
      PARTITION BY target_id, {form.owner}
      ORDER BY CASE WHEN name IS NULL THEN 1 ELSE 0 END, us({form.moment}) DESC, {form.key} DESC
    ) AS choice
  FROM records
)
SELECT
{_zeroed(columns, _OWNER)}
FROM figures
LEFT JOIN named ON named.target_id = figures.target_id
  AND coalesce(named.owner_type, '') = coalesce(figures.owner_type, '') AND named.choice = 1"""


def _by_group(_form: Form, columns: Sequence[Column], records: str) -> str:
    taken_from = {name: f"group_lines.{name}" for name in ("name", "type", "dids")}
    hidden = "" if any(column.name == "group_id" for column in columns) else "  group_lines.id AS group_id,\n"
    return f"""WITH {records},
figures AS (
  SELECT
    target_id, target_type,
{_select(_figures(columns), "    ")}
  FROM records
  GROUP BY target_id, target_type
)
SELECT
{hidden}{_zeroed(columns, taken_from)}
FROM group_lines
LEFT JOIN figures ON figures.target_id = group_lines.id AND figures.target_type = group_lines.type"""


def _figures(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.unit.is_figure]


def _select(columns: Sequence[Column], indent: str = "  ") -> str:
    return ",\n".join(f"{indent}{column.sql} AS {column.name}" for column in columns)


def _zeroed(columns: Sequence[Column], taken_from: Mapping[str, str]) -> str:
    """The columns in their order; a figure is 0 where there were no records."""
    return ",\n".join(
        f"  coalesce(figures.{column.name}, 0) AS {column.name}"
        if column.unit.is_figure
        else f"  {taken_from.get(column.name, column.sql)} AS {column.name}"
        for column in columns
    )


_BUILDERS: Mapping[Shape, Callable[[Form, Sequence[Column], str], str]] = {
    Shape.RECORDS: _records,
    Shape.BY_DATE: _by_date,
    Shape.BY_USER: _by_owner,
    Shape.BY_PERSON: _by_person,
    Shape.BY_OWNER: _by_owner,
    Shape.BY_GROUP: _by_group,
    Shape.BY_INTERVAL: _records,
}
