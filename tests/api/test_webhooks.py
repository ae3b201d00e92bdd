"""The webhooks' door: who may send, what is taken, and that only what is refused is lost."""

import asyncio
import base64
import hashlib
import hmac
import json

import jwt
import pytest
from sqlalchemy.exc import OperationalError

from api.conftest import Opener
from api.door import Door, refusal
from api.ingesting import NEW, OLD, call, deliver, endpoint, held, kept, refresh, signed
from arriving import stored
from busyhour.web import ingest
from busyhour.web.remembering import Remembered
from houses import company_of

UNSIGNED = "The body is not a JWT that was signed (HS256) with a secret of this endpoint."


def _is_stored(door: Door, number: int, company: str = "Acme") -> bool:
    """Whether a call is in the tables, once."""
    refresh(door, company=company)
    found = [count for raw, count in stored(door.house, company).items() if json.loads(raw)["call_id"] == number]
    assert found in ([], [1])
    return bool(found)


def test_a_plain_event_is_taken_once_however_often_it_comes(door: Door) -> None:
    path = endpoint(door)
    for _ in range(3):
        kept(deliver(door, path, call(100)))
    assert _is_stored(door, 100)


def test_a_signed_event_is_taken(door: Door) -> None:
    kept(deliver(door, endpoint(door, secret=OLD), signed(call(100), OLD) + b"\n"))
    assert _is_stored(door, 100)


def test_claims_about_time_and_sender_are_not_asked(door: Door) -> None:
    claims = call(100) | {"exp": 1, "nbf": 4_000_000_000, "aud": "another", "iss": "x"}
    kept(deliver(door, endpoint(door, secret=OLD), signed(claims, OLD)))
    assert _is_stored(door, 100)


def test_a_short_secret_is_a_secret(door: Door) -> None:
    short = OLD[:5]
    path = endpoint(door, secret=short)
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        body = signed(call(100), short)
    kept(deliver(door, path, body))
    refusal(deliver(door, path, signed(call(100), OLD)), 401, "unauthorized")


def _hand_signed(header: dict[str, str], secret: str) -> bytes:
    """A JWT with any header, and a signature that is right for HS256."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, call(100))]
    digest = hmac.new(secret.encode(), b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(digest).rstrip(b"=")])


def test_what_is_signed_by_hand_is_what_is_taken(door: Door) -> None:
    kept(deliver(door, endpoint(door, secret=OLD), _hand_signed({"alg": "HS256", "typ": "JWT"}, OLD)))
    assert _is_stored(door, 100)


BAD = {
    "plain JSON": json.dumps(call(100)).encode(),
    "another secret": signed(call(100), NEW),
    "no signature, by alg none": jwt.encode(call(100), None, "none").encode(),
    "another alg in the header": _hand_signed({"alg": "RS256"}, OLD),
    "HS512": jwt.encode(call(100), OLD * 2, "HS512").encode(),
    "a changed payload": b".".join(
        [*signed(call(100), OLD).split(b".")[:1], signed(call(101), OLD).split(b".")[1], b"x" * 43]
    ),
    "half of it": signed(call(100), OLD)[:-20],
    "not ASCII": "ü.ü.ü".encode(),
    "not UTF-8": b"\xff.\xff.\xff",
    "nothing": b"",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_what_is_not_signed_with_the_secret_is_refused_and_leaves_nothing(door: Door, body: bytes) -> None:
    assert refusal(deliver(door, endpoint(door, secret=OLD), body), 401, "unauthorized") == UNSIGNED
    assert held(door) == []
    assert not _is_stored(door, 100)


def test_two_secrets_are_valid_while_one_replaces_the_other(opened: Opener) -> None:
    before = opened()
    path = endpoint(before, secret=OLD)
    company_id = company_of(before.house, "Acme")
    refusal(deliver(before, path, signed(call(1000), NEW)), 401, "unauthorized")
    before.house.endpoints.rotate(company_id, "office", NEW)
    during = opened()
    kept(deliver(during, path, signed(call(100), OLD)))
    kept(deliver(during, path, signed(call(101), NEW)))
    during.house.endpoints.retire(company_id, "office")
    after = opened()
    refusal(deliver(after, path, signed(call(1001), OLD)), 401, "unauthorized")
    kept(deliver(after, path, signed(call(102), NEW)))
    assert [_is_stored(after, number) for number in (100, 101, 102, 1000, 1001)] == [True] * 3 + [False] * 2


def test_what_is_signed_with_a_new_secret_is_taken_at_once(door: Door) -> None:
    path, company_id = endpoint(door, secret=OLD), company_of(door.house, "Acme")
    kept(deliver(door, path, signed(call(100), OLD)))
    door.house.endpoints.rotate(company_id, "office", NEW)
    kept(deliver(door, path, signed(call(101), NEW)))
    refusal(deliver(door, path, signed(call(1000), NEW[:-1])), 401, "unauthorized")
    assert [_is_stored(door, number) for number in (100, 101, 1000)] == [True, True, False]


def test_a_change_of_secrets_is_known_to_a_server_within_a_second(door: Door) -> None:
    now = [1000.0]
    known = Remembered(door.house.endpoints.of_token, 1.0, lambda: now[0])
    token = endpoint(door, secret=OLD).rpartition("/")[2]
    assert asyncio.run(known.get(token)).secrets == (OLD,)
    door.house.endpoints.rotate(company_of(door.house, "Acme"), "office", NEW)
    now[0] += 1.0
    assert asyncio.run(known.get(token)).secrets == (NEW, OLD)


def test_an_endpoint_that_is_not_there_or_no_longer(opened: Opener) -> None:
    door = opened()
    path = endpoint(door)
    message = refusal(deliver(door, "/ingest/dialpad/unknown", call(100)), 404, "notFound")
    assert message == "There is no such endpoint."
    door.house.endpoints.remove(company_of(door.house, "Acme"), "office")
    assert refusal(deliver(opened(), path, call(100)), 404, "notFound") == message


def test_each_endpoint_is_its_companys_alone(door: Door) -> None:
    kept(deliver(door, endpoint(door, company="Rival"), call(100)))
    kept(deliver(door, endpoint(door), call(101)))
    assert [_is_stored(door, number, "Rival") for number in (100, 101)] == [True, False]
    assert [_is_stored(door, number) for number in (100, 101)] == [False, True]


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[1]", b'{"action": "created"}', b"\xff\xfe", b"\x00" * 100])
def test_what_is_not_understood_is_acknowledged_and_held(door: Door, body: bytes) -> None:
    kept(deliver(door, endpoint(door), body))
    assert held(door) == [body]


def test_what_came_signed_before_there_was_a_secret_is_held(door: Door) -> None:
    body = signed(call(100), OLD)
    kept(deliver(door, endpoint(door), body))
    assert held(door) == [body]


def test_a_mark_at_the_beginning_is_no_part_of_an_event(door: Door) -> None:
    kept(deliver(door, endpoint(door), b"\xef\xbb\xbf" + json.dumps(call(100)).encode()))
    assert _is_stored(door, 100)


def test_a_body_that_is_too_large_is_refused(opened: Opener) -> None:
    door = opened(max_body_bytes=1000)
    path = endpoint(door)
    small = json.dumps(call(100)).encode()
    kept(deliver(door, path, small + b" " * (1000 - len(small))))
    message = refusal(deliver(door, path, small + b" " * (1001 - len(small))), 413, "payloadTooLarge")
    assert message == "The body is larger than the 1000 bytes that are taken."


def test_a_known_endpoint_takes_events_while_the_database_is_away(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_REMEMBERED_SECONDS", 0.0)
    door = opened()
    path, unused = endpoint(door), endpoint(door, "unused")
    kept(deliver(door, path, call(100)))
    database = door.house.settings.folder / "busyhour.db"
    door.house.database.close()
    aside = database.rename(database.with_name("aside.db"))
    database.mkdir()
    with pytest.raises(OperationalError):
        door.house.access.companies()
    kept(deliver(door, path, call(101)))
    assert deliver(door, unused, call(102)).status_code >= 500
    database.rmdir()
    aside.rename(database)
    kept(deliver(door, unused, call(102)))
    refresh(door)
    assert [_is_stored(door, number) for number in (100, 101, 102)] == [True] * 3


def test_a_log_that_cannot_store_asks_for_the_event_again(door: Door) -> None:
    path = endpoint(door)
    kept(deliver(door, path, call(100)))
    folder = door.house.settings.folder / "arrivals"
    aside = folder.rename(folder.with_name("aside"))
    answer = deliver(door, path, call(101))
    assert refusal(answer, 503, "backendError").startswith("Events cannot be stored at the moment (")
    assert int(answer.headers["Retry-After"]) >= 1
    aside.rename(folder)
    kept(deliver(door, path, call(101)))
    assert [_is_stored(door, number) for number in (100, 101)] == [True] * 2
