// A key of colours and patterns.
import { el } from "./dom.js";

/** `entries` are {key, name}: a class of the key, and what it means. */
export function legend(entries) {
  const items = entries.map(({ key, name }) => el("li", {}, el("span", { class: `key ${key}` }), name));
  return el("ul", { class: "legend" }, items);
}
