// Recent requests of the company: state, rows, age, expiry, file.
import { ask } from "./api.js";
import { nothing, wrong } from "./card.js";
import { byId, el } from "./dom.js";
import { agoText, number, spanText } from "./format.js";
import { reportWords } from "./names.js";
import { scopeName } from "./scope.js";
import { freshness } from "./surroundings.js";
import { dataTable } from "./table.js";

const STATES = { processing: "Being made", complete: "Ready", failed: "Failed" };

let lastAsked = 0;

/** Draw the list anew. */
export async function drawRecent() {
  const card = byId("recent");
  const body = card.querySelector("[data-body]");
  const own = ++lastAsked;
  try {
    const [{ exports }, { now }] = await Promise.all([ask("/page/exports", {}), freshness()]);
    const rows = await Promise.all(exports.map(async (one) => ({ ...one, now, whose: await scopeName(one.scope) })));
    if (own !== lastAsked) return;
    body.replaceChildren(rows.length ? dataTable({ caption: "Recent requests", columns: COLUMNS, rows, isTall: true }) : nothing("No request yet.", "Start one above, or ask the API."));
  } catch (error) {
    body.replaceChildren(wrong(error, drawRecent));
  }
  card.setAttribute("aria-busy", "false");
}

function whatCell(row) {
  const [what, how] = reportWords(row);
  return [what, el("span", { class: "second" }, how)];
}

/** By the business clock, which the requests' times are of. */
const seconds = (iso, now) => (Date.parse(iso) - Date.parse(now)) / 1000;

const COLUMNS = [
  { name: "stat_type", label: "What", unit: "text", cell: whatCell },
  { name: "days", label: "Days", unit: "text", cell: (row) => [spanText(row.from, row.to), el("span", { class: "second" }, row.timezone.replaceAll("_", " "))] },
  { name: "whose", label: "Scope", unit: "text", cell: (row) => row.whose },
  { name: "status", label: "State", unit: "text", cell: (row) => el("span", { class: "state", "data-state": row.status, "data-tip": row.reason }, STATES[row.status] ?? row.status) },
  { name: "rows", label: "Rows", unit: "count", cell: (row) => (row.rows === null ? "–" : number(row.rows)) },
  { name: "created", label: "Asked", unit: "text", cell: (row) => agoText(seconds(row.created, row.now)) },
  { name: "expires", label: "Expires", unit: "text", cell: (row) => (row.expires ? agoText(seconds(row.expires, row.now)) : "–") },
  { name: "download_url", label: "File", unit: "text", cell: (row) => (row.download_url ? el("a", { href: row.download_url, download: true }, "Download") : "–") },
];
