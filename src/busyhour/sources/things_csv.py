"""Dialpad's own records of everything but calls, the CSVs by which a company brings its history.

A row is the last word on its thing as of the latest time in it. What the calls' own records say is not read again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from busyhour.domain.directory import Kind, derived_id
from busyhour.domain.events import Party
from busyhour.domain.things import (
    CsatEvent,
    DispositionEvent,
    DutyEvent,
    RecordingEvent,
    ScreenshareEvent,
    TextEvent,
    Thing,
    VoicemailEvent,
    thing,
)
from busyhour.sources.base import Source
from busyhour.sources.dialpad_duty import duty_status
from busyhour.sources.dialpad_texts import text_direction
from busyhour.sources.exports import KIND_COLUMNS, WORDS, Cells, Export, Instants, Reader, kind_of, read_cells, rows
from busyhour.sources.values import count, flag, identity, minutes, text

__all__ = ["SOURCES"]

_TARGET = ("target_id", "name", "email", "office_id")
_OPERATOR = {"operator": ("operator_id", "operator_name", "operator_email")}
_flag = partial(flag, words=WORDS)


def _as(read: Reader, *columns: str) -> dict[str, Reader]:
    return dict.fromkeys(columns, read)


@dataclass(frozen=True, slots=True)
class _Form:
    """The columns of one export; those in `readers` and `times` are fields of the event by the same name."""

    name: str
    what: str
    kind: type[Thing]
    required: Sequence[str]
    readers: Mapping[str, Reader]
    moment: str = "date"
    """The column of the event's `date`."""
    times: Sequence[str] = ()
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Fields that are persons, by the columns of id, name and e-mail address."""
    marks: Sequence[str] = ()
    has_kind: bool = True
    key: tuple[str, Callable[[Mapping[str, Any]], str]] | None = None
    """The field that says which thing a row is about, where that is no column, from the others."""

    @property
    def columns(self) -> set[str]:
        """Every column that is read."""
        people = [column for columns in self.people.values() for column in columns]
        return {*self.readers, *self.times, *people, *_TARGET, *KIND_COLUMNS, self.moment, "timezone"}

    @property
    def source(self) -> Source:
        """The source of files of this form."""
        export = Export(
            what=self.what,
            moment=self.moment,
            required=(*self.required, self.moment, "target_id"),
            columns=self.columns,
            event=self._event,
            times=self.times,
            marks=self.marks,
            has_kind=self.has_kind,
        )
        return Source(self.name, f"Dialpad's own records of {self.what}, comma-separated", partial(rows, export))

    def _event(self, cells: Cells, instants: Instants, raw: str) -> Thing:
        values = read_cells(self.readers, cells)
        values |= {"date" if name == self.moment else name: at for name, at in instants.items()}
        values |= {name: _person(cells, *columns) for name, columns in self.people.items()}
        values |= {"target": _target(cells, self.has_kind), "event_timestamp": max(instants.values())}
        if self.key:
            name, derive = self.key
            values[name] = derive(values)
        return thing(self.kind, raw=raw, **values)


def _person(cells: Cells, id_column: str, name_column: str, email_column: str) -> Party | None:
    columns = {"id": id_column, "name": name_column, "email": email_column}
    said = {part: _part(part, column, cells) for part, column in columns.items() if column in cells}
    return Party(type=_type_by_email(said), **said) if said else None


def _target(cells: Cells, has_kind: bool) -> Party:
    said = {part: _part(part, column, cells) for part, column in _PARTS.items() if column in cells}
    if not has_kind and not any(column in cells for column in KIND_COLUMNS):
        return Party(type=_type_by_email(said), **said)
    kind = kind_of(cells, *KIND_COLUMNS)
    if kind is Kind.OFFICE:
        said["office_id"] = said["id"]
    return Party(type=kind.type_name, **said)


def _part(part: str, column: str, cells: Cells) -> str:
    return (identity if part in ("id", "office_id") else text)(column, cells[column])


def _type_by_email(said: Mapping[str, str]) -> str | None:
    """Only users have an e-mail address; who has none may be a room or a group."""
    return Kind.USER.type_name if "email" in said else None


_PARTS = {"id": "target_id", "name": "name", "email": "email", "office_id": "office_id"}


def _answer_id(values: Mapping[str, Any]) -> str:
    """As Dialpad's events are named where the question has an id, else by all that tells one answer from another."""
    survey, question = values.get("survey_id"), values.get("question_id")
    if question is not None:
        return ":".join(filter(None, (values["call_id"], survey, question)))
    return derived_id("csat", values["call_id"], survey or "", values.get("question") or "", str(values["date"]))


def _recording_id(values: Mapping[str, Any]) -> str:
    return derived_id("recording", values["call_id"], str(values["date"]), values.get("recording_url") or "")


_FORMS = (
    _Form(
        "csat_csv", "csat answers", CsatEvent, ("call_id",),
        {
            **_as(identity, "call_id", "survey_id", "question_id"),
            **_as(text, "question", "response", "channel", "external_number"),
        },
        times=("date_sent", "date_responded"), people=_OPERATOR, marks=("response",), key=("answer_id", _answer_id),
    ),
    _Form(
        "dispositions_csv", "dispositions", DispositionEvent, ("call_id",),
        {**_as(identity, "call_id"), **_as(text, "disposition", "note", "recording_url")},
        moment="date_started", people=_OPERATOR, marks=("disposition",),
    ),
    _Form(
        "onduty_csv", "agents' status changes", DutyEvent, ("record_id", "on_duty_status"),
        {
            **_as(identity, "record_id", "call_center_id"),
            **_as(duty_status, "on_duty_status"),
            **_as(text, "availability_status", "reason", "setter_name", "setter_email", "setter_role"),
        },
    ),
    _Form(
        "recordings_csv", "recordings", RecordingEvent, ("call_id",),
        {
            **_as(identity, "call_id"),
            **_as(text, "external_number", "internal_number", "recording_url"),
            **_as(minutes, "duration"),
        },
        people=_OPERATOR, marks=("recording_url", "duration"), has_kind=False, key=("recording_id", _recording_id),
    ),
    _Form(
        "screenshare_csv", "screen shares", ScreenshareEvent, ("screenshare_id",),
        {**_as(identity, "screenshare_id", "call_id"), **_as(count, "participants")},
        moment="date_started", times=("date_ended",),
    ),
    _Form(
        "texts_csv", "texts", TextEvent, ("message_id", "direction"),
        {
            **_as(identity, "message_id", "sender_id"),
            **_as(text_direction, "direction"),
            **_as(text, "to_phone", "from_phone", "encrypted_text", "encrypted_aes_text"),
            **_as(_flag, "mms"),
        },
    ),
    _Form(
        "voicemails_csv", "voicemails", VoicemailEvent, ("call_id",),
        {
            **_as(identity, "call_id"),
            **_as(text, "external_number", "internal_number", "recording_url", "transcription_text"),
        },
        times=("date_listened",), marks=("date_listened",), has_kind=False,
        people={"listened_by": ("listened_by_target_id", "listened_by_name", "listened_by_email")},
    ),
)  # fmt: skip

SOURCES = tuple(form.source for form in _FORMS)
"""The sources in the order of their names."""
