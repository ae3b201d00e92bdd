"""A day of forty events at Acme: 9 March 2026 in Berlin, seen at 18:00."""

from datetime import datetime
from typing import Any

__all__ = ["DAY", "EVENTS", "NOW", "ZONE"]

DAY, ZONE = "2026-03-09", "Europe/Berlin"
NOW = f"{DAY}T18:00:00+01:00"
Said = dict[str, Any]


def ms(clock: str) -> int:
    """A time of Berlin's clock as events say it."""
    return int(datetime.fromisoformat(f"{DAY}T{clock}+01:00").timestamp() * 1000)


def party(kind: str, number: int, name: str) -> Said:
    """Somebody or something of the one office."""
    mail = {"email": f"{name.lower()}@acme.example"} if kind == "user" else {}
    return {"id": number, "type": kind, "name": name, "office_id": 12, "phone": f"+49{number}", **mail}


def said(at: str, **fields: Any) -> Said:
    """An event: its own time and the dates among its fields by Berlin's clock."""
    dates = {name: ms(value) for name, value in fields.items() if name.startswith(("date", "created_date"))}
    return {"event_timestamp": ms(at), **fields, **dates}


def leg(number: int, target: Said, start: str, end: str, *, state: str = "hangup", **more: Any) -> Said:
    """The event of a leg's end, with the other times of the leg."""
    times = {f"date_{name}": more.pop(name) for name in ("queued", "rang", "connected") if name in more}
    known = {"call_id": number, "state": state, "target": target, "external_number": "+49301"}
    return said(end, **known, date_started=start, date_ended=end, **times, **more)


def text(at: str, number: int, owner: Said, source: str, to: str, **more: Any) -> Said:
    """The event of a message in the box of its owner."""
    known = {"id": number, "created_date": at, "mms": False, "target": owner, "from_number": source, "to_number": [to]}
    return said(at, **(known | more))


IN, OUT, INTERNAL = Said(direction="inbound"), Said(direction="outbound"), Said(is_internal=True)
SALES, BILLING = party("call_center", 31, "Sales"), party("department", 41, "Billing")
ANN, BEN, LOBBY = party("user", 91, "Ann"), party("user", 92, "Ben"), party("room", 61, "Lobby")
UNDER_100, UNDER_120, UNDER_190 = (Said(entry_point_call_id=id_, entry_point_target=SALES) for id_ in (100, 120, 190))
TO_SALES, BY_BEN = {"target": SALES, "external_number": "+49301"}, {"target": SALES, "operator": BEN, "call_id": 100}
SHARED = {"event": "screenshare", "screenshare_id": 5, "call_id": 130, "target": ANN}
CALLBACK = {"categories": "callback_connected,human_agent,outbound", "connected": "14:10:20", **OUT}
RECORDING = {"id": "r-2", "duration": 180_000, "start_time": ms("10:00:12")}
QUESTION = {"survey_id": 7, "question_id": "q1", "question": "Satisfied?", "channel": "sms"}
DUTY = {
    "08:00:00": (ANN, "available"), "13:00:00": (ANN, "busy"), "13:30:00": (ANN, "available"),
    "17:00:00": (ANN, "unavailable"), "08:30:00": (BEN, "available"), "09:00:40": (BEN, "occupied"),
    "09:05:40": (BEN, "wrapup"), "09:06:40": (BEN, "wrapup-end"), "12:00:00": (BEN, "unavailable"),
}  # fmt: skip

EVENTS = [
    # Sales is called: Ann does not take it, Ben does; he puts the caller on hold, wraps up, and classes the call.
    leg(100, SALES, "09:00:00", "09:05:40", queued="09:00:10", connected="09:00:40", **IN),
    leg(101, ANN, "09:00:20", "09:00:30", rang="09:00:20", **UNDER_100, **IN),
    leg(102, BEN, "09:00:30", "09:05:40", rang="09:00:30", connected="09:00:40", **UNDER_100, **IN),
    said("09:02:00", call_id=102, state="hold"),
    said("09:02:30", call_id=102, state="connected"),
    said("09:06:40", call_id=102, state="postcall"),
    said("09:07:00", event="disposition", date="09:05:40", disposition="Order~New", note='"Now",\nor soon', **BY_BEN),
    said("09:06:30", event="recording", recording_id="r-1", date="09:00:40", duration=300_000, **BY_BEN),
    said("09:06:00", event="csat", answer_id=8, date="09:06:00", date_sent="09:06:00", **QUESTION, **BY_BEN),
    said("12:00:00", call_id=100, state="csat", csat_score="5", date_started="09:00:00", **TO_SALES),
    # One gives up soon; another whom Ann does not hear leaves a message, to which Ben listens an hour later.
    leg(110, SALES, "09:10:00", "09:10:05", queued="09:10:01", **IN),
    leg(120, SALES, "09:20:00", "09:21:30", queued="09:20:10", **IN),
    leg(121, ANN, "09:20:20", "09:20:50", rang="09:20:20", **UNDER_120, **IN),
    said("09:21:40", call_id=120, state="voicemail_uploaded", transcription_text="Hello", **TO_SALES),
    said("10:21:40", event="voicemail", call_id=120, date_listened="10:21:40", listened_by=BEN),
    # Ann's own call, recorded, a screen shared; Ann calls Ben; Ben calls in Billing's name; the room gives up.
    leg(130, ANN, "10:00:00", "10:03:12", rang="10:00:00", connected="10:00:12", recording_details=[RECORDING], **IN),
    said("10:02:30", date="10:01:00", date_ended="10:02:30", participants=2, **SHARED),
    leg(140, ANN, "10:30:00", "10:32:06", connected="10:30:06", **INTERNAL, **OUT),
    leg(141, BEN, "10:30:00", "10:32:06", rang="10:30:00", connected="10:30:06", **INTERNAL, **IN),
    leg(150, BEN, "11:00:00", "11:02:15", connected="11:00:15", proxy_target=BILLING, **OUT),
    leg(160, LOBBY, "12:00:00", "12:00:20", device="desk_phone", **OUT),
    # A machine calls Billing, which is closed. Somebody asks Sales to be called back, and Ann does it.
    leg(170, BILLING, "13:00:00", "13:00:03", state="blocked", target_availability_status="closed", **IN),
    leg(180, SALES, "14:00:00", "14:01:10", queued="14:00:10", callback_requested=True, callback_id=190, **IN),
    leg(190, SALES, "14:10:00", "14:11:20", **CALLBACK),
    leg(191, ANN, "14:10:00", "14:11:20", **UNDER_190, **CALLBACK),
    said("14:12:00", event="disposition", call_id=190, date="14:10:00", disposition="Called"),
    # Messages: from a customer and back, which fails; from Ann to Ben and back; from Sales to somebody else.
    text("15:00:00", 1, ANN, "+49301", "+4991", **IN),
    text("15:01:00", 2, ANN, "+4991", "+49301", sender_id=91, message_status="failed", **OUT),
    text("15:02:00", 3, ANN, "+4991", "+4992", sender_id=91, **INTERNAL, **OUT),
    text("15:02:30", 4, ANN, "+4992", "+4991", sender_id=92, **INTERNAL, **IN),
    text("15:03:00", 5, SALES, "+4931", "+49302", sender_id=92, **(OUT | {"mms": True})),
    *(said(at, target=who, on_duty_status=status, call_center_ids=["31"]) for at, (who, status) in DUTY.items()),
]  # fmt: skip
