"""What Dialpad's call events say beside their leg: a message left, recordings, the answer to a survey."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from busyhour.domain.directory import Kind
from busyhour.domain.events import CallEvent, Party
from busyhour.domain.things import CsatEvent, RecordingEvent, Thing, VoicemailEvent, thing
from busyhour.sources.json_fields import Reader, objects, read_fields, saying
from busyhour.sources.values import instant, milliseconds, text

__all__ = ["things_of"]

_SCORE = "csat_score"
_NAMES = ("recording_details", "voicemail_link", "transcription_text", _SCORE)
_TRANSCRIBED = ("voicemail_uploaded", "transcription")
"""The states in which a transcription is the message's and not the conversation's."""


def things_of(call: CallEvent, payload: Mapping[str, Any]) -> Iterator[Thing]:
    """Every further thing that the event of a leg names; raises NotUnderstood for a misshapen field."""
    said = saying({name: payload[name] for name in _NAMES if name in payload})
    details = _details(said)
    yield from _voicemail(call, said, [one for one in details if one.is_message])
    yield from (_recording(call, one) for one in details if one.id and not one.is_message)
    if _SCORE in said:
        yield _answer(call, text(_SCORE, said[_SCORE]))


@dataclass(frozen=True, slots=True)
class _Details:
    """An entry of `recording_details`; `start_time` and `duration` in µs."""

    id: str | None = None
    url: str | None = None
    duration: int | None = None
    start_time: int | None = None
    recording_type: str | None = None

    @property
    def is_message(self) -> bool:
        return self.recording_type == "voicemail"


# A recording's id is opaque and may be longer than ids elsewhere.
_DETAILS: Mapping[str, Reader] = {
    "id": text,
    "url": text,
    "duration": milliseconds,
    "start_time": instant,
    "recording_type": text,
}


def _details(said: Mapping[str, Any]) -> Sequence[_Details]:
    entries = objects("recording_details", said.get("recording_details", []))
    return [_Details(**read_fields(_DETAILS, saying(entry), f"{place}.")) for place, entry in entries]


def _voicemail(call: CallEvent, said: Mapping[str, Any], messages: Sequence[_Details]) -> Iterator[VoicemailEvent]:
    """A message is proved by its upload or its recording; its transcription alone does not say when it was left."""
    is_uploaded = call.state == "voicemail_uploaded"
    names = ("voicemail_link", *(("transcription_text",) if call.state in _TRANSCRIBED else ()))
    texts = read_fields(dict.fromkeys(names, text), said)
    if not (is_uploaded or messages or "transcription_text" in texts):
        return
    message = messages[-1] if messages else _Details()
    yield thing(
        VoicemailEvent,
        raw=call.raw,
        event_timestamp=call.event_timestamp,
        date=message.start_time or (call.event_timestamp if is_uploaded else None),
        target=call.target,
        call_id=call.call_id,
        external_number=call.external_number,
        internal_number=call.internal_number,
        recording_url=texts.get("voicemail_link") or message.url,
        transcription_text=texts.get("transcription_text"),
    )


def _recording(call: CallEvent, recording: _Details) -> RecordingEvent:
    return thing(
        RecordingEvent,
        raw=call.raw,
        event_timestamp=call.event_timestamp,
        date=recording.start_time or call.date_connected or call.date_started,
        target=call.target,
        recording_id=recording.id,
        call_id=call.call_id,
        operator=_operator(call),
        external_number=call.external_number,
        internal_number=call.internal_number,
        recording_url=recording.url,
        duration=recording.duration,
    )


def _answer(call: CallEvent, score: str) -> CsatEvent:
    return thing(
        CsatEvent,
        raw=call.raw,
        event_timestamp=call.event_timestamp,
        date=call.date_started or call.event_timestamp,
        target=call.target,
        answer_id=f"{call.call_id}:{_SCORE}",
        call_id=call.call_id,
        question_id=_SCORE,
        response=score,
        operator=_operator(call),
        external_number=call.external_number,
        # Later events repeat the score: only the survey's own say when it was given.
        date_responded=call.event_timestamp if call.state == "csat" else None,
    )


def _operator(call: CallEvent) -> Party | None:
    return call.target if call.target and call.target.type == Kind.USER.type_name else None
