"""The download link, and the exact form of the file behind it."""

import re
import string
import time
from pathlib import Path

import pytest

from api.conftest import Opener
from api.door import CALLS, Door, refusal
from api.small_company import NOW
from busyhour.domain.periods import Tier
from busyhour.web.downloads import Signer
from houses import House, company_of, new_house

RECORDS = {"export_type": "records", "stat_type": "calls"}
HEADER = (
    "date_started,call_id,category,direction,external_number,internal_number,date_first_rang,date_queued,"
    "date_rang,date_connected,date_ended,target_id,target_kind,target_type,name,email,was_recorded,"
    "entry_point_call_id,entry_point_target_id,entry_point_target_kind,proxy_target_id,voicemail,transferred_to,"
    "transferred_to_contact_id,transferred_from_target_id,office_id,company_id,device,salesforce_activity_id,"
    "timezone,availability,time_in_system,callback_type,callback_id,master_call_id,time_to_answer,"
    "date_callback_connected,date_callback_ended,date_anonymized,categories,ringing_duration,"
    "ringing_occurrences,hold_duration,hold_occurrences,talk_duration,queued_duration,queued_occurrences,"
    "wrapup_duration,participant_type,percent_ai_talk_time,percent_ai_listen_time,percent_ai_silent_time,"
    "campaign_id,is_internal"
)
WORD = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def link(door: Door) -> str:
    return door.link(door.make(RECORDS))


def test_a_link_stands_alone(door: Door, link: str) -> None:
    plain = door.http.get(link)
    assert (plain.status_code, plain.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    for url, headers in (
        (link, door.bearer),
        (f"{link}?apikey={door.key}", {}),
        (f"{link}?apikey=wrong", {"X-API-Key": "wrong"}),
    ):
        answer = door.http.get(url, headers=headers)
        assert (answer.status_code, answer.content) == (200, plain.content)


def test_head(door: Door, link: str) -> None:
    answer = door.http.head(link)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(door.http.get(link).content)


def test_every_link_opens_the_same_file(door: Door) -> None:
    request_id = door.make(RECORDS)
    files = {door.http.get(door.link(request_id)).content for _ in range(2)}
    assert len(files) == 1


def test_a_link_begins_as_the_operator_says(opened: Opener) -> None:
    door = opened(public_url="https://phones.example/stats/")
    assert door.link(door.make(RECORDS)).startswith("https://phones.example/stats/downloads/")


def test_a_changed_link_opens_nothing(door: Door, link: str) -> None:
    start, token = link.removesuffix(".csv").rsplit("/", 1)
    for place in range(0, len(token), 3):
        # Base64 leaves the lowest bits of a last character unused: a change must be of a high one.
        other = WORD[(WORD.index(token[place]) + 32) % 64] if token[place] in WORD else "x"
        changed = f"{start}/{token[:place]}{other}{token[place + 1 :]}.csv"
        refusal(door.http.get(changed), 404, "notFound")


@pytest.mark.parametrize("token", ["x", ".", "..", "a.b.c", "%20", "é", "W10.x.y", "x" * 5_000])
def test_a_made_up_link_opens_nothing(door: Door, token: str) -> None:
    refusal(door.http.get(f"/downloads/{token}.csv"), 404, "notFound")


def test_a_link_of_another_home_opens_nothing(door: Door, tmp_path: Path) -> None:
    request_id = door.make(RECORDS)
    other = new_house(tmp_path / "other", NOW)
    forged = _signed(other, company_of(door.house, "Acme"), request_id)
    refusal(door.http.get(forged), 404, "notFound")


def _signed(house: House, company_id: str, request_id: str) -> str:
    return f"/downloads/{Signer(house.secret).sign(company_id, request_id, Tier.HISTORICAL)}.csv"


def test_a_signed_link_to_nothing_opens_nothing(door: Door) -> None:
    acme, rival = (company_of(door.house, name) for name in ("Acme", "Rival"))
    waiting = door.id_of(CALLS)
    made = door.make(RECORDS)
    for company_id, request_id in ((acme, "unknown"), (rival, made), (acme, waiting)):
        refusal(door.http.get(_signed(door.house, company_id, request_id)), 404, "notFound")


def test_a_link_ends_with_its_result(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    door = opened()
    today, past = (door.link(door.make(fields)) for fields in (RECORDS | {"is_today": True}, RECORDS))
    now = time.time()
    for seconds, codes in ((1_799, (200, 200)), (1_802, (404, 200)), (10_799, (404, 200)), (10_802, (404, 404))):
        monkeypatch.setattr(time, "time", lambda later=now + seconds: later)
        assert tuple(door.http.get(url).status_code for url in (today, past)) == codes


def test_the_form_of_the_file(door: Door) -> None:
    content = door.csv(RECORDS | {"timezone": "America/New_York"})
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert not content.endswith(b"\n\n")
    lines = content.decode("utf-8").splitlines()
    assert lines[0] == HEADER
    zoe = next(line for line in lines if "Zoë" in line)
    assert zoe.startswith("2026-03-09 06:00:20.000000,2,incoming,inbound,+15550100,,")
    assert '"answered,human_agent,inbound"' in zoe
    assert ",America/New_York," in zoe
    assert zoe.endswith(",false")
    assert not re.search(r"\b(True|False|TRUE|FALSE|None|NULL|nan)\b", content.decode())


def test_a_header_stands_over_nothing(door: Door) -> None:
    long_ago = {"days_ago_start": 400, "days_ago_end": 400}
    assert door.csv(RECORDS | long_ago) == f"{HEADER}\n".encode()


def test_days_without_a_call_are_rows_of_zeros(door: Door) -> None:
    lines = door.lines(CALLS | {"group_by": "date", "days_ago_start": 400, "days_ago_end": 401})
    header, *rows = (line.split(",") for line in lines)
    assert [row[0] for row in rows] == ["2025-02-02", "2025-02-03"]
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        assert cells.pop("timezone") == "UTC"
        assert set(cells.values()) - {cells["date"]} == {"0"}
