"""What stands under busyhour on this machine: versions of what it is built from, and the time zones."""

import platform
import sqlite3
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo

from busyhour import __version__
from busyhour.examining.finding import Finding, ok, problem

__all__ = ["examine_versions", "examine_zones"]

_PACKAGES = ("duckdb", "deltalake", "pyarrow", "tzdata")
_OLDEST_ZONES = (2026, 1)
_KNOWN = (
    # Newfoundland's summer time, two and a half hours behind; Morocco, an hour ahead but for the month of Ramadan.
    ("America/St_Johns", datetime(2026, 7, 1, 12, tzinfo=UTC), timedelta(hours=-2, minutes=-30)),
    ("Africa/Casablanca", datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(0)),
)


def examine_versions() -> Iterator[Finding]:
    """Which versions run here."""
    told = [f"busyhour {__version__}", f"python {platform.python_version()}", f"sqlite {sqlite3.sqlite_version}"]
    for package in _PACKAGES:
        try:
            told.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield problem("versions", f"{package} is not installed; install busyhour with what it requires")
    yield ok("versions", ", ".join(told))


def examine_zones() -> Iterator[Finding]:
    """Whether the zones come from the package alone, and say what is known."""
    found = version("tzdata")
    if tuple(map(int, found.split(".")[:2])) < _OLDEST_ZONES:
        yield problem("time zones", f"tzdata {found} is too old; install {'.'.join(map(str, _OLDEST_ZONES))} or newer")
        return
    if zoneinfo.TZPATH:
        yield problem("time zones", f"they are read from {zoneinfo.TZPATH[0]}, not from tzdata; report this as a fault")
        return
    wrong = [name for name, instant, offset in _KNOWN if instant.astimezone(ZoneInfo(name)).utcoffset() != offset]
    for name in wrong:
        yield problem("time zones", f"{name} is wrong; install tzdata anew")
    if not wrong:
        yield ok("time zones", f"tzdata {found}, as known in {' and '.join(name for name, _, _ in _KNOWN)}")
