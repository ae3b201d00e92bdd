"""Values of a directory file before they are understood: text, and lists and mappings of text."""

from datetime import date
from typing import TypeAlias, Union

__all__ = ["Raw", "Unacceptable", "Writable"]

Raw: TypeAlias = Union[str, list["Raw"], dict[str, "Raw"]]  # noqa: UP007 - a union with itself in it

Writable: TypeAlias = Union[str, int, date, list["Writable"], dict[str, "Writable"]]  # noqa: UP007 - the same
"""What is written in place of a raw value, so that it needs no quotes."""


class Unacceptable(ValueError):
    """A value that is not what its field takes: what came, and what is accepted."""

    def __init__(self, came: object, accepted: str) -> None:
        super().__init__(came, accepted)
        self.came = came if isinstance(came, str) else repr(came)
        self.accepted = accepted
