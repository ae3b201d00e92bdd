"""Every answer says as of when its figures are."""

import pytest

from api.conftest import Opener
from api.door import CALLS, STATS, Door
from busyhour.domain.periods import Tier
from houses import company_of, refresh

TODAY = CALLS | {"is_today": True}
HEADER = "X-Busyhour-As-Of"
FILLED = "2026-03-10T12:00:00Z"
"""When the small company was filled: both tiers are as of then."""
LATER = "2026-03-10T12:10:00.999999+00:00"


def test_a_request_that_waits_is_as_of_what_its_tier_shows_now(opened: Opener) -> None:
    door = opened(LATER)
    refresh(door.house, "Acme", Tier.REALTIME)
    for asked, as_of in ((CALLS, FILLED), (TODAY, "2026-03-10T12:10:00Z")):
        posted = door.post(asked)
        assert posted.headers[HEADER] == as_of
        request_id = posted.json()["request_id"]
        waiting = door.get(request_id)
        assert (waiting.headers[HEADER], waiting.json()["as_of"]) == (as_of, as_of)
        by_query = door.http.get(STATS, params={"id": request_id}, headers=door.bearer)
        assert (by_query.headers[HEADER], by_query.json()["as_of"]) == (as_of, as_of)


def test_a_result_keeps_its_own(opened: Opener) -> None:
    request_id = opened().make(TODAY)
    door = opened(LATER)
    refresh(door.house, "Acme")
    done = door.get(request_id)
    assert (done.headers[HEADER], done.json()["as_of"]) == (FILLED, FILLED)
    assert door.post(TODAY).headers[HEADER] == FILLED
    for method in (door.http.get, door.http.head):
        assert method(door.link(request_id)).headers[HEADER] == FILLED


def test_a_request_that_has_failed_says_what_its_tier_shows(door: Door) -> None:
    request_id = door.id_of(CALLS)
    claim = door.house.requests.claim("hand", 0.0, 60.0)
    assert claim is not None
    door.house.requests.fail(claim, "for a test")
    failed = door.get(request_id)
    assert failed.json() == {"status": "failed", "reason": "for a test", "as_of": FILLED}
    assert failed.headers[HEADER] == FILLED


def test_before_the_first_refresh_nothing_is_said(door: Door) -> None:
    company_of(door.house, "New")
    new = door.of("New")
    posted = new.post(CALLS)
    waiting = new.get(posted.json()["request_id"])
    assert waiting.json() == {"status": "processing"}
    assert HEADER not in posted.headers
    assert HEADER not in waiting.headers


@pytest.mark.parametrize("path", ["/api/v2/stats", "/api/v2/stats/{id}", "/downloads/{token}.csv"])
def test_the_description_names_it(door: Door, path: str) -> None:
    for method in door.http.get("/openapi.json").json()["paths"][path].values():
        assert HEADER in method["responses"]["200"]["headers"]
