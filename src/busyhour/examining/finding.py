"""What an examination finds: how grave it is, what it is about, what to do."""

from dataclasses import dataclass
from enum import Enum

__all__ = ["Finding", "Grade", "ago", "amount", "ok", "problem", "warning"]


class Grade(Enum):
    """How grave a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an examination."""

    grade: Grade
    about: str
    text: str


def ok(about: str, text: str) -> Finding:
    """All is well."""
    return Finding(Grade.OK, about, text)


def warning(about: str, text: str) -> Finding:
    """Something to look after."""
    return Finding(Grade.WARNING, about, text)


def problem(about: str, text: str) -> Finding:
    """Something is broken."""
    return Finding(Grade.PROBLEM, about, text)


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_BYTES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def ago(seconds: float) -> str:
    """A time that has passed, in its largest whole unit."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return f"{max(0, int(seconds))} s ago"


def amount(count: float) -> str:
    """So many bytes, in their largest unit."""
    for size, unit in _BYTES:
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{int(count)} bytes"
