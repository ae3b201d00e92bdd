// A timeline: rows of stretches over one stretch of time, each row a list that can be read as text.
import { el } from "./dom.js";

/** `rows` are {label, second, spans: [{from, to, kind, text}], marks: [{at, text}], said}; times in ms, `ticks` [{at, text}]. */
export function timeline({ caption, start, end, rows, ticks }) {
  const share = (time) => `${(100 * time) / (end - start)}%`;
  const place = (at) => share(at - start);
  const items = rows.map((row) => rowElement(row, place, share));
  const list = el("ul", { class: "timeline", "aria-label": caption }, axisElement(ticks, place), items);
  list.style.setProperty("--grid", ticks.map(({ at }) => `linear-gradient(var(--line) 0 0) ${place(at)} 0 / 1px 100% no-repeat`).join(", "));
  return el("div", { class: "wide tall", tabindex: "0", role: "region", "aria-label": caption }, list);
}

function rowElement({ label, second, spans, marks = [], said }, place, share) {
  const drawn = spans.map((span) => {
    const stretch = el("span", { class: `span k-${span.kind}`, "data-tip": span.text });
    stretch.style.left = place(span.from);
    stretch.style.width = share(span.to - span.from);
    return stretch;
  });
  const marked = marks.map((mark) => {
    const line = el("span", { class: "marker", "data-tip": mark.text });
    line.style.left = place(mark.at);
    return line;
  });
  return el(
    "li", {}, el("span", { class: "who", title: label }, label, second && el("small", {}, second)),
    el("span", { class: "track" }, el("span", { class: "unseen" }, said), drawn, marked),
  );
}

function axisElement(ticks, place) {
  const marks = ticks.map(({ at, text }) => {
    const tick = el("span", {}, text);
    tick.style.left = place(at);
    return tick;
  });
  return el("li", { "aria-hidden": "true" }, el("span"), el("span", { class: "axis" }, marks));
}
