"""How the writer prints columns: the only place where minutes, local times and dates become text."""

from collections.abc import Sequence

from busyhour.domain.periods import Segment
from busyhour.reports.model import Column, Unit
from busyhour.reports.zones import local_micros

__all__ = ["printed"]


def printed(columns: Sequence[Column], parts: Sequence[Segment]) -> str:
    """The writer's select list over the common SQL's columns, in their order."""
    return ",\n".join(f"  {_text(column, parts)} AS {column.name}" for column in columns)


def _text(column: Column, parts: Sequence[Segment]) -> str:
    name = f"report.{column.name}"
    match column.unit:
        case Unit.MINUTES_2:
            return _hundredths(name)
        case Unit.MINUTES_1 | Unit.PERCENT_1:
            return _tenths(name)
        case Unit.INSTANT:
            return f"make_timestamp({local_micros(name, parts)})"
        case Unit.INSTANT_SECONDS:
            return f"strftime(make_timestamp({local_micros(name, parts)}), '%Y-%m-%d %H:%M:%S')"
        case Unit.DATE:
            return f"date_of_day({name})"
        case _:
            return name


def _hundredths(name: str) -> str:
    return (
        f"CASE WHEN {name} % 10 <> 0 THEN CAST(CAST({name} AS DECIMAL(18, 0)) * 0.01 AS VARCHAR)"
        f" ELSE {_tenths(f'({name} // 10)')} END"
    )


def _tenths(name: str) -> str:
    return (
        f"CASE WHEN {name} % 10 <> 0 THEN CAST(CAST({name} AS DECIMAL(18, 0)) * 0.1 AS VARCHAR)"
        f" ELSE CAST({name} // 10 AS VARCHAR) END"
    )
