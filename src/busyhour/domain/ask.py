"""What a client asks for, as it was said: checked field by field, tolerant just where clients need it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from busyhour.domain.directory import Kind
from busyhour.domain.periods import zone
from busyhour.errors import BadRequest

__all__ = ["EXPORT_TYPES", "GROUPINGS", "MAX_DAYS_AGO", "STAT_TYPES", "TARGET_TYPES", "Ask", "read_ask"]

EXPORT_TYPES = ("records", "stats")
STAT_TYPES = ("calls", "csat", "dispositions", "onduty", "recordings", "screenshare", "texts", "voicemails")
GROUPINGS = ("user", "date", "group")
TARGET_TYPES = (
    "callcenter", "coachinggroup", "coachingteam", "department", "office", "room", "staffgroup", "unknown", "user",
)  # fmt: skip
MAX_DAYS_AGO = 36_500

_MAX_ID = 2**63 - 1


def _choice(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("a whole number")
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 20:
        raise ValueError("a whole number")
    return int(text)


def _days_ago(value: Any) -> int:
    try:
        number = _number(value)
    except ValueError:
        number = -1
    if not 0 <= number <= MAX_DAYS_AGO:
        raise ValueError(f"a whole number of days from 0 (today) to {MAX_DAYS_AGO}")
    return number


def _id(value: Any) -> str:
    number = _number(value)
    if not 0 <= number <= _MAX_ID:
        raise ValueError("a whole number")
    return str(number)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false", "1", "0"):
        return value.strip().lower() in ("true", "1")
    raise ValueError("true or false")


def _timezone(value: Any) -> str:
    if not isinstance(value, str) or zone(value.strip()) is None:
        raise ValueError("Invalid timezone name: expected a name of the tz database, such as America/New_York")
    return value.strip()


Number = Annotated[int, BeforeValidator(_days_ago)]
Id = Annotated[str, BeforeValidator(_id)]
Flag = Annotated[bool, BeforeValidator(_flag)]


class Ask(BaseModel):
    """The body of a report request after defaults; unknown fields are ignored, null is as absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    export_type: Annotated[Literal["records", "stats"], BeforeValidator(_choice)]
    stat_type: Annotated[
        Literal["calls", "csat", "dispositions", "onduty", "recordings", "screenshare", "texts", "voicemails"],
        BeforeValidator(_choice),
    ]
    days_ago_start: Number = 1
    days_ago_end: Number = 30
    is_today: Flag = False
    timezone: Annotated[str, BeforeValidator(_timezone)] = "UTC"
    office_id: Id | None = None
    target_id: Id | None = None
    target_type: (
        Annotated[
            Literal[
                "callcenter", "coachinggroup", "coachingteam", "department", "office", "room", "staffgroup",
                "unknown", "user",
            ],
            BeforeValidator(_choice),
        ]
        | None
    ) = None  # fmt: skip
    group_by: Annotated[Literal["user", "date", "group"], BeforeValidator(_choice)] = "user"
    coaching_group: Flag = False
    coaching_team: Flag = False

    @property
    def target_kind(self) -> Kind | None:
        """The kind that was asked for; None for `unknown` and for no target."""
        return Kind.parse(self.target_type) if self.target_type else None


def read_ask(fields: Mapping[str, Any]) -> Ask:
    """The ask in a decoded body; raises BadRequest that names the field, what came and what is accepted."""
    said = {name: value for name, value in fields.items() if value is not None and not _is_blank_option(name, value)}
    try:
        ask = Ask.model_validate(said)
    except ValidationError as error:
        raise BadRequest(_explain(error, said)) from None
    _check_together(ask)
    return ask


def _is_blank_option(name: str, value: Any) -> bool:
    return value == "" and name not in ("export_type", "stat_type")


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
    if is_grouped and ask.target_kind not in (None, Kind.OFFICE) and ask.target_id is not None:
        raise BadRequest(
            f"group_by: got 'group' with target_type {ask.target_type!r}; accepted with it: no target, or an office."
        )
