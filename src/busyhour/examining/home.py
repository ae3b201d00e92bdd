"""The home folder itself, and the disk that it stands on."""

import os
from collections.abc import Iterator
from pathlib import Path

from busyhour.examining.finding import Finding, amount, ok, problem, warning
from busyhour.store.archive import SECRET

__all__ = ["examine_disk", "examine_home", "examine_room"]

_LEAST_BYTES = 1_000_000_000
_LEAST, _LITTLE = 0.02, 0.10


def examine_home(home: Path, *, has_secret: bool = True) -> Iterator[Finding]:
    """Whether it is there, ours to write, and closed to others; and whether it has the secret that it should have."""
    if not home.exists():
        yield problem("home", f"{home} does not exist; `busyhour init` makes it, `busyhour restore` fills it")
        return
    if not home.is_dir():
        yield problem("home", f"{home} is no folder; set BUSYHOUR_HOME to one")
        return
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield problem("home", f"{home} cannot be read and written by this user; run as the one whose it is")
        return
    secret = home / SECRET
    if has_secret and not secret.exists():
        yield warning("home", f"{secret} is missing: links given out no longer work; the next start makes a new one")
    exposed = [path for path in (home, secret) if path.exists() and path.stat().st_mode & 0o077]
    for path in exposed:
        mode = 0o700 if path.is_dir() else 0o600
        yield warning("home", f"{path} is open to others; chmod {mode:o} {path}")
    if not exposed:
        yield ok("home", f"{home}, open to its owner only")


def examine_disk(home: Path) -> Iterator[Finding]:
    """How much room is left, in bytes and in files."""
    disk = os.statvfs(home)
    yield examine_room(
        disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize, files_free=disk.f_favail, files=disk.f_files
    )


def examine_room(free: int, of: int, *, files_free: int, files: int) -> Finding:
    """What so much room is; a disk that does not count its files says that it has none."""
    share, files_share = free / max(of, 1), files_free / files if files else 1.0
    text = f"{amount(free)} free ({share:.0%})"
    if files:
        text += f", {files_free:,} files free ({files_share:.0%})"
    if free < _LEAST_BYTES or min(share, files_share) < _LEAST:
        return problem("disk", f"{text}; make room before events are refused")
    if min(share, files_share) < _LITTLE:
        return warning("disk", f"{text}; make room soon")
    return ok("disk", text)
