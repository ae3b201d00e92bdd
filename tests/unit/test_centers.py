"""Opening hours by the local clock: edges of openings, weekdays, holidays, changes of offset."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from busyhour.domain.centers import (
    CenterSettings,
    Holiday,
    Opening,
    availability,
    settings_from_json,
    settings_of,
    settings_to_json,
)

NEW_YORK = ZoneInfo("America/New_York")
_MORNING, _AFTERNOON, _LATE = Opening(480, 720), Opening(840, 1080), Opening(1320, 1440)
HOURS = ((_MORNING, _AFTERNOON), (_MORNING,), (_MORNING,), (_MORNING,), (_LATE,), (Opening(0, 120),), ())
"""Monday morning and afternoon, Tuesday to Thursday mornings, Friday from 22:00, Saturday to 02:00, Sunday closed."""

SETTINGS = CenterSettings(hours=HOURS, holidays=(Holiday(date(2026, 12, 25), "Christmas"),))


def _at(local: str, zone: ZoneInfo = NEW_YORK, fold: int = 0) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=zone, fold=fold).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-03-09 07:59:59", "closed"),
        ("2026-03-09 08:00:00", "open"),
        ("2026-03-09 11:59:59", "open"),
        ("2026-03-09 12:00:00", "closed"),
        ("2026-03-09 14:00:00", "open"),
        ("2026-03-09 18:00:00", "closed"),
        ("2026-03-10 14:00:00", "closed"),
        ("2026-03-13 23:59:59", "open"),
        ("2026-03-14 00:00:00", "open"),
        ("2026-03-14 02:00:00", "closed"),
        ("2026-03-15 09:00:00", "closed"),
        ("2026-12-25 23:00:00", "holiday_closed"),
        ("2026-12-24 09:00:00", "open"),
        ("2026-12-26 00:00:00", "open"),
    ],
)
def test_by_the_local_clock(local: str, expected: str) -> None:
    assert availability(SETTINGS, _at(local), NEW_YORK) == expected


def test_the_last_microsecond_before_the_end_is_open() -> None:
    assert availability(SETTINGS, _at("2026-03-09 12:00:00") - 1, NEW_YORK) == "open"


def test_the_same_instant_is_another_hour_elsewhere() -> None:
    instant = _at("2026-03-09 08:00:00")
    assert availability(SETTINGS, instant, ZoneInfo("America/Los_Angeles")) == "closed"
    # Noon in London, where the clock has not changed yet: the morning is over.
    assert availability(SETTINGS, instant, ZoneInfo("Europe/London")) == "closed"
    assert availability(SETTINGS, instant, ZoneInfo("America/Sao_Paulo")) == "open"


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    early = CenterSettings(hours=((), (), (), (), (), (), (Opening(60, 120),)))
    assert availability(early, _at("2026-11-01 01:30:00", fold=0), NEW_YORK) == "open"
    assert availability(early, _at("2026-11-01 01:30:00", fold=1), NEW_YORK) == "open"
    assert availability(early, _at("2026-11-01 02:00:00"), NEW_YORK) == "closed"


def test_without_hours_only_holidays_are_closed() -> None:
    always = CenterSettings(holidays=SETTINGS.holidays)
    assert availability(always, _at("2026-03-15 03:00:00"), NEW_YORK) == "open"
    assert availability(always, _at("2026-12-25 12:00:00"), NEW_YORK) == "holiday_closed"


def test_a_week_of_closed_days_is_not_always_open() -> None:
    assert availability(CenterSettings(hours=((),) * 7), _at("2026-03-09 12:00:00"), NEW_YORK) == "closed"


def test_defaults() -> None:
    settings = settings_of(None)
    assert (settings.service_level_percent, settings.service_level_seconds) == (95, 60)
    assert settings.short_abandon_seconds == 6
    assert settings.hours is None
    assert settings.holidays == ()


def test_settings_are_the_same_after_json() -> None:
    assert settings_from_json(settings_to_json(SETTINGS)) == SETTINGS
    assert settings_from_json(settings_to_json(CenterSettings())) == CenterSettings()
    assert settings_to_json(SETTINGS)["hours"]["monday"] == ["08:00", "12:00", "14:00", "18:00"]
    assert settings_to_json(SETTINGS)["hours"]["friday"] == ["22:00", "24:00"]
    assert settings_to_json(SETTINGS)["holidays"] == [{"date": "2026-12-25", "name": "Christmas"}]


def test_details_may_hold_other_things_and_only_some_settings() -> None:
    details = '{"country": "us", "service_level_seconds": 20, "hours": {"monday": ["09:00", "17:00"]}}'
    settings = settings_of(details)
    assert settings.service_level_percent == 95
    assert settings.service_level_seconds == 20
    assert settings.hours == ((Opening(540, 1020),), (), (), (), (), (), ())
