// What every page has: the view's controls, the freshness, links that keep the view.
import { byId } from "./dom.js";
import { Combobox } from "./combobox.js";
import { openExport } from "./export_link.js";
import { spanText } from "./format.js";
import { scopeName, scopePicker } from "./scope.js";
import { change, onState } from "./state.js";
import { keepFresh, keepView } from "./surroundings_bar.js";
import "./tooltip.js";
import { view } from "./view.js";

/** Bring the frame to life, then draw by `draw(view, signal)` now and at every change; `question()` is what Export means. */
export function page(draw, question = () => ({ stat_type: "calls", export_type: "stats", group_by: "date" })) {
  const scope = scopePicker(byId("scope"));
  const zone = zonePicker(byId("zone"));
  listen(question);
  keepFresh();
  onState((signal) => {
    keepView();
    const seen = view();
    tell(seen, zone);
    scopeName(seen.scope).then((name) => !signal.aborted && told(seen, scope, name));
    draw(seen, signal);
  });
}

function zonePicker(host) {
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")].map((name) => {
    const shown = name.replaceAll("_", " ");
    return { value: name, name: shown, search: `${name} ${shown}`.toLowerCase() };
  });
  return new Combobox(host, { label: "Time zone", options: async () => zones, onChoose: (timezone) => change({ timezone }) });
}

function listen(question) {
  byId("range").addEventListener("change", ({ target }) => {
    if (target.value === "days") change({ range: null, from: byId("from").value, to: byId("to").value });
    else change({ range: target.value, from: null, to: null });
  });
  for (const id of ["from", "to"]) byId(id).addEventListener("change", () => chooseDays(id));
  byId("compare")?.addEventListener("change", ({ target }) => change({ compare: target.checked ? null : "0" }));
  byId("export")?.addEventListener("click", () => openExport(question()));
  byId("view-more").addEventListener("click", ({ currentTarget }) => {
    const isOpen = byId("view").toggleAttribute("data-open");
    currentTarget.setAttribute("aria-expanded", String(isOpen));
  });
}

/** A day that passes the other end takes it along. */
function chooseDays(changed) {
  let [from, to] = [byId("from").value, byId("to").value];
  if (!from || !to) return;
  if (from > to) [from, to] = changed === "from" ? [from, from] : [to, to];
  change({ range: null, from, to });
}

function tell(seen, zone) {
  byId("range").value = seen.range;
  for (const [id, day] of [["from", seen.from], ["to", seen.to]]) {
    byId(id).value = day;
    byId(id).max = seen.today;
  }
  if (byId("compare")) byId("compare").checked = seen.compares;
  zone.set(seen.timezone, seen.timezone.replaceAll("_", " "));
}

function told(seen, scope, name) {
  scope.set(seen.scope, name);
  byId("view-said").textContent = `${spanText(seen.from, seen.to)} · ${name}`;
}
