"""Finished reports in a folder of this machine: written under a temporary name, synced, renamed."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from busyhour.store.artifacts import Content, Written, content_of

__all__ = ["FolderArtifacts"]

_DRAFT = ".draft"


class FolderArtifacts:
    """One CSV file a request, in its company's folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, company_id: str, request_id: str, _content: Content | None = None) -> Path:
        """Where a finished report lies."""
        return self._root / company_id / f"{request_id}.csv"

    def make(
        self,
        company_id: str,
        request_id: str,
        worker: str,
        write: Callable[[Path], None],
        may_publish: Callable[[], bool],
    ) -> Content:
        """Let `write` fill a file, and publish it whole where it still may be; what it holds."""
        path = self.path(company_id, request_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{worker}{_DRAFT}")
        try:
            write(draft)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            content = content_of(draft)
            if may_publish():
                draft.replace(path)
            return content
        finally:
            draft.unlink(missing_ok=True)

    def is_there(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether there is a file of that size."""
        try:
            size = self.path(company_id, request_id).stat().st_size
        except FileNotFoundError:
            return False
        return content is None or size == content.size

    def is_whole(self, company_id: str, request_id: str, content: Content | None) -> bool:
        """Whether the file holds every byte that was written; it is read to its end."""
        if content is None or not self.is_there(company_id, request_id, content):
            return self.is_there(company_id, request_id, content)
        try:
            return content_of(self.path(company_id, request_id)) == content
        except FileNotFoundError:
            return False

    def remove(self, company_id: str, request_id: str) -> None:
        """Delete a report and its drafts."""
        path = self.path(company_id, request_id)
        for file in (path, *path.parent.glob(f"{path.name}.*")):
            file.unlink(missing_ok=True)

    def remove_all(self, company_id: str) -> None:
        """Delete a company's files until there are none."""
        while paths := list((self._root / company_id).glob("*")):
            for path in paths:
                path.unlink(missing_ok=True)

    def files(self) -> Iterator[Written]:
        """Every file, in the folder of its company's id."""
        for path in self._root.glob("*/*"):
            request_id, _, rest = path.name.partition(".")
            if path.suffix in (_DRAFT, ".csv"):
                with suppress(FileNotFoundError):
                    yield Written(
                        str(path), path.parent.name, request_id, rest.endswith(_DRAFT), path.stat().st_mtime
                    )  # fmt: skip

    def delete(self, written: Written) -> None:
        """Delete one file."""
        Path(written.place).unlink(missing_ok=True)
