"""calls × records: a row per leg, 54 columns."""

from busyhour.domain.requests import Scope
from busyhour.reports.inline import Facts
from busyhour.reports.model import Column, Form, Scoping, Shape, Unit, rounded_minutes

__all__ = ["FORM", "TIME_TO_ANSWER", "rows"]

TIME_TO_ANSWER = "us(date_connected) - least(coalesce(us(date_queued), us(date_first_rang)), coalesce(us(date_first_rang), us(date_queued)))"
"""µs from the earlier of queueing and the first ring to the conversation."""

_IS_ANSWERED_GROUP_LEG = (
    "category = 'incoming' AND entry_point_call_id IS NULL AND coalesce(target_type NOT IN ('user', 'room'), TRUE)"
)


def _text(name: str, definition: str, sql: str | None = None) -> Column:
    return Column(name, Unit.TEXT, definition, sql or name, "captured")


def _instant(name: str, definition: str) -> Column:
    return Column(name, Unit.INSTANT, definition, f"us({name})", "captured")


def _flag(name: str, definition: str) -> Column:
    return Column(name, Unit.BOOLEAN, definition, name, "captured")


def _number(name: str, definition: str, unit: Unit = Unit.COUNT) -> Column:
    return Column(name, unit, definition, name, "captured")


def _minutes(name: str, micros: str, definition: str) -> Column:
    return Column(name, Unit.MINUTES_2, definition, rounded_minutes(micros, "1", Unit.MINUTES_2), "captured")


COLUMNS = (
    _instant("date_started", "When the leg began."),
    _text("call_id", "The leg's own id."),
    _text("category", "How the leg went, one word: the first rule that holds."),
    _text("direction", "inbound or outbound."),
    _text("external_number", "The number outside the company: the caller, or whom an outbound call reached for."),
    _text("internal_number", "The company's number on this leg."),
    _instant("date_first_rang", "Group legs: the first ring of any operator."),
    _instant("date_queued", "Group legs: when the caller entered the hold queue."),
    _instant("date_rang", "When this target rang."),
    _instant("date_connected", "When the conversation began; ringing is before it."),
    _instant("date_ended", "When the leg ended."),
    _text("target_id", "Whose leg it is."),
    _text("target_kind", "What kind of target that is, in the vendor's class names."),
    _text("target_type", "What kind of target that is: user, room, call_center, department, office, and so on."),
    _text("name", "The target's name."),
    _text("email", "The target's e-mail address; users only."),
    _flag("was_recorded", "Whether the call was recorded."),
    _text("entry_point_call_id", "Agent legs: the group leg that rang this agent."),
    _text("entry_point_target_id", "Agent legs: the group of that leg; else the line first dialled."),
    _text("entry_point_target_kind", "What kind of target that is."),
    _text("proxy_target_id", "The group in whose name an outbound call was placed."),
    _flag("voicemail", "Whether a message was left."),
    _text("transferred_to", "The name or number that the leg was passed on to."),
    _text("transferred_to_contact_id", "The contact that the leg was passed on to."),
    _text("transferred_from_target_id", "The target that the leg came from."),
    _text("office_id", "The office: a group leg's group's, an agent leg's its group leg's, else the person's home office."),
    _text("company_id", "The company.", "$company_id"),
    _text("device", "What the person used: desktop_app, web_app, android, ios, desk_phone, forwarding_number."),
    _text("salesforce_activity_id", "The activity in Salesforce that belongs to the call."),
    _text("timezone", "The zone of this row's times: the request's.", "$timezone"),
    _text("availability", "Whether the line was open when the call came: open, closed, holiday_open, holiday_closed, dnd.", "line_state"),
    _minutes("time_in_system", "us(date_ended) - us(date_started)", "From the leg's beginning to its end."),
    _text("callback_type", "How the callback that the caller asked for is placed: agent or queue."),
    _text("callback_id", "The leg that placed the callback."),
    _text("master_call_id", "The call's first leg."),
    _minutes(
        "time_to_answer",
        f"CASE WHEN {_IS_ANSWERED_GROUP_LEG} THEN {TIME_TO_ANSWER} END",
        "Answered group legs: from the earlier of queueing and the first ring to the conversation.",
    ),
    _instant("date_callback_connected", "When the callback that was asked for was connected."),
    _instant("date_callback_ended", "When that callback ended."),
    _instant("date_anonymized", "When the number was removed on request."),
    _text("categories", "Everything that holds for the leg, as sorted words."),
    _minutes("ringing_duration", "ringing_us", "How long it rang; group legs: the time in which at least one agent's did."),
    _number("ringing_occurrences", "How often it rang; group legs: how many agent legs there were."),
    _minutes("hold_duration", "hold_us", "How long the caller was on hold; group legs: over the agent legs."),
    _number("hold_occurrences", "How often the caller was put on hold."),
    _minutes("talk_duration", "talk_us", "How long they talked, hold excluded."),
    _minutes("queued_duration", "queued_us", "Group legs: how long the caller waited in the hold queue."),
    _number("queued_occurrences", "Group legs: how often the caller entered the hold queue."),
    _minutes("wrapup_duration", "wrapup_us", "How long the agent was in wrap-up after the call."),
    _text("participant_type", "operator on agent legs."),
    _number("percent_ai_talk_time", "The share of the call in which the agent talked.", Unit.PERCENT_1),
    _number("percent_ai_listen_time", "The share of the call in which the agent listened.", Unit.PERCENT_1),
    _number("percent_ai_silent_time", "The share of the call in which nobody spoke.", Unit.PERCENT_1),
    _text("campaign_id", "The campaign that the call belongs to."),
    _flag("is_internal", "Whether both ends are in one office."),
)  # fmt: skip


def rows(facts: Facts, _scope: Scope) -> str:
    """Legs, each with whether its line was open and with its center's thresholds; the directory's word where no event's is."""
    line = "coalesce(CASE WHEN calls.entry_point_call_id IS NOT NULL THEN calls.entry_point_target_id END, calls.target_id)"
    state = "calls.availability, closings.availability" if facts.closings else "calls.availability"
    joins = (
        f"LEFT JOIN closings ON closings.id = {line} AND us(calls.date_started) >= closings.start_us"
        " AND us(calls.date_started) < closings.stop_us"
        if facts.closings
        else ""
    )
    return f"SELECT calls.*, coalesce({state}, 'open') AS line_state FROM calls {joins}"


FORM = Form(
    "calls", "records", None, Shape.RECORDS, COLUMNS, {"calls": (0, 0)}, rows, "date_started", "call_id",
    Scoping.LEGS, presorted=True,
)  # fmt: skip
