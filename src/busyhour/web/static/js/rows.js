// Rows put in order and searched here, where all of them are.
import { isNumber } from "./format.js";

/** Rows by a column ("-" before it: downwards); what is empty comes last. */
export function sorted(rows, sort, columns) {
  const name = sort.replace(/^-/, "");
  const unit = columns.find((column) => column.name === name)?.unit;
  const sign = sort.startsWith("-") ? -1 : 1;
  const value = (row) => row[name] ?? "";
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === "" || b === "") return (a === "") - (b === "");
    return sign * (unit && isNumber(unit) ? Number(a) - Number(b) : a.localeCompare(b));
  });
}

/** Rows of which one of the columns holds every word. */
export function searched(rows, typed, names) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = names.map((name) => row[name]).join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
