"""The processes of a running `serve`: by role, with the memory that each has."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["resident"]

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident(supervisor: int) -> dict[str, dict[int, int]]:
    """The resident bytes of each process, by role and process id."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for process in (supervisor, *_children(supervisor)):
        with suppress(OSError):
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
            role = words[words.index(b"serve-one") + 1].decode() if b"serve-one" in words else "supervisor"
            pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
            found[role][process] = pages * _PAGE
    return dict(found)


def _children(process: int) -> Iterator[int]:
    for thread in Path(f"/proc/{process}/task").iterdir():
        yield from map(int, (thread / "children").read_text(encoding="ascii").split())
