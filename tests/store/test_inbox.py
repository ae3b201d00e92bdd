"""Batches of the inbox, in a folder and in an object store: whole or not there, taken once, set aside where damaged."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import obstore
import pyarrow as pa
import pytest

from busyhour.store.folder_inbox import FolderBatch
from busyhour.store.inbox import Batch, Damaged, Inbox
from busyhour.store.object_inbox import ObjectBatch, ObjectInbox
from busyhour.store.object_store import open_store
from busyhour.store.stores import Stores, folder_stores


@pytest.fixture
def inbox(stores: Stores) -> Inbox:
    return stores.inbox


def _sealed(inbox: Inbox, company_id: str = "1", *numbers: int, is_live: bool = False) -> str:
    stage = inbox.stage(company_id, is_live=is_live)
    for number in numbers:
        stage.write("calls", pa.table({"n": [number]}))
    return stage.seal()


def _numbers(batch: Batch) -> list[tuple[str, int]]:
    return [(stream, n) for stream, part in batch.parts() for n in part["n"].to_pylist()]


def test_nobody_sees_a_batch_before_it_is_sealed(inbox: Inbox) -> None:
    stage = inbox.stage("1", is_live=True)
    stage.write("calls", pa.table({"n": [1]}))
    stage.write("texts", pa.table({"n": [2]}))
    assert inbox.sealed("1") == []
    assert inbox.oldest() is None
    assert len(inbox.unsealed()) == 1
    sealed = stage.seal()
    (batch,) = inbox.sealed("1")
    assert (batch.id, batch.is_live, batch.is_there()) == (sealed, True, True)
    assert _numbers(batch) == [("calls", 1), ("texts", 2)]
    assert list(batch.flaws()) == []
    assert inbox.unsealed() == []
    assert abs((inbox.oldest() or 0) / 1_000_000 - time.time()) < 60


def test_companies_have_batches_of_their_own(inbox: Inbox) -> None:
    ours, theirs = _sealed(inbox, "1", 1), _sealed(inbox, "11", 2)
    assert [batch.id for batch in inbox.sealed("1")] == [ours]
    assert [batch.id for batch in inbox.sealed("11")] == [theirs]
    assert list(inbox.companies()) == ["1", "11"]
    assert inbox.sealed("2") == []


def test_a_batch_that_was_removed_is_gone_and_no_other(inbox: Inbox) -> None:
    first, second = _sealed(inbox, "1", 1), _sealed(inbox, "1", 2)
    batch = next(batch for batch in inbox.sealed("1") if batch.id == first)
    batch.remove()
    assert not batch.is_there()
    assert [batch.id for batch in inbox.sealed("1")] == [second]
    assert inbox.unsealed() == []


def test_what_is_discarded_leaves_no_trace(inbox: Inbox) -> None:
    stage = inbox.stage("1")
    stage.write("calls", pa.table({"n": [1]}))
    stage.discard()
    left = inbox.stage("1")
    left.write("calls", pa.table({"n": [1]}))
    (unsealed,) = inbox.unsealed()
    assert abs(unsealed.written_at - time.time()) < 60
    inbox.discard(unsealed)
    assert inbox.unsealed() == []
    assert inbox.sealed("1") == []


def _blot(batch: Batch, body: bytes | None) -> None:
    """Write over a part of a batch, or delete it."""
    if isinstance(batch, FolderBatch):
        path = next(batch.folder.glob("*.parquet"))
        path.unlink() if body is None else path.write_bytes(body)
        return
    assert isinstance(batch, ObjectBatch)
    key = f"{batch.key}/000000.calls.parquet"
    obstore.delete(batch.store, key) if body is None else obstore.put(batch.store, key, body)


HARMS: dict[str, Callable[[Batch], None]] = {
    "garbage": lambda batch: _blot(batch, b"garbage"),
    "cut off": lambda batch: _blot(batch, b"PAR1"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_batch_is_told_and_set_aside(inbox: Inbox, harm: str) -> None:
    _sealed(inbox, "1", 1)
    (batch,) = inbox.sealed("1")
    HARMS[harm](batch)
    assert len(list(batch.flaws())) == 1
    with pytest.raises(Damaged, match=r"000000\.calls\.parquet"):
        _numbers(batch)
    place = batch.set_aside()
    assert not batch.is_there()
    assert inbox.sealed("1") == []
    assert inbox.unsealed() == []
    assert list(inbox.aside()) == [place]


@pytest.fixture
def uploaded(bucket: str) -> ObjectInbox:
    return ObjectInbox(open_store(f"s3://{bucket}/x"), "inbox")


def test_a_part_that_is_missing_is_damage_while_the_batch_waits(uploaded: ObjectInbox) -> None:
    _sealed(uploaded, "1", 1)
    (batch,) = uploaded.sealed("1")
    _blot(batch, None)
    with pytest.raises(Damaged, match="it is missing"):
        _numbers(batch)
    batch.remove()
    with pytest.raises(FileNotFoundError):
        _numbers(batch)


def test_what_was_left_of_a_removal_is_no_batch(uploaded: ObjectInbox) -> None:
    """The mark goes first: who is killed between leaves parts that nobody takes in again."""
    _sealed(uploaded, "1", 1)
    (batch,) = uploaded.sealed("1")
    obstore.delete(batch.store, f"{batch.key}/sealed.json")
    assert uploaded.sealed("1") == []
    assert [unsealed.place for unsealed in uploaded.unsealed()] == [batch.key]


def test_a_batch_taken_in_while_others_look_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = folder_stores(tmp_path).inbox
    gone, stays = _sealed(inbox, "1", 1), _sealed(inbox, "1", 2)
    look = Path.stat

    def stat(path: Path, **more: Any) -> Any:
        if path.name == gone:
            raise FileNotFoundError(path)
        return look(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    assert [batch.id for batch in inbox.sealed("1")] == [stays]
