"""What is about to be forgotten, written down until it is: events that are half gone do not say it any more."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["Journal"]


class Journal:
    """One file that is there, whole, from before the first event goes until all traces are gone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Mapping[str, Sequence[str]]:
        """The ids of the things, by stream, that a run which was stopped had begun with."""
        if not self._path.exists():
            return {}
        things: dict[str, list[str]] = json.loads(self._path.read_text(encoding="utf-8"))
        return things

    def write(self, things: Mapping[str, Sequence[str]]) -> None:
        """Write it down; on disk when this returns."""
        draft = self._path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(things, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    def remove(self) -> None:
        """All of it is done."""
        self._path.unlink(missing_ok=True)
