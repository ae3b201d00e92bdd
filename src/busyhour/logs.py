"""The log: one JSON object a line on stderr, and nothing in it that tells of a person.

An exception's own text may hold a number or a name that it tripped over. So of an exception the types and the places
are told; its text only where it is the system's, which knows nothing of what came in.
"""

import logging
import os
import sqlite3
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import TextIOBase
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["catch_all", "set_up"]

_MOST_CAUSES = 5
_OF_THE_SYSTEM = ("_duckdb.OutOfMemoryException", "_duckdb.InterruptException")

log = structlog.get_logger()


def set_up(level: str, role: str) -> None:
    """Log from that level on, in the name of a role; what libraries log is told from `warning` on."""
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _Who(role),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _exceptions_without_texts,
        structlog.processors.JSONRenderer(default=str),
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=steps,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Stderr())),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_OfLibraries(steps))
    handler.addFilter(_is_news)
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)


class _Stderr(TextIOBase):
    """Where the log goes: what cannot be written, as on a full disk, must not stop whoever wanted to say it."""

    def write(self, text: str) -> int:
        """Write where it can be."""
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush where it can be."""
        with suppress(OSError):
            sys.stderr.flush()


def catch_all() -> None:
    """Log what nobody caught, and warnings, instead of printing them as they are."""
    sys.excepthook = _process_broke
    threading.excepthook = _thread_broke
    sys.unraisablehook = _cleaning_broke
    warnings.showwarning = _warned


class _Who:
    """Says on each line which process speaks."""

    def __init__(self, role: str) -> None:
        self._who = {"role": role, "pid": os.getpid()}

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, **self._who}


class _OfLibraries(logging.Formatter):
    """Tells what a library logs: its sentence without the values, which may be anybody's."""

    def __init__(self, steps: Sequence[Processor]) -> None:
        super().__init__()
        self._steps = steps

    def format(self, record: logging.LogRecord) -> str:
        said: Any = {"event": str(record.msg).partition("\n")[0], "logger": record.name, "exc_info": record.exc_info}
        for step in self._steps:
            said = step(None, record.levelname.lower(), said)
        return str(said)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether nobody else tells it: an error in a request has been logged where it was answered."""
    return not (record.name == "uvicorn.error" and str(record.msg).startswith("Exception in ASGI application"))


def _exceptions_without_texts(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = [_told(one) for one in _causes(error)]
    return event


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _told(error: BaseException) -> dict[str, object]:
    frames = traceback.walk_tb(error.__traceback__)
    places = [f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}" for frame, line in frames]
    told: dict[str, object] = {"type": _name(error), "at": places}
    text = _text_of_the_system(error)
    return told if text is None else told | {"text": text}


def _text_of_the_system(error: BaseException) -> str | None:
    if isinstance(error, sqlite3.Error) or _name(error) in _OF_THE_SYSTEM:
        return str(error)
    return error.strerror if isinstance(error, OSError) else None


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _process_broke(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        log.critical("the process broke", exc_info=error)


def _thread_broke(arguments: threading.ExceptHookArgs) -> None:
    log.critical("a thread broke", thread=arguments.thread and arguments.thread.name, exc_info=arguments.exc_value)


def _cleaning_broke(arguments: "sys.UnraisableHookArgs") -> None:
    log.error("an error that nobody could be told", exc_info=arguments.exc_value)


def _warned(
    message: Warning | str,  # noqa: ARG001 - it may hold what came in
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    log.warning("a warning", kind=category.__name__, at=f"{filename}:{lineno}")
