"""Where everything but the state stands: in the home folder, or in an object store."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from busyhour.store.artifacts import Artifacts
from busyhour.store.file_cache import FileCache
from busyhour.store.folder_artifacts import FolderArtifacts
from busyhour.store.folder_inbox import FolderInbox
from busyhour.store.folder_storage import FolderStorage
from busyhour.store.inbox import Inbox
from busyhour.store.object_artifacts import ObjectArtifacts
from busyhour.store.object_inbox import ObjectInbox
from busyhour.store.object_storage import ObjectStorage
from busyhour.store.object_store import download, open_store
from busyhour.store.storage import Storage

__all__ = ["Stores", "folder_stores", "object_stores", "stores_of"]


@dataclass(frozen=True, slots=True)
class Stores:
    """Tables, waiting batches, finished reports."""

    storage: Storage
    inbox: Inbox
    artifacts: Artifacts


def stores_of(url: str | None, home: Path, cache_bytes: int) -> Stores:
    """Those of a home folder with a URL, or without one; raises BadRequest for a URL that means nothing."""
    return folder_stores(home) if url is None else object_stores(url, home, cache_bytes)


def folder_stores(home: Path) -> Stores:
    """All in the home folder."""
    return Stores(FolderStorage(home), FolderInbox(home / "inbox"), FolderArtifacts(home / "artifacts"))


def object_stores(url: str, home: Path, cache_bytes: int) -> Stores:
    """All below a URL; drafts and copies in the home folder. Raises BadRequest for a URL that means nothing."""
    store = open_store(url)
    cache = FileCache(home / "cache", cache_bytes, partial(download, store))
    return Stores(
        ObjectStorage(url.rstrip("/"), store, cache),
        ObjectInbox(store, "inbox"),
        ObjectArtifacts(store, "artifacts", home / "artifacts"),
    )
