"""What is about to be forgotten, written down until it is: events that are half gone do not say it any more."""

import json
from collections.abc import Mapping, Sequence

from busyhour.store.storage import Storage

__all__ = ["Journal"]


_NAME = "forgetting.json"


class Journal:
    """One file that is there, whole, from before the first event goes until all traces are gone."""

    def __init__(self, company: Storage) -> None:
        self._company = company

    def read(self) -> Mapping[str, Sequence[str]]:
        """The ids of the things, by stream, that a run which was stopped had begun with."""
        body = self._company.read(_NAME)
        things: dict[str, list[str]] = {} if body is None else json.loads(body)
        return things

    def write(self, things: Mapping[str, Sequence[str]]) -> None:
        """Write it down; safe when this returns."""
        self._company.write(_NAME, json.dumps(things).encode())

    def remove(self) -> None:
        """All of it is done."""
        self._company.remove(_NAME)
