// The busy-hour heat map: a table, weekday by hour; one cell is in the tab order, arrows go to the others.
import { el } from "./dom.js";
import { number } from "./format.js";
import { behindUrl } from "./view.js";

const LEVELS = 6;
const names = (style) => [...Array(7)].map((_, day) => new Intl.DateTimeFormat(navigator.languages, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day)));
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const hourText = new Intl.DateTimeFormat(navigator.languages, { hour: "numeric", timeZone: "UTC" });

/** The map of one measure of a report by weekday and hour. */
export function heatmap(host, said, measure) {
  const cells = said.rows.map((row) => ({ row, value: Number(row[measure]), usual: Number(row.days) ? Number(row[measure]) / Number(row.days) : 0 }));
  const most = Math.max(...cells.map((cell) => cell.usual));
  const top = cells.find((cell) => cell.usual === most && most > 0);
  const rows = WEEKDAYS.map((weekday, place) => rowElement(weekday, place, cells, most, top, said, measure));
  const label = said.column[measure].label;
  const table = el(
    "table", { class: "heat" }, el("caption", { class: "unseen" }, `${label} by weekday and hour of the day`),
    el("colgroup", {}, el("col"), [...Array(24)].map(() => el("col"))), el("thead", {}, headElement()), el("tbody", {}, rows),
  );
  host.append(el("div", { class: "heat-body" }, table), scaleElement(most, top));
  rove(table, top);
}

function headElement() {
  const hours = [...Array(24)].map((_, hour) =>
    el("th", { scope: "col" }, hour % 6 === 0 ? hourText.format(Date.UTC(2024, 0, 1, hour)) : el("span", { class: "unseen" }, String(hour))),
  );
  return el("tr", {}, el("td", {}), hours);
}

function rowElement(weekday, place, cells, most, top, said, measure) {
  const [long, short] = [names("long")[place], names("short")[place]];
  const own = cells.filter((cell) => cell.row.weekday === weekday);
  const tds = own.map((cell) => {
    const level = cell.usual === 0 || !most ? 0 : Math.max(1, Math.ceil((LEVELS * cell.usual) / most));
    const text = `${long}, ${spanOf(cell.row.hour)}: ${number(cell.value)} ${said.column[measure].label.toLowerCase()}, ${number(cell.usual, 1)} a day`;
    const href = cell.value ? behindUrl(said.question, measure, { weekday, hour: cell.row.hour }) : null;
    const link = el("a", { href, role: href ? null : "img", tabindex: "-1", class: `l${level}`, "aria-label": text, "data-tip": text });
    return el("td", { class: cell === top ? "top" : null, "data-value": cell.row[measure], "data-weekday": weekday, "data-hour": cell.row.hour }, link);
  });
  return el("tr", {}, el("th", { scope: "row" }, el("abbr", { title: long }, short)), tds);
}

function spanOf(hour) {
  return hourText.formatRange(Date.UTC(2024, 0, 1, Number(hour)), Date.UTC(2024, 0, 1, Number(hour) + 1));
}

function scaleElement(most, top) {
  const steps = [...Array(LEVELS + 1)].map((_, level) => el("i", { class: `l${level}` }));
  const busiest = top && `Busiest: ${names("short")[WEEKDAYS.indexOf(top.row.weekday)]}, ${spanOf(top.row.hour)}`;
  return el("div", { class: "scale" }, el("span", {}, "0"), steps, el("span", {}, `${number(most, most < 100 ? 1 : 0)} a day`), el("span", { class: "busiest" }, busiest));
}

/** One stop of the tab order, and arrows within. */
function rove(table, top) {
  const grid = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("a")]);
  const start = top ? grid[WEEKDAYS.indexOf(top.row.weekday)][Number(top.row.hour)] : grid[0][0];
  start.tabIndex = 0;
  table.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!step || !event.target.matches("td a")) return;
    event.preventDefault();
    const day = grid.findIndex((row) => row.includes(event.target));
    const next = grid[(day + step[0] + 7) % 7][(grid[day].indexOf(event.target) + step[1] + 24) % 24];
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}
