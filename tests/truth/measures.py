"""Every figure of the `calls` stats over some legs, one by one from its definition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from truth.clock import Instants
from truth.intervals import MINUTE, Between, Range, sum_of_printed
from truth.records import Record

__all__ = ["COUNTED", "NOT_RECOUNTED", "Center", "count_of", "figures", "service_level_percent"]

NOT_RECOUNTED = (
    "dids", "total_voicemails", "unresolved_voicemails", "resolved_voicemails", "avg_voicemail_handle_time_minutes",
    "avg_time_open_minutes",
)  # fmt: skip
"""What records of calls do not tell: the groups' numbers, and messages, which `truth.messages` recounts."""

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Center:
    """A call center's own settings, in seconds."""

    short_abandon_seconds: int = 6
    service_level_seconds: int = 60


def _category(*wanted: str) -> Callable[[Record], bool]:
    return lambda leg: leg.category in wanted


def _token(wanted: str) -> Callable[[Record], bool]:
    return lambda leg: wanted in leg.tokens


def _device(*wanted: str) -> Callable[[Record], bool]:
    return lambda leg: leg.device in wanted


def _is_open(leg: Record) -> bool:
    return leg.availability in ("open", "holiday_open")


COUNTED: dict[str, Callable[[Record], bool]] = {
    "inbound_calls": lambda leg: leg.direction == "inbound",
    "outbound_calls": lambda leg: leg.direction == "outbound",
    "all_calls": lambda leg: leg.direction in ("inbound", "outbound"),
    "answered": _category("incoming"),
    "missed": _category("missed"),
    "abandoned": _category("abandoned"),
    "cancelled": _category("cancelled"),
    "forwarded": _category("forwarded"),
    "outbound_connected": _category("outgoing"),
    "handled": _category("incoming", "outgoing", "callback_connected"),
    "callbacks_requested": _category("callback_requested"),
    "callbacks_connected": _category("callback_connected"),
    "callbacks_cancelled": _category("callback_cancelled"),
    "callbacks_unconnected": lambda leg: leg.category == "other" and "callback_attempt" in leg.tokens,
    "callbacks_completed": lambda leg: (
        leg.category == "callback_connected" or (leg.category == "other" and "callback_attempt" in leg.tokens)
    ),
    "open_inbound_calls": lambda leg: _is_open(leg) and leg.direction == "inbound",
    "open_missed_calls": lambda leg: _is_open(leg) and leg.category == "missed",
    "open_abandoned_calls": lambda leg: _is_open(leg) and leg.category == "abandoned",
    "open_transferred": lambda leg: _is_open(leg) and leg.transferred_to != "",
    "voicemails": lambda leg: leg.voicemail,
    "missed_voicemails": lambda leg: leg.voicemail and leg.category == "missed",
    "other_voicemails": lambda leg: leg.voicemail and leg.category != "missed",
    "direct_to_voicemail": _token("direct_to_voicemail"),
    "in_queue_voicemail": _token("in_queue_voicemail"),
    "dtmf_voicemail": _token("dtmf_voicemail"),
    "transfer_voicemail": _token("transfer_voicemail"),
    "message": _token("message"),
    "spam": _token("spam"),
    "other_inbound": lambda leg: leg.direction == "inbound" and leg.category == "other",
    "rejected": _token("rejected"),
    "ring_no_answer": _token("ring_no_answer"),
    "dtmf_transfer": _token("dtmf_transfer"),
    "auto_transfer": _token("auto_transfer"),
    "router_transfer": _token("router_transfer"),
    "forward_transfer": _token("forward_transfer"),
    "scripted_ivr_transfer": _token("scripted_ivr_transfer"),
    "callback_agent_missed_rejected": _token("callback_agent_missed_rejected"),
    "direct_callback_agent_missed_rejected": _token("direct_callback_agent_missed_rejected"),
    "direct_callback_cancelled": _token("direct_callback_cancelled"),
    "answered_transferred": lambda leg: leg.transferred_to != "" and leg.category == "incoming",
    "missed_transferred": lambda leg: leg.transferred_to != "" and leg.category == "missed",
    "connected_transferred": lambda leg: leg.transferred_to != "" and leg.category == "outgoing",
    "transferred_out": lambda leg: leg.transferred_to != "",
    "transferred_in": lambda leg: leg.transferred_from_target_id != "",
    "internal_calls": lambda leg: leg.is_internal,
    "forwarding_number": _device("forwarding_number"),
    "desktop_app": _device("desktop_app"),
    "mobile_voip": _device("android", "ios"),
    "desk_phone": _device("desk_phone"),
    "web_app": _device("web_app"),
}


def count_of(column: str, legs: Sequence[Record]) -> int:
    """How many of the legs a count's predicate holds for."""
    return sum(map(COUNTED[column], legs))


def figures(legs: Sequence[Record], center: Center) -> dict[str, str | Range]:
    """Every figure that any of the forms has, as it is to be printed."""
    return {
        **{column: str(count_of(column, legs)) for column in COUNTED},
        **_within_thresholds(legs, center),
        **_shares(legs, center),
        **_from_times(legs),
        **_from_printed_durations(legs),
        "average_percent_ai_talk_time": _mean_percentage([leg.percent_ai_talk_time for leg in legs]),
        "avg_voicemail_assignment_time_minutes": "0",
        **dict.fromkeys(NOT_RECOUNTED, "not recounted"),
    }


def service_level_percent(row: dict[str, str]) -> str:
    """The dashboard's percentage over a printed row of a call center, 1 decimal."""
    divisor = int(row["inbound_calls"]) - int(row["short_abandoned"]) - int(row["missed"])
    answered = Between.exactly(100 * int(row["service_level"])).over(divisor).printed(1)
    return str(answered)


def _within_thresholds(legs: Sequence[Record], center: Center) -> dict[str, str | Range]:
    short, level = center.short_abandon_seconds * _SECOND, center.service_level_seconds * _SECOND

    def is_short(way: Instants) -> bool:
        return way.in_system < short

    def is_soon(way: Instants) -> bool:
        return way.to_answer is not None and way.to_answer <= level

    abandoned = [leg for leg in legs if leg.category == "abandoned"]
    answered = [leg for leg in legs if leg.category == "incoming" and leg.is_group_leg and _is_open(leg)]
    return {"short_abandoned": _number_of(abandoned, is_short), "service_level": _number_of(answered, is_soon)}


def _shares(legs: Sequence[Record], center: Center) -> dict[str, str | Range]:
    """Of the inbound legs in percent; the service level leaves out what was missed and what ended too soon."""
    inbound = count_of("inbound_calls", legs)
    shares = {
        f"{column}_percent": Between.exactly(100 * count_of(column, legs)).over(inbound).printed(1)
        for column in ("answered", "missed", "abandoned")
    }
    counts = {name: _bounds(figure) for name, figure in _within_thresholds(legs, center).items()}
    least, most = counts["service_level"]
    least_short, most_short = counts["short_abandoned"]
    judged = inbound - count_of("missed", legs)
    low = Between.exactly(100 * least).over(judged - least_short).low
    high = Between.exactly(100 * most).over(judged - most_short).high
    return {**shares, "service_level_percent": Between(low, high).printed(1)}


def _bounds(figure: str | Range) -> tuple[int, int]:
    return (int(figure), int(figure)) if isinstance(figure, str) else (int(figure.low), int(figure.high))


def _number_of(legs: Sequence[Record], holds: Callable[[Instants], bool]) -> str | Range:
    """How many legs it holds for; a leg whose times can be read in two ways may or may not count."""
    surely = sum(all(map(holds, leg.readings)) for leg in legs)
    possibly = sum(any(map(holds, leg.readings)) for leg in legs)
    return Between(Fraction(surely), Fraction(possibly)).printed(0)


def _from_times(legs: Sequence[Record]) -> dict[str, str | Range]:
    inbound = [leg for leg in legs if leg.direction == "inbound"]
    outbound = [leg for leg in legs if leg.direction == "outbound"]
    answered = [leg for leg in legs if leg.category == "incoming"]
    abandoned = [leg for leg in legs if leg.category == "abandoned"]
    minutes = _sum_of(legs, lambda way: way.conversation)
    handled = count_of("handled", legs)
    return {
        "minutes": minutes.printed(1),
        "inbound_minutes": _sum_of(inbound, lambda way: way.conversation).printed(1),
        "outbound_minutes": _sum_of(outbound, lambda way: way.conversation).printed(1),
        "acd": minutes.over(handled).printed(1),
        "aht": (minutes + sum_of_printed(leg.wrapup_duration for leg in legs)).over(handled).printed(1),
        "asa": _sum_of(answered, lambda way: way.wait).over(len(answered)).printed(1),
        "speed_of_answer": _sum_of(answered, lambda way: way.wait).over(len(answered)).printed(2),
        "avg_time_to_abandon": _sum_of(abandoned, lambda way: way.in_system).over(len(abandoned)).printed(2),
        "time_in_system": _sum_of(inbound, lambda way: way.in_system).over(len(inbound)).printed(1),
    }


def _sum_of(legs: Sequence[Record], span: Callable[[Instants], int | None]) -> Between:
    """The sum of a span over the legs in minutes, exact wherever the legs' times can be read in one way."""
    low = high = 0
    for leg in legs:
        spans = [span(way) or 0 for way in leg.readings]
        low, high = low + min(spans), high + max(spans)
    return Between(Fraction(low, MINUTE), Fraction(high, MINUTE))


def _from_printed_durations(legs: Sequence[Record]) -> dict[str, str | Range]:
    handled = count_of("handled", legs)
    divisors = {
        "ringing_duration": count_of("inbound_calls", legs),
        "talk_duration": handled,
        "hold_duration": handled,
        "wrapup_duration": handled,
        "queued_duration": sum(leg.date_queued is not None for leg in legs),
    }
    row: dict[str, str | Range] = {}
    for column, divisor in divisors.items():
        total = sum_of_printed(getattr(leg, column) for leg in legs)
        row |= {column: total.printed(2), f"avg_{column}": total.over(divisor).printed(2)}
    return row


def _mean_percentage(percentages: Sequence[Decimal | None]) -> str | Range:
    """Their mean where present; each is stored to a tenth of a percent, so that what is printed is exact."""
    present = [Fraction(percentage) for percentage in percentages if percentage is not None]
    return Between.exactly(sum(present, Fraction(0))).over(len(present)).printed(1)
