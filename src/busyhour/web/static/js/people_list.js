// People in short: how many calls each had, and how many were missed.
import { el } from "./dom.js";
import { dataTable, figureLink } from "./table.js";
import { viewQuery } from "./view.js";

/** The report of people, all days together. */
export const BY_USER = { stat_type: "calls", export_type: "stats", by: "user" };

const SHOWN = { all_calls: "Calls", answered: "Answered", missed: "Missed" };

/** A person's name, which leads to their own overview. */
export function personLink(row) {
  const to = viewQuery();
  to.set("scope", `${row.type}:${row.user_id}`);
  return el("a", { href: `/?${to}` }, row.name || row.user_id);
}

/** The busiest first. */
export function drawPeople(said, body) {
  const rows = [...said.rows].sort((one, other) => other.all_calls - one.all_calls);
  const figures = Object.entries(SHOWN).map(([name, label]) => ({ ...said.column[name], label, cell: (row) => figureLink(said, said.column[name], row) }));
  body.replaceChildren(dataTable({ caption: "People", columns: [{ name: "name", label: "Person", unit: "text", cell: personLink }, ...figures], rows }));
}
