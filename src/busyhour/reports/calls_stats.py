"""calls × stats: every figure once, with its definition, and the forms that print them in their order."""

from collections.abc import Sequence
from dataclasses import replace

from busyhour.domain.requests import Scope
from busyhour.reports.calls_records import TIME_TO_ANSWER, rows
from busyhour.reports.inline import Facts
from busyhour.reports.model import Column, Form, Scoping, Shape, Unit, count, mean, rounded_minutes, sum_of, total
from busyhour.reports.things import owned

__all__ = [
    "ANSWERED",
    "COLUMNS",
    "FORMS",
    "OF_PERSONS",
    "SPEED_OF_ANSWER",
    "legs_and_messages",
    "legs_with_thresholds",
]

SERVICE_LEVEL_MICROS = 60_000_000
"""The usual threshold of a center for answering."""
SHORT_ABANDON_MICROS = 6_000_000
"""The usual threshold under which an abandonment is a short one."""

_IN_CONVERSATION = "us(date_ended) - us(date_connected)"
ANSWERED = "category = 'incoming'"
_HANDLED = "category IN ('incoming', 'outgoing', 'callback_connected')"
_OPEN = "line_state IN ('open', 'holiday_open')"
_CALLBACK_UNCONNECTED = "category = 'other' AND has_token(categories, 'callback_attempt')"
SPEED_OF_ANSWER = (
    "coalesce(us(date_connected), us(date_callback_connected))"
    " - least(coalesce(us(date_queued), us(date_first_rang)), coalesce(us(date_first_rang), us(date_queued)))"
)


def _if(predicate: str, value: str) -> str:
    return f"CASE WHEN {predicate} THEN {value} END"


def _legs(predicate: str) -> str:
    return f"count(*) FILTER (WHERE {predicate})"


def _token(name: str, definition: str) -> Column:
    return count(name, f"has_token(categories, '{name}')", definition)


def _message(name: str, predicate: str, definition: str) -> Column:
    """A count of messages, which stand beside the legs (see `legs_and_messages`)."""
    counted = count(name, f"is_message AND {predicate}", definition, "captured")
    return replace(counted, behind=predicate, behind_in="voicemails")


def _per(name: str, micros: str, over: str, definition: str) -> Column:
    return mean(name, Unit.MINUTES_2, micros, over, definition, "captured")


def _sum(name: str, micros: str, definition: str) -> Column:
    return total(name, Unit.MINUTES_2, micros, definition, "captured")


COLUMNS = (
    Column("date", Unit.DATE, "The local day.", "local_day", "captured"),
    Column("user_id", Unit.TEXT, "The person or room.", "target_id", "captured"),
    Column("name", Unit.TEXT, "Its name.", "name", "captured"),
    Column("email", Unit.TEXT, "A user's e-mail address.", "email", "captured"),
    Column("type", Unit.TEXT, "user or room; call_center or department.", "target_type", "captured"),
    Column("timezone", Unit.TEXT, "The zone of the days: the request's.", "$timezone", "captured"),
    Column("dids", Unit.TEXT, "The group's own numbers, comma-joined.", "dids", "ours"),
    count("all_calls", "direction IN ('inbound', 'outbound')", "All legs, in and out.", "captured"),
    count("inbound_calls", "direction = 'inbound'", "Legs that came in.", "captured"),
    count("outbound_calls", "direction = 'outbound'", "Legs that went out.", "captured"),
    count("voicemails", "voicemail", "Legs on which a message was left.", "captured"),
    count("missed", "category = 'missed'", "Inbound legs that rang a person and were not taken, voicemail or not.", "captured"),
    count("abandoned", "category = 'abandoned'", "Inbound legs that ended before anybody rang: in the queue, in the menu, while closed.", "captured"),
    count("forwarded", "category = 'forwarded'", "Inbound legs that imported rows call forwarded.", "captured"),
    count("cancelled", "category = 'cancelled'", "Outbound legs that ended before they were connected.", "captured"),
    total("minutes", Unit.MINUTES_1, _IN_CONVERSATION, "From connection to end, hold included, of connected legs.", "captured"),
    mean("acd", Unit.MINUTES_1, _IN_CONVERSATION, _HANDLED, "Average call duration: minutes per handled leg.", "captured"),
    Column(
        "aht", Unit.MINUTES_1, "Average handle time: minutes and wrap-up per handled leg.",
        rounded_minutes(f"({sum_of(_IN_CONVERSATION)} + {sum_of('wrapup_us')})", _legs(_HANDLED), Unit.MINUTES_1),
    ),
    total("inbound_minutes", Unit.MINUTES_1, _if("direction = 'inbound'", _IN_CONVERSATION), "The minutes of inbound legs.", "captured"),
    total("outbound_minutes", Unit.MINUTES_1, _if("direction = 'outbound'", _IN_CONVERSATION), "The minutes of outbound legs.", "captured"),
    mean(
        "time_in_system", Unit.MINUTES_1, _if("direction = 'inbound'", "us(date_ended) - us(date_started)"),
        "direction = 'inbound'", "Mean time from beginning to end of inbound legs.",
    ),
    count(
        "service_level", f"{ANSWERED} AND {_OPEN} AND {TIME_TO_ANSWER} <= service_level_us",
        "Answered legs in open hours whose time to answer is within the center's threshold; a count, not a percentage.", "captured",
    ),
    count("callbacks_requested", "category = 'callback_requested'", "Inbound legs whose caller took the offer of a callback."),
    count("callbacks_completed", f"category = 'callback_connected' OR ({_CALLBACK_UNCONNECTED})", "Callbacks that were placed, connected or not."),
    count("callbacks_cancelled", "category = 'callback_cancelled'", "Callbacks that were cancelled."),
    count("callbacks_connected", "category = 'callback_connected'", "Callbacks that reached the caller."),
    count("callbacks_unconnected", _CALLBACK_UNCONNECTED, "Callbacks that were placed and reached nobody."),
    count("open_inbound_calls", f"direction = 'inbound' AND {_OPEN}", "Inbound legs in open hours."),
    count("open_missed_calls", f"category = 'missed' AND {_OPEN}", "Missed legs in open hours."),
    count("open_abandoned_calls", f"category = 'abandoned' AND {_OPEN}", "Abandoned legs in open hours."),
    count("open_transferred", f"transferred_to IS NOT NULL AND {_OPEN}", "Legs passed on in open hours."),
    count("missed_voicemails", "voicemail AND category = 'missed'", "Missed legs on which a message was left."),
    count("other_voicemails", "voicemail AND coalesce(category <> 'missed', TRUE)", "Other legs on which a message was left."),
    count("missed_transferred", "transferred_to IS NOT NULL AND category = 'missed'", "Missed legs that were passed on."),
    mean("asa", Unit.MINUTES_1, _if(ANSWERED, SPEED_OF_ANSWER), ANSWERED, "Average speed of answer: from the earlier of queueing and the first ring to the conversation, per answered leg."),
    count(
        "short_abandoned", "category = 'abandoned' AND us(date_ended) - us(date_started) < short_abandon_us",
        "Abandoned legs that ended within the center's short-abandon threshold.", "captured",
    ),
    count("handled", _HANDLED, "Answered, connected outbound and connected callback legs.", "captured"),
    count("answered", ANSWERED, "Inbound legs that a person took.", "captured"),
    count("answered_transferred", f"transferred_to IS NOT NULL AND {ANSWERED}", "Answered legs that were passed on."),
    _token("message", "Inbound legs that heard a recorded message."),
    _token("spam", "Inbound legs that were blocked as spam."),
    _token("in_queue_voicemail", "Messages left from the queue."),
    _token("dtmf_voicemail", "Messages left after pressing a key."),
    _token("direct_to_voicemail", "Messages left where nobody rang and nobody queued."),
    _token("transfer_voicemail", "Messages left after a transfer to voicemail."),
    count("outbound_connected", "category = 'outgoing'", "Outbound legs that were connected; callbacks are not among them.", "captured"),
    count("connected_transferred", "transferred_to IS NOT NULL AND category = 'outgoing'", "Connected outbound legs that were passed on."),
    count("transferred_out", "transferred_to IS NOT NULL", "Legs that were passed on."),
    count("transferred_in", "transferred_from_target_id IS NOT NULL", "Legs that were passed on to this target."),
    _token("dtmf_transfer", "Legs passed on by pressing a key."),
    _token("auto_transfer", "Legs passed on by themselves."),
    _token("router_transfer", "Legs passed on by a call router."),
    _token("forward_transfer", "Legs passed on by forwarding."),
    _token("scripted_ivr_transfer", "Legs passed on by a scripted menu."),
    _sum("ringing_duration", "ringing_us", "How long it rang."),
    _per("avg_ringing_duration", "ringing_us", "direction = 'inbound'", "Ringing per inbound leg."),
    _sum("hold_duration", "hold_us", "How long callers were on hold."),
    _per("avg_hold_duration", "hold_us", _HANDLED, "Hold per handled leg."),
    _sum("talk_duration", "talk_us", "How long they talked, hold excluded."),
    _per("avg_talk_duration", "talk_us", _HANDLED, "Talk per handled leg."),
    _sum("queued_duration", "queued_us", "How long callers waited in the hold queue."),
    _per("avg_queued_duration", "queued_us", "date_queued IS NOT NULL", "Wait per leg that was queued."),
    _sum("wrapup_duration", "wrapup_us", "How long agents were in wrap-up."),
    _per("avg_wrapup_duration", "wrapup_us", _HANDLED, "Wrap-up per handled leg."),
    _token("callback_agent_missed_rejected", "Callbacks whose agent did not take them; 0 without a source."),
    _token("direct_callback_agent_missed_rejected", "The same for direct callbacks; 0 without a source."),
    _token("direct_callback_cancelled", "Direct callbacks that were cancelled; 0 without a source."),
    Column(
        "average_percent_ai_talk_time", Unit.PERCENT_1, "Mean share of agents' talk, over the legs that have one.",
        f"round_div({sum_of('percent_ai_talk_time')}, count(percent_ai_talk_time))", "captured",
    ),
    _message("total_voicemails", "TRUE", "Messages in the line's box that came that day, by the voicemails."),
    _message("unresolved_voicemails", "date_listened IS NULL", "Those that nobody has listened to yet."),
    _message("resolved_voicemails", "date_listened IS NOT NULL", "Those that somebody has listened to since."),
    mean(
        "avg_voicemail_handle_time_minutes", Unit.MINUTES_1, "us(date_listened) - us(date_left)",
        "is_message AND date_listened IS NOT NULL", "Mean time from a message to its first hearing.",
    ),
    total("avg_voicemail_assignment_time_minutes", Unit.MINUTES_1, "0", "Mean time from a message to its assignment; 0 without a source.", "ours"),
    mean(
        "avg_time_open_minutes", Unit.MINUTES_1, _if("is_message AND date_listened IS NULL", "$as_of - us(date_left)"),
        "is_message AND date_listened IS NULL", "Mean age of the unresolved messages at the data's as-of time.", "ours",
    ),
    count("internal_calls", "is_internal", "Legs with both ends in one office.", "captured"),
    count("forwarding_number", "device = 'forwarding_number'", "Legs taken on a forwarding number.", "captured"),
    count("desktop_app", "device = 'desktop_app'", "Legs taken in the desktop app.", "captured"),
    count("mobile_voip", "device IN ('android', 'ios')", "Legs taken in a mobile app.", "captured"),
    count("desk_phone", "device = 'desk_phone'", "Legs taken on a desk phone.", "captured"),
    count("web_app", "device = 'web_app'", "Legs taken in the browser.", "captured"),
    _token("rejected", "Legs that the agent declined while the call went on."),
    _token("ring_no_answer", "Legs that rang and were not taken."),
)  # fmt: skip

_BY_NAME = {column.name: column for column in COLUMNS}


def _columns(names: str) -> Sequence[Column]:
    return tuple(_BY_NAME[name] for name in names.replace(",", " ").split())


_DATE_CENTER = """
date, all_calls, inbound_calls, outbound_calls, voicemails, missed, abandoned, forwarded, cancelled, minutes, acd,
aht, inbound_minutes, outbound_minutes, time_in_system, service_level, callbacks_requested, callbacks_completed,
callbacks_cancelled, open_inbound_calls, open_missed_calls, open_abandoned_calls, callbacks_connected,
callbacks_unconnected, missed_voicemails, other_voicemails, missed_transferred, asa, open_transferred,
short_abandoned, handled, answered, answered_transferred, message, spam, in_queue_voicemail, dtmf_voicemail,
direct_to_voicemail, transfer_voicemail, outbound_connected, connected_transferred, transferred_out, transferred_in,
dtmf_transfer, auto_transfer, router_transfer, forward_transfer, timezone, ringing_duration, avg_ringing_duration,
hold_duration, avg_hold_duration, talk_duration, avg_talk_duration, queued_duration, avg_queued_duration,
wrapup_duration, avg_wrapup_duration, callback_agent_missed_rejected, direct_callback_agent_missed_rejected,
direct_callback_cancelled, scripted_ivr_transfer, total_voicemails, unresolved_voicemails, resolved_voicemails,
avg_voicemail_handle_time_minutes, avg_voicemail_assignment_time_minutes, avg_time_open_minutes
"""

_DATE = """
date, all_calls, inbound_calls, outbound_calls, voicemails, missed, abandoned, forwarded, cancelled, minutes, acd,
inbound_minutes, outbound_minutes, callbacks_requested, callbacks_completed, callbacks_cancelled,
callbacks_connected, callbacks_unconnected, missed_voicemails, other_voicemails, missed_transferred, asa, handled,
answered, answered_transferred, message, spam, in_queue_voicemail, dtmf_voicemail, direct_to_voicemail,
transfer_voicemail, outbound_connected, connected_transferred, transferred_out, transferred_in, dtmf_transfer,
auto_transfer, router_transfer, forward_transfer, timezone, ringing_duration, avg_ringing_duration, hold_duration,
avg_hold_duration, talk_duration, avg_talk_duration, queued_duration, avg_queued_duration,
callback_agent_missed_rejected, direct_callback_agent_missed_rejected, direct_callback_cancelled,
scripted_ivr_transfer, average_percent_ai_talk_time, total_voicemails, unresolved_voicemails, resolved_voicemails,
avg_voicemail_handle_time_minutes, avg_voicemail_assignment_time_minutes, avg_time_open_minutes
"""

_USER = """
date, user_id, name, email, type, all_calls, inbound_calls, outbound_calls, voicemails, missed, abandoned,
forwarded, cancelled, minutes, acd, {aht} inbound_minutes, outbound_minutes, internal_calls, forwarding_number,
desktop_app, mobile_voip, desk_phone, web_app, callbacks_cancelled, handled, answered, answered_transferred,
message, spam, in_queue_voicemail, dtmf_voicemail, direct_to_voicemail, transfer_voicemail, outbound_connected,
connected_transferred, transferred_out, transferred_in, dtmf_transfer, auto_transfer, router_transfer,
forward_transfer, ringing_duration, avg_ringing_duration, hold_duration, avg_hold_duration, talk_duration,
avg_talk_duration, {queue} rejected, ring_no_answer
"""

_GROUP = """
name, type, all_calls, inbound_calls, outbound_calls, voicemails, missed, abandoned, forwarded, cancelled, minutes,
acd, aht, inbound_minutes, outbound_minutes, time_in_system, service_level, callbacks_requested,
callbacks_completed, callbacks_cancelled, asa, callbacks_connected, callbacks_unconnected, missed_voicemails,
other_voicemails, missed_transferred, short_abandoned, handled, answered, answered_transferred, message, spam,
in_queue_voicemail, dtmf_voicemail, direct_to_voicemail, transfer_voicemail, outbound_connected,
connected_transferred, transferred_out, transferred_in, dtmf_transfer, auto_transfer, router_transfer,
forward_transfer, timezone, ringing_duration, avg_ringing_duration, hold_duration, avg_hold_duration, talk_duration,
avg_talk_duration, queued_duration, avg_queued_duration, wrapup_duration, avg_wrapup_duration,
average_percent_ai_talk_time, callback_agent_missed_rejected, direct_callback_agent_missed_rejected,
direct_callback_cancelled, open_inbound_calls, open_missed_calls, open_abandoned_calls, scripted_ivr_transfer, dids,
total_voicemails, unresolved_voicemails, resolved_voicemails, avg_voicemail_handle_time_minutes,
avg_voicemail_assignment_time_minutes, avg_time_open_minutes
"""

OF_PERSONS = frozenset(
    _USER.format(aht="aht,", queue="wrapup_duration, avg_wrapup_duration,").replace(",", " ").split()
)
"""The columns that tell of persons, without those of queues, which persons' legs are in none of."""

_ONLY_IN_CENTERS = "queued_duration, avg_queued_duration, wrapup_duration, avg_wrapup_duration, timezone,"


def legs_with_thresholds(facts: Facts, scope: Scope) -> str:
    """Legs with their center's thresholds, where the directory knows others than the usual ones."""
    if not facts.thresholds:
        return f"""SELECT legs.*, CAST({SERVICE_LEVEL_MICROS} AS BIGINT) AS service_level_us,
        CAST({SHORT_ABANDON_MICROS} AS BIGINT) AS short_abandon_us
      FROM ({rows(facts, scope)}) AS legs"""
    return f"""SELECT legs.*, coalesce(threshold.service_level_us, {SERVICE_LEVEL_MICROS}) AS service_level_us,
        coalesce(threshold.short_abandon_us, {SHORT_ABANDON_MICROS}) AS short_abandon_us
      FROM ({rows(facts, scope)}) AS legs LEFT JOIN center_thresholds AS threshold ON threshold.id = legs.target_id"""


_OF_LEGS = (
    "category", "direction", "voicemail", "categories", "date_connected", "date_ended", "date_queued",
    "date_first_rang", "date_callback_connected", "transferred_to", "transferred_from_target_id", "ringing_us",
    "hold_us", "talk_us", "queued_us", "wrapup_us", "percent_ai_talk_time", "entry_point_call_id",
    "entry_point_target_kind", "entry_point_target_id", "line_state", "service_level_us", "short_abandon_us", "device",
    "is_internal",
)  # fmt: skip
_OF_BOTH = ("call_id", "target_id", "target_type", "name", "email", "office_id")


def legs_and_messages(facts: Facts, scope: Scope) -> str:
    """Legs, and beside them the messages in the lines' boxes, which only the message columns count."""
    both, legs = ", ".join(_OF_BOTH), ", ".join(_OF_LEGS)
    nothing = ", ".join(f"NULL AS {name}" for name in _OF_LEGS)
    return f"""
      SELECT {both}, date_started, {legs}, FALSE AS is_message, NULL AS date_left, NULL AS date_listened
      FROM ({legs_with_thresholds(facts, scope)}) AS timed
      UNION ALL
      SELECT call_id, target_id, owner_type, name, email, owner_office, date, {nothing}, TRUE, date, date_listened
      FROM ({owned("voicemails")}) AS message
    """


def _form(group_by: str, shape: Shape, names: str, center_names: str | None = None) -> Form:
    counts_messages = "total_voicemails" in names
    return Form(
        "calls", "stats", group_by, shape, _columns(names),
        {"calls": (0, 0), "voicemails": (0, 0)} if counts_messages else {"calls": (0, 0)},
        legs_and_messages if counts_messages else legs_with_thresholds, "date_started", "call_id", Scoping.LEGS,
        center_columns=_columns(center_names) if center_names else None, explained=legs_with_thresholds,
    )  # fmt: skip


FORMS = (
    _form("date", Shape.BY_DATE, _DATE, _DATE_CENTER),
    _form("user", Shape.BY_USER, _USER.format(aht="", queue=""), _USER.format(aht="aht,", queue=_ONLY_IN_CENTERS)),
    _form("group", Shape.BY_GROUP, _GROUP),
)
