"""An inbox in an object store: a batch is there from the moment on at which its mark is."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import obstore
import pyarrow as pa
import pyarrow.parquet as pq

from busyhour.store.inbox import LIVE, Damaged, Unsealed, part_name, stream_of_part
from busyhour.store.object_store import CloudStore, delete_all, listed

__all__ = ["ObjectBatch", "ObjectInbox", "ObjectStage"]

_SEALED = "sealed.json"
"""The mark: an object that names the parts and their bytes, put after the last of them."""
_CORRUPT = "corrupt.json"


@dataclass(frozen=True, slots=True)
class ObjectBatch:
    """A sealed batch below one key, as it was listed."""

    store: CloudStore = field(repr=False)
    key: str
    sealed_at: float

    @property
    def id(self) -> str:
        """The last part of its key."""
        return self.key.rsplit("/", 1)[-1]

    @property
    def place(self) -> str:
        """Its key."""
        return self.key

    @property
    def is_live(self) -> bool:
        """Whether its id says so."""
        return self.id.startswith(LIVE)

    def parts(self) -> Iterator[tuple[str, pa.Table]]:
        """Its events; raises Damaged, and FileNotFoundError where another process has removed it meanwhile."""
        for name, size in self._marked().items():
            yield stream_of_part(name), _read(name, self._body(name, size))

    def flaws(self) -> Iterator[str]:
        """Parts that cannot be read."""
        try:
            marked = self._marked()
        except FileNotFoundError:
            return
        for name, size in marked.items():
            try:
                pq.read_metadata(BytesIO(self._body(name, size)))
            except (Damaged, pa.ArrowException) as error:
                yield f"{self.key}/{name} cannot be read ({error})"

    def is_there(self) -> bool:
        """Whether its mark is there."""
        try:
            obstore.head(self.store, f"{self.key}/{_SEALED}")
        except FileNotFoundError:
            return False
        return True

    def remove(self) -> None:
        """The mark first: a batch without it is the rest of one, never half a batch."""
        names = self._marked()
        delete_all(self.store, [f"{self.key}/{_SEALED}"])
        delete_all(self.store, [f"{self.key}/{name}" for name in names])

    def set_aside(self) -> str:
        """Put another mark in the place of its own."""
        obstore.copy(self.store, f"{self.key}/{_SEALED}", f"{self.key}/{_CORRUPT}")
        delete_all(self.store, [f"{self.key}/{_SEALED}"])
        return self.key

    def _marked(self) -> Mapping[str, int]:
        body = bytes(obstore.get(self.store, f"{self.key}/{_SEALED}").bytes())
        parts: dict[str, int] = json.loads(body)
        return parts

    def _body(self, name: str, size: int) -> bytes:
        try:
            body = bytes(obstore.get(self.store, f"{self.key}/{name}").bytes())
        except FileNotFoundError:
            if not self.is_there():
                raise
            raise Damaged(f"{name}: it is missing") from None
        if len(body) != size:
            raise Damaged(f"{name}: it has {len(body)} bytes where the mark says {size}")
        return body


class ObjectStage:
    """A batch that is being uploaded."""

    def __init__(self, store: CloudStore, key: str) -> None:
        self._store = store
        self._key = key
        self._parts: dict[str, int] = {}

    def write(self, stream: str, events: pa.Table) -> None:
        """Put a part."""
        sink = pa.BufferOutputStream()
        pq.write_table(events, sink, compression="zstd", compression_level=1)
        body = sink.getvalue().to_pybytes()
        name = part_name(len(self._parts), stream)
        obstore.put(self._store, f"{self._key}/{name}", body)
        self._parts[name] = len(body)

    def seal(self) -> str:
        """Put the mark."""
        mark = json.dumps(self._parts).encode()
        obstore.put(self._store, f"{self._key}/{_SEALED}", mark, use_multipart=False)
        return self._key.rsplit("/", 1)[-1]

    def discard(self) -> None:
        """Delete every part."""
        delete_all(self._store, [item.key for item in listed(self._store, self._key)])


class ObjectInbox:
    """All companies' batches below one key, each below its company's id and its own."""

    def __init__(self, store: CloudStore, key: str) -> None:
        self._store = store
        self._key = key

    def stage(self, company_id: str, *, is_live: bool = False) -> ObjectStage:
        """A new batch, of which no object is there yet."""
        batch_id = f"{LIVE if is_live else ''}{secrets.token_hex(12)}"
        return ObjectStage(self._store, f"{self._key}/{company_id}/{batch_id}")

    def sealed(self, company_id: str) -> Sequence[ObjectBatch]:
        """Batches with a mark, the oldest mark first."""
        return sorted(self._batches(f"{self._key}/{company_id}"), key=lambda batch: (batch.sealed_at, batch.id))

    def companies(self) -> Sequence[str]:
        """The parts that come next in keys."""
        listed = obstore.list_with_delimiter(self._store, self._key)
        return sorted(prefix.rstrip("/").rsplit("/", 1)[-1] for prefix in listed["common_prefixes"])

    def unsealed(self) -> Sequence[Unsealed]:
        """Parts without a mark, be they of a batch that is being written or of one that was taken away."""
        items = listed(self._store, self._key)
        marked = {item.folder for item in items if item.name in (_SEALED, _CORRUPT)}
        written_at: dict[str, float] = {}
        for item in items:
            written_at[item.folder] = max(item.put_at, written_at.get(item.folder, 0.0))
        return [Unsealed(key, moment) for key, moment in written_at.items() if key not in marked]

    def discard(self, unsealed: Unsealed) -> None:
        """Delete such parts."""
        ObjectStage(self._store, unsealed.place).discard()

    def aside(self) -> Sequence[str]:
        """Keys with the mark of a damaged batch."""
        return [item.folder for item in listed(self._store, self._key) if item.name == _CORRUPT]

    def oldest(self) -> int | None:
        """When the oldest mark was put."""
        return min((int(batch.sealed_at * 1_000_000) for batch in self._batches(self._key)), default=None)

    def _batches(self, key: str) -> Iterator[ObjectBatch]:
        for item in listed(self._store, key):
            if item.name == _SEALED:
                yield ObjectBatch(self._store, item.folder, item.put_at)


def _read(name: str, body: bytes) -> pa.Table:
    try:
        return pq.read_table(BytesIO(body))
    except (pa.ArrowInvalid, OSError) as error:
        raise Damaged(f"{name}: {error}") from error
