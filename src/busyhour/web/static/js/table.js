// Tables: of figures as a report printed them, or of rows with columns of one's own making.
import { el } from "./dom.js";
import { figure, isNumber } from "./format.js";
import { behindUrl } from "./view.js";

/** Columns that tell which row of a report it is, as /page/behind wants to hear it. */
const OF_ROW = { date: "date", user_id: "user_id", hour: "hour", weekday: "weekday", wait_from: "wait_from", wait_until: "wait_until", group_id: "group" };

/** A table in a region that scrolls; `columns` are {name, label, definition, unit, cell(row), head}, `sort` a column, "-" before it for downwards. */
export function dataTable({ caption, columns, rows, sort = "", onSort = null, isTall = false }) {
  const head = el("tr", {}, columns.map((column) => headCell(column, sort, onSort)));
  const body = rows.map((row) => el("tr", {}, columns.map((column, place) => bodyCell(column, row, place === 0))));
  const table = el(
    "table", { class: "data" }, el("caption", { class: "unseen" }, caption), el("thead", {}, head), el("tbody", {}, body),
  );
  return el("div", { class: `wide${isTall ? " tall" : ""}`, tabindex: "0", role: "region", "aria-label": caption }, table);
}

function headCell(column, sort, onSort) {
  const name = sort.replace(/^-/, "");
  const order = name !== column.name ? null : sort.startsWith("-") ? "descending" : "ascending";
  const tip = column.definition || null;
  const label =
    onSort && column.sortable !== false
      ? el("button", { type: "button", "data-tip": tip, "data-focus": `sort ${column.name}`, click: () => onSort(turned(column, sort)) }, column.label)
      : el("span", { "data-tip": tip }, column.label);
  return el("th", { scope: "col", class: isNumber(column.unit) ? "num" : null, "data-of": column.name, "aria-sort": order }, label);
}

/** Figures downwards first, texts upwards first; then the other way. */
function turned({ name, unit }, sort) {
  if (sort.replace(/^-/, "") === name) return sort.startsWith("-") ? name : `-${name}`;
  return isNumber(unit) ? `-${name}` : name;
}

function bodyCell(column, row, isFirst) {
  const content = column.cell ? column.cell(row) : figure(row[column.name], column.unit, true);
  const kind = isNumber(column.unit) ? "num" : "text";
  const value = row[column.name];
  return el(isFirst ? "th" : "td", { scope: isFirst ? "row" : null, class: kind, "data-of": column.name, "data-value": value ?? null }, content);
}

/** A report's table: each count leads to the records behind it. */
export function figuresTable(said, caption, names = null) {
  const columns = said.columns.filter((column) => (names ? names.includes(column.name) : column.name !== "timezone"));
  const isStats = said.question?.export_type !== "records";
  const cells = columns.map((column) => (isStats && leads(column) ? { ...column, cell: (row) => figureLink(said, column, row) } : column));
  return dataTable({ caption, columns: cells, rows: said.rows });
}

/** Whether the server knows the records behind a column. */
export const leads = (column) => column.behind ?? column.unit === "count";

/** A figure as a link to the records behind it; `words` says how it is read. */
export function figureLink(said, column, row, words = (text) => figure(text, column.unit, true)) {
  const text = words(row[column.name]);
  if (!leads(column) || row[column.name] === "" || Number(row[column.name]) === 0) return text;
  return el("a", { href: behindUrl(said.question, column.name, rowOf(row)) }, text);
}

/** What tells a row apart. */
export function rowOf(row) {
  const named = Object.entries(OF_ROW).filter(([name]) => name in row);
  return Object.fromEntries(named.map(([name, said]) => [said, row[name]]));
}
