"""Finished reports as files: written under a temporary name, synced, and there all at once."""

import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["Artifacts"]


class Artifacts:
    """One CSV file a request, in its company's folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, company_id: str, request_id: str) -> Path:
        """Where a finished report lies."""
        return self._root / company_id / f"{request_id}.csv"

    def make(
        self,
        company_id: str,
        request_id: str,
        worker: str,
        write: Callable[[Path], None],
        may_publish: Callable[[], bool],
    ) -> None:
        """Let `write` fill a file, and publish it whole where it still may be."""
        path = self.path(company_id, request_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{worker}.draft")
        try:
            write(draft)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            if may_publish():
                draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def remove(self, company_id: str, request_id: str) -> None:
        """Delete a report whose time is over; without effect where it is gone."""
        self.path(company_id, request_id).unlink(missing_ok=True)
