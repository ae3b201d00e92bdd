// One call as a whole: its legs as a timeline, and as a table beneath.
import { ask } from "./api.js";
import { words } from "./call_filters.js";
import { wrong } from "./card.js";
import { byId, el } from "./dom.js";
import { clockSecondsText, durationText, figure, number, wall } from "./format.js";
import { legend } from "./legend.js";
import { change, query } from "./state.js";
import { dataTable } from "./table.js";
import { timeline } from "./timeline.js";

const STRETCHES = { menu: "Before it rings", queue: "In the queue", ringing: "Ringing", talk: "Talking", wrapup: "Wrap-up" };
const STEPS = { date_queued: "queue", date_first_rang: "ringing", date_rang: "ringing", date_connected: "talk" };
const COLUMNS = [
  { name: "date_started", label: "Began", unit: "text", cell: (leg) => clockSecondsText(leg.date_started) },
  { name: "name", label: "Line or person", unit: "text" },
  { name: "category", label: "Outcome", unit: "text", cell: (leg) => words(leg.category, "category") },
  { name: "queued_duration", label: "Queued", unit: "minutes_2", cell: (leg) => durationText(leg.queued_duration) },
  { name: "ringing_duration", label: "Rang", unit: "minutes_2", cell: (leg) => durationText(leg.ringing_duration) },
  { name: "talk_duration", label: "Talked", unit: "minutes_2", cell: (leg) => durationText(leg.talk_duration) },
  { name: "hold_duration", label: "On hold", unit: "minutes_2", cell: (leg) => durationText(leg.hold_duration) },
  { name: "transferred_to", label: "Passed on to", unit: "text", cell: (leg) => leg.transferred_to || "–" },
];

document.querySelector("[data-close]").addEventListener("click", () => byId("call").close());

/** Show the call that the address names, or none. */
export function showCall({ timezone }) {
  const [call, date] = [query().get("call"), query().get("call_date")];
  const dialog = byId("call");
  if (!call) return dialog.open && dialog.close();
  if (dialog.open && dialog.dataset.call === call) return;
  dialog.dataset.call = call;
  byId("call-body").replaceChildren(el("div", { class: "skeleton" }));
  if (!dialog.open) dialog.showModal();
  load({ call_id: call, date: date ?? "", timezone });
}

/** Take the call out of the address. */
export function closeCall() {
  change({ call: null, call_date: null });
}

async function load(params) {
  const body = byId("call-body");
  const isMeant = () => byId("call").dataset.call === params.call_id;
  try {
    const { legs } = await ask("/page/call", params);
    if (isMeant()) draw(legs, body);
  } catch (error) {
    if (isMeant()) body.replaceChildren(wrong(error, () => load(params)));
  }
}

function draw(legs, body) {
  const rows = legs.map(rowOf);
  const start = Math.min(...rows.flatMap((row) => row.spans.map((span) => span.from)));
  const end = Math.max(start + 1000, ...rows.flatMap((row) => row.spans.map((span) => span.to)));
  const first = legs[0];
  const summary = `${figure(first.date_started, "instant")}, ${first.external_number || "no number"}: ${number(legs.length)} ${legs.length === 1 ? "leg" : "legs"}.`;
  const used = new Set(rows.flatMap((row) => row.spans.map((span) => span.kind)));
  const keys = Object.entries(STRETCHES).filter(([kind]) => used.has(kind)).map(([kind, name]) => ({ key: `k-${kind}`, name }));
  body.replaceChildren(
    el("p", { class: "soft" }, summary), legend(keys),
    el("div", { class: "legs" }, timeline({ caption: "Legs of the call", start, end, rows, ticks: ticksOf(start, end) })),
    dataTable({ caption: "Legs of the call, as a table", columns: COLUMNS, rows: legs }),
  );
}

function ticksOf(start, end) {
  return [...Array(5)].map((_, place) => {
    const at = start + ((end - start) * place) / 4;
    return { at, text: clockSecondsText(new Date(at).toISOString()) };
  });
}

/** A leg's stretches: from each step that it took to the next, and its wrap-up after the end. */
function rowOf(leg) {
  const ended = wall(leg.date_ended || leg.date_started).getTime();
  const steps = [{ kind: leg.direction === "outbound" ? "ringing" : "menu", at: wall(leg.date_started).getTime() }];
  for (const [name, kind] of Object.entries(STEPS)) if (leg[name]) steps.push({ kind, at: wall(leg[name]).getTime() });
  steps.sort((one, other) => one.at - other.at);
  const spans = steps.map(({ kind, at }, place) => ({ kind, from: at, to: steps[place + 1]?.at ?? ended })).filter((span) => span.to > span.from);
  const wrapup = Number(leg.wrapup_duration) * 60_000;
  if (wrapup > 0) spans.push({ kind: "wrapup", from: ended, to: ended + wrapup });
  for (const span of spans) span.text = `${STRETCHES[span.kind]}: ${number((span.to - span.from) / 1000, 1)} s`;
  if (!spans.length) spans.push({ kind: "menu", from: ended, to: ended, text: "" });
  const second = `${words(leg.target_type, "target_type")} · ${words(leg.category, "category")}`;
  return { label: leg.name || leg.external_number || "–", second, spans, said: spans.map((span) => span.text).join(", ") };
}
