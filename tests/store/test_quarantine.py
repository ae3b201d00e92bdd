"""What is held: each body once and whole, found by its company alone, and gone when it is to be."""

from collections.abc import Callable

from busyhour.store.arrivals import Arrival
from busyhour.store.database import Database
from busyhour.store.forgetting import Forgetting
from busyhour.store.quarantine import Held, Quarantine, held
from store.asking import ACME, RIVAL


def _held(number: int, company_id: str = ACME) -> Held:
    body = b"\x00\xff" + str(number).encode()
    return held(Arrival(company_id, "dialpad/é", number, body), number % 3, body, "no\x00thing", "'?'")


def test_each_is_held_once_whole_and_in_order(another: Callable[[], Database]) -> None:
    quarantine = Quarantine(another())
    quarantine.hold([_held(2), _held(1), _held(3, RIVAL)])
    quarantine.hold([_held(1)])
    assert [(one.received_at, one.body) for one in quarantine.all(ACME)] == [(1, b"\x00\xff1"), (2, b"\x00\xff2")]
    assert quarantine.count() == 3
    assert quarantine.find(RIVAL, _held(1).id) is None


def test_more_than_are_read_at_once_are_found_and_forgotten(another: Callable[[], Database]) -> None:
    database = another()
    quarantine, forgetting = Quarantine(database), Forgetting(database)
    quarantine.hold([_held(number) for number in range(35)])
    found = list(forgetting.quarantined(ACME))
    assert [(one.received_at, one.body) for one in found] == [(n, _held(n).body) for n in range(35)]
    forgetting.drop_quarantined(ACME, [one.id for one in found[:30]])
    assert [one.received_at for one in quarantine.all(ACME)] == [30, 31, 32, 33, 34]
