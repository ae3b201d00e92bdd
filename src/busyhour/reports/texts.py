"""texts: a row per message; and per day and owner of the line."""

from busyhour.reports.model import Scoping, count, distinct
from busyhour.reports.things import DAY_AND_OWNER, TIMEZONE, flag, instant, records_form, stats_form, text

__all__ = ["FORMS"]

_RECORDS = (
    instant("date", "When the message was made."),
    text("message_id", "The message's own id."),
    text("name", "The owner of the line, not the customer."),
    text("email", "The owner's e-mail address; users only."),
    text("target_type", "What kind of owner it is."),
    text("target_id", "The owner of the line."),
    text("sender_id", "The user who wrote it."),
    text("direction", "inbound, outbound or internal."),
    text("to_phone", "The number or numbers it went to, comma-joined."),
    text("from_phone", "The number it came from."),
    text("encrypted_text", "The encrypted text, where a source gives it."),
    text("encrypted_aes_text", "The same, encrypted another way."),
    flag("mms", "Whether it carried media."),
    TIMEZONE,
)

_OF_ANOTHER = "direction = 'internal' AND target_type = 'user' AND coalesce(sender_id <> target_id, TRUE)"
"""Of colleagues' messages: those in a person's box that somebody else wrote."""
_OTHERS = f"CASE WHEN direction = 'inbound' OR ({_OF_ANOTHER}) THEN from_phone ELSE to_phone END"

_STATS = (
    *DAY_AND_OWNER,
    count("all_texts", "TRUE", "All messages.", "ours"),
    count("inbound_texts", "direction = 'inbound'", "Messages that came in.", "ours"),
    count("outbound_texts", "direction = 'outbound'", "Messages that went out.", "ours"),
    count("internal_texts", "direction = 'internal'", "Messages between colleagues.", "ours"),
    count("mms", "mms", "Messages with media.", "ours"),
    count("failed", "message_status = 'failed'", "Messages that could not be delivered.", "ours"),
    distinct("contacts", _OTHERS, "TRUE", "Distinct other numbers, each of those of a message to several.", "ours"),
    TIMEZONE,
)

FORMS = (
    records_form("texts", "texts", "message_id", _RECORDS, Scoping.OWN),
    stats_form("texts", "texts", "message_id", _STATS),
)
