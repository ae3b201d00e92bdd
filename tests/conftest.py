"""What tests share: real needs are named, and a skip for want of one is told at the end."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from busyhour.store.stores import Stores, folder_stores, object_stores
from clusters import Cluster, cluster
from objects import ObjectServer, object_server
from postgres import Postgres, running

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "anonymous_bank_1999_02.tsv.gz"
_LACKED: list[str] = []


def need(present: bool, what: str) -> None:
    """Skip the test by name where the machine lacks something; fail where everything is to be tested."""
    if present:
        return
    if os.environ.get("BUSYHOUR_TEST_ALL") == "1":
        pytest.fail(f"this machine lacks {what}, and BUSYHOUR_TEST_ALL=1 allows no skip")
    _LACKED.append(what)
    pytest.skip(f"this machine lacks {what}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what in sorted(set(_LACKED)):
        terminalreporter.write_line(f"skipped for want of: {what} ({_LACKED.count(what)} tests)")


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BUSYHOUR_") and name != "BUSYHOUR_TEST_ALL"]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def bank_file() -> Path:
    need(DATA.is_file(), "../shared/data (the real calls)")
    return DATA


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of this session; it is as real as everything else, and there is no skip for want of it."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def running_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A Spark cluster of this session."""
    need(shutil.which("java") is not None, "Java 17, which Spark needs")
    with cluster(tmp_path_factory.mktemp("cluster")) as running_one:
        yield running_one


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    """A running object store."""
    need(find_spec("moto") is not None, "moto[server]")
    with object_server(tmp_path_factory.mktemp("objects")) as server:
        yield server


@pytest.fixture
def bucket(objects: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket's name, in an environment that leads to it."""
    for name, value in objects.environment.items():
        monkeypatch.setenv(name, value)
    return objects.bucket()


@pytest.fixture(params=["folder", "objects"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    """What is stored in a folder, and the same in an object store."""
    home = tmp_path / "home"
    if request.param == "folder":
        return folder_stores(home)
    return object_stores(f"s3://{request.getfixturevalue('bucket')}/some/prefix", home, 10_000_000)
