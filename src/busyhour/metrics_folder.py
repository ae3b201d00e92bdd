"""The folder in which the processes of a group count together, made by their supervisor before it starts them."""

import fcntl
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import mark_process_dead

from busyhour.metrics import SHARED_FOLDER, folder_lock
from busyhour.store.arrival_file import is_abandoned

__all__ = ["process_ended", "share_metrics"]


def share_metrics(root: Path) -> None:
    """Let the processes that this one starts count from 0, together; what groups that are gone counted is deleted."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Each group has a folder of its own: a second server on this home must not lose what the first has counted.
    own = root / str(os.getpid())
    for folder in root.iterdir():
        if folder == own or is_abandoned(folder):
            shutil.rmtree(folder)
    own.mkdir(mode=0o700)
    os.environ[SHARED_FOLDER] = str(own)


def process_ended(process_id: int) -> None:
    """Forget what was true of a process only while it lived, and add what it counted to that of others that ended.

    Without that, processes that end again and again would leave more files than can be read at once.
    """
    folder = Path(os.environ[SHARED_FOLDER])
    mark_process_dead(process_id, str(folder))  # type: ignore[no-untyped-call]
    for kind in ("counter", "histogram"):
        left = folder / f"{kind}_{process_id}.db"
        if left.exists():
            with folder_lock(folder, fcntl.LOCK_EX):
                _add(left, folder / f"{kind}_0.db")
                left.unlink()


def _add(left: Path, total: Path) -> None:
    if not left.stat().st_size:
        return
    files: Any = MmapedDict
    with closing(files(str(total))) as sums:
        for key, value, _, _ in files.read_all_values_from_file(str(left)):
            sums.write_value(key, sums.read_value(key)[0] + value, 0.0)
