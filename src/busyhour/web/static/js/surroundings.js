// What stands around the figures: the business clock, how fresh the data is, whose figures there can be.
import { ask } from "./api.js";

const { now, zone, begins } = document.body.dataset;
let scopesAsked = null;

/** The business clock's now, the zone that the company's main office lies in, and the first UTC day with calls, if any. */
export const around = { now, timezone: zone, begins };

/** {now, timezone_default, realtime, historical}. */
export const freshness = () => ask("/page/freshness", {});

/** {company, entries}, asked once; entries carry `key` (KIND:ID). */
export function scopes() {
  scopesAsked ??= ask("/page/scopes", {}).then((said) => ({
    company: said.company,
    entries: said.entries.map((entry) => ({ ...entry, key: `${entry.kind}:${entry.id}` })),
  }));
  return scopesAsked;
}
