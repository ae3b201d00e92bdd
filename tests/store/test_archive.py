"""The backup file: what was put in comes out, and whatever is damaged, cut off or foreign is refused."""

import gzip
import io
import json
import os
import random
import tarfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from busyhour.errors import UnreadableFile
from busyhour.store.archive import Filed, Manifest, read_archive, write_archive

FILES = {
    "busyhour.db": b"state" * 1000,
    "secret": b"s",
    "arrivals/api-1.db": b"",
    "companies/1/tables/calls/day=2026-03-09/" + "long" * 40 + ".parquet": bytes(range(256)) * 300,
    "inbox/1/batch/000000.call.parquet": b"PAR1",
}


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    filed = [Filed(path=name, size=len(content)) for name, content in files.items()]
    return Manifest(
        busyhour="1", schema_revision="0002", made_at="2026-03-10T12:00:00+00:00", companies={"1": "Zoë"}, files=filed
    )


def _written(folder: Path, target: Path) -> Path:
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with target.open("wb") as file:
        write_archive(file, _manifest(FILES), folder)
    return target


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return _written(tmp_path / "from", tmp_path / "backup.tar")


def _read(path: Path, folder: Path) -> Manifest:
    folder.mkdir()
    return read_archive(path, folder, lambda _: None)


def _tar(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def _with_manifest(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """A tar whose manifest names every member truly."""
    filed = [Filed(path=info.name, size=len(content), crc32=f"{zlib.crc32(content):08x}") for info, content in members]
    body = _manifest({}).model_copy(update={"files": filed}).model_dump_json().encode()
    return _tar(path, [(tarfile.TarInfo("manifest.json"), body), *members])


def test_what_was_put_in_comes_out(backup: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    (tmp_path / "to").mkdir()
    manifest = read_archive(backup, tmp_path / "to", lambda _: None, seen.append)
    out = {str(path.relative_to(tmp_path / "to")): path for path in (tmp_path / "to").rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in out.items()} == FILES
    assert {path.stat().st_mode & 0o777 for path in out.values()} == {0o600}
    assert manifest.companies == {"1": "Zoë"}
    assert seen[-1] == manifest.size == sum(map(len, FILES.values()))


def test_it_begins_with_a_manifest_that_any_tar_can_show(backup: Path) -> None:
    with tarfile.open(backup) as tar:
        names = tar.getnames()
        body = tar.extractfile(names[0])
        assert body is not None
        manifest = json.load(body)
        contents = {member.name: tar.extractfile(member) for member in tar.getmembers()[1:]}
        read = {name: file.read() for name, file in contents.items() if file is not None}
    assert names == ["manifest.json", *FILES]
    assert read == FILES
    told = {file["path"]: (file["size"], file["crc32"]) for file in manifest["files"]}
    assert told == {name: (len(content), f"{zlib.crc32(content):08x}") for name, content in FILES.items()}
    assert manifest["schema_revision"] == "0002"


def test_one_that_is_cut_off_anywhere_is_refused(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    cut = tmp_path / "cut.tar"
    # After the last file only padding and the end mark follow: nothing is lost there.
    with tarfile.open(backup) as tar:
        last = tar.getmembers()[-1]
    needed = last.offset_data + last.size
    for n, length in enumerate([*range(0, needed, 512), *range(1, needed, 997), needed - 1]):
        cut.write_bytes(whole[:length])
        with pytest.raises(UnreadableFile) as refused:
            _read(cut, tmp_path / str(n))
        assert str(cut) in refused.value.message


def test_a_wrong_byte_in_any_file_is_seen(backup: Path, tmp_path: Path) -> None:
    whole, chance = backup.read_bytes(), random.Random(1)
    with tarfile.open(backup) as tar:
        places = [member.offset_data + chance.randrange(member.size) for member in tar.getmembers()[1:] if member.size]
    for place in places:
        body = bytearray(whole)
        body[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(body)
        with pytest.raises(UnreadableFile, match="damaged"):
            _read(backup, tmp_path / str(place))


def test_wrong_bytes_anywhere_are_refused_or_change_nothing(backup: Path, tmp_path: Path) -> None:
    whole, chance = backup.read_bytes(), random.Random(2)
    for n in range(300):
        body = bytearray(whole)
        body[chance.randrange(len(body) if n % 2 else 12_000)] = chance.randrange(256)
        backup.write_bytes(body)
        folder = tmp_path / str(n)
        try:
            _read(backup, folder)
        except UnreadableFile:
            continue
        out = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert out == FILES


def test_wrong_words_in_the_manifest(backup: Path, tmp_path: Path) -> None:
    body = backup.read_bytes()
    for n, (old, new) in enumerate([(b'"size": 1,', b'"size": 2,'), (b'"size": 1,', b'"size":-1,')]):
        backup.write_bytes(body.replace(old, new))
        with pytest.raises(UnreadableFile, match=r"damaged"):
            _read(backup, tmp_path / str(n))


FOREIGN: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.touch(),
    "text": lambda path: path.write_text("a backup\n" * 1000),
    "noise": lambda path: path.write_bytes(random.Random(3).randbytes(20_000)),
    "zeros": lambda path: path.write_bytes(bytes(20_000)),
    "a tar of something else": lambda path: _tar(path, [(tarfile.TarInfo("hello"), b"hello")]),
    "a tar of nothing": lambda path: _tar(path, []),
    "a manifest of something else": lambda path: _tar(path, [(tarfile.TarInfo("manifest.json"), b'{"name": "app"}')]),
    "a manifest that is no JSON": lambda path: _tar(path, [(tarfile.TarInfo("manifest.json"), b"\xff")]),
    "gzip": lambda path: path.write_bytes(gzip.compress(b"hello" * 1000)),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "backup.tar"
    FOREIGN[what](path)
    with pytest.raises(UnreadableFile) as refused:
        _read(path, tmp_path / "to")
    assert refused.value.message.startswith(f"{path}: ")
    assert list((tmp_path / "to").iterdir()) == []


def test_a_later_form_is_refused(tmp_path: Path) -> None:
    body = _manifest({}).model_copy(update={"format": 2}).model_dump_json().encode()
    path = _tar(tmp_path / "backup.tar", [(tarfile.TarInfo("manifest.json"), body)])
    with pytest.raises(UnreadableFile, match="of form 2; this version reads form 1"):
        _read(path, tmp_path / "to")


OUTSIDE = ("../evil", "/evil", "inbox/../../evil", "companies/../../evil", "evil", "inbox", "secret/../../evil")


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = _with_manifest(tmp_path / "backup.tar", [(tarfile.TarInfo(name), b"evil")])
    with pytest.raises(UnreadableFile, match="not what the manifest says"):
        _read(path, tmp_path / "to")
    assert not list(tmp_path.rglob("evil"))
    assert not Path("/evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("inbox/1/link")
    info.type, info.linkname = kind, os.fspath(tmp_path)
    path = _with_manifest(tmp_path / "backup.tar", [(info, b"")])
    with pytest.raises(UnreadableFile, match="not what the manifest says"):
        _read(path, tmp_path / "to")


def test_a_file_that_comes_twice_or_is_not_named_is_refused(tmp_path: Path) -> None:
    secret = (tarfile.TarInfo("secret"), b"s")
    filed = _manifest({}).model_copy(update={"files": [Filed(path="secret", size=1, crc32=f"{zlib.crc32(b's'):08x}")]})
    first = (tarfile.TarInfo("manifest.json"), filed.model_dump_json().encode())
    extra = (tarfile.TarInfo("inbox/1/more"), b"x")
    for n, members in enumerate(([first, secret, secret], [first, secret, extra])):
        path = _tar(tmp_path / f"{n}.tar", members)
        with pytest.raises(UnreadableFile, match="not what the manifest says"):
            _read(path, tmp_path / str(n))
