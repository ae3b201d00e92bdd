// The overview: tiles and the charts that are in sight first, then the others and what was before.
import { Card, wrong } from "./card.js";
import { byId, el } from "./dom.js";
import { figures } from "./figures.js";
import { page } from "./frame.js";
import { drawDays, drawHours, drawLevel, drawWaits } from "./overview_charts.js";
import { heatmap } from "./heatmap.js";
import { BY_GROUP, drawCenters, hasGroups } from "./group_list.js";
import { BY_USER, drawPeople } from "./people_list.js";
import { change, query } from "./state.js";
import { emptyTile, lateText, TILES, tile } from "./tiles.js";
import { lateBeginning, viewBefore } from "./view.js";

const stats = (more) => ({ stat_type: "calls", export_type: "stats", ...more });
const cards = Object.fromEntries(["days", "heat", "waits", "level", "hours", "busiest"].map((id) => [id, new Card(byId(id))]));

const noCalls = (said) => said.rows.every((row) => row.all_calls === "0");

byId("measure").addEventListener("change", ({ target }) => change({ measure: target.value === "inbound_calls" ? null : target.value }));

page((seen, signal) => {
  const now = totals(seen, signal);
  const byDay = figures(seen, stats({ by: "date" }), signal);
  const inSight = [now, cards.days.show(() => byDay, drawDays, { signal, isEmpty: noCalls }), showHeat(seen, signal), showWaits(seen, signal)];
  const later = Promise.allSettled(inSight).then(() => signal.throwIfAborted());
  showTiles(seen, signal, now, later);
  cards.level.show(() => byDay, drawLevel, { signal, isEmpty: noCalls, columns: ["date", "service_level_percent", "missed_percent", "abandoned_percent"] });
  cards.hours.show(() => later.then(() => figures(seen, stats({ by: "hour" }), signal)), drawHours, { signal, isEmpty: noCalls });
  showBusiest(seen, signal, later);
});

function showWaits(seen, signal) {
  const isNobodys = (said) => said.rows.every((row) => row.answered === "0" && row.abandoned === "0");
  return cards.waits.show(() => figures(seen, stats({ by: "wait" }), signal), drawWaits, { signal, isEmpty: isNobodys });
}

function showHeat(seen, signal) {
  const measure = query().get("measure") ?? "inbound_calls";
  byId("measure").value = measure;
  const draw = (said, body) => heatmap(body, said, measure);
  const made = () => figures(seen, stats({ by: "weekday_hour" }), signal);
  return cards.heat.show(made, draw, { signal, isEmpty: noCalls, columns: ["weekday", "hour", "days", measure] });
}

/** Its call centers; of what has none, its people. */
function showBusiest(seen, signal, later) {
  const isOfGroups = hasGroups(seen.scope);
  cards.busiest.title(isOfGroups ? "Call centers" : "People", isOfGroups ? "Service level, and where it should be." : "The busiest first.");
  const made = () => later.then(() => figures(seen, isOfGroups ? BY_GROUP : BY_USER, signal));
  const isEmpty = (said) => !said.rows.some((row) => !isOfGroups || row.type === "call_center");
  cards.busiest.show(made, isOfGroups ? drawCenters : drawPeople, { signal, isEmpty });
}

/** `now` is promised, and what was before is asked for after `later`. */
async function showTiles(seen, signal, now, later) {
  const host = byId("tiles");
  host.setAttribute("aria-busy", "true");
  try {
    const late = lateBeginning(seen);
    tellLate(late);
    drawTiles(host, seen, await now, seen.compares ? { late } : {});
    if (seen.compares && !late) drawTiles(host, seen, await now, { said: await later.then(() => totals(viewBefore(seen), signal)) });
  } catch (error) {
    if (error.name === "AbortError") return;
    const again = () => showTiles(seen, signal, totals(seen, signal), Promise.resolve());
    host.replaceChildren(el("li", { class: "whole" }, wrong(error, again)));
  }
  if (!signal.aborted) host.setAttribute("aria-busy", "false");
}

/** The switch says, too, why nothing is compared: it can be reached by keyboard. */
function tellLate(late) {
  const label = byId("compare").parentElement;
  if (late) byId("compare").dataset.tip = label.dataset.tip = lateText(late);
  else for (const element of [byId("compare"), label]) delete element.dataset.tip;
}

/** The figures of each question that a tile asks, by its stat type. */
async function totals(seen, signal) {
  const questions = [...new Set(TILES.map(({ question }) => question))];
  const said = await Promise.all(questions.map((question) => figures(seen, question, signal)));
  return Object.fromEntries(said.map((one) => [one.question.stat_type, one]));
}

function drawTiles(host, seen, now, { said, late }) {
  const isPerson = /^(user|room):/.test(seen.scope);
  const before = ({ question }) => ({ said: said?.[question.stat_type], late });
  host.replaceChildren(...TILES.map((one) => isPerson && one.isOfGroups ? emptyTile(one) : tile(one, now[one.question.stat_type], before(one))));
}
