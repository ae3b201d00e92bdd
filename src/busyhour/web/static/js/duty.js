// The on-duty timeline of a day: a row an agent, from the report of duty intervals.
import { courseOf } from "./days.js";
import { clockText, figure, hourText, number } from "./format.js";
import { legend } from "./legend.js";
import { timeline } from "./timeline.js";

const STATES = [
  { kind: "available", name: "Available" },
  { kind: "occupied", name: "On a call" },
  { kind: "wrapup", name: "Wrap-up" },
  { kind: "busy", name: "Busy" },
];
const NAMES = Object.fromEntries(STATES.map(({ kind, name }) => [kind, name]));
const TICK_HOURS = 3;

export const INTERVALS = { stat_type: "onduty", export_type: "stats", by: "interval" };
export const INTERVAL_COLUMNS = "user_id,name,on_duty_status,date_started,date_ended,minutes,started_unix,ended_unix";
export const SHOWN_COLUMNS = ["name", "on_duty_status", "date_started", "date_ended", "minutes"];

/** Whether nobody was on duty. */
export const nobody = (said) => !said.rows.some((row) => row.on_duty_status in NAMES);

/** Draw the day's intervals as they passed: a day on which the clock changes has 23 hours, or 25. */
export function drawDuty(said, body, day, timezone) {
  const { start, end, hours } = courseOf(day, timezone);
  const rows = [...byAgent(said.rows)].map(([, own]) => rowOf(own)).filter((row) => row.spans.length);
  rows.sort((one, other) => one.spans[0].from - other.spans[0].from || one.label.localeCompare(other.label));
  const ticks = [...hours.filter(({ hour }) => hour % TICK_HOURS === 0), { at: end, hour: 0 }].map(({ at, hour }) => ({ at, text: hourText(hour) }));
  body.append(legend(STATES.map(({ kind, name }) => ({ key: `k-${kind}`, name }))));
  body.append(timeline({ caption: "On duty, by person", start, end, rows, ticks }));
}

function byAgent(rows) {
  const agents = new Map();
  for (const row of rows) agents.set(row.user_id, [...(agents.get(row.user_id) ?? []), row]);
  return agents;
}

function rowOf(rows) {
  const on = rows.filter((row) => row.on_duty_status in NAMES);
  const spans = on.map((row) => ({
    kind: row.on_duty_status, from: 1000 * Number(row.started_unix), to: 1000 * Number(row.ended_unix),
    text: `${rows[0].name}: ${NAMES[row.on_duty_status]}, ${clockText(row.date_started)}–${clockText(row.date_ended)} (${figure(row.minutes, "minutes_2")})`,
  }));
  const said = on.length ? `On duty in ${number(on.length)} stretches, first ${clockText(on[0].date_started)}, last until ${clockText(on.at(-1).date_ended)}.` : "";
  return { label: rows[0].name, spans, said };
}
