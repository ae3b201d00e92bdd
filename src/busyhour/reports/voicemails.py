"""voicemails: a row per message left; and per day and owner of the box."""

from busyhour.reports.model import Scoping, Unit, count, mean
from busyhour.reports.things import DAY_AND_OWNER, TIMEZONE, instant, records_form, stats_form, text

__all__ = ["FORMS"]

_RECORDS = (
    text("call_id", "The leg on which the message was left."),
    text("target_id", "The owner of the box."),
    text("name", "The owner's name."),
    text("email", "The owner's e-mail address; users only."),
    text("external_number", "The caller's number."),
    text("internal_number", "The company's number."),
    instant("date", "When the message was left."),
    instant("date_listened", "When it was first listened to."),
    text("listened_by_target_id", "Who listened to it.", "listened_by_id"),
    text("listened_by_name", "That person's name."),
    text("listened_by_email", "That person's e-mail address."),
    text("recording_url", "Where the message can be heard."),
    text("transcription_text", "What was said."),
    TIMEZONE,
)

_STATS = (
    *DAY_AND_OWNER,
    count("voicemails", "TRUE", "Messages left in that time.", "ours"),
    count("listened", "date_listened IS NOT NULL", "Those that somebody has listened to since.", "ours"),
    count("unlistened", "date_listened IS NULL", "Those that nobody has listened to yet.", "ours"),
    mean(
        "avg_time_to_listen_minutes", Unit.MINUTES_1, "us(date_listened) - us(date)", "date_listened IS NOT NULL",
        "Mean time from a message to its first hearing, of those listened to.", "ours",
    ),
    TIMEZONE,
)  # fmt: skip

FORMS = (
    records_form("voicemails", "voicemails", "call_id", _RECORDS, Scoping.OWN),
    stats_form("voicemails", "voicemails", "call_id", _STATS),
)
