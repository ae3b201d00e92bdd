// Groups: call centers and departments side by side, service levels against their targets.
import { Card } from "./card.js";
import { byId, el } from "./dom.js";
import { figures } from "./figures.js";
import { durationText, figure } from "./format.js";
import { page } from "./frame.js";
import { BY_GROUP, groupLink, hasGroups, meter, targets, wholeShare } from "./group_list.js";
import { sorted } from "./rows.js";
import { change, query } from "./state.js";
import { dataTable, figureLink } from "./table.js";

const SHOWN = { inbound_calls: "Inbound", answered: "Answered", missed: "Missed", abandoned: "Abandoned", abandoned_percent: "Abandoned, share", speed_of_answer: "Speed of answer", aht: "Handle time, min", voicemails: "Messages" };
const KINDS = { centers: "call_center", departments: "department" };
const cards = Object.fromEntries(Object.keys(KINDS).map((id) => [id, new Card(byId(id))]));

page((seen, signal) => {
  if (!hasGroups(seen.scope)) return Object.values(cards).forEach(askForMore);
  const made = Promise.all([figures(seen, BY_GROUP, signal), targets()]);
  for (const [id, kind] of Object.entries(KINDS)) {
    const own = async () => {
      const [said, known] = await made;
      return { ...said, rows: said.rows.filter((row) => row.type === kind), known };
    };
    cards[id].show(own, (said, body) => draw(said, body, id), { signal });
  }
}, () => ({ stat_type: "calls", export_type: "stats", group_by: "group" }));

function draw(said, body, id) {
  const sort = query().get("sort") ?? "-inbound_calls";
  const columns = [{ name: "name", label: "Name", unit: "text", cell: groupLink }, levelColumn(said, id === "centers"), ...Object.entries(SHOWN).map(([name, label]) => ({ ...said.column[name], label, cell: (row) => figureLink(said, said.column[name], row, said.column[name].unit === "minutes_2" ? durationText : undefined) }))];
  const onSort = (next) => change({ sort: next }, { replace: true });
  body.replaceChildren(dataTable({ caption: cards[id].element.querySelector("h2").textContent, columns, rows: sorted(said.rows, sort, columns), sort, onSort }));
}

/** One group alone stands beside nothing. */
function askForMore(card) {
  const widen = el("button", { type: "button", class: "button", click: () => change({ scope: null }) }, "Show the company");
  card.clear(el("div", { class: "message" }, el("strong", {}, "Groups stand side by side in the company or in an office."), el("p", {}, "The scope above is narrower."), widen));
}

function levelColumn(said, hasTargets) {
  const column = said.column.service_level_percent;
  const of = (row) => (hasTargets ? said.known[row.group_id] : undefined);
  const cell = (row) => [meter(row[column.name], of(row)?.percent ?? null), of(row) && secondLine(of(row))].filter(Boolean);
  return { ...column, label: "Service level", cell };
}

function secondLine({ percent, seconds }) {
  return el("span", { class: "second" }, `target ${wholeShare(percent)} in ${figure(String(seconds), "number")} s`);
}
