"""csat: a row per question sent after a call, whether it was answered or not."""

from busyhour.reports.model import Scoping
from busyhour.reports.things import TIMEZONE, instant, records_form, text

__all__ = ["FORMS"]

_RECORDS = (
    instant("date", "The day and time of the survey.", source="ours"),
    text("call_id", "The call that it is about."),
    text("survey_id", "The survey.", source="ours"),
    text("question_id", "The question.", source="ours"),
    text("question", "Its words.", source="ours"),
    text("response", "The answer; empty when there was none."),
    text("channel", "How it was asked.", source="ours"),
    text("target_id", "The line that was called.", source="ours"),
    text("target_type", "What kind of target that is.", source="ours"),
    text("name", "Its name.", source="ours"),
    text("email", "A user's e-mail address.", source="ours"),
    text("operator_id", "Who was on the call.", source="ours"),
    text("operator_name", "That person's name.", source="ours"),
    text("operator_email", "That person's e-mail address.", source="ours"),
    text("external_number", "The customer's number.", source="ours"),
    instant("date_sent", "When the question was sent.", source="ours"),
    instant("date_responded", "When it was answered.", source="ours"),
    TIMEZONE,
)

FORMS = (records_form("csat", "csat", "answer_id", _RECORDS, Scoping.OPERATED),)
