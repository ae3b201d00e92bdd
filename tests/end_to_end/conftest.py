"""One home folder with the small company in it, for every test of commands and servers."""

import pytest

from end_to_end.commanding import Shop, open_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return open_shop(tmp_path_factory.mktemp("shop"))
