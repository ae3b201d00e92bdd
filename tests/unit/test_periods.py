"""Days and zones, checked against zoneinfo and against the tz database's own files."""

import importlib.resources
import struct
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from busyhour.domain.periods import Period, Tier, instants, local_days, segments, tier_of, today, zone, zone_names

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def _transitions(name: str) -> list[tuple[int, int]]:
    """Every change of offset in a zone's TZif file since 1900: second and new offset (RFC 8536, version 2 block)."""
    data = importlib.resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()
    isut, isstd, leap, times, types, chars = struct.unpack(">6l", data[20:44])
    data = data[44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut :]
    _, _, _, times, types, _ = struct.unpack(">6l", data[20:44])
    seconds = struct.unpack(f">{times}q", data[44 : 44 + 8 * times])
    kinds = data[44 + 8 * times : 44 + 9 * times]
    start = 44 + 9 * times
    offsets = [struct.unpack(">l", data[start + 6 * n : start + 6 * n + 4])[0] for n in range(types)]
    changes: list[tuple[int, int]] = []
    before = offsets[0]
    for second, kind in zip(seconds, kinds, strict=True):
        if offsets[kind] != before:
            changes.append((second, offsets[kind]))
        before = offsets[kind]
    return [change for change in changes if change[0] > datetime(1900, 1, 1, tzinfo=UTC).timestamp()]


def test_segments_are_the_tz_databases_own_for_every_zone() -> None:
    for name in sorted(zone_names()):
        if name in ("localtime", "Factory"):
            continue
        expected = _transitions(name)
        until = expected[-1][0] if expected else 0
        found = [
            (segment.start // SECOND, segment.offset // SECOND)
            for before, segment in pairwise(segments(name))
            if segment.start // SECOND <= until
        ]
        assert found == expected, name


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("Pacific/Apia", 2011), ("America/St_Johns", 2006), ("Asia/Kolkata", 2026), ("Asia/Kathmandu", 1986),
        ("Australia/Lord_Howe", 2026), ("America/New_York", 2026), ("Africa/Casablanca", 2026),
        ("Asia/Jerusalem", 1999),
    ],
)  # fmt: skip
def test_minute_by_minute(name: str, year: int) -> None:
    where = ZoneInfo(name)
    parts = segments(name)
    index = 0
    for second in range(
        int(datetime(year, 1, 1, tzinfo=UTC).timestamp()), int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp()), 60
    ):
        while index + 1 < len(parts) and parts[index + 1].start <= second * SECOND:
            index += 1
        local = datetime.fromtimestamp(second, where).replace(tzinfo=None)
        assert local == EPOCH + timedelta(seconds=second + parts[index].offset // SECOND)


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2026, 7, 1), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_how_long_a_local_day_is(name: str, day: date, hours: float) -> None:
    start, stop = instants(Period(day, day, name))
    minutes = sum(
        datetime.fromtimestamp(second, ZoneInfo(name)).date() == day
        for second in range(start // SECOND, stop // SECOND, 60)
    )
    assert minutes == hours * 60


def test_a_local_day_may_lie_in_two_pieces() -> None:
    """St John's went back over midnight: a minute of the 29th, then the 28th again."""
    start, stop = instants(Period(date(2006, 10, 28), date(2006, 10, 29), "America/St_Johns"))
    days = [
        datetime.fromtimestamp(second, ZoneInfo("America/St_Johns")).day
        for second in range(start // SECOND, stop // SECOND, 60)
    ]
    changes = [(a, b) for a, b in pairwise(days) if a != b]
    assert changes == [(26, 27), (27, 28), (28, 29), (29, 28), (28, 29), (29, 30)]


def test_today_is_the_zones_own() -> None:
    now = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert today(now, "UTC") == date(2026, 11, 24)
    assert today(now, "Asia/Kolkata") == date(2026, 11, 25)
    assert today(now, "America/Los_Angeles") == date(2026, 11, 24)


def test_local_days_are_calendar_days() -> None:
    assert local_days(Period(date(2011, 12, 29), date(2011, 12, 31), "Pacific/Apia")) == [
        date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("is_today", "nearer", "farther", "tier"),
    [
        (True, 0, 0, Tier.REALTIME), (True, 1, 30, Tier.REALTIME), (False, 0, 0, Tier.REALTIME),
        (False, 0, 1, Tier.HISTORICAL), (False, 1, 1, Tier.HISTORICAL), (False, 1, 30, Tier.HISTORICAL),
    ],
)  # fmt: skip
def test_which_tier_answers(is_today: bool, nearer: int, farther: int, tier: Tier) -> None:
    assert tier_of(is_today, nearer, farther) is tier


def test_names_are_exact() -> None:
    assert zone("America/New_York") is not None
    for wrong in ("america/new_york", "EST5", "", "../etc/passwd", "Mars/Olympus"):
        assert zone(wrong) is None, wrong
