"""The secret: one for all who come at once, kept, and never told in an error."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from busyhour.errors import BadRequest
from busyhour.settings import Settings
from busyhour.store.secret import secret_of_file
from busyhour.wiring import House

CHOSEN = "of all hosts, and long enough for it"


def test_all_hosts_find_one_secret_in_postgresql(postgres_url: str, tmp_path: Path) -> None:
    def look(number: int) -> str:
        house = House(Settings(home=tmp_path / str(number), database=postgres_url))
        house.prepare()
        house.database.close()
        assert not (tmp_path / str(number) / "secret").exists()
        return house.secret

    with ThreadPoolExecutor(4) as pool:
        (secret,) = set(pool.map(look, range(4)))
    assert len(secret) == 64


def test_all_processes_find_one_secret_in_the_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        (secret,) = set(pool.map(lambda _: secret_of_file(tmp_path / "secret"), range(4)))
    assert len(secret) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_secret_that_was_chosen_goes_before(url: str, tmp_path: Path) -> None:
    house = House(Settings(home=tmp_path / "home", database=url, secret=CHOSEN))
    house.prepare()
    house.database.close()
    assert house.secret == CHOSEN
    assert not (tmp_path / "home" / "secret").exists()


def test_a_secret_that_can_be_guessed_is_refused_and_not_told(tmp_path: Path) -> None:
    house = House(Settings(home=tmp_path / "home", secret="guess me"))  # noqa: S106 - none
    with pytest.raises(BadRequest, match=r"^BUSYHOUR_SECRET: got 8 characters; accepted: 32 or more\.$"):
        house.prepare()
    house.database.close()
    assert "guess" not in repr(house.settings)
