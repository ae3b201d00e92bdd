"""One served company with the real calls, for every client that we conform to."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from clusters import Cluster, cluster
from end_to_end.groups import group
from postgres import running
from servers import environment, run, serving

NOW = "1999-03-01T10:00:00+02:00"
_UNLIMITED = {"limit_post_per_hour": "0", "limit_get_per_minute": "0"}
ON_CLUSTER = "BUSYHOUR_TEST_CLUSTER" in os.environ
"""Whether all of this is to hold on PostgreSQL, with every report on Spark and processes of two hosts."""


@dataclass(frozen=True)
class Served:
    """A server's URL, a key of the bank's, and the cluster where there is one."""

    url: str
    key: str
    spark: Cluster | None = None


@pytest.fixture(scope="session")
def served(bank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served")
    with ExitStack() as started:
        settings, spark = dict(_UNLIMITED), None
        if ON_CLUSTER:
            spark = started.enter_context(cluster(tmp_path_factory.mktemp("cluster")))
            database = started.enter_context(running()).make("house")
            settings |= {"engine": spark.url, "spark_bytes": "0", "database": database}
        env = environment(home, NOW, **settings)
        key = _imported(env, bank_file)
        if ON_CLUSTER:
            # What one host is asked for, another makes.
            working = env | {"BUSYHOUR_WORKERS": "3"}
            started.enter_context(group(working, home / "working.log"))
            env |= {"BUSYHOUR_API_PROCESSES": "2", "BUSYHOUR_WORKERS": "0", "BUSYHOUR_REFRESHERS": "0"}
        url = started.enter_context(serving(env))
        yield Served(url, key, spark)


def _imported(env: dict[str, str], bank_file: Path) -> str:
    """A key of the bank's, after its calls were brought in."""
    company = ("--company", "Bank")
    arguments = ("import", "anonymous_bank", str(bank_file), *company, "--timezone", "Asia/Jerusalem")
    imported = run(env, *arguments, timeout=600)
    assert imported.returncode == 0, imported.stderr
    return run(env, "key", "new", *company).stdout.splitlines()[-1]
