"""screenshare: a row per shared screen; and per day and the person who shared. No header of the vendor's is known."""

from busyhour.reports.model import Column, Scoping, Unit, count, mean, sum_of, total
from busyhour.reports.things import DAY_AND_OWNER, TIMEZONE, minutes, records_form, stats_form, text

__all__ = ["FORMS"]

_LENGTH = "us(date_ended) - us(date)"

_RECORDS = (
    Column("date_started", Unit.INSTANT, "When sharing began.", "us(date)", "ours"),
    text("screenshare_id", "Its own id.", source="ours"),
    text("call_id", "The leg during which it was shared, if any.", source="ours"),
    text("target_id", "Who shared.", source="ours"),
    text("name", "That person's name.", source="ours"),
    text("email", "That person's e-mail address.", source="ours"),
    text("target_type", "What kind of target that is.", source="ours"),
    Column("participants", Unit.COUNT, "How many took part.", "participants", "ours"),
    Column("date_ended", Unit.INSTANT, "When it ended.", "us(date_ended)", "ours"),
    minutes("duration", _LENGTH, "How long it lasted.", "ours"),
    TIMEZONE,
)

_STATS = (
    *DAY_AND_OWNER,
    count("screenshares", "TRUE", "Screens that began to be shared in that time.", "ours"),
    total("screenshare_minutes", Unit.MINUTES_1, _LENGTH, "How long they lasted together.", "ours"),
    mean(
        "avg_screenshare_minutes", Unit.MINUTES_1, _LENGTH, "date_ended IS NOT NULL",
        "How long those that have ended lasted on average.", "ours",
    ),
    Column(
        "participants", Unit.COUNT, "Participants, summed over the screens.", sum_of("participants"), "ours",
        behind="participants <> 0",
    ),
    TIMEZONE,
)  # fmt: skip

FORMS = (
    records_form("screenshare", "screenshares", "screenshare_id", _RECORDS, Scoping.OWN),
    stats_form("screenshare", "screenshares", "screenshare_id", _STATS),
)
