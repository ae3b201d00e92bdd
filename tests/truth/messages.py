"""The message columns of calls × stats, recounted from the printed voicemails × records."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

__all__ = ["MESSAGE_COLUMNS", "message_figures", "messages_by_date"]

MESSAGE_COLUMNS = (
    "total_voicemails", "unresolved_voicemails", "resolved_voicemails", "avg_voicemail_handle_time_minutes",
    "avg_time_open_minutes",
)  # fmt: skip


def messages_by_date(
    voicemails: Sequence[Mapping[str, str]], days: Sequence[date], as_of: datetime
) -> list[dict[str, str]]:
    """The message columns of each day; local times are read in the rows' zone, without its repeated hour."""
    return [message_figures([row for row in voicemails if row["date"][:10] == day.isoformat()], as_of) for day in days]


def message_figures(rows: Sequence[Mapping[str, str]], as_of: datetime) -> dict[str, str]:
    """The message columns over some messages."""
    heard = [row for row in rows if row["date_listened"]]
    unheard = [row for row in rows if not row["date_listened"]]
    waited = [_instant(row, "date_listened") - _instant(row, "date") for row in heard]
    ages = [as_of - _instant(row, "date") for row in unheard]
    minute = 60 * 10**6
    means = [
        Fraction(sum((gap.days * 86_400 + gap.seconds) * 10**6 + gap.microseconds for gap in gaps), minute * len(gaps))
        if gaps
        else Fraction(0)
        for gaps in (waited, ages)
    ]
    counts = [str(len(rows)), str(len(unheard)), str(len(heard))]
    return dict(zip(MESSAGE_COLUMNS, [*counts, *map(_one_decimal, means)], strict=True))


def _instant(row: Mapping[str, str], column: str) -> datetime:
    return datetime.fromisoformat(row[column]).replace(tzinfo=ZoneInfo(row["timezone"])).astimezone(ZoneInfo("UTC"))


def _one_decimal(value: Fraction) -> str:
    tenths = (2 * 10 * value.numerator + value.denominator) // (2 * value.denominator)
    whole, part = divmod(tenths, 10)
    return f"{whole}.{part}" if part else str(whole)
