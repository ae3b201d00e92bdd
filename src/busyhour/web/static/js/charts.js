// ECharts in our colours: read from the style sheet, drawn anew with the theme, as wide as its card.
import { el } from "./dom.js";
import { number } from "./format.js";

const style = () => getComputedStyle(document.documentElement);
export const colour = (name) => style().getPropertyValue(`--${name}`).trim();

const resizing = new ResizeObserver((entries) => {
  for (const { target } of entries) globalThis.echarts.getInstanceByDom(target)?.resize();
});

/** Draw an option into a host; `label` says for who cannot see it what there is; `onClick(params)` is told of bars. */
export async function chart(host, option, label, onClick = null) {
  const canvas = el("div", { class: "canvas", role: "img", "aria-label": label });
  host.append(canvas);
  await ready();
  if (!canvas.isConnected) return;
  const drawn = globalThis.echarts.init(canvas, null, { renderer: "canvas" });
  drawn.setOption({ ...common(), ...option });
  if (onClick) drawn.on("click", onClick);
  resizing.observe(canvas);
}

function ready() {
  if (globalThis.echarts) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}

function common() {
  return {
    animation: false,
    textStyle: { fontFamily: style().getPropertyValue("--sans"), fontSize: 11.5 },
    grid: { left: 2, right: 10, top: 14, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: tooltip(),
  };
}

/** In the canvas itself: as HTML it would bring styles along that our policy forbids. */
function tooltip() {
  return {
    trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow", shadowStyle: { color: colour("line"), opacity: 0.35 } },
    backgroundColor: colour("raised"), borderColor: colour("line"), borderWidth: 1, padding: [8, 12],
    textStyle: { color: colour("ink"), fontSize: 12.5, lineHeight: 18 },
  };
}

/** An axis of words. */
export function words(data, more = {}) {
  return {
    type: "category", data, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("line-strong") } },
    axisLabel: { color: colour("soft"), hideOverlap: true }, ...more,
  };
}

/** An axis of numbers. */
export function numbers(more = {}) {
  return {
    type: "value", splitNumber: 4, splitLine: { lineStyle: { color: colour("line") } },
    axisLabel: { color: colour("soft"), formatter: (value) => number(value) }, ...more,
  };
}

/** A pattern over a series' colour, so that outcomes are told apart without colours. */
export function pattern(kind) {
  const card = colour("card");
  const strokes = { color: card, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: Math.PI / 4, symbolSize: 1 };
  const dots = { symbol: "circle", color: card, symbolSize: 0.55, dashArrayX: [[5, 5], [0, 5, 5, 0]], dashArrayY: [4, 0] };
  return { missed: strokes, abandoned: dots }[kind] ?? { symbol: "none" };
}
