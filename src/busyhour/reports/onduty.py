"""onduty: a row per status change; and per day and agent how long each status lasted."""

from busyhour.domain.directory import Kind
from busyhour.domain.requests import Scope
from busyhour.domain.things import ON_DUTY, DutyStatus
from busyhour.reports.inline import Facts
from busyhour.reports.model import Column, Form, Scoping, Shape, Unit, distinct, sum_of, total
from busyhour.reports.things import DAY_AND_OWNER, TIMEZONE, instant, owned, records_form, text

__all__ = ["FORMS", "IS_ON", "LASTED", "LOOK_BACK_DAYS", "STATS", "intervals"]

LOOK_BACK_DAYS = 62
"""How far before the range a status is looked for that still lasted when the range began."""

_RECORDS = (
    instant("date", "When the status changed."),
    text("record_id", "The change's own id; one change in several centers has ids of one stem."),
    text("target_id", "The agent."),
    text("availability_status", "The agent's availability beside duty."),
    text("on_duty_status", "available, occupied, wrapup, busy or unavailable."),
    text("reason", "Why, where it was said."),
    text("name", "The agent's name."),
    text("email", "The agent's e-mail address."),
    text("target_type", "What kind of target that is."),
    text("call_center_id", "The call center for which the status changed."),
    text("setter_name", "Who changed it, where it was not the agent."),
    text("setter_email", "That person's e-mail address."),
    text("setter_role", "That person's role."),
    TIMEZONE,
)

LASTED = "stop_us - start_us"


def _minutes(status: str, definition: str) -> Column:
    micros = f"CASE WHEN on_duty_status = '{status}' THEN {LASTED} END"
    return total(f"{status}_minutes", Unit.MINUTES_1, micros, definition, "ours")


IS_ON = f"on_duty_status IN ({', '.join(repr(status) for status in ON_DUTY)})"
_WORKING = "CASE WHEN on_duty_status IN ('occupied', 'wrapup') THEN stop_us - start_us END"
_ON = f"CASE WHEN {IS_ON} THEN {LASTED} END"

STATS = (
    *DAY_AND_OWNER,
    text("call_center_id", "The center, when one is the target.", "max(call_center_id)", "ours"),
    text("call_center_name", "Its name.", "max(call_center_name)", "ours"),
    total("on_duty_minutes", Unit.MINUTES_1, _ON, "On duty: available, occupied, in wrap-up or busy.", "ours"),
    _minutes("available", "Waiting for calls."),
    _minutes("occupied", "On a call."),
    _minutes("wrapup", "Working on a call after it."),
    _minutes("busy", "On duty, and not to be rung."),
    _minutes("unavailable", "Off duty."),
    Column(
        "occupancy", Unit.PERCENT_1, "The share of on-duty time spent on calls and in wrap-up.",
        f"round_div(1000 * {sum_of(_WORKING)}, {sum_of(_ON)})", "ours",
    ),
    distinct(
        "on_duty_occurrences", "CAST(stretch AS VARCHAR(20))", IS_ON,
        "Stretches of duty that lie in the day, whole or in part.", "ours",
    ),
    Column("first_on_duty", Unit.INSTANT, "The first moment of the day on duty.",
           f"min(CASE WHEN {IS_ON} THEN start_us END)", "ours"),
    Column("last_on_duty", Unit.INSTANT, "The last moment of the day on duty.",
           f"max(CASE WHEN {IS_ON} THEN stop_us END)", "ours"),
    TIMEZONE,
)  # fmt: skip

_RANK = "CASE on_duty_status " + " ".join(f"WHEN '{s}' THEN {n}" for n, s in enumerate(DutyStatus)) + " ELSE -1 END"
_STATUS = "CASE standing " + " ".join(f"WHEN {n} THEN '{s}'" for n, s in enumerate(DutyStatus)) + " END"
_AT_ONCE = ", ".join(
    f"CAST(sum(CASE WHEN standing = {n} THEN step ELSE 0 END) AS BIGINT) AS step_{n}" for n in range(len(DutyStatus))
)
_STEPS = ", ".join(
    f"CAST(sum(step_{n}) OVER (PARTITION BY target_id ORDER BY moment) AS BIGINT) AS in_{n}"
    for n in range(len(DutyStatus))
)
_HIGHEST = "CASE " + " ".join(f"WHEN in_{n} > 0 THEN {n}" for n in reversed(range(len(DutyStatus)))) + " END"


def intervals(_facts: Facts, scope: Scope) -> str:
    """Intervals of one status, cut at local midnights and at the as-of time.

    An agent's status stands, for each center, until the next change for it. Where no one center is asked for, the
    agent does what is highest of what stands in any center: who is on duty for two counts once.
    """
    of_center = scope.target is not None and scope.target.kind is Kind.CALL_CENTER
    return f"""
      WITH changes AS (
        -- A change that names no center is one in every center that the agent's other changes name.
        SELECT duty.target_id, known.center, us(date) AS moment, max({_RANK}) AS standing
        FROM duty
        JOIN (SELECT DISTINCT target_id, coalesce(call_center_id, '-') AS center FROM duty) AS known
          ON known.target_id = duty.target_id AND known.center = coalesce(duty.call_center_id, known.center)
        WHERE us(date) <= $as_of AND {"known.center = $target_id" if of_center else "TRUE"}
        GROUP BY duty.target_id, known.center, us(date)
      ),
      spans AS (
        SELECT target_id, moment, standing,
          lead(moment) OVER (PARTITION BY target_id, center ORDER BY moment) AS until
        FROM changes
      ),
      -- What stands in all centers together, moment by moment: a step up where a status begins, down where it ends.
      steps AS (
        SELECT target_id, moment, standing, 1 AS step FROM spans
        UNION ALL
        SELECT target_id, until, standing, -1 FROM spans WHERE until IS NOT NULL
      ),
      moments AS (
        SELECT target_id, moment, {_AT_ONCE}
        FROM steps
        GROUP BY target_id, moment
      ),
      levels AS (
        SELECT target_id, moment, {_STEPS}
        FROM moments
      ),
      highest AS (
        SELECT target_id, moment, {_HIGHEST} AS standing FROM levels
      ),
      compared AS (
        SELECT *, lag(standing) OVER (PARTITION BY target_id ORDER BY moment) AS before FROM highest
      ),
      -- A change to what the agent does already, or in a center of less rank, ends nothing.
      statuses AS (
        SELECT target_id, moment AS start_us, standing,
          coalesce(lead(moment) OVER (PARTITION BY target_id ORDER BY moment), $as_of) AS stop_us
        FROM compared
        WHERE coalesce(standing <> before, TRUE)
      ),
      started AS (
        SELECT *,
          CASE
            WHEN standing > 0
              AND coalesce(lag(standing) OVER (PARTITION BY target_id ORDER BY start_us), 0) <= 0 THEN 1
            ELSE 0
          END AS begins
        FROM statuses
      ),
      stretches AS (
        SELECT *, CAST(sum(begins) OVER (PARTITION BY target_id ORDER BY start_us) AS BIGINT) AS stretch FROM started
      ),
      people AS (
        SELECT target_id, owner_type, name, email, owner_office,
          row_number() OVER (PARTITION BY target_id ORDER BY us(date) DESC, record_id DESC) AS choice
        FROM ({owned("duty")}) AS told
      )
      SELECT
        piece.day AS piece_day,
        greatest(stretches.start_us, piece.start_us) AS start_us,
        least(stretches.stop_us, piece.stop_us) AS stop_us,
        {_STATUS} AS on_duty_status,
        stretch,
        instant_of(stretches.start_us) AS date,
        CAST(stretches.start_us AS VARCHAR(20)) AS record_id,
        people.target_id, people.owner_type, people.owner_type AS target_type, people.name, people.email,
        people.owner_office, {_UNSAID},
        {"$target_id" if of_center else "nullif('', '')"} AS call_center_id,
        {"center_names.name" if of_center else "nullif('', '')"} AS call_center_name
      FROM stretches
      JOIN day_pieces AS piece ON stretches.start_us < piece.stop_us AND stretches.stop_us > piece.start_us
      JOIN people ON people.target_id = stretches.target_id AND people.choice = 1
      {"LEFT JOIN center_names ON center_names.id = $target_id" if of_center else ""}
    """


_UNSAID = ", ".join(
    f"nullif('', '') AS {name}"
    for name in ("availability_status", "reason", "setter_name", "setter_email", "setter_role")
)
"""What a change says and an interval does not, so that the intervals behind a figure are listed as records are."""

_AGGREGATED = ("call_center_id", "call_center_name", "first_on_duty", "last_on_duty")

FORMS = (
    records_form("onduty", "duty", "record_id", _RECORDS, Scoping.DUTY),
    Form(
        "onduty", "stats", None, Shape.BY_OWNER, STATS,
        {"duty": (LOOK_BACK_DAYS, 0)}, intervals, "date", "record_id", Scoping.DUTY,
        day="piece_day", owner="owner_type",
        identity=_AGGREGATED,
    ),
)  # fmt: skip
