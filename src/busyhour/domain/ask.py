"""What a client asks for, as it was said: checked field by field, tolerant just where clients need it."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from busyhour.domain.directory import Kind
from busyhour.domain.periods import zone
from busyhour.errors import BadRequest

__all__ = [
    "DAYS_PATTERN",
    "EXPORT_TYPES",
    "FLAGS",
    "GROUPINGS",
    "ID_PATTERN",
    "MAX_DAYS_AGO",
    "STAT_TYPES",
    "TARGET_TYPES",
    "Ask",
    "read_ask",
]

EXPORT_TYPES = ("records", "stats")
STAT_TYPES = ("calls", "csat", "dispositions", "onduty", "recordings", "screenshare", "texts", "voicemails")
GROUPINGS = ("user", "date", "group")
TARGET_TYPES = (
    "callcenter", "coachinggroup", "coachingteam", "department", "office", "room", "staffgroup", "unknown", "user",
)  # fmt: skip
MAX_DAYS_AGO = 36_500

ID_PATTERN = r"^(0|[1-9][0-9]{0,18})$"
DAYS_PATTERN = r"^(0|[1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|36500)$"
FLAGS: Mapping[object, bool] = {
    True: True, "true": True, "True": True, "1": True,
    False: False, "false": False, "False": False, "0": False,
}  # fmt: skip


def _digits(value: Any, pattern: str) -> str | None:
    """A whole number as text, whether it came as a number or as a string; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return text if text.isascii() and re.fullmatch(pattern, text) else None


def _days_ago(value: Any) -> int:
    digits = _digits(value, DAYS_PATTERN)
    if digits is None:
        raise ValueError(f"a whole number of days from 0 (today) to {MAX_DAYS_AGO}")
    return int(digits)


def _id(value: Any) -> str:
    digits = _digits(value, ID_PATTERN)
    if digits is None:
        raise ValueError("an id: a whole number")
    return digits


def _flag(value: Any) -> bool:
    if not isinstance(value, bool | str) or value not in FLAGS:
        raise ValueError("true or false")
    return FLAGS[value]


def _timezone(value: Any) -> str:
    if not isinstance(value, str) or zone(value) is None:
        raise ValueError("Invalid timezone name: expected a name of the tz database, such as America/New_York")
    return value


Number = Annotated[int, BeforeValidator(_days_ago)]
Id = Annotated[str, BeforeValidator(_id)]
Flag = Annotated[bool, BeforeValidator(_flag)]


class Ask(BaseModel):
    """The body of a report request after defaults; unknown fields are ignored, null is as absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    export_type: Literal["records", "stats"]
    stat_type: Literal["calls", "csat", "dispositions", "onduty", "recordings", "screenshare", "texts", "voicemails"]
    days_ago_start: Number = 1
    days_ago_end: Number = 30
    is_today: Flag = False
    timezone: Annotated[str, BeforeValidator(_timezone)] = "UTC"
    office_id: Id | None = None
    target_id: Id | None = None
    target_type: (
        Literal[
                "callcenter", "coachinggroup", "coachingteam", "department", "office", "room", "staffgroup",
                "unknown", "user",
            ]
        | None
    ) = None  # fmt: skip
    group_by: Literal["user", "date", "group"] = "user"
    coaching_group: Flag = False
    coaching_team: Flag = False

    @property
    def target_kind(self) -> Kind | None:
        """The kind that was asked for; None for `unknown` and for no target."""
        return Kind.parse(self.target_type) if self.target_type else None


def read_ask(fields: Mapping[str, Any]) -> Ask:
    """The ask in a decoded body; raises BadRequest that names the field, what came and what is accepted."""
    said = {name: value for name, value in fields.items() if value is not None}
    try:
        ask = Ask.model_validate(said)
    except ValidationError as error:
        raise BadRequest(_explain(error, said)) from None
    _check_together(ask)
    return ask


def _explain(error: ValidationError, said: Mapping[str, Any]) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0])
    if field not in said:
        return f"{field}: missing; accepted: {_accepted(first)}."
    return f"{field}: got {said[field]!r:.80}; {_accepted_after(first)}."


def _accepted_after(error: Any) -> str:
    text = _accepted(error)
    return text if text.startswith("Invalid timezone") else f"accepted: {text}"


def _accepted(error: Any) -> str:
    field = str(error["loc"][0])
    choices = {
        "export_type": EXPORT_TYPES,
        "stat_type": STAT_TYPES,
        "target_type": TARGET_TYPES,
        "group_by": GROUPINGS,
    }
    if field in choices:
        return ", ".join(choices[field])
    return str(error.get("ctx", {}).get("error", error["msg"]))


def _check_together(ask: Ask) -> None:
    if (ask.target_id is None) != (ask.target_type is None):
        missing, given = ("target_type", "target_id") if ask.target_id else ("target_id", "target_type")
        raise BadRequest(f"{missing}: missing; {given} was given, and a target needs both.")
    if ask.stat_type in ("csat", "dispositions"):
        if ask.export_type == "stats":
            raise BadRequest(f"export_type: got 'stats'; {ask.stat_type} is to be had as records only.")
        if ask.target_id is None:
            raise BadRequest(f"target_id: missing; {ask.stat_type} needs target_id and target_type.")
    for flag in ("coaching_group", "coaching_team"):
        if getattr(ask, flag) and ask.target_kind is not Kind.COACHING_TEAM:
            raise BadRequest(f"{flag}: got true; it needs target_type coachingteam or coachinggroup.")
    is_grouped = ask.stat_type == "calls" and ask.export_type == "stats" and ask.group_by == "group"
    if is_grouped and ask.target_type not in (None, "office"):
        raise BadRequest(
            f"group_by: got 'group' with target_type {ask.target_type!r}; accepted with it: no target, or an office."
        )
