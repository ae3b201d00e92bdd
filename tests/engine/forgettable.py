"""A company whose calls, messages and notes name one number in every way there is, and other people's beside them."""

from typing import Any

from busyhour.domain.events import MICROSECONDS_A_DAY, CallEvent, Party, content_hash, typed_content
from busyhour.domain.things import (
    CsatEvent,
    DispositionEvent,
    DutyEvent,
    RecordingEvent,
    ScreenshareEvent,
    TextEvent,
    VoicemailEvent,
    thing,
)
from busyhour.tables.schema import Event
from busyhour.tables.staging import stage_events
from houses import House, company_of, new_house, refresh

NOW = "2026-06-20T18:00:00+00:00"
DAY = 20_624
NUMBER, DIGITS = "+1 (555) 123-4567", "5551234567"
HERS, HIS = f"+1{DIGITS}", "+15559876543"
MINUTE = 60_000_000
ANN = Party("11", "user", "Ann", "ann@example.com", "+15550000011", "9")
SALES = Party("31", "call_center", "Sales", None, "+15550000031", "9")


def at(day: int, minute: int) -> int:
    """A minute of a day, counted from today."""
    return (DAY + day) * MICROSECONDS_A_DAY + minute * MINUTE


def leg(call_id: str, day: int, minute: int, number: str | None, **said: Any) -> CallEvent:
    """The event of a leg's end, after two minutes."""
    start = at(day, minute)
    values: dict[str, Any] = {
        "call_id": call_id, "state": "hangup", "event_timestamp": start + 2 * MINUTE, "date_started": start,
        "date_ended": start + 2 * MINUTE, "direction": "inbound", "target": ANN, "external_number": number,
    }  # fmt: skip
    values |= said
    raw = values.pop("raw", "{}")
    return CallEvent(hash=content_hash(typed_content(values)), raw=raw, **values)


def _of(kind: type, day: int, minute: int, raw: str = "{}", **said: Any) -> Event:
    when = at(day, minute)
    return thing(kind, raw=raw, **({"event_timestamp": when, "date": when, "target": ANN} | said))


UNDER_1 = {"entry_point_call_id": "1", "entry_point_target": SALES, "date_rang": at(0, 600)}
WAITING = {"date_started": None, "date_ended": None}

EVENTS: list[Event] = [
    # Her call to Sales, which Ann takes; a leg of it that does not say with whom; and one merged with it that is his.
    leg("1", 0, 600, HERS, target=SALES, date_connected=at(0, 601), date_queued=at(0, 600)),
    leg("2", 0, 600, HERS, date_connected=at(0, 601), **UNDER_1),
    leg("3", 0, 600, None, **UNDER_1),
    leg("4", 0, 605, HIS, master_call_id="1"),
    # Named where nothing was understood; in a contact; from ten to midnight.
    leg("5", -1, 700, None, raw='{"who": "(555) 123-4567"}'),
    leg("6", -2, 700, "anonymous", contact=Party("7", "shared", "Her", None, HERS)),
    leg("7", -2, 1435, HERS, date_ended=at(-1, 5)),
    leg("8", -2, 1436, HIS, date_ended=at(-1, 6)),
    # Legs that moved between days, of which one event names the number.
    leg("9", -9, 10, HERS),
    leg("9", -5, 10, None, event_timestamp=at(-4, 0)),
    leg("10", -9, 10, HIS),
    leg("10", -5, 10, HIS, event_timestamp=at(-4, 0)),
    # Some wait for the beginning of their leg.
    leg("11", 0, 100, HERS, **WAITING),
    leg("12", 0, 100, HIS, **WAITING),
    # Ann calls her in the name of Sales, and him: the group legs are made from Ann's.
    leg("13", -1, 300, HERS, direction="outbound", proxy_target=SALES),
    leg("14", -1, 300, HIS, direction="outbound", proxy_target=SALES),
    # Longer numbers, and one of another country, are others.
    leg("15", -1, 400, f"{HERS}8"),
    leg("16", -1, 400, f"+44{DIGITS}"),
    _of(TextEvent, 0, 10, message_id="t1", from_phone=HIS, to_phone=f"{HIS},{HERS}"),
    _of(TextEvent, -3, 10, message_id="t2", from_phone=HIS, to_phone=HIS),
    _of(DutyEvent, 0, 0, record_id="d1", on_duty_status="available", target=ANN),
    _of(VoicemailEvent, -1, 705, call_id="5"),
    _of(VoicemailEvent, -1, 706, call_id="v", external_number=HIS, transcription_text=f"Call back {NUMBER}"),
    _of(VoicemailEvent, 0, 606, call_id="4", external_number=HIS),
    _of(RecordingEvent, 0, 602, recording_id="r1", call_id="2", recording_url="https://example.com/r1"),
    _of(RecordingEvent, 0, 606, recording_id="r2", call_id="4", external_number=HIS),
    _of(CsatEvent, 0, 620, answer_id="c1", call_id="elsewhere", external_number=f"001{DIGITS}", response="5"),
    _of(CsatEvent, 0, 620, answer_id="c2", call_id="elsewhere", external_number=HIS, response="5"),
    _of(DispositionEvent, 0, 603, call_id="1", disposition="Order", note="She ordered"),
    _of(DispositionEvent, 0, 606, call_id="4", disposition="Order", note="He ordered"),
    _of(ScreenshareEvent, 0, 601, screenshare_id="s1", call_id="1", participants=2),
    _of(ScreenshareEvent, 0, 601, screenshare_id="s2", participants=2),
]  # fmt: skip

GONE: dict[str, set[str]] = {
    "call": {"1", "2", "3", "5", "6", "7", "9", "11", "13"},
    "text": {"t1"}, "duty": set(), "voicemail": {"5", "v"}, "recording": {"r1"}, "csat": {"c1"},
    "disposition": {"1"}, "screenshare": {"s1"},
}  # fmt: skip
"""What is hers."""
GONE_ROWS = GONE | {"call": GONE["call"] | {"130"}}
"""The rows of tables too: the group leg of her call 13 was made from Ann's."""


def take(house: House, *events: Event) -> None:
    stage_events(iter(events), company_of(house, "A"), house.inbox)
    refresh(house, "A")


def company(home: Any, **settings: Any) -> House:
    """The company's events, taken in by several refreshes."""
    house = new_house(home, NOW, **settings)
    for part in (EVENTS[::3], EVENTS[1::3], EVENTS[2::3]):
        take(house, *part)
    return house
