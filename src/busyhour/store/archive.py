"""The backup file: a tar that begins with a manifest of everything in it, read back with every byte checked."""

import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from busyhour.errors import UnreadableFile

__all__ = ["SECRET", "STATE", "Filed", "Manifest", "private_file", "read_archive", "write_archive"]

STATE = "busyhour.db"
SECRET = "secret"  # noqa: S105 - a file's name

_MANIFEST = "manifest.json"
_FORMAT = 1
_LARGEST_MANIFEST = 1 << 30
_CHUNK = 1 << 20
_UNKNOWN = "0" * 8
_BELONGS = re.compile(rf"{re.escape(STATE)}|{SECRET}|(arrivals|inbox|companies)/.+")


class Filed(BaseModel):
    """One file: its path in the home folder, its size in bytes, its CRC-32 in hexadecimal digits."""

    model_config = ConfigDict(frozen=True)

    path: str
    size: int = Field(ge=0)
    crc32: str = Field(default=_UNKNOWN, pattern=r"^[0-9a-f]{8}$")


class Manifest(BaseModel):
    """What a backup holds and what made it; companies by their ids, `made_at` in UTC."""

    model_config = ConfigDict(frozen=True)

    format: int = _FORMAT
    busyhour: str
    schema_revision: str | None
    made_at: str
    companies: Mapping[str, str]
    files: Sequence[Filed]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def has_state(self) -> bool:
        """Whether the state database is among them."""
        return any(file.path == STATE for file in self.files)


def write_archive(
    target: BinaryIO, manifest: Manifest, folder: Path, progress: Callable[[int], object] = lambda _: None
) -> Manifest:
    """Write the files of a folder that a manifest names; `progress` is told the bytes written so far.

    The checksums are found while the files are written, and entered in the manifest at the end: it is as long then as
    it was before.
    """
    filed, done = [], 0
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(*_member(manifest))
        for file in manifest.files:
            with (folder / file.path).open("rb") as source:
                reader = _Summing(source)
                tar.addfile(_info(file.path, file.size), reader)
            filed.append(file.model_copy(update={"crc32": f"{reader.crc32:08x}"}))
            done += file.size
            progress(done)
    whole = manifest.model_copy(update={"files": filed})
    info, body = _member(whole)
    target.seek(0)
    target.write(info.tobuf(tarfile.PAX_FORMAT) + body.getvalue())
    return whole


class _Summing:
    """A file whose checksum is known when it has been read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.crc32 = 0

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._file.read(size)
        self.crc32 = zlib.crc32(chunk, self.crc32)
        return chunk


def _member(manifest: Manifest) -> tuple[tarfile.TarInfo, BytesIO]:
    body = manifest.model_dump_json(indent=1).encode()
    return _info(_MANIFEST, len(body)), BytesIO(body)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def read_archive(
    path: Path, folder: Path, accept: Callable[[Manifest], object], progress: Callable[[int], object] = lambda _: None
) -> Manifest:
    """Unpack a backup into an empty folder; `accept` sees the manifest first and may raise.

    Raises UnreadableFile where it is no backup, or is not whole, or not as its manifest says.
    """
    with _readable(path) as tar:
        manifest = _manifest(tar, path)
        accept(manifest)
        missing, done = {file.path: file for file in manifest.files}, 0
        for member in tar:
            if member.name == _MANIFEST:
                continue
            file = missing.pop(member.name, None)
            if file is None or not _is_as_filed(member, file, folder):
                raise UnreadableFile(f"{path}: {member.name!r} is not what the manifest says; the backup is damaged.")
            _unpack(tar, member, file, folder / file.path, path)
            done += file.size
            progress(done)
    if missing:
        raise UnreadableFile(f"{path}: {next(iter(missing))} is missing in it; the backup is cut off or damaged.")
    return manifest


@contextmanager
def _readable(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise UnreadableFile(f"{path}: not a whole backup ({error}).") from None


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    first = tar.next()
    body = None if first is None or first.name != _MANIFEST else tar.extractfile(first)
    if first is None or body is None or first.size > _LARGEST_MANIFEST:
        raise UnreadableFile(f"{path}: not a backup of busyhour; expected a tar that begins with {_MANIFEST}.")
    try:
        manifest = Manifest.model_validate_json(body.read())
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "it"
        raise UnreadableFile(f"{path}: its {_MANIFEST} is damaged at {where}.") from None
    if manifest.format != _FORMAT:
        raise UnreadableFile(f"{path}: a backup of form {manifest.format}; this version reads form {_FORMAT}.")
    return manifest


def _is_as_filed(member: tarfile.TarInfo, file: Filed, folder: Path) -> bool:
    """Whether it is a plain file of ours that would lie where its name says, and nowhere outside the folder."""
    if not (member.isreg() and member.size == file.size and _BELONGS.fullmatch(member.name)):
        return False
    try:
        return tarfile.data_filter(member, str(folder)).name == file.path
    except tarfile.FilterError:
        return False


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Filed, target: Path, path: Path) -> None:
    source = tar.extractfile(member)
    target.parent.mkdir(parents=True, exist_ok=True)
    crc32 = 0
    with private_file(target) as copy:
        while chunk := source.read(_CHUNK) if source is not None else b"":
            crc32 = zlib.crc32(chunk, crc32)
            copy.write(chunk)
    if f"{crc32:08x}" != file.crc32:
        raise UnreadableFile(f"{path}: {file.path} has another checksum than the manifest says; it is damaged.")


def private_file(path: Path) -> BinaryIO:
    """A file to write that only its owner may read: there are secrets in it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
