// The view: days, zone, scope and comparison, as the address says it and as the server is asked for it.
import { before, dayIn, daysOf, isRange, plus } from "./days.js";
import { query } from "./state.js";
import { around } from "./surroundings.js";

const NAMES = ["range", "from", "to", "scope", "timezone", "compare"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the address means now. */
export function view() {
  const asked = query();
  const timezone = asked.get("timezone") || around.timezone;
  const today = dayIn(timezone, new Date(around.now));
  const [range, from, to] = days(asked, today);
  const scope = asked.get("scope") || "company";
  return { range, from, to, today, timezone, scope, compares: asked.get("compare") !== "0" };
}

function days(asked, today) {
  const [from, to] = [asked.get("from") ?? "", asked.get("to") ?? ""];
  if (DAY.test(from) && DAY.test(to)) return ["days", from, to];
  const range = isRange(asked.get("range")) ? asked.get("range") : "30d";
  return [range, ...daysOf(range, today)];
}

/** A view as the server is asked for it. */
export function viewParams({ from, to, timezone, scope }) {
  return { from, to, timezone, scope };
}

/** The same view of the period before. */
export function viewBefore(seen) {
  const [from, to] = before(seen.range, seen.from, seen.to);
  return { ...seen, range: "days", from, to };
}

/** The first whole local day of which calls are known, where it is too late for the period before; else null. */
export function lateBeginning(seen) {
  if (!around.begins) return null;
  // Of the zone's days, the first that begins with that day of UTC or after it.
  const first = plus(dayIn(seen.timezone, Date.parse(around.begins) - 1), 1);
  return viewBefore(seen).from < first ? first : null;
}

/** What of the address belongs to the view, to be carried to another page. */
export function viewQuery() {
  const carried = new URLSearchParams();
  const asked = query();
  for (const name of NAMES) if (asked.has(name)) carried.set(name, asked.get(name));
  return carried;
}

/** The page that lists the records behind a figure: `question` as the server is asked, `row` as {name: text}. */
export function behindUrl(question, column, row = {}) {
  const to = viewQuery();
  for (const [name, value] of Object.entries(question)) if (value) to.set(name, value);
  to.set("column", column);
  for (const [name, value] of Object.entries(row)) to.append("row", `${name}:${value}`);
  return `/calls?${to}`;
}
