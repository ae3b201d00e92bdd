"""Lists of the directory page by page: every item once, whatever happens meanwhile, and no cursor but our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.door import new_key, refusal
from api.look_ups import NOW, SOUTH, SUPPORT, Caller, fill_directory
from busyhour.domain.directory import Entry, Kind
from busyhour.front import web_app
from houses import House, company_of, new_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = new_house(tmp_path / "home", NOW)
    fill_directory(made)
    yield made
    made.database.close()


@pytest.fixture
def meadow(house: House) -> Iterator[Caller]:
    with TestClient(web_app(house), raise_server_exceptions=False) as http:
        yield Caller(http, new_key(house, "Meadow"))


def test_pages_hold_every_item_once(house: House, meadow: Caller) -> None:
    more = [Entry(Kind.USER, str(number), f"Somebody {number}") for number in range(1000, 1230)]
    house.directory.learn(company_of(house, "Meadow"), more)
    seen, query = [], {}
    sizes = []
    while True:
        said = meadow.get("/users", **query)
        sizes.append(len(said["items"]))
        seen += [item["id"] for item in said["items"]]
        if said["cursor"] is None:
            break
        query = {"cursor": said["cursor"]}
    assert seen == [91, 92, *range(1000, 1230)]
    assert sizes == [100, 100, 32]
    assert len(meadow.get("/users", limit=1000)["items"]) == 100
    assert len(meadow.get("/users", limit=7)["items"]) == 7


def test_a_page_is_not_shifted_by_who_comes_or_is_renamed_meanwhile(house: House, meadow: Caller) -> None:
    first = meadow.get("/callcenters", limit=1)
    news = [Entry(Kind.CALL_CENTER, "5", "Aardvark"), Entry(Kind.CALL_CENTER, SUPPORT, "Zebra", seen_at=9)]
    house.directory.learn(company_of(house, "Meadow"), news)
    assert [item["id"] for item in first["items"]] == [31]
    assert meadow.ids("/callcenters", cursor=first["cursor"]) == [32]


def test_a_cursor_brings_its_filters_along(house: House, meadow: Caller) -> None:
    more = [Entry(Kind.CALL_CENTER, str(number), f"Desk {number}", office_id=SOUTH) for number in (34, 35)]
    house.directory.learn(company_of(house, "Meadow"), more)
    first = meadow.get("/callcenters", office_id=13, limit=1)
    assert meadow.ids("/callcenters", cursor=first["cursor"]) == [34, 35]
    assert meadow.ids("/callcenters", cursor=first["cursor"], office_id=13) == [34, 35]
    message = refusal(meadow.ask("/callcenters", cursor=first["cursor"], office_id=12), 400, "badRequest")
    assert message.startswith("office_id: got '12'")


def test_an_empty_cursor_is_none(meadow: Caller) -> None:
    assert meadow.ids("/callcenters", cursor="") == [31, 32]


def test_cursors_that_are_not_ours(house: House, meadow: Caller) -> None:
    house.directory.learn(company_of(house, "Rival"), [Entry(Kind.CALL_CENTER, "72", "Rivals too")])
    own = meadow.get("/callcenters", limit=1)["cursor"]
    rivals = Caller(meadow.http, new_key(house, "Rival")).get("/callcenters", limit=1)["cursor"]
    for path, cursor in (
        ("/callcenters", "nonsense"), ("/callcenters", own[:-1]), ("/callcenters", rivals), ("/users", own),
        ("/coachingteams/51/members", own), ("/callcenters", "ключ"), ("/callcenters", "a.b.c"),
    ):  # fmt: skip
        message = refusal(meadow.ask(path, cursor=cursor), 400, "badRequest")
        assert message.startswith("cursor: got ")
