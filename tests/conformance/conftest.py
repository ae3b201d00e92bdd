"""One served company with the real calls, for every client that we conform to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers import environment, run, serving

NOW = "1999-03-01T10:00:00+02:00"


@dataclass(frozen=True)
class Served:
    """A server's URL and a key of the bank's."""

    url: str
    key: str


@pytest.fixture(scope="session")
def served(bank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    env = environment(tmp_path_factory.mktemp("served"), NOW, limit_post_per_hour="0", limit_get_per_minute="0")
    imported = run(env, "import", "anonymous_bank", str(bank_file), "--company", "Bank", "--timezone", "Asia/Jerusalem")
    assert imported.returncode == 0, imported.stderr
    key = run(env, "key", "new", "--company", "Bank").stdout.splitlines()[-1]
    with serving(env) as url:
        yield Served(url, key)
