"""A refresher that stood still until another took its place changes nothing any more when it goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from arriving import arrival, arrive, stored
from busyhour.errors import Conflict
from busyhour.tables.lake import Lake
from busyhour.tables.refresh import Refresher
from houses import House, new_house, refresh, report_rows

NOW = "2026-03-10T12:00:00+00:00"
NINE = 1_773_133_200_000


@pytest.fixture
def house(tmp_path: Path) -> House:
    return new_house(tmp_path / "home", NOW)


def _leg(number: int, **more: Any) -> dict[str, Any]:
    told = {"call_id": number, "state": "hangup", "event_timestamp": NINE + 60_000, "date_started": NINE}
    return told | {"date_ended": NINE + 60_000, "target": {"id": 91, "type": "user", "office_id": 12}} | more


def _call_ids(house: House) -> list[str]:
    rows = report_rows(house, "Acme", stat_type="calls", export_type="records", is_today=True)
    return sorted(row["call_id"] for row in rows)


def _stand_still_before(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, meanwhile: Callable[[], None]) -> None:
    """The first time that a method is called, let other things happen before it does anything."""
    whole = getattr(owner, name)

    def slow(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(owner, name, whole)
        meanwhile()
        return whole(*arguments, **named)

    monkeypatch.setattr(owner, name, slow)


@pytest.mark.parametrize(
    ("owner", "name"), [(Lake, "append"), (Lake, "replace_days"), (Refresher, "_fold"), (Lake, "remove")], ids=str
)
def test_it_adds_nothing_twice_and_puts_nothing_back(
    tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    other = new_house(tmp_path / "home", NOW)
    waiting = {"call_id": 1, "state": "postcall", "event_timestamp": NINE + 90_000}
    arrive(house, arrival(house, waiting))
    refresh(house, "Acme")

    def taken_over() -> None:
        arrive(other, arrival(other, _leg(2)))
        with other.database.write() as connection:
            connection.execute(text("UPDATE leases SET until = 0"))
        refresh(other, "Acme")

    arrive(house, arrival(house, _leg(1)))
    _stand_still_before(monkeypatch, owner, name, taken_over)
    with pytest.raises(Conflict, match="took this refresh over"):
        refresh(house, "Acme")
    refresh(house, "Acme")
    assert sorted(stored(house).values()) == [1, 1, 1]
    assert _call_ids(house) == ["1", "2"]
