"""recordings: a row per recording; and per day and owner of the line."""

from busyhour.reports.model import Scoping, Unit, count, distinct, mean, total
from busyhour.reports.things import DAY_AND_OWNER, TIMEZONE, instant, minutes, records_form, stats_form, text

__all__ = ["FORMS"]

_RECORDS = (
    text("call_id", "The leg that was recorded."),
    text("target_id", "The owner of the line."),
    text("name", "The owner's name."),
    text("email", "The owner's e-mail address; users only."),
    text("operator_id", "Who was on the call."),
    text("operator_name", "That person's name."),
    text("operator_email", "That person's e-mail address."),
    text("external_number", "The number outside the company."),
    text("internal_number", "The company's number."),
    instant("date", "When the recording began.", Unit.INSTANT_SECONDS),
    text("recording_url", "Where it can be heard."),
    minutes("duration", "duration_us", "How long it is."),
    TIMEZONE,
)

_STATS = (
    *DAY_AND_OWNER,
    count("recordings", "TRUE", "Recordings that began in that time.", "ours"),
    distinct("recorded_calls", "call_id", "TRUE", "The calls that they are of.", "ours"),
    total("recording_minutes", Unit.MINUTES_1, "duration_us", "How long they are together.", "ours"),
    mean("avg_recording_minutes", Unit.MINUTES_1, "duration_us", "TRUE", "How long they are on average.", "ours"),
    TIMEZONE,
)

FORMS = (
    records_form("recordings", "recordings", "recording_id", _RECORDS, Scoping.OPERATED),
    stats_form("recordings", "recordings", "recording_id", _STATS, Scoping.OPERATED),
)
