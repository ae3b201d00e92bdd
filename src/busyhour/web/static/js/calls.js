// Calls: the records of a view or behind a figure, filtered, in pages; and one call as a whole.
import { closeCall, showCall } from "./call_dialog.js";
import { filters, words } from "./call_filters.js";
import { Card } from "./card.js";
import { byId, el } from "./dom.js";
import { figures } from "./figures.js";
import { durationText, figure, number } from "./format.js";
import { page } from "./frame.js";
import { change, query } from "./state.js";
import { dataTable } from "./table.js";
import { viewQuery } from "./view.js";

const A_PAGE = 50;
const RECORDS = { stat_type: "calls", export_type: "records" };
const OF_FIGURE = ["stat_type", "export_type", "by", "group_by"];
const SHOWN = ["date_started", "category", "direction", "external_number", "name", "queued_duration", "time_to_answer", "talk_duration", "hold_duration", "transferred_to"];
const BRIEF = { queued_duration: "Queued", time_to_answer: "To answer", talk_duration: "Talked", hold_duration: "On hold", date_started: "Began", category: "Outcome", external_number: "Outside number", name: "Line or person", transferred_to: "Passed on to" };

const records = new Card(byId("records"));
let shown = "";

filters(byId("filters"), (where) => change({ where, offset: null }));

page((seen, signal) => {
  showCall(seen);
  const asked = query();
  for (const name of ["call", "call_date"]) asked.delete(name);
  // Opening a call changes the address, and nothing of the list.
  if (shown === asked.toString() && records.element.getAttribute("aria-busy") === "false") return;
  shown = asked.toString();
  showBanner(asked);
  records.show(() => ask(seen, asked, signal), drawRecords, { signal });
}, () => (query().has("column") ? ofFigure(query()) : RECORDS));

byId("call").addEventListener("close", closeCall);

function ofFigure(asked) {
  return Object.fromEntries(OF_FIGURE.filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]));
}

async function ask(seen, asked, signal) {
  const isFigure = asked.has("column");
  const more = {
    limit: A_PAGE, offset: asked.get("offset"), sort: asked.get("sort"), where: asked.getAll("where"),
    column: isFigure ? asked.get("column") : null, row: isFigure ? asked.getAll("row") : [],
  };
  const said = await figures(seen, isFigure ? ofFigure(asked) : RECORDS, signal, more, isFigure ? "/page/behind" : "/page/figures");
  return { ...said, question: { ...said.question, export_type: "records" } };
}

function showBanner(asked) {
  const isFigure = asked.has("column");
  byId("banner").hidden = !isFigure;
  byId("banner-off").href = `/calls?${viewQuery()}`;
  if (!isFigure) return;
  const rows = asked.getAll("row").map((pair) => pair.split(/:(.*)/s).slice(0, 2).map((text) => text.replaceAll("_", " ")).join(" "));
  byId("banner-said").textContent = ["Records behind", [`“${asked.get("column").replaceAll("_", " ")}”`, ...rows].join(", ")].join(" ");
}

function drawRecords(said, body) {
  const sort = query().get("sort") ?? "";
  const isCalls = "call_id" in said.column && "category" in said.column;
  byId("filters").hidden = !isCalls;
  byId("calls-count").textContent = `${number(said.total_rows)} records${said.cut_at ? `, of the first ${number(said.cut_at)} alone` : ""}`;
  byId("calls-count").dataset.value = said.total_rows;
  const columns = isCalls ? callColumns(said) : said.columns.filter((column) => !column.name.endsWith("_id") && column.name !== "timezone");
  const table = dataTable({ caption: "Records", columns, rows: said.rows, sort, onSort: (next) => change({ sort: next, offset: null }), isTall: true });
  body.replaceChildren(table, pager(said));
}

function callColumns(said) {
  const cells = { category: outcomeCell, direction: (row) => words(row.direction, "direction"), name: nameCell, date_started: openCell };
  return SHOWN.map((name) => ({ ...said.column[name], label: BRIEF[name] ?? said.column[name].label, cell: cells[name] ?? durationCell(said.column[name]) }));
}

const durationCell = ({ name, unit }) => (unit === "minutes_2" ? (row) => durationText(row[name]) : undefined);
const nameCell = (row) => [row.name || "–", el("span", { class: "second" }, words(row.target_type, "target_type"))];

const KEYS = { incoming: "answered", missed: "missed", abandoned: "abandoned", callback_requested: "callback", callback_connected: "callback", forwarded: "forwarded", outgoing: "outbound" };

function outcomeCell({ category }) {
  return el("span", { class: "word" }, el("span", { class: `key k-${KEYS[category] ?? "other"}` }), words(category, "category"));
}

function openCell(row) {
  const open = () => change({ call: row.call_id, call_date: row.date_started.slice(0, 10) });
  return el("button", { type: "button", class: "link", click: open, "data-focus": row.call_id }, figure(row.date_started, "instant"));
}

function pager(said) {
  const offset = Number(query().get("offset") ?? 0);
  const last = Math.min(offset + A_PAGE, said.total_rows);
  const to = (next) => () => change({ offset: next || null });
  return el(
    "div", { class: "pager" }, el("span", {}, `${number(offset + 1)}–${number(last)} of ${number(said.total_rows)}`),
    el("button", { type: "button", class: "button", disabled: offset === 0, click: to(Math.max(0, offset - A_PAGE)), "data-focus": "earlier" }, "Earlier"),
    el("button", { type: "button", class: "button", disabled: last >= said.total_rows, click: to(offset + A_PAGE), "data-focus": "later" }, "Later"),
  );
}
