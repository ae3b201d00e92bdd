"""The small company's home, filled once; each test opens a copy of it, at any instant and with any settings."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.browser import Browser, signed_in, working
from api.door import Door, new_key
from api.small_company import NOW, fill
from busyhour.front import web_app
from houses import new_house

Opener = Callable[..., Door]


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small_company")
    house = new_house(folder / "home", NOW)
    fill(house, folder)
    house.database.close()
    return folder / "home"


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled_home, tmp_path / "home"))


@pytest.fixture
def opened(home: Path) -> Iterator[Opener]:
    """Opens doors on one home: each call is another server on it, by its own clock and settings."""
    with ExitStack() as stack:

        def open_door(now: str = NOW, **settings: Any) -> Door:
            house = new_house(home, now, **settings)
            stack.callback(house.database.close)
            http = stack.enter_context(TestClient(web_app(house), raise_server_exceptions=False))
            return Door(house, http, new_key(house, "Acme"))

        yield open_door


@pytest.fixture(scope="module")
def served(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door on a home of the module's own, with a worker behind it."""
    house = new_house(shutil.copytree(filled_home, tmp_path_factory.mktemp("served") / "home"), NOW)
    with working(house), TestClient(web_app(house), raise_server_exceptions=False) as http:
        yield Door(house, http, new_key(house, "Acme"))
    house.database.close()


@pytest.fixture(scope="module")
def browser(served: Door) -> Browser:
    """Somebody of Acme's at that door."""
    return signed_in(served)


@pytest.fixture
def door(opened: Opener) -> Door:
    return opened()
