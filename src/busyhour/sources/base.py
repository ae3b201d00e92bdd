"""What a source is: a foreign form, read row by row into events, with a reason for every row that it keeps out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from busyhour.domain.directory import Entry
from busyhour.domain.events import CallEvent
from busyhour.domain.things import Thing

__all__ = ["Context", "Ignored", "Refused", "Row", "Source", "Taken"]


@dataclass(frozen=True, slots=True)
class Context:
    """Whose file it is: ids that the file does not have are derived from the company's name."""

    company: str
    company_id: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that was understood; `mended` names what had to be put right in it."""

    line: int
    events: Sequence[CallEvent | Thing]
    mended: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not understood: the field, what was expected, and what came instead."""

    line: int
    reason: str
    came: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row that by the source's own rules is no call."""

    line: int
    reason: str


Row = Taken | Refused | Ignored


@dataclass(frozen=True, slots=True)
class Source:
    """A foreign form by its name; `rows` may raise UnreadableFile before or between rows."""

    name: str
    sentence: str
    rows: Callable[[BinaryIO, Context], Iterator[Row]]
    entries: Callable[[Context], Iterable[Entry]] = lambda _: ()
