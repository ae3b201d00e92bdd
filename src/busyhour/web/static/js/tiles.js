// Tiles: the whole period's figures, each with its definition, its change, and a way to its records.
import { el } from "./dom.js";
import { changeText, dateText, durationText, figure, number, share } from "./format.js";
import { leads } from "./table.js";
import { behindUrl } from "./view.js";

const TOTAL = { stat_type: "calls", export_type: "stats", by: "total" };
const DUTY = { stat_type: "onduty", export_type: "stats", by: "total" };

/** `rises` says whether more is better (1), worse (-1) or neither (0); `beside` is shown next to the change; `isOfGroups` where only groups' legs know it. */
export const TILES = [
  { name: "Calls", column: "all_calls", question: TOTAL, rises: 0 },
  { name: "Answered", column: "answered", question: TOTAL, rises: 1, beside: "answered_percent" },
  { name: "Missed", column: "missed", question: TOTAL, rises: -1, beside: "missed_percent" },
  { name: "Abandoned", column: "abandoned", question: TOTAL, rises: -1, beside: "abandoned_percent" },
  { name: "Service level", column: "service_level_percent", question: TOTAL, rises: 1, isOfGroups: true },
  { name: "Speed of answer", column: "speed_of_answer", question: TOTAL, rises: -1, isOfGroups: true },
  { name: "Handle time", column: "aht", question: TOTAL, rises: 0 },
  { name: "Occupancy", column: "occupancy", question: DUTY, rises: 0 },
];

/** The tile of a figure that a person alone does not have. */
export function emptyTile({ name, column }) {
  const tip = "Only a group's legs tell: a person's leg knows of no queue.";
  const inside = [el("span", { class: "name" }, name), el("span", { class: "figure" }, "–")];
  return el("li", { class: "tile", "data-column": column }, el("span", { class: "plain", tabindex: "0", "data-tip": tip }, inside), el("span", { class: "change" }));
}

/** Why there is no change to show. */
export const lateText = (first) => `Nothing to compare with: calls are known here from ${dateText(first)} on, and the period before begins earlier.`;

/** A tile; `said` are figures of its question, `before` those of the period before, if any, or the day by which they are too `late`. */
export function tile({ name, column, question, rises, beside }, said, before) {
  const about = said.column[column];
  const row = said.rows[0];
  const inside = [el("span", { class: "name" }, name), figureElement(row[column], about)];
  const isLink = leads(about) && row[column] !== "" && Number(row[column]) !== 0;
  const tip = about.definition;
  const body = isLink
    ? el("a", { href: behindUrl(question, column), "data-tip": tip }, inside)
    : el("span", { class: "plain", tabindex: "0", "data-tip": tip }, inside);
  const change = changeElement(row, before, about, rises, beside && said.column[beside] ? beside : null);
  return el("li", { class: "tile", "data-column": column, "data-value": row[column] }, body, change);
}

function figureElement(text, { unit }) {
  if (unit === "minutes_2" && text) return el("span", { class: "figure" }, ...durationParts(text));
  const word = unit.startsWith("minutes") && text ? el("small", {}, "min") : null;
  return el("span", { class: "figure" }, figure(text, unit, true), word);
}

/** Short durations in seconds, long ones as a clock counts them. */
function durationParts(text) {
  const seconds = Math.round(60 * Number(text));
  return seconds < 100 ? [number(seconds), el("small", {}, "s")] : [durationText(text), el("small", {}, "min")];
}

function changeElement(row, { said, late }, { name, unit }, rises, beside) {
  const share_ = beside && row[beside] !== "" ? `${share(Number(row[beside]))} of inbound` : "";
  const before = said?.rows[0];
  const change = before ? changeText(row[name], before[name], unit) : null;
  if (late) return el("span", { class: "change", "data-tip": lateText(late) }, el("b", {}, "–"), el("span", { class: "unseen" }, lateText(late)), share_ && ` · ${share_}`);
  if (change === null) return el("span", { class: "change" }, share_ || " ");
  const difference = Number(row[name]) - Number(before[name]);
  const mood = rises * difference > 0 ? "good" : rises * difference < 0 ? "bad" : "plain";
  const arrow = difference > 0 ? "▲ " : difference < 0 ? "▼ " : "";
  const was = `Before: ${unit === "minutes_2" ? durationText(before[name]) : figure(before[name], unit)}${share_ ? `. ${share_}.` : ""}`;
  return el("span", { class: "change", "data-mood": mood, "data-tip": was }, el("b", {}, arrow, change), beside && row[beside] !== "" ? ` · ${share(Number(row[beside]))}` : null);
}
