"""The stats of texts, voicemails, recordings and screen shares, recounted from the printed records of their scope.

Counts are exact, and so is what lies between two printed timestamps, but in an hour that the clock repeats.
What sums printed durations is a range: each was rounded to a hundredth of a minute.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from truth.cells import CELLS, number_of_days, said
from truth.clock import candidates, zone
from truth.intervals import MINUTE, Between, Range, sum_of_printed
from truth.thing_columns import THING_COLUMNS
from truth.thing_forms import MOMENTS

__all__ = ["Printed", "Row", "by_owner", "in_order", "spread"]

Printed = Mapping[str, str]
Row = dict[str, str | Range]


def by_owner(
    stat_type: str, records: Sequence[Printed], days: Sequence[date], types: Mapping[str, str], timezone: str
) -> list[Row]:
    """A row a day and owner by date, name and id; a nameless one of zeros for a day without any.

    `types` tells an owner's type by its id, for the records that do not print it.
    """
    moment = MOMENTS.get(stat_type, "date")
    return [
        {name: known[name] for name in THING_COLUMNS[stat_type, "stats"]}
        for day in days
        for known in in_order(
            {**_named(owned, types), **_FIGURES[stat_type](owned), "date": day.isoformat(), "timezone": timezone}
            for owned in _owners([row for row in records if row[moment][:10] == day.isoformat()])
        )
    ]


def spread(stat_type: str, by: str, records: Sequence[Printed], days: Sequence[date], timezone: str) -> list[Row]:
    """A row for every cell of one of our own dimensions, over the records of one scope: of the hour that is printed."""
    moment = MOMENTS.get(stat_type, "date")
    cells = [{"date": day.isoformat()} for day in days] if by == "date" else CELLS[by]
    rows: list[Row] = []
    for cell in cells:
        own = [row for row in records if cell.items() <= said(datetime.fromisoformat(row[moment])).items()]
        of_days: Row = {} if by == "date" else {"days": str(number_of_days(cell, days))}
        rows.append({**cell, **of_days, **_FIGURES[stat_type](own), "timezone": timezone})
    return rows


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows of one day by name, id and type."""
    return sorted(rows, key=lambda row: (str(row["name"]), str(row["user_id"]), str(row["type"])))


def _owners(rows: Sequence[Printed]) -> list[list[Printed]]:
    by_id: dict[str, list[Printed]] = {}
    for row in rows:
        by_id.setdefault(row["target_id"], []).append(row)
    return list(by_id.values()) or [[]]


def _named(rows: Sequence[Printed], types: Mapping[str, str]) -> dict[str, str]:
    """Who the owner is, by the day's last record that has a name."""
    if not rows:
        return dict.fromkeys(("user_id", "name", "email", "type"), "")
    last = next((row for row in reversed(rows) if row["name"]), rows[-1])
    type_name = last.get("target_type") or types[last["target_id"]]
    return {"user_id": last["target_id"], "name": last["name"], "email": last["email"], "type": type_name}


def _number(rows: Sequence[Printed], **wanted: str) -> str:
    return str(sum(all(row[name] == value for name, value in wanted.items()) for row in rows))


def _texts(rows: Sequence[Printed]) -> Row:
    return {
        "all_texts": str(len(rows)),
        "inbound_texts": _number(rows, direction="inbound"),
        "outbound_texts": _number(rows, direction="outbound"),
        "internal_texts": _number(rows, direction="internal"),
        "mms": _number(rows, mms="true"),
        # No record prints whether its message was delivered; what came in was.
        "failed": Range(Decimal(0), Decimal(len(rows) - int(_number(rows, direction="inbound"))), 0),
        "contacts": str(len({number for row in rows for number in _others(row)})),
    }


def _others(text: Printed) -> list[str]:
    """The numbers at the other end."""
    return [number for number in text["from_phone" if _came_in(text) else "to_phone"].split(",") if number]


def _came_in(text: Printed) -> bool:
    """Whether the owner did not write it: of colleagues' messages, those in a person's box by somebody else."""
    is_anothers = text["target_type"] == "user" and text["sender_id"] != text["target_id"]
    return text["direction"] == "inbound" or (text["direction"] == "internal" and is_anothers)


def _voicemails(rows: Sequence[Printed]) -> Row:
    heard = [row for row in rows if row["date_listened"]]
    return {
        "voicemails": str(len(rows)),
        "listened": str(len(heard)),
        "unlistened": str(len(rows) - len(heard)),
        "avg_time_to_listen_minutes": _between(heard, "date", "date_listened").over(len(heard)).printed(1),
    }


def _recordings(rows: Sequence[Printed]) -> Row:
    length = sum_of_printed(Decimal(row["duration"]) for row in rows if row["duration"])
    return {
        "recordings": str(len(rows)),
        "recorded_calls": str(len({row["call_id"] for row in rows} - {""})),
        "recording_minutes": length.printed(1),
        "avg_recording_minutes": length.over(len(rows)).printed(1),
    }


def _screenshares(rows: Sequence[Printed]) -> Row:
    ended = [row for row in rows if row["date_ended"]]
    length = _between(ended, "date_started", "date_ended")
    return {
        "screenshares": str(len(rows)),
        "screenshare_minutes": length.printed(1),
        "avg_screenshare_minutes": length.over(len(ended)).printed(1),
        "participants": str(sum(int(row["participants"] or 0) for row in rows)),
    }


def _between(rows: Sequence[Printed], start: str, end: str) -> Between:
    """The sum in minutes of what lies between two columns."""
    total = Between.exactly(0)
    for row in rows:
        firsts, lasts = (_instants(row[name], row["timezone"]) for name in (start, end))
        spans = [last - first for first in firsts for last in lasts if last >= first]
        total += Between(Fraction(min(spans), MINUTE), Fraction(max(spans), MINUTE))
    return total


def _instants(local: str, timezone: str) -> tuple[int, ...]:
    return candidates(datetime.fromisoformat(local), zone(timezone))


_FIGURES: Mapping[str, Callable[[Sequence[Printed]], Row]] = {
    "texts": _texts,
    "voicemails": _voicemails,
    "recordings": _recordings,
    "screenshare": _screenshares,
}
