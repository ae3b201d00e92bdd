"""Local times of imported rows: half-hour zones, hours that come twice, hours that the clocks skip."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from busyhour.sources.base import Context, Row, Taken
from busyhour.sources.records_csv import SOURCE

_HEADER = "call_id,date_started,date_connected,date_ended,direction,target_type,target_id,timezone"
_FIRST = "in an hour that comes twice: the first, by order"
_SECOND = "in an hour that comes twice: the second, by order"


def _read(*times: str, zone: str = "America/New_York", timezone: str = "UTC") -> list[Row]:
    """Rows of the times started, connected, ended: a day, then clock times in it."""
    rows = [f"{number},{cells},inbound,user,7,{zone}" for number, cells in enumerate(times)]
    text = "\n".join((_HEADER, *rows))
    return list(SOURCE.rows(io.BytesIO(text.encode()), Context("Acme", "1", timezone)))


def _utc(microseconds: int | None) -> str:
    assert microseconds is not None
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return f"{instant:%m-%d %H:%M:%S}"


def _started(rows: list[Row]) -> list[str]:
    return [_utc(row.events[0].date_started) for row in rows if isinstance(row, Taken)]


def _mended(rows: list[Row]) -> list[list[str]]:
    return [list(row.mended) for row in rows if isinstance(row, Taken)]


def test_an_hour_that_comes_twice_is_resolved_by_the_order_of_rows() -> None:
    day = "2026-11-01"
    rows = _read(
        f"{day} 00:59:59,,",
        f"{day} 01:10:00,,",
        f"{day} 01:50:00,,",
        f"{day} 01:50:00,,",
        f"{day} 01:20:00,,",
        f"{day} 01:55:00,,",
        f"{day} 02:00:00,,",
    )
    assert _started(rows) == [
        "11-01 04:59:59",
        "11-01 05:10:00",
        "11-01 05:50:00",
        "11-01 05:50:00",
        "11-01 06:20:00",
        "11-01 06:55:00",
        "11-01 07:00:00",
    ]
    first, second = [f"date_started {_FIRST}"], [f"date_started {_SECOND}"]
    assert _mended(rows) == [[], first, first, first, second, second, []]


def test_a_rows_own_times_do_not_come_before_its_start() -> None:
    day = "2026-11-01"
    (row,) = _read(f"{day} 01:58:00,{day} 01:59:00,{day} 01:03:00")
    assert isinstance(row, Taken)
    event = row.events[0]
    times = (event.date_started, event.date_connected, event.date_ended)
    assert [_utc(time) for time in times] == ["11-01 05:58:00", "11-01 05:59:00", "11-01 06:03:00"]
    assert row.mended == [f"date_started {_FIRST}", f"date_connected {_FIRST}", f"date_ended {_SECOND}"]


def test_refused_rows_have_no_say_in_the_order() -> None:
    day = "2026-11-01"
    rows = _read(f"{day} 01:10:00,,", f"{day} 01:50:00,,never", f"{day} 01:20:00,,")
    assert _started(rows) == ["11-01 05:10:00", "11-01 05:20:00"]


def test_rows_of_other_zones_are_compared_as_instants() -> None:
    rows = [
        "1,2026-11-01 06:30:00,,,inbound,user,7,UTC",
        "2,2026-11-01 01:15:00,,,inbound,user,7,America/New_York",
        "3,2026-11-01 01:45:00,,,inbound,user,7,America/New_York",
    ]
    text = "\n".join((_HEADER, *rows))
    read = list(SOURCE.rows(io.BytesIO(text.encode()), Context("Acme", "1", "UTC")))
    assert _started(read) == ["11-01 06:30:00", "11-01 06:15:00", "11-01 06:45:00"]


def test_a_time_that_the_clocks_skip_is_read_by_the_clock_before() -> None:
    rows = _read("2026-03-08 01:59:59,,", "2026-03-08 02:30:00,,", "2026-03-08 03:00:00,,")
    assert _started(rows) == ["03-08 06:59:59", "03-08 07:30:00", "03-08 07:00:00"]
    assert _mended(rows) == [
        [],
        ["date_started in an hour that the clocks skip: read by the clock before the skip"],
        [],
    ]


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Asia/Kolkata", "2026-03-02 10:00:00", "03-02 04:30:00"),
        ("Asia/Kathmandu", "2026-03-02 10:00:00", "03-02 04:15:00"),
        ("America/St_Johns", "2026-07-01 10:00:00", "07-01 12:30:00"),
        ("Pacific/Kiritimati", "2026-03-02 10:00:00", "03-01 20:00:00"),
        ("UTC", "2026-11-01 01:30:00", "11-01 01:30:00"),
    ],
)
def test_zones_of_any_offset(zone: str, local: str, expected: str) -> None:
    assert _started(_read(f"{local},,", zone=zone)) == [expected]


def test_a_half_hour_that_comes_twice() -> None:
    day = "2026-04-05"
    rows = _read(f"{day} 01:29:00,,", f"{day} 01:45:00,,", f"{day} 01:40:00,,", zone="Australia/Lord_Howe")
    assert _started(rows) == ["04-04 14:29:00", "04-04 14:45:00", "04-04 15:10:00"]


def test_without_a_zone_of_its_own_a_row_has_the_imports() -> None:
    assert _started(_read("2026-03-02 10:00:00,,", zone="", timezone="Asia/Jerusalem")) == ["03-02 08:00:00"]
