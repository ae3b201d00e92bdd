// The overview: tiles, then the charts, each asked for by itself.
import { Card, wrong } from "./card.js";
import { byId, el } from "./dom.js";
import { figures } from "./figures.js";
import { page } from "./frame.js";
import { drawDays, drawHours, drawLevel, drawWaits } from "./overview_charts.js";
import { heatmap } from "./heatmap.js";
import { BY_GROUP, drawCenters, hasGroups } from "./group_list.js";
import { BY_USER, drawPeople } from "./people_list.js";
import { change, query } from "./state.js";
import { emptyTile, TILES, tile } from "./tiles.js";
import { viewBefore } from "./view.js";

const stats = (more) => ({ stat_type: "calls", export_type: "stats", ...more });
const cards = Object.fromEntries(["days", "heat", "waits", "level", "hours", "busiest"].map((id) => [id, new Card(byId(id))]));

const noCalls = (said) => said.rows.every((row) => row.all_calls === "0");

byId("measure").addEventListener("change", ({ target }) => change({ measure: target.value === "inbound_calls" ? null : target.value }));

page((seen, signal) => {
  showTiles(seen, signal);
  const byDay = figures(seen, stats({ by: "date" }), signal);
  cards.days.show(() => byDay, drawDays, { signal, isEmpty: noCalls });
  showHeat(seen, signal);
  const isNobodys = (said) => said.rows.every((row) => row.answered === "0" && row.abandoned === "0");
  cards.waits.show(() => figures(seen, stats({ by: "wait" }), signal), drawWaits, { signal, isEmpty: isNobodys });
  cards.level.show(() => byDay, drawLevel, { signal, isEmpty: noCalls, columns: ["date", "service_level_percent", "missed_percent", "abandoned_percent"] });
  cards.hours.show(() => figures(seen, stats({ by: "hour" }), signal), drawHours, { signal, isEmpty: noCalls });
  showBusiest(seen, signal);
});

function showHeat(seen, signal) {
  const measure = query().get("measure") ?? "inbound_calls";
  byId("measure").value = measure;
  const draw = (said, body) => heatmap(body, said, measure);
  const made = () => figures(seen, stats({ by: "weekday_hour" }), signal);
  cards.heat.show(made, draw, { signal, isEmpty: noCalls, columns: ["weekday", "hour", "days", measure] });
}

/** Its call centers; of what has none, its people. */
function showBusiest(seen, signal) {
  const isOfGroups = hasGroups(seen.scope);
  cards.busiest.title(isOfGroups ? "Call centers" : "People", isOfGroups ? "Service level, and where it should be." : "The busiest first.");
  const made = () => figures(seen, isOfGroups ? BY_GROUP : BY_USER, signal);
  const isEmpty = (said) => !said.rows.some((row) => !isOfGroups || row.type === "call_center");
  cards.busiest.show(made, isOfGroups ? drawCenters : drawPeople, { signal, isEmpty });
}

async function showTiles(seen, signal) {
  const host = byId("tiles");
  host.setAttribute("aria-busy", "true");
  try {
    const now = await totals(seen, signal);
    drawTiles(host, seen, now, null);
    if (seen.compares) drawTiles(host, seen, now, await totals(viewBefore(seen), signal));
  } catch (error) {
    if (error.name === "AbortError") return;
    host.replaceChildren(el("li", { class: "whole" }, wrong(error, () => showTiles(seen, signal))));
  }
  if (!signal.aborted) host.setAttribute("aria-busy", "false");
}

/** The figures of each question that a tile asks, by its stat type. */
async function totals(seen, signal) {
  const questions = [...new Set(TILES.map(({ question }) => question))];
  const said = await Promise.all(questions.map((question) => figures(seen, question, signal)));
  return Object.fromEntries(said.map((one) => [one.question.stat_type, one]));
}

function drawTiles(host, seen, now, before) {
  const isPerson = /^(user|room):/.test(seen.scope);
  host.replaceChildren(...TILES.map((one) => isPerson && one.isOfGroups ? emptyTile(one) : tile(one, now[one.question.stat_type], before?.[one.question.stat_type])));
}
