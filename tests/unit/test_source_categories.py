"""The category of imported rows: as given, else by their tokens, else left to the fold."""

import io

import pytest

from busyhour.sources.base import Context, Taken
from busyhour.sources.records_csv import SOURCE


def _category(header: str, row: str) -> str | None:
    (taken,) = SOURCE.rows(io.BytesIO(f"{header}\n{row}\n".encode()), Context("Acme", "1", "UTC"))
    assert isinstance(taken, Taken)
    return taken.events[0].category


@pytest.mark.parametrize(
    ("direction", "categories", "rang", "category"),
    [
        ("inbound", "callback_requested,inbound,missed", "", "callback_requested"),
        ("inbound", "answered,human_agent,inbound,transferred_to", "x", "incoming"),
        ("inbound", "inbound,missed,ring_no_answer,unanswered", "", "missed"),
        ("inbound", "direct_to_voicemail,inbound,missed,unanswered,voicemail", "", "missed"),
        ("inbound", "inbound,rejected,unanswered", "", "missed"),
        ("inbound", "abandoned,inbound,spam", "", "other"),
        ("inbound", "inbound,message", "", "other"),
        ("inbound", "inbound,unanswered,voicemail", "", "other"),
        ("inbound", "inbound,transferred_to", "", "other"),
        ("inbound", "dtmf_transfer,inbound", "", "other"),
        ("inbound", "abandoned,inbound,unanswered", "", "abandoned"),
        ("inbound", "inbound,unanswered,voicemail", "x", None),
        ("inbound", "abandoned,inbound,unanswered", "x", None),
        ("inbound", "inbound", "", None),
        ("inbound", "", "", None),
        ("outbound", "callback_attempt,callback_connected,outbound", "", "callback_connected"),
        ("outbound", "callback_cancelled,outbound", "", "callback_cancelled"),
        ("outbound", "callback_attempt,outbound", "", "other"),
        ("outbound", "human_agent,outbound,outbound_connected,user_initiated", "", "outgoing"),
        ("outbound", "cancelled,outbound", "", "cancelled"),
        ("outbound", "outbound,voicemail", "", None),
    ],
)
def test_the_category_that_older_files_lack_follows_from_the_tokens(
    direction: str, categories: str, rang: str, category: str | None
) -> None:
    header = "call_id,date_started,direction,target_type,target_id,categories,date_first_rang"
    first_rang = "2026-03-02 10:00:01" if rang else ""
    row = f'1,2026-03-02 10:00:00,{direction},call_center,7,"{categories}",{first_rang}'
    assert _category(header, row) == category
    assert _category(f"{header},category", f"{row},") == category
    assert _category(f"{header},category", f"{row},forwarded") == "forwarded"
