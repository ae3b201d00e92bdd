// Filters of calls, and the words for what records say in one word.
import { el } from "./dom.js";
import { query } from "./state.js";

const WORDS = {
  category: {
    incoming: "Answered", missed: "Missed", abandoned: "Abandoned", outgoing: "Connected out", cancelled: "Not connected out",
    callback_requested: "Callback asked for", callback_connected: "Callback connected", callback_cancelled: "Callback cancelled", forwarded: "Forwarded", other: "Other",
  },
  direction: { inbound: "Inbound", outbound: "Outbound" },
  target_type: { call_center: "Call center", department: "Department", office: "Office", user: "Person", room: "Room", call_router: "Call router", staff_group: "Staff group" },
  voicemail: { true: "Yes", false: "No" },
};
const NAMES = { category: "Outcome", direction: "Direction", target_type: "Line", voicemail: "Message left" };

/** A record's word as people say it. */
export const words = (value, column) => (value === "" ? "–" : (WORDS[column][value] ?? value.replaceAll("_", " ")));

/** The filters in their host; `onChange(where)` is told all of them. */
export function filters(host, onChange) {
  const selects = Object.entries(WORDS).map(([column, values]) => {
    const options = Object.entries(values).map(([value, name]) => el("option", { value }, name));
    return el("select", { "data-column": column, change: () => onChange(chosen(selects)) }, el("option", { value: "" }, "All"), options);
  });
  host.replaceChildren(...selects.map((select) => el("label", {}, NAMES[select.dataset.column], select)));
  const follow = () => follows(selects);
  addEventListener("statechange", follow);
  follow();
}

const chosen = (selects) => selects.filter((select) => select.value).map((select) => `${select.dataset.column}:${select.value}`);

function follows(selects) {
  const where = Object.fromEntries(query().getAll("where").map((pair) => pair.split(/:(.*)/s)));
  for (const select of selects) select.value = where[select.dataset.column] ?? "";
}
