"""Only whole files are given out: what is missing or changed is made again, under the same id."""

import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from api.door import CALLS, Door, refusal
from busyhour.domain.requests import Status
from busyhour.store.requests import Stored
from houses import company_of

Harm = Callable[[Path], object]


def _change_one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


HARMS: dict[str, Harm] = {
    "missing": Path.unlink,
    "shortened": _shorten,
    "emptied": lambda path: path.write_bytes(b""),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "one bit": _change_one_bit,
}


def _file(door: Door, request_id: str) -> Path:
    return door.house.artifacts.path(company_of(door.house, "Acme"), request_id)


def _stored(door: Door, request_id: str) -> Stored:
    return door.house.reception.look(company_of(door.house, "Acme"), request_id)


@pytest.mark.parametrize("harm", HARMS)
def test_a_file_that_is_not_whole_is_never_given_out_and_made_again(door: Door, harm: str) -> None:
    request_id = door.make(CALLS)
    link = door.link(request_id)
    whole = door.http.get(link).content
    HARMS[harm](_file(door, request_id))
    message = refusal(door.http.get(link), 404, "notFound")
    assert message == (
        f"The result of request {request_id} is being made again; GET /api/v2/stats/{request_id} gives a new link."
    )
    assert refusal(door.http.get(link), 404, "notFound") == message, "and so it is while it is made"
    assert door.status(request_id) == "processing"
    assert door.start(CALLS) == (request_id, True)
    assert door.house.worker().run_one()
    assert door.http.get(door.link(request_id)).content == whole
    assert door.house.worker().run_one() is False


@pytest.mark.parametrize("harm", ["missing", "shortened"])
def test_a_look_at_a_request_without_its_file_says_that_it_is_made(door: Door, harm: str) -> None:
    request_id = door.make(CALLS)
    HARMS[harm](_file(door, request_id))
    looked = door.get(request_id)
    assert looked.json()["status"] == "processing"
    assert looked.headers["Retry-After"] == "1"
    door.house.worker().run_one()
    assert door.status(request_id) == "complete"


def test_it_has_all_its_attempts_again(door: Door) -> None:
    request_id = door.make(CALLS)
    requests = door.house.requests
    stored = _stored(door, request_id)
    assert requests.make_again(stored)
    for _ in range(3):
        claim = requests.claim("hand", 100.0, 10.0)
        assert claim is not None
        requests.retry(claim)
    assert requests.claim("hand", 100.0, 10.0) is None
    assert _stored(door, request_id).status is Status.FAILED


def test_one_of_many_who_find_it_queues_it(door: Door) -> None:
    request_id = door.make(CALLS)
    stored = _stored(door, request_id)
    with ThreadPoolExecutor(4) as pool:
        queued = list(pool.map(lambda _: door.house.requests.make_again(stored), range(8)))
    assert sorted(queued) == [False] * 7 + [True]


def test_what_was_made_again_meanwhile_is_left_alone(door: Door) -> None:
    request_id = door.make(CALLS)
    seen = _stored(door, request_id)
    with door.house.database.write() as connection:
        connection.execute(text("UPDATE requests SET completed_at = completed_at + 1"))
    assert not door.house.requests.make_again(seen)
    assert door.status(request_id) == "complete"


def test_a_result_of_before_sizes_were_noted_is_given_out(door: Door) -> None:
    request_id = door.make(CALLS)
    with door.house.database.write() as connection:
        connection.execute(text("UPDATE requests SET size = NULL, checksum = NULL"))
    assert door.http.get(door.link(request_id)).status_code == 200
    _file(door, request_id).unlink()
    assert door.status(request_id) == "processing"


def test_what_is_noted_is_what_zlib_says_of_the_file(door: Door) -> None:
    request_id = door.make(CALLS)
    content = _stored(door, request_id).content
    written = _file(door, request_id).read_bytes()
    assert content is not None
    assert (content.size, content.checksum) == (len(written), zlib.crc32(written))


def test_a_link_to_what_could_not_be_made_again(door: Door) -> None:
    request_id = door.make(CALLS)
    link = door.link(request_id)
    _file(door, request_id).unlink()
    assert door.http.get(link).status_code == 404
    claim = door.house.requests.claim("hand", 0.0, 60.0)
    assert claim is not None
    door.house.requests.fail(claim, "for a test")
    assert "post the request again" in refusal(door.http.get(link), 404, "notFound")
