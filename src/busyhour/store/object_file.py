"""An object as a file that is read here and there, as far as somebody reads it."""

import io

import obstore

from busyhour.store.object_store import CloudStore

__all__ = ["open_object"]

_AT_ONCE = 1 << 16


def open_object(store: CloudStore, key: str) -> io.BufferedReader:
    """An object to read and to seek in; raises FileNotFoundError."""
    return io.BufferedReader(_ObjectFile(store, key), _AT_ONCE)


class _ObjectFile(io.RawIOBase):
    """Fetches what is read, and nothing ahead of it."""

    def __init__(self, store: CloudStore, key: str) -> None:
        super().__init__()
        self._store = store
        self._key = key
        self._size = obstore.head(store, key)["size"]
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: "memoryview[int]", /) -> int:  # type: ignore[override]
        length = min(len(buffer), max(0, self._size - self._position))
        if length:
            fetched = obstore.get_range(self._store, self._key, start=self._position, length=length)
            buffer[:length] = bytes(fetched)
            self._position += length
        return length
