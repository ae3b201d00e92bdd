// A sparkline: a row's figure day by day, as a small picture that says its ends in words.
import { svg } from "./dom.js";
import { number } from "./format.js";

const [WIDTH, HEIGHT] = [112, 26];

/** Values as a line over its own area. */
export function spark(values, word) {
  const most = Math.max(1, ...values);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const points = values.map((value, place) => `${(place * step).toFixed(1)},${(HEIGHT - 2 - ((HEIGHT - 4) * value) / most).toFixed(1)}`);
  const label = `${word} a day: from ${number(Math.min(...values))} to ${number(Math.max(...values))}`;
  return svg(
    "svg", { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
    svg("path", { class: "under", d: `M0,${HEIGHT}L${points.join("L")}L${WIDTH},${HEIGHT}Z` }),
    svg("path", { d: `M${points.join("L")}` }),
  );
}
