"""What the directory says that a report must know: groups, memberships, thresholds, and when lines were closed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from busyhour.domain.centers import END_OF_DAY, CenterSettings, availability, settings_of
from busyhour.domain.clock import micros
from busyhour.domain.directory import Entry, Kind
from busyhour.domain.memberships import Membership
from busyhour.domain.periods import Period, instants
from busyhour.domain.roster import timezone_of
from busyhour.reports.inline import Facts, Opened, Thresholds

__all__ = ["brief"]

_SECOND = 1_000_000


def brief(
    company_id: str, as_of: int, period: Period, entries: Sequence[Entry], memberships: Sequence[Membership]
) -> Facts:
    """The facts for a report over a period; `as_of` in µs. Pure: the same directory gives the same facts."""
    offices = {entry.id: entry for entry in entries if entry.kind is Kind.OFFICE}
    settings = {entry.id: settings_of(entry.details) for entry in entries if entry.details}
    return Facts(
        company_id=company_id,
        as_of=as_of,
        groups=[entry for entry in entries if entry.kind is not Kind.USER],
        entries=entries,
        memberships=memberships,
        thresholds=[
            Thresholds(group_id, known.service_level_seconds * _SECOND, known.short_abandon_seconds * _SECOND)
            for group_id, known in settings.items()
        ],
        closings=[
            closing
            for entry in entries
            if entry.id in settings
            for closing in _closings(entry, settings[entry.id], offices, period)
        ],
    )


def _closings(entry: Entry, settings: CenterSettings, offices: Mapping[str, Entry], period: Period) -> Iterator[Opened]:
    """The stretches of the period in which a group's line was not open, by the clock of its zone."""
    if settings.hours is None and not settings.holidays:
        return
    zone = ZoneInfo(timezone_of(entry, offices.get(entry.office_id or "")) or "UTC")
    moments = sorted(set(_changes(settings, zone, period)))
    for start, stop in pairwise(moments):
        state = availability(settings, start, zone)
        if state != "open":
            yield Opened(entry.id, start, stop, state)


def _changes(settings: CenterSettings, zone: ZoneInfo, period: Period) -> Iterator[int]:
    """Every instant (µs) at which a line may open or close, and the ends of the period."""
    start, stop = instants(period)
    yield from (start, stop)
    openings = {minute for day in settings.hours or () for opening in day for minute in (opening.start, opening.end)}
    day = _local_date(start, zone)
    while day <= _local_date(stop, zone):
        for minute in (0, *sorted(openings - {END_OF_DAY})):
            local = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
            # A clock time may come twice or never: both readings are looked at, and a change of offset with them.
            for fold in (0, 1):
                instant = micros(local.replace(tzinfo=zone, fold=fold).astimezone(UTC))
                if start < instant < stop:
                    yield instant
        day += timedelta(days=1)


def _local_date(instant: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(instant // _SECOND, zone).date()
