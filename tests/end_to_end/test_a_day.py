"""The specification by example: a day of forty events, and what each report makes of it, worked out by hand.

A report's rows stand here as words, `column=value`; columns that are not named must be empty, 0 or false. Of times
only the clock is said: `10:00:00.0` has its six decimals, `10:00:00` has none.
"""

import json
from collections.abc import Mapping

import pytest

from a_day import DAY, EVENTS, NOW, ZONE
from houses import House, company_of, import_path, new_house, report_rows

SALES = "name=Sales type=call_center"
ANN = "name=Ann email=ann@acme.example"
BEN = "name=Ben email=ben@acme.example"
BY_ANN = "operator_id=91 operator_name=Ann operator_email=ann@acme.example"
BY_BEN = "operator_id=92 operator_name=Ben operator_email=ben@acme.example"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    home = tmp_path_factory.mktemp("day")
    file = home / "events.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in EVENTS), encoding="utf-8")
    house = new_house(home / "home", NOW)
    account = import_path(house, "dialpad", file, "Acme")
    assert (account.read, account.taken, account.refused.rows) == (40, 40, 0)
    return house


def _rows(house: House, asked: str) -> list[Mapping[str, str]]:
    """The report of such words as `calls stats callcenter=31 group_by=date`."""
    stat_type, export_type, *more = asked.split()
    said = dict(word.split("=") for word in more)
    for kind in said.keys() & {"callcenter", "department", "user"}:
        said |= {"target_type": kind, "target_id": said.pop(kind)}
    fields = {"stat_type": stat_type, "export_type": export_type, "is_today": True, "timezone": ZONE}
    return report_rows(house, "Acme", **fields, **said)


def _shown(row: Mapping[str, str]) -> dict[str, str]:
    """The columns that say something; the zone and the day of a stats row are always those asked for."""
    assert row.get("timezone", ZONE) == ZONE
    said = {name: value for name, value in row.items() if value not in ("", "0", "false", DAY, ZONE)}
    return {name: value.removeprefix(f"{DAY} ").replace(".000000", ".0") for name, value in said.items()}


def _check(house: House, asked: str, *expected: str) -> None:
    assert [_shown(row) for row in _rows(house, asked)] == [_words(row) for row in expected]


def _words(row: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in row.split())


LEGS = """
call_id category           name    entry_point_call_id time_in_system time_to_answer ringing hold talk queued wrapup
100     incoming           Sales   -                   5.67           0.5            0.33    0.5  4.5  0.5    1
101     missed             Ann     100                 0.17           -              0.17    0    0    0      0
102     incoming           Ben     100                 5.17           -              0.17    0.5  4.5  0      1
110     abandoned          Sales   -                   0.08           -              0       0    0    0.07   0
120     missed             Sales   -                   1.5            -              0.5     0    0    1.33   0
121     missed             Ann     120                 0.5            -              0.5     0    0    0      0
130     incoming           Ann     -                   3.2            -              0.2     0    3    0      0
140     outgoing           Ann     -                   2.1            -              0       0    2    0      0
141     incoming           Ben     -                   2.1            -              0.1     0    2    0      0
150     outgoing           Ben     1500                2.25           -              0       0    2    0      0
1500    outgoing           Billing -                   2.25           -              0       0    2    0      0
160     cancelled          Lobby   -                   0.33           -              0       0    0    0      0
170     other              Billing -                   0.05           -              0       0    0    0      0
180     callback_requested Sales   -                   1.17           -              0       0    0    1      0
190     callback_connected Sales   -                   1.33           -              0       0    1    0      0
191     callback_connected Ann     190                 1.33           -              0       0    1    0      0
"""
TOKENS = {
    "answered,human_agent,inbound": "100 102 130 141",
    "inbound,missed,ring_no_answer,unanswered": "101 121",
    "inbound,missed,unanswered,voicemail": "120",
    "abandoned,inbound,unanswered": "110",
    "abandoned,inbound,spam,unanswered": "170",
    "abandoned,callback_requested,inbound,unanswered": "180",
    "human_agent,outbound,outbound_connected,user_initiated": "140 150 1500",
    "cancelled,outbound,user_initiated": "160",
    "callback_connected,human_agent,outbound": "190 191",
}


def test_legs(house: House) -> None:
    header, *lines = (line.split() for line in LEGS.strip().splitlines())
    durations = ("ringing", "hold", "talk", "queued", "wrapup")
    columns = [f"{name}_duration" if name in durations else name for name in header]
    rows = _rows(house, "calls records")
    assert [[row[name] or "-" for name in columns] for row in rows] == lines
    tokens = {call_id: tokens for tokens, call_ids in TOKENS.items() for call_id in call_ids.split()}
    assert {row["call_id"]: row["categories"] for row in rows} == tokens
    assert [row["call_id"] for row in rows if row["availability"] != "open"] == ["170"]
    assert [row["call_id"] for row in rows if row["is_internal"] == "true"] == ["140", "141"]


# Group legs 100, 110, 120, 180 in, 190 out. In the system 340 + 5 + 90 + 70 s; queued 30 + 4 + 80 + 60 s.
OF_SALES = """
all_calls=5 inbound_calls=4 outbound_calls=1 answered=1 missed=1 abandoned=1 short_abandoned=1 handled=2 voicemails=1
missed_voicemails=1 callbacks_requested=1 callbacks_completed=1 callbacks_connected=1 service_level=1
open_inbound_calls=4 open_missed_calls=1 open_abandoned_calls=1 minutes=6 inbound_minutes=5 outbound_minutes=1 acd=3
aht=3.5 asa=0.5 time_in_system=2.1 ringing_duration=0.83 avg_ringing_duration=0.21 hold_duration=0.5
avg_hold_duration=0.25 talk_duration=5.5 avg_talk_duration=2.75 queued_duration=2.9 avg_queued_duration=0.73
wrapup_duration=1 avg_wrapup_duration=0.5 total_voicemails=1 resolved_voicemails=1 avg_voicemail_handle_time_minutes=60
"""


def test_calls_by_date(house: House) -> None:
    _check(house, "calls stats group_by=date callcenter=31", OF_SALES)
    # 100, 110, 120, 130, 141, 170, 180 in, 140, 1500, 160, 190 out. Minutes 5 + 3 + 2 in, 2 + 2 + 1 out.
    _check(
        house,
        "calls stats group_by=date",
        """all_calls=11 inbound_calls=7 outbound_calls=4 answered=3 missed=1 abandoned=1 spam=1 cancelled=1
        outbound_connected=2 handled=6 voicemails=1 missed_voicemails=1 callbacks_requested=1 callbacks_completed=1
        callbacks_connected=1 minutes=15 inbound_minutes=10 outbound_minutes=5 acd=2.5 asa=0.2 ringing_duration=1.13
        avg_ringing_duration=0.16 hold_duration=0.5 avg_hold_duration=0.08 talk_duration=14.5 avg_talk_duration=2.42
        queued_duration=2.9 avg_queued_duration=0.73 total_voicemails=1 resolved_voicemails=1
        avg_voicemail_handle_time_minutes=60""",
    )


def test_calls_by_user(house: House) -> None:
    _check(
        house,
        "calls stats group_by=user",
        f"""user_id=91 {ANN} type=user all_calls=5 inbound_calls=3 outbound_calls=2 answered=1 missed=2
        ring_no_answer=2 outbound_connected=1 handled=3 internal_calls=1 minutes=6 inbound_minutes=3 outbound_minutes=3
        acd=2 ringing_duration=0.87 avg_ringing_duration=0.29 talk_duration=6 avg_talk_duration=2""",
        f"""user_id=92 {BEN} type=user all_calls=3 inbound_calls=2 outbound_calls=1 answered=2 outbound_connected=1
        handled=3 internal_calls=1 minutes=9 inbound_minutes=7 outbound_minutes=2 acd=3 ringing_duration=0.27
        avg_ringing_duration=0.13 hold_duration=0.5 avg_hold_duration=0.17 talk_duration=8.5 avg_talk_duration=2.83""",
        "user_id=61 name=Lobby type=room all_calls=1 outbound_calls=1 cancelled=1 desk_phone=1",
    )
    # What Sales rang: 101, 121 and 191 at Ann's, 102 at Ben's.
    _check(
        house,
        "calls stats callcenter=31",
        f"""user_id=91 {ANN} type=user all_calls=3 inbound_calls=2 outbound_calls=1 missed=2 ring_no_answer=2 handled=1
        minutes=1 outbound_minutes=1 acd=1 aht=1 ringing_duration=0.67 avg_ringing_duration=0.33 talk_duration=1
        avg_talk_duration=1""",
        f"""user_id=92 {BEN} type=user all_calls=1 inbound_calls=1 answered=1 handled=1 minutes=5 inbound_minutes=5
        acd=5 aht=6 ringing_duration=0.17 avg_ringing_duration=0.17 hold_duration=0.5 avg_hold_duration=0.5
        talk_duration=4.5 avg_talk_duration=4.5 wrapup_duration=1 avg_wrapup_duration=1""",
    )


def test_calls_by_group(house: House) -> None:
    _check(
        house,
        "calls stats group_by=group",
        f"{SALES} dids=+4931 {OF_SALES}",
        """name=Billing type=department dids=+4941 all_calls=2 inbound_calls=1 outbound_calls=1 spam=1
        outbound_connected=1 handled=1 minutes=2 outbound_minutes=2 acd=2 aht=2 time_in_system=0.1 talk_duration=2
        avg_talk_duration=2""",
    )


def test_dispositions(house: House) -> None:
    company = f"external_number=+49301 office_id=12 company_id={company_of(house, 'Acme')}"
    called = f"""date_started=14:10:00.0 call_id=190 {BY_ANN} disposition=Called direction=outbound
        date_connected=14:10:20 date_ended=14:11:20 target_id=31 target_kind=CallCenter {company}"""
    ordered, following = _rows(house, "dispositions records callcenter=31")
    assert ordered["note"] == '"Now",\nor soon'
    assert _shown({**ordered, "note": ""}) == _words(
        f"""date_started=09:00:00.0 call_id=100 {BY_BEN} disposition=Order~New direction=inbound date_rang=09:00:30
        date_queued=09:00:10 date_connected=09:00:40 date_ended=09:05:40 target_id=31 target_kind=CallCenter
        {company}"""
    )
    assert _shown(following) == _words(called)
    _check(
        house,
        "dispositions records user=91",
        f"""date_started=10:00:00.0 call_id=130 {BY_ANN} direction=inbound date_rang=10:00:00 date_connected=10:00:12
        date_ended=10:03:12 target_id=91 target_kind=UserProfile {company}""",
        f"""date_started=10:30:00.0 call_id=140 {BY_ANN} direction=outbound date_connected=10:30:06 date_ended=10:32:06
        target_id=91 target_kind=UserProfile {company}""",
        called,
    )
    _check(
        house,
        "dispositions records department=41",
        f"""date_started=11:00:00.0 call_id=1500 {BY_BEN} direction=outbound date_connected=11:00:15
        date_ended=11:02:15 target_id=41 target_kind=Department {company}""",
    )
    assert [row["call_id"] for row in _rows(house, "dispositions records user=92")] == ["100", "141", "1500"]


def test_csat(house: House) -> None:
    sent = f"""date=09:06:00.0 call_id=100 survey_id=7 question_id=q1 question=Satisfied? channel=sms target_id=31
        target_type=call_center name=Sales {BY_BEN} date_sent=09:06:00.0"""
    score = """date=09:00:00.0 call_id=100 question_id=csat_score response=5 target_id=31 target_type=call_center
        name=Sales external_number=+49301 date_responded=12:00:00.0"""
    _check(house, "csat records callcenter=31", score, sent)
    _check(house, "csat records user=92", sent)


def test_duty(house: House) -> None:
    changes = [(row["date"][11:19], row["name"], row["on_duty_status"]) for row in _rows(house, "onduty records")]
    assert [f"{at} {name} {status}" for at, name, status in changes] == [
        "08:00:00 Ann available", "08:30:00 Ben available", "09:00:40 Ben occupied", "09:05:40 Ben wrapup",
        "09:06:40 Ben available", "12:00:00 Ben unavailable", "13:00:00 Ann busy", "13:30:00 Ann available",
        "17:00:00 Ann unavailable",
    ]  # fmt: skip
    # Until 18:00, as of when the day is seen. Ben was available from 8:30:00 to 9:00:40 and from 9:06:40 to 12.
    ann = f"""user_id=91 {ANN} type=user on_duty_minutes=540 available_minutes=510 busy_minutes=30
        unavailable_minutes=60 on_duty_occurrences=1 first_on_duty=08:00:00.0 last_on_duty=17:00:00.0"""
    ben = f"""user_id=92 {BEN} type=user on_duty_minutes=210 available_minutes=204 occupied_minutes=5 wrapup_minutes=1
        unavailable_minutes=360 occupancy=2.9 on_duty_occurrences=1 first_on_duty=08:30:00.0 last_on_duty=12:00:00.0"""
    _check(house, "onduty stats", ann, ben)
    center = "call_center_id=31 call_center_name=Sales"
    _check(house, "onduty stats callcenter=31", f"{ann} {center}", f"{ben} {center}")


def test_recordings(house: House) -> None:
    of_sales = f"call_id=100 target_id=31 name=Sales {BY_BEN} date=09:00:40 duration=5"
    own = f"call_id=130 target_id=91 {ANN} {BY_ANN} external_number=+49301 date=10:00:12 duration=3"
    _check(house, "recordings records", of_sales, own)
    _check(
        house,
        "recordings stats",
        f"user_id=91 {ANN} type=user recordings=1 recorded_calls=1 recording_minutes=3 avg_recording_minutes=3",
        f"user_id=31 {SALES} recordings=1 recorded_calls=1 recording_minutes=5 avg_recording_minutes=5",
    )


def test_screenshare(house: House) -> None:
    _check(
        house,
        "screenshare records",
        f"""date_started=10:01:00.0 screenshare_id=5 call_id=130 target_id=91 {ANN} target_type=user participants=2
        date_ended=10:02:30.0 duration=1.5""",
    )
    figures = "screenshares=1 screenshare_minutes=1.5 avg_screenshare_minutes=1.5 participants=2"
    _check(house, "screenshare stats", f"user_id=91 {ANN} type=user {figures}")


def test_texts(house: House) -> None:
    to_ann = f"{ANN} target_type=user target_id=91"
    _check(
        house,
        "texts records",
        f"date=15:00:00.0 message_id=1 {to_ann} direction=inbound from_phone=+49301 to_phone=+4991",
        f"date=15:01:00.0 message_id=2 {to_ann} sender_id=91 direction=outbound from_phone=+4991 to_phone=+49301",
        f"date=15:02:00.0 message_id=3 {to_ann} sender_id=91 direction=internal from_phone=+4991 to_phone=+4992",
        f"date=15:02:30.0 message_id=4 {to_ann} sender_id=92 direction=internal from_phone=+4992 to_phone=+4991",
        """date=15:03:00.0 message_id=5 name=Sales target_type=call_center target_id=31 sender_id=92 direction=outbound
        from_phone=+4931 to_phone=+49302 mms=true""",
    )
    _check(
        house,
        "texts stats",
        # The customer's number and Ben's.
        f"""user_id=91 {ANN} type=user all_texts=4 inbound_texts=1 outbound_texts=1 internal_texts=2 failed=1
        contacts=2""",
        f"user_id=31 {SALES} all_texts=1 outbound_texts=1 mms=1 contacts=1",
    )


def test_voicemails(house: House) -> None:
    _check(
        house,
        "voicemails records",
        """call_id=120 target_id=31 name=Sales external_number=+49301 date=09:21:40.0 date_listened=10:21:40.0
        listened_by_target_id=92 listened_by_name=Ben listened_by_email=ben@acme.example transcription_text=Hello""",
    )
    _check(
        house,
        "voicemails stats",
        f"user_id=31 {SALES} voicemails=1 listened=1 avg_time_to_listen_minutes=60",
    )
