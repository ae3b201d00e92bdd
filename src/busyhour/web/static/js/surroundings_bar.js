// What the bar says and carries: how fresh the data is, and the view to other pages.
import { byId } from "./dom.js";
import { agoText, instantText } from "./format.js";
import { freshness } from "./surroundings.js";
import { viewQuery } from "./view.js";

const LOOK_AGAIN_MS = 60_000;

/** Let links to other pages carry the view along. */
export function keepView() {
  const carried = viewQuery().toString();
  for (const link of document.querySelectorAll("a[data-keeps-view]")) {
    link.href = carried ? `${link.pathname}?${carried}` : link.pathname;
  }
}

/** Show how fresh the data is, now and every minute. */
export function keepFresh() {
  const look = async () => showFreshness(await freshness());
  look().catch(() => {});
  setInterval(() => look().catch(() => {}), LOOK_AGAIN_MS);
}

function showFreshness({ now, realtime, historical, timezone_default: zone }) {
  const fresh = byId("fresh");
  if (!realtime.as_of) {
    fresh.dataset.tip = "Nothing has come in yet, or it was never refreshed.";
    byId("fresh-time").textContent = "never";
    return;
  }
  const age = (Date.parse(realtime.as_of) - Date.parse(now)) / 1000;
  fresh.dataset.state = age < -7200 ? "old" : "new";
  byId("fresh-time").textContent = instantText(realtime.as_of, zone);
  byId("fresh-age").textContent = agoText(age);
  byId("fresh-time").dateTime = realtime.as_of;
  fresh.dataset.tip =
    `Today's figures hold what had come in by ${instantText(realtime.as_of, zone, true)}; next refresh ${instantText(realtime.next, zone)}. ` +
    `Earlier days: ${historical.as_of ? instantText(historical.as_of, zone, true) : "not yet"}; next ${instantText(historical.next, zone, true)} (${zone}).`;
}
