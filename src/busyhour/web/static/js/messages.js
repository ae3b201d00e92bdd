// Messages: texts, voicemails, recordings, surveys, dispositions and shared screens, each a plain table, with a chart of their days where there is a report of those.
import { Card } from "./card.js";
import { chart, colour, numbers, words } from "./charts.js";
import { byId, el } from "./dom.js";
import { figures } from "./figures.js";
import { dayText, number } from "./format.js";
import { page } from "./frame.js";
import { change, query } from "./state.js";
import { dataTable } from "./table.js";
import { behindUrl } from "./view.js";

const A_PAGE = 50;
const KINDS = {
  texts: { counted: "all_texts", hidden: ["message_id", "encrypted_text", "encrypted_aes_text", "sender_id"] },
  voicemails: { counted: "voicemails", hidden: ["call_id", "recording_url", "listened_by_email"] },
  recordings: { counted: "recordings", hidden: ["call_id", "recording_url", "operator_email"] },
  csat: { needsScope: true, hidden: ["call_id", "survey_id", "question_id", "operator_email"] },
  dispositions: { needsScope: true, hidden: ["call_id", "target_kind", "salesforce_activity_id", "recording_url", "operator_email", "company_id", "office_id"] },
  screenshare: { counted: "screenshares", hidden: ["screenshare_id", "call_id"] },
};
const ALWAYS_HIDDEN = ["timezone", "target_id", "operator_id", "listened_by_target_id", "target_type", "email"];
const course = new Card(byId("course"));
const records = new Card(byId("records"));
const tabs = [...document.querySelectorAll("#tabs [role=tab]")];

for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
byId("tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) choose(tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length]);
});

function choose(tab) {
  tab.focus();
  change({ tab: tab.dataset.kind, offset: null, sort: null });
}

const kindNow = () => (query().get("tab") in KINDS ? query().get("tab") : "texts");

page((seen, signal) => {
  const kind = kindNow();
  for (const tab of tabs) {
    const isChosen = tab.dataset.kind === kind;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
  byId("course-title").textContent = `${byId(`tab-${kind}`).textContent} a day`;
  byId("tab-panel").setAttribute("aria-labelledby", `tab-${kind}`);
  const lacksScope = KINDS[kind].needsScope && seen.scope === "company";
  course.element.hidden = !KINDS[kind].counted;
  if (KINDS[kind].counted) showCourse(kind, seen, signal);
  else course.element.setAttribute("aria-busy", "false");
  if (lacksScope) askForScope();
  else records.show(() => askRecords(kind, seen, signal), (said, body) => drawRecords(kind, said, body), { signal });
}, () => ({ stat_type: kindNow(), export_type: "records" }));

function askForScope() {
  const choose = el("button", { type: "button", class: "button", click: () => byId("scope").querySelector("input").focus() }, "Choose a scope");
  records.clear(el("div", { class: "message" }, el("strong", {}, "Whose?"), el("p", {}, "These are kept by line: choose an office, a call center, a department or a person above."), choose));
}

function askRecords(kind, seen, signal) {
  const more = { limit: A_PAGE, offset: query().get("offset"), sort: query().get("sort") };
  return figures(seen, { stat_type: kind, export_type: "records" }, signal, more);
}

function drawRecords(kind, said, body) {
  const offset = Number(query().get("offset") ?? 0);
  const last = Math.min(offset + A_PAGE, said.total_rows);
  const columns = said.columns.filter(({ name }) => !ALWAYS_HIDDEN.includes(name) && !KINDS[kind].hidden.includes(name));
  const sort = query().get("sort") ?? "";
  const to = (next) => () => change({ offset: next || null });
  body.replaceChildren(
    dataTable({ caption: "Records", columns: dayFirst(columns), rows: said.rows, sort, onSort: (next) => change({ sort: next, offset: null }), isTall: true }),
    el(
      "div", { class: "pager" }, el("span", { "data-value": said.total_rows }, `${number(offset + 1)}–${number(last)} of ${number(said.total_rows)}`),
      el("button", { type: "button", class: "button", disabled: offset === 0, click: to(Math.max(0, offset - A_PAGE)) }, "Earlier"),
      el("button", { type: "button", class: "button", disabled: last >= said.total_rows, click: to(offset + A_PAGE) }, "Later"),
    ),
  );
}

const dayFirst = (columns) => [...columns].sort((one, other) => other.unit.startsWith("instant") - one.unit.startsWith("instant"));

function showCourse(kind, seen, signal) {
  const made = () => figures(seen, { stat_type: kind, export_type: "stats", by: "date" }, signal);
  course.show(made, (said, body) => drawCourse(KINDS[kind].counted, said, body), { signal });
}

/** A bar a day, which leads to its records. */
function drawCourse(counted, said, body) {
  const { label } = said.column[counted];
  const series = [{
    name: label, type: "bar", barMaxWidth: 40, barCategoryGap: "28%", cursor: "pointer",
    itemStyle: { color: colour("c-answered"), borderRadius: [3, 3, 0, 0] }, data: said.rows.map((row) => Number(row[counted])),
  }];
  const option = { xAxis: words(said.rows.map((row) => dayText(row.date))), yAxis: numbers({ minInterval: 1 }), series };
  const open = ({ dataIndex }) => location.assign(behindUrl(said.question, counted, { date: said.rows[dataIndex].date }));
  chart(body, option, `${label} of ${said.rows.length} days; the table has the figures.`, open);
}
