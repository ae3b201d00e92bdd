"""A statement in steps, for an engine that works a common table expression out anew wherever it is named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Steps", "steps_of"]

_KEPT = re.compile(r"^(?P<name>\w+) AS MATERIALIZED \(\n(?P<body>.*?)\n\),\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Steps:
    """What is worked out once, each by the name under which all that follows reads it; and what is left to ask then."""

    kept: Sequence[tuple[str, str]]
    sql: str


def steps_of(sql: str) -> Steps:
    """The steps of a statement: one for each expression that is MATERIALIZED.

    Such an expression stands between others, and begins and ends on lines of its own.
    """
    kept: list[tuple[str, str]] = []
    while (found := _KEPT.search(sql)) is not None:
        name, before = found["name"], sql[: found.start()]
        kept.append((name, f"{before}{name} AS (\n{found['body']}\n)\nSELECT * FROM {name}"))
        sql = before + sql[found.end() :]
    return Steps(kept, sql)
