"""What comes in through the live doors reaches the reports: when it should, whatever it is, by whichever door."""

from collections.abc import Mapping
from typing import Any

import pytest

from api.conftest import Opener
from api.door import Door
from api.ingesting import AGENT, DOORS, Deliverer, Said, call, deliver, endpoint, hand_in, refresh
from api.small_company import NORTH, SALES, ZOE, ms
from busyhour.domain.periods import Tier

AT = ms("2026-03-09 14:00:00")
CENTER = {"id": SALES, "type": "call_center", "name": "Sales", "office_id": NORTH}
OF_SALES = {"target_id": SALES, "target_type": "callcenter"}
OF_ZOE = {"target_id": ZOE, "target_type": "user"}

KINDS: Mapping[str, tuple[Said, str, Said]] = {
    "call": (call(42424), "calls", {}),
    "text": (
        {"id": 42424, "created_date": AT, "event_timestamp": AT, "direction": "outbound", "target": AGENT,
         "from_number": "+15550777", "to_number": ["+15550100"], "text": "hello", "message_status": "sent"},
        "texts", {},
    ),
    "duty": (
        {"target": AGENT, "on_duty_status": "busy", "on_duty_status_reason": "42424", "date": AT,
         "event_timestamp": AT},
        "onduty", OF_ZOE,
    ),
    "own csat": (
        {"event": "csat", "answer_id": 1, "call_id": 42424, "date": AT, "event_timestamp": AT, "target": CENTER,
         "response": "4"},
        "csat", OF_SALES,
    ),
    "own disposition": (
        {"event": "disposition", "call_id": 42424, "date": AT, "event_timestamp": AT, "target": AGENT,
         "disposition": "Sold"},
        "dispositions", OF_ZOE,
    ),
    "own recording": (
        {"event": "recording", "recording_id": 1, "call_id": 42424, "date": AT, "event_timestamp": AT, "target": AGENT},
        "recordings", {},
    ),
    "own screenshare": (
        {"event": "screenshare", "screenshare_id": 42424, "date": AT, "event_timestamp": AT, "target": AGENT},
        "screenshare", {},
    ),
    "own voicemail": (
        {"event": "voicemail", "call_id": 42424, "date": AT, "event_timestamp": AT, "target": AGENT},
        "voicemails", {},
    ),
}  # fmt: skip


def _records(door: Door, stat_type: str, **fields: Any) -> list[str]:
    """The lines of yesterday's records that name 42424."""
    asked = {"export_type": "records", "stat_type": stat_type, "days_ago_start": 1, "days_ago_end": 1} | fields
    return [line for line in door.lines(asked)[1:] if "42424" in line]


@pytest.mark.parametrize("deliverer", DOORS.values(), ids=DOORS.keys())
def test_events_of_every_kind_are_in_the_reports_after_a_refresh(door: Door, deliverer: Deliverer) -> None:
    for event, _, _ in KINDS.values():
        deliverer(door, event)
    refresh(door)
    found = {name: len(_records(door, stat_type, **fields)) for name, (_, stat_type, fields) in KINDS.items()}
    assert found == dict.fromkeys(KINDS, 1)


def _by_date(door: Door, **fields: Any) -> dict[str, str]:
    """All calls by day."""
    lines = door.lines({"export_type": "stats", "stat_type": "calls", "group_by": "date"} | fields)
    place = lines[0].split(",").index("all_calls")
    return {line.split(",")[0]: line.split(",")[place] for line in lines[1:]}


def test_what_only_the_realtime_tier_has_taken_in_is_in_today_and_in_no_span_of_days(opened: Opener) -> None:
    """Today had two calls, of which a span of days knows; a third has come."""
    door = opened()
    hand_in(door, [call(42424, "2026-03-10 11:00:00")])
    assert _by_date(door, is_today=True) == {"2026-03-10": "2"}
    refresh(door, Tier.REALTIME)
    # The same request anew: another zone with the same days.
    assert _by_date(door, is_today=True, timezone="Africa/Abidjan") == {"2026-03-10": "3"}
    assert _by_date(door, days_ago_start=0, days_ago_end=1) == {"2026-03-09": "3", "2026-03-10": "2"}
    refresh(door, Tier.HISTORICAL)
    later = {"days_ago_start": 0, "days_ago_end": 1, "timezone": "Africa/Abidjan"}
    assert _by_date(door, **later) == {"2026-03-09": "3", "2026-03-10": "3"}


def test_an_answer_that_comes_five_days_later_is_in_the_report_of_its_day(opened: Opener) -> None:
    sent = KINDS["own csat"][0] | {"response": None, "question": "Well?"}
    first = opened("2026-03-10T12:00:00+00:00")
    path = endpoint(first)
    deliver(first, path, sent)
    refresh(first)
    (before,) = _records(first, "csat", **OF_SALES)
    late = opened("2026-03-15T12:00:00+00:00")
    deliver(late, path, sent | {"response": "5 of five", "event_timestamp": ms("2026-03-14 14:00:00")})
    refresh(late)
    (after,) = _records(late, "csat", **OF_SALES, days_ago_start=6, days_ago_end=6)
    assert "5 of five" not in before
    assert "5 of five" in after
    assert _records(late, "csat", **OF_SALES, days_ago_start=0, days_ago_end=5) == []
