"""A small good file of each source and a row that it refuses; the headers of whole exports."""

import io
from dataclasses import dataclass

import pytest

from busyhour.sources.base import Context, Row
from busyhour.sources.registry import SOURCES

__all__ = [
    "CONTEXT", "EXPORTS", "SAMPLES", "Sample", "every_source", "every_source_with_header", "read", "read_export",
]  # fmt: skip

CONTEXT = Context("Acme", "1", "Asia/Jerusalem")
EXPORTS = {
    "csat_csv": "date,call_id,survey_id,question_id,question,response,channel,target_id,target_type,name,email,"
    "operator_id,operator_name,operator_email,external_number,date_sent,date_responded,timezone",
    "dispositions_csv": "date_started,call_id,operator_id,operator_name,operator_email,disposition,direction,"
    "external_number,internal_number,date_rang,date_queued,date_connected,date_ended,target_id,target_kind,office_id,"
    "company_id,salesforce_activity_id,recording_url,note,timezone",
    "onduty_csv": "date,record_id,target_id,availability_status,on_duty_status,reason,name,email,target_type,"
    "call_center_id,setter_name,setter_email,setter_role,timezone",
    "recordings_csv": "call_id,target_id,name,email,operator_id,operator_name,operator_email,external_number,"
    "internal_number,date,recording_url,duration,timezone",
    "screenshare_csv": "date_started,screenshare_id,call_id,target_id,name,email,target_type,participants,date_ended,"
    "duration,timezone",
    "texts_csv": "date,message_id,name,email,target_type,target_id,sender_id,direction,to_phone,from_phone,"
    "encrypted_text,encrypted_aes_text,mms,timezone",
    "voicemails_csv": "call_id,target_id,name,email,external_number,internal_number,date,date_listened,"
    "listened_by_target_id,listened_by_name,listened_by_email,recording_url,transcription_text,timezone",
}
"""The header of each export of records of other things than calls."""

_BANK_HEADER = (
    "vru+line call_id customer_id priority type date vru_entry vru_exit vru_time q_start q_exit q_time outcome "
    "ser_start ser_exit ser_time server"
)
_BANK_ROW = "AA01 {} 0 0 PS 990201 9:00:00 9:00:10 10 0:00:00 0:00:00 0 {} 0:00:00 0:00:00 0 NO_SERVER"
_NO_KIND = "target_type or target_kind: expected a kind of target, such as call_center"
_THINGS = [
    (
        "csat_csv",
        "call_id,date,target_type,target_id,name,response",
        "{},2026-03-02 10:00:0{},call_center,31,Zoë,5",
        "9,2026-03-02 10:00:09,hologram,31,Bob,5",
        _NO_KIND,
    ),
    (
        "dispositions_csv",
        "call_id,date_started,target_kind,target_id,disposition",
        "{},2026-03-02 10:00:0{},CallCenter,31,Zoë",
        "9,2026-03-02 10:00:09,Hologram,31,Bob",
        _NO_KIND,
    ),
    (
        "onduty_csv",
        "record_id,date,target_type,target_id,name,on_duty_status",
        "{},2026-03-02 10:00:0{},user,7,Zoë,busy",
        "9,2026-03-02 10:00:09,user,7,Bob,asleep",
        "on_duty_status: expected one of unavailable, available, busy, wrapup, occupied, occupied-end, wrapup-end",
    ),
    (
        "recordings_csv",
        "call_id,date,target_id,name,recording_url,duration",
        "{},2026-03-02 10:00:0{},7,Zoë,,1.5",
        "9,2026-03-02 10:00:09,7,Bob,,long",
        "duration: expected minutes, not negative and at most a year's",
    ),
    (
        "screenshare_csv",
        "screenshare_id,date_started,target_type,target_id,name,participants",
        "{},2026-03-02 10:00:0{},user,7,Zoë,3",
        "9,2026-03-02 10:00:09,user,7,Bob,many",
        "participants: expected a whole number, not negative",
    ),
    (
        "texts_csv",
        "message_id,date,target_type,target_id,name,direction",
        "{},2026-03-02 10:00:0{},user,7,Zoë,internal",
        "9,2026-03-02 10:00:09,user,7,Bob,sideways",
        "direction: expected inbound, outbound or internal",
    ),
    (
        "voicemails_csv",
        "call_id,date,target_id,name,date_listened",
        "{},2026-03-02 10:00:0{},7,Zoë,",
        "9,2026-03-02 10:00:09,7,Bob,yesterday",
        "date_listened: expected a local time YYYY-MM-DD HH:MM:SS",
    ),
]


def _thing_row(row: str, number: int) -> bytes:
    return row.format(number, number).encode()


@dataclass(frozen=True)
class Sample:
    """A small good file of a source and a row that it refuses."""

    source: str
    header: bytes
    rows: tuple[bytes, ...]
    bad: bytes
    bad_reason: str

    def file(self, *rows: bytes, end: bytes = b"\n") -> bytes:
        return b"".join(line + end for line in (self.header, *rows) if line)

    @property
    def first_line(self) -> int:
        return 2 if self.header else 1


SAMPLES = [
    Sample(
        "anonymous_bank",
        _BANK_HEADER.replace(" ", "\t").encode(),
        tuple(_BANK_ROW.format(number, "HANG").replace(" ", "\t").encode() for number in (1, 2, 3)),
        _BANK_ROW.format(9, "LOST").replace(" ", "\t").encode(),
        "outcome: expected one of AGENT, HANG",
    ),
    Sample(
        "records_csv",
        b"call_id,date_started,direction,target_type,target_id,name",
        tuple(f"{number},2026-03-02 10:00:0{number},inbound,user,7,Zoë".encode() for number in (1, 2, 3)),
        b"9,2026-03-02 10:00:09,sideways,user,7,Bob",
        "direction: expected inbound or outbound",
    ),
    Sample(
        "dialpad",
        b"",
        tuple(
            f'{{"call_id":{number},"state":"hangup","event_timestamp":1772445600000,"transferred_to":"Zoë"}}'.encode()
            for number in (1, 2, 3)
        ),
        b'{"call_id":9,"state":"asleep","event_timestamp":1772445600000}',
        "state: expected the state of a call",
    ),
    *(
        Sample(source, header.encode(), tuple(_thing_row(row, number) for number in (1, 2, 3)), bad.encode(), reason)
        for source, header, row, bad, reason in _THINGS
    ),
]
every_source = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.source)
every_source_with_header = pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if sample.header], ids=lambda sample: sample.source
)


def read(sample: Sample, data: bytes) -> list[Row]:
    """The rows of a file of the sample's source."""
    return list(SOURCES[sample.source].rows(io.BytesIO(data), CONTEXT))


def read_export(source: str, *rows: str, header: str = "", timezone: str = "UTC") -> list[Row]:
    """The rows of an export, by default under its whole header."""
    text = "\n".join((header or EXPORTS[source], *rows, ""))
    return list(SOURCES[source].rows(io.BytesIO(text.encode()), Context("Acme", "1", timezone)))
