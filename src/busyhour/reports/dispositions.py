"""dispositions: a row per handled call with how its operator classed it; those without a disposition too."""

from busyhour.domain.requests import Scope
from busyhour.reports.inline import Facts
from busyhour.reports.model import Form, Scoping, Shape, Unit
from busyhour.reports.things import TIMEZONE, instant, text

__all__ = ["FORMS"]

_SECONDS = Unit.INSTANT_SECONDS

_RECORDS = (
    instant("date_started", "When the call began."),
    text("call_id", "The call: the group leg's id, or a personal leg's."),
    text("operator_id", "Who took or placed it."),
    text("operator_name", "That person's name."),
    text("operator_email", "That person's e-mail address."),
    text("disposition", "Category~Sub, Category, or empty."),
    text("direction", "inbound or outbound."),
    text("external_number", "The number outside the company."),
    text("internal_number", "The company's number."),
    instant("date_rang", "When the operator's phone rang.", _SECONDS),
    instant("date_queued", "When the caller entered the hold queue.", _SECONDS),
    instant("date_connected", "When the conversation began.", _SECONDS),
    instant("date_ended", "When the call ended.", _SECONDS),
    text("target_id", "The line, or the person on a personal leg."),
    text("target_kind", "What kind of target that is."),
    text("office_id", "The office."),
    text("company_id", "The company.", "$company_id"),
    text("salesforce_activity_id", "The activity in Salesforce that belongs to the call."),
    text("recording_url", "Where the call can be heard."),
    text("note", "What the operator wrote; it may hold commas, quotes and line ends."),
    TIMEZONE,
)


def _rows(_facts: Facts, _scope: Scope) -> str:
    """Handled legs, and others that have a disposition; a group leg's operator is the last agent connected on it."""
    return """
      SELECT leg.call_id, leg.date_started, leg.direction, leg.external_number, leg.internal_number,
        coalesce(agent.date_rang, leg.date_rang) AS date_rang, leg.date_queued, leg.date_connected, leg.date_ended,
        leg.target_id, leg.target_kind, leg.target_type, leg.name, leg.email, leg.office_id, leg.salesforce_activity_id,
        leg.target_type AS owner_type, leg.office_id AS owner_office,
        coalesce(classed.operator_id, agent.target_id, own.target_id) AS operator_id,
        coalesce(classed.operator_name, agent.name, own.name) AS operator_name,
        coalesce(classed.operator_email, agent.email, own.email) AS operator_email,
        classed.disposition, classed.note, classed.recording_url
      FROM calls AS leg
      LEFT JOIN (
        SELECT entry_point_call_id, target_id, name, email, date_rang,
          row_number() OVER (PARTITION BY entry_point_call_id ORDER BY us(date_connected) DESC, call_id DESC) AS choice
        FROM calls
        WHERE entry_point_call_id IS NOT NULL AND date_connected IS NOT NULL
      ) AS agent ON agent.entry_point_call_id = leg.call_id AND agent.choice = 1
      LEFT JOIN (
        SELECT call_id, target_id, name, email FROM calls WHERE target_type = 'user'
      ) AS own ON own.call_id = leg.call_id
      LEFT JOIN dispositions AS classed ON classed.call_id = leg.call_id
      WHERE leg.entry_point_call_id IS NULL
        AND (leg.category IN ('incoming', 'outgoing', 'callback_connected') OR classed.call_id IS NOT NULL)
    """


FORMS = (
    Form(
        "dispositions", "records", None, Shape.RECORDS, _RECORDS, {"calls": (0, 1), "dispositions": (1, 31)}, _rows,
        "date_started", "call_id", Scoping.OPERATED,
    ),
)  # fmt: skip
