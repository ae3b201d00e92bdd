"""What the log tells of errors: where they were, and nothing of whom they concern."""

import json
import subprocess
import sys
from typing import Any

import pytest

TELLING = "+4915112345678"

_BROKEN = {
    "of our own": "log.exception('it broke')",
    "of nobody's": "raise",
    "of a thread": "thread = threading.Thread(target=fail); thread.start(); thread.join()",
    "of a library": "logging.getLogger('asyncio').error('it broke\\nfuture: %s', error, exc_info=error)",
    "of the web server": "logging.getLogger('uvicorn.error').error('Cancel %s', error, exc_info=error)",
    "while cleaning up": "Dropped()",
}
"""Ways in which an error reaches the log, as Python says them."""

_PROGRAM = """
import logging, sqlite3, threading, structlog, warnings
from busyhour import logs

logs.set_up("debug", "worker")
logs.catch_all()
log = structlog.get_logger()

def fail():
    try:
        {{}}[{telling!r}]
    except KeyError as error:
        raise ValueError(f"no such number: {{error}}") from error

class Dropped:
    def __del__(self):
        fail()

try:
    fail()
except ValueError as error:
    {way}
"""


def _logged(program: str) -> list[dict[str, Any]]:
    """The lines of a program's log; whatever else it prints is an error here."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert TELLING not in done.stdout + done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize("way", _BROKEN)
def test_an_error_is_told_by_its_types_and_places_alone(way: str) -> None:
    (line,) = _logged(_PROGRAM.format(telling=TELLING, way=_BROKEN[way]))
    assert line["role"] == "worker"
    assert isinstance(line["pid"], int)
    assert [one["type"] for one in line["exception"]][:2] == ["builtins.ValueError", "builtins.KeyError"]
    assert line["exception"][0]["at"][-1].endswith(" fail")
    assert all("text" not in one for one in line["exception"])


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("sqlite3.OperationalError('database is locked')", "database is locked"),
        ("OSError(28, 'No space left on device', '/home/rosa')", "No space left on device"),
    ],
)
def test_what_the_system_says_is_told(expression: str, text: str) -> None:
    (line,) = _logged(_PROGRAM.format(telling=TELLING, way=f"log.error('it broke', exc_info={expression})"))
    assert line["exception"][0]["text"] == text


def test_a_warning_is_told_without_its_text() -> None:
    (line,) = _logged(_PROGRAM.format(telling=TELLING, way=f"warnings.warn('{TELLING} is late', stacklevel=1)"))
    assert (line["event"], line["kind"], line["level"]) == ("a warning", "UserWarning", "warning")


def test_an_error_in_a_request_is_not_told_twice() -> None:
    way = "logging.getLogger('uvicorn.error').error('Exception in ASGI application\\n', exc_info=error)"
    assert _logged(_PROGRAM.format(telling=TELLING, way=way)) == []


def test_a_level_hides_what_is_below_it() -> None:
    program = """
from busyhour import logs
import logging, structlog
logs.set_up("warning", "api")
for name in ("debug", "info", "warning", "error"):
    getattr(structlog.get_logger(), name)(name)
    getattr(logging.getLogger("uvicorn.error"), name)(name)
"""
    assert [line["event"] for line in _logged(program)] == ["warning", "warning", "error", "error"]
