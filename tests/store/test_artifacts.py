"""Finished reports, in a folder and in an object store: published whole by who may, and gone when they go."""

from collections.abc import Callable, Iterator
from pathlib import Path

import obstore
import pytest

from busyhour.errors import InternalError
from busyhour.store.artifacts import Artifacts, Content
from busyhour.store.object_artifacts import ObjectArtifacts
from busyhour.store.object_store import open_store
from busyhour.store.stores import Stores

SAID = b"date,calls\n2026-03-10,1\n"


@pytest.fixture
def artifacts(stores: Stores) -> Artifacts:
    return stores.artifacts


def _yes() -> bool:
    return True


def _make(
    artifacts: Artifacts, request_id: str, said: bytes = SAID, company_id: str = "1", may: Callable[[], bool] = _yes
) -> Content:
    return artifacts.make(company_id, request_id, "worker", lambda draft: _write(draft, said), may)


def _write(draft: Path, said: bytes) -> None:
    draft.write_bytes(said)


def _there(artifacts: Artifacts) -> set[tuple[str, str]]:
    return {(file.company_id, file.request_id) for file in artifacts.files() if not file.is_draft}


def test_a_report_is_there_as_it_was_written(artifacts: Artifacts) -> None:
    content = _make(artifacts, "r")
    assert content.size == len(SAID)
    assert artifacts.is_there("1", "r", content)
    assert artifacts.is_whole("1", "r", content)
    assert artifacts.path("1", "r", content).read_bytes() == SAID
    assert artifacts.path("1", "r", content).read_bytes() == SAID
    assert not artifacts.is_there("1", "other", content)
    assert not artifacts.is_there("2", "r", content)
    assert not artifacts.is_there("1", "r", Content(content.size + 1, content.checksum))


def test_who_may_not_publish_leaves_nothing(artifacts: Artifacts) -> None:
    content = _make(artifacts, "r", may=lambda: False)
    assert not artifacts.is_there("1", "r", content)
    assert list(artifacts.files()) == []


def test_what_breaks_leaves_nothing(artifacts: Artifacts) -> None:
    def half(draft: Path) -> None:
        draft.write_bytes(b"half")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        artifacts.make("1", "r", "worker", half, _yes)
    assert list(artifacts.files()) == []


def test_a_report_goes_and_the_others_stay(artifacts: Artifacts) -> None:
    contents = {name: _make(artifacts, name, name.encode()) for name in ("r", "r2")}
    for name, content in contents.items():
        artifacts.path("1", name, content)
    for _ in range(2):
        artifacts.remove("1", "r")
    assert _there(artifacts) == {("1", "r2")}


def test_all_of_a_company_go_and_no_others(artifacts: Artifacts) -> None:
    for company_id in ("1", "11"):
        content = _make(artifacts, "r", company_id=company_id)
        artifacts.path(company_id, "r", content)
    artifacts.remove_all("1")
    assert _there(artifacts) == {("11", "r")}


def test_one_file_is_deleted_by_itself(artifacts: Artifacts) -> None:
    for name in ("a", "b"):
        _make(artifacts, name)
    for file in list(artifacts.files()):
        if file.request_id == "a":
            artifacts.delete(file)
            artifacts.delete(file)
    assert _there(artifacts) == {("1", "b")}


@pytest.fixture
def uploaded(bucket: str, tmp_path: Path) -> ObjectArtifacts:
    return ObjectArtifacts(open_store(f"s3://{bucket}/x"), "artifacts", tmp_path)


def test_a_late_worker_does_not_write_over_what_is_given_out(uploaded: ObjectArtifacts) -> None:
    first = _make(uploaded, "r", b"by the one who took over")
    late = _make(uploaded, "r", b"by the one who was too late")
    assert b"".join(uploaded.chunks("1", "r", first)) == b"by the one who took over"
    assert late != first


def test_who_loses_the_request_during_the_upload_leaves_nothing(uploaded: ObjectArtifacts) -> None:
    answers = iter([True, False])
    _make(uploaded, "r", may=lambda: next(answers))
    assert list(uploaded.files()) == []


def test_who_loses_it_to_one_who_made_the_same_leaves_that(uploaded: ObjectArtifacts) -> None:
    content = _make(uploaded, "r")
    answers: Iterator[bool] = iter([True, False])
    assert _make(uploaded, "r", may=lambda: next(answers)) == content
    assert b"".join(uploaded.chunks("1", "r", content)) == SAID


def test_a_large_report_is_given_out_a_part_at_a_time(uploaded: ObjectArtifacts) -> None:
    said = b"0123456789abcdef" * 1_000_000
    content = _make(uploaded, "r", said)
    chunks = list(uploaded.chunks("1", "r", content))
    assert b"".join(chunks) == said
    assert max(map(len, chunks)) < 4_000_000


def test_bytes_that_are_not_the_reports_are_cut_short(uploaded: ObjectArtifacts, bucket: str) -> None:
    said = b"0123456789abcdef" * 500_000
    content = _make(uploaded, "r", said)
    (file,) = uploaded.files()
    changed = said[:-1] + b"X"
    obstore.put(open_store(f"s3://{bucket}/x"), file.place, changed)
    given: list[bytes] = []
    with pytest.raises(InternalError, match="is damaged"):
        given.extend(uploaded.chunks("1", "r", content))
    assert sum(map(len, given)) < len(said)
    assert not uploaded.is_there("1", "r", content), "it is made again"


def test_a_damaged_report_has_no_path(uploaded: ObjectArtifacts, bucket: str) -> None:
    content = _make(uploaded, "r")
    (file,) = uploaded.files()
    obstore.put(open_store(f"s3://{bucket}/x"), file.place, SAID[:-1] + b"X")
    with pytest.raises(InternalError, match="is damaged"):
        uploaded.path("1", "r", content)
    assert list(uploaded.files()) == []
