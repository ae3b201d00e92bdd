"""Values of a directory file before they are understood: text, and lists and mappings of text."""

from typing import TypeAlias, Union

__all__ = ["Raw", "Unacceptable"]

Raw: TypeAlias = Union[str, list["Raw"], dict[str, "Raw"]]  # noqa: UP007 - a union with itself in it


class Unacceptable(ValueError):
    """A value that is not what its field takes: what came, and what is accepted."""

    def __init__(self, came: object, accepted: str) -> None:
        super().__init__(came, accepted)
        self.came = came if isinstance(came, str) else repr(came)
        self.accepted = accepted
