"""What pages will want is queued for companies whose pages are looked at, and for no others."""

import time

from api.browser import signed_in
from api.conftest import Opener
from api.door import Door
from busyhour.domain.requests import Status
from busyhour.wiring import House
from houses import company_of, refresh

DAY = 86_400.0


def _waiting(house: House) -> int:
    """How many requests of the company there are, all of which wait."""
    company_id = company_of(house, "Acme")
    found = [house.reception.look(company_id, request_id) for request_id in house.requests.ids(company_id)]
    assert {stored.status for stored in found} <= {Status.QUEUED}
    return len(found)


def test_nothing_is_made_for_whom_nobody_looks_at(door: Door) -> None:
    door.house.foresight().run_due(0.0, time.time())
    assert _waiting(door.house) == 0


def test_a_look_is_remembered_for_three_days(door: Door) -> None:
    signed_in(door).http.get("/people")
    door.house.foresight().run_due(0.0, time.time() + 3.1 * DAY)
    assert _waiting(door.house) == 0
    door.house.foresight().run_due(0.0, time.time() + 2.9 * DAY)
    assert _waiting(door.house) == 9


def test_a_look_long_ago_is_renewed_by_another(door: Door) -> None:
    access, company_id = door.house.access, company_of(door.house, "Acme")
    access.note_look(company_id, 1_000_000.0)
    access.note_look(company_id, 1_000_000.0 + 10 * DAY)
    assert access.looked_at_since(1_000_000.0 + 9 * DAY) == [company_id]
    assert access.looked_at_since(1_000_000.0 + 11 * DAY) == []


def test_a_refresh_has_them_made_anew_at_once_and_time_does_what_ran_out(opened: Opener) -> None:
    door = opened()
    signed_in(door).http.get("/")
    foresight, now = door.house.foresight(), time.time()
    foresight.run_due(0.0, now)
    worker, company_id = door.house.worker(), company_of(door.house, "Acme")
    while worker.run_one():
        pass
    foresight.run_due(61.0, now)
    stored = [door.house.reception.look(company_id, one) for one in door.house.requests.ids(company_id)]
    assert [one.status for one in stored] == [Status.COMPLETE] * 9
    later = opened("2026-03-10T12:30:00+00:00").house
    foresight = later.foresight()
    foresight.run_due(0.0, now)
    refresh(later, "Acme")
    foresight.run_due(1.0, now)
    assert _waiting(later) == 9
