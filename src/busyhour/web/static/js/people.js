// People: a row an agent, with the course of their calls; and who was on duty when, on one day.
import { Card } from "./card.js";
import { byId, el } from "./dom.js";
import { drawDuty, INTERVAL_COLUMNS, INTERVALS, nobody, SHOWN_COLUMNS } from "./duty.js";
import { figures } from "./figures.js";
import { number } from "./format.js";
import { page } from "./frame.js";
import { BY_USER, personLink } from "./people_list.js";
import { searched, sorted } from "./rows.js";
import { spark } from "./spark.js";
import { change, query } from "./state.js";
import { dataTable, figureLink } from "./table.js";

const A_DAY = { stat_type: "calls", export_type: "stats", group_by: "user" };
const DUTY = { stat_type: "onduty", export_type: "stats", by: "user" };
const SHOWN = { all_calls: "Calls", answered: "Answered", missed: "Missed", outbound_calls: "Outbound", minutes: "Minutes", acd: "Call duration, min" };
const OF_DUTY = { on_duty_minutes: "On duty, min", occupancy: "Occupancy" };

const agents = new Card(byId("agents"));
const duty = new Card(byId("duty"));

byId("search").addEventListener("input", ({ target }) => change({ search: target.value }, { replace: true }));
byId("day").addEventListener("change", ({ target }) => change({ day: target.value }));

let kept = { of: "", made: null };

page((seen, signal) => {
  byId("search").value = query().get("search") ?? "";
  agents.show(() => everybody(seen), drawAgents, { signal });
  showDuty(seen, signal);
}, () => A_DAY);

/** The reports of a view, asked once: searching and sorting ask for nothing. */
function everybody(seen) {
  const of = JSON.stringify([seen.from, seen.to, seen.timezone, seen.scope]);
  if (kept.of !== of) kept = { of, made: ask(seen).catch((error) => { kept.of = ""; throw error; }) };
  return kept.made;
}

async function ask(seen) {
  const [calls, days, onDuty] = await Promise.all([
    figures(seen, BY_USER), figures(seen, A_DAY, null, { columns: "date,user_id,all_calls" }), figures(seen, DUTY),
  ]);
  const dates = [...new Set(days.rows.map((row) => row.date))];
  const courses = new Map(calls.rows.map((row) => [row.user_id, new Map()]));
  for (const row of days.rows) courses.get(row.user_id)?.set(row.date, Number(row.all_calls));
  const busy = new Map(onDuty.rows.map((row) => [row.user_id, row]));
  const rows = calls.rows.map((row) => ({ ...row, ...Object.fromEntries(Object.keys(OF_DUTY).map((name) => [name, busy.get(row.user_id)?.[name] ?? ""])), course: dates.map((date) => courses.get(row.user_id).get(date) ?? 0) }));
  return { ...calls, rows, onDuty };
}

function drawAgents(said, body) {
  const sort = query().get("sort") ?? "-all_calls";
  const columns = columnsOf(said);
  const rows = sorted(searched(said.rows, byId("search").value, ["name", "email"]), sort, columns);
  byId("people-count").textContent = rows.length === said.rows.length ? `${number(rows.length)} with calls` : `${number(rows.length)} of ${number(said.rows.length)}`;
  const table = dataTable({ caption: "Calls by person", columns, rows, sort, onSort: (next) => change({ sort: next }, { replace: true }), isTall: true });
  body.replaceChildren(rows.length ? table : el("p", { class: "message" }, "Nobody of that name."));
}

function columnsOf(said) {
  const own = Object.entries(SHOWN).map(([name, label]) => ({ ...said.column[name], label, cell: (row) => figureLink(said, said.column[name], row) }));
  const onDuty = Object.entries(OF_DUTY).map(([name, label]) => ({ ...said.onDuty.column[name], label }));
  return [
    { name: "name", label: "Person", unit: "text", cell: personCell },
    { name: "course", label: "Calls a day", unit: "text", sortable: false, cell: (row) => spark(row.course, "Calls") },
    ...own, ...onDuty,
  ];
}

function personCell(row) {
  return [personLink(row), el("span", { class: "second" }, row.email || (row.type === "room" ? "Room" : ""))];
}

function showDuty(seen, signal) {
  const asked = query().get("day");
  const day = asked && asked <= seen.today ? asked : seen.to;
  byId("day").value = day;
  byId("day").max = seen.today;
  const made = () => figures({ ...seen, from: day, to: day }, INTERVALS, signal, { columns: INTERVAL_COLUMNS });
  duty.show(made, (said, body) => drawDuty(said, body, day, seen.timezone), { signal, isEmpty: nobody, columns: SHOWN_COLUMNS });
}
