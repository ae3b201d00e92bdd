// Groups: their service level against where it should be, and the scope that each row is about.
import { el } from "./dom.js";
import { figure, share } from "./format.js";
import { scopes } from "./surroundings.js";
import { dataTable, figureLink } from "./table.js";
import { viewQuery } from "./view.js";

/** Whether a scope has groups to be told apart: the company, or an office. */
export const hasGroups = (scope) => scope === "company" || scope.startsWith("office:");

/** The report of groups, with their ids. */
export const BY_GROUP = { stat_type: "calls", export_type: "stats", by: "group" };

/** A service level: its bar, the line where it should be, and the figure. */
export function meter(text, target) {
  if (text === "") return el("span", { class: "soft" }, "–");
  const value = Number(text);
  const fill = el("span", { class: "fill" });
  fill.style.width = `${Math.min(100, value)}%`;
  const line = target === null ? null : el("span", { class: "target" });
  if (line) line.style.left = `calc(${target}% - 1px)`;
  const isUnder = target !== null && value < target;
  const bar = el("span", { class: "meter", "aria-hidden": "true", "data-under": isUnder || null }, fill, line);
  const said = target === null ? null : `Target ${wholeShare(target)}: ${isUnder ? "under it" : "reached"}.`;
  return el("span", { class: "with-meter", "data-tip": said }, bar, el("span", { class: "number" }, figure(text, "percent_1")), said && el("span", { class: "unseen" }, said));
}

export const wholeShare = (value) => share(value).replace(/[.,]0(?=\D*$)/, "");

/** Targets by group: {id: {percent, seconds}}. */
export async function targets() {
  const { entries } = await scopes();
  const centers = entries.filter((entry) => entry.service_level_percent !== undefined);
  return Object.fromEntries(centers.map((entry) => [entry.id, { percent: entry.service_level_percent, seconds: entry.service_level_seconds }]));
}

/** A group's name, which leads to its own overview. */
export function groupLink(row) {
  const to = viewQuery();
  to.set("scope", `${row.type.replace("_", "")}:${row.group_id}`);
  return el("a", { href: `/?${to}` }, row.name);
}

/** Call centers in short, the busiest first. */
export async function drawCenters(said, body) {
  const known = await targets();
  const rows = said.rows.filter((row) => row.type === "call_center").sort((one, other) => other.inbound_calls - one.inbound_calls);
  const columns = [
    { name: "name", label: "Call center", unit: "text", cell: groupLink },
    { name: "inbound_calls", label: "Inbound", unit: "count", cell: (row) => figureLink(said, said.column.inbound_calls, row) },
    { name: "service_level_percent", label: "Service level", unit: "percent_1", cell: (row) => meter(row.service_level_percent, known[row.group_id]?.percent ?? null) },
  ];
  body.replaceChildren(dataTable({ caption: "Call centers", columns, rows }));
}
