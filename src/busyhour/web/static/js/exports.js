// Exports: the view as a Stats API request that is started here, or copied to be asked elsewhere.
import { ask, post } from "./api.js";
import { wrong } from "./card.js";
import { byId, el } from "./dom.js";
import { number } from "./format.js";
import { page } from "./frame.js";
import { FORMS, GROUPS, KINDS } from "./names.js";
import { drawRecent } from "./recent.js";
import { requestOf } from "./request.js";
import { drawSnippets } from "./snippets.js";
import { change, query } from "./state.js";
import { viewParams } from "./view.js";

const LOOK_AGAIN_MS = 700;
const RECORDS_ONLY = ["csat", "dispositions"];

let seenNow = null;
const selects = {
  stat_type: choice("What", KINDS), export_type: choice("As", FORMS), group_by: choice("Grouped", GROUPS),
};
byId("start").addEventListener("click", start);
byId("again").addEventListener("click", drawRecent);

page((seen, signal) => {
  seenNow = seen;
  const question = questionNow();
  for (const [name, select] of Object.entries(selects)) select.value = question[name] ?? "";
  selects.export_type.disabled = RECORDS_ONLY.includes(question.stat_type);
  selects.group_by.parentElement.hidden = !isGrouped(question);
  byId("start").disabled = Boolean(question.by);
  byId("request").textContent = question.by ? `The Stats API has no grouping by ${question.by.replace("_", " and ")}: take the CSV below, or the command line.` : JSON.stringify(requestOf(seen, question), null, 2);
  offerCsv(question, seen);
  drawSnippets(byId("snippets"), new URLSearchParams({ ...question, ...viewParams(seen) }), signal);
  follow(query().get("request"), signal);
  drawRecent();
}, questionNow);

function choice(label, options) {
  const select = el("select", { change: () => change({ ...chosen(), by: null, column: null, row: null, request: null }) }, Object.entries(options).map(([value, name]) => el("option", { value }, name)));
  byId("what").append(el("label", {}, label, select));
  return select;
}

function chosen() {
  return Object.fromEntries(Object.entries(selects).map(([name, select]) => [name, select.value]));
}

function isGrouped({ stat_type, export_type }) {
  return stat_type === "calls" && export_type === "stats";
}

function questionNow() {
  const asked = query();
  const stat_type = asked.get("stat_type") in KINDS ? asked.get("stat_type") : "calls";
  const wanted = asked.get("export_type") in FORMS ? asked.get("export_type") : "stats";
  const question = { stat_type, export_type: RECORDS_ONLY.includes(stat_type) ? "records" : wanted };
  if (asked.get("by")) question.by = asked.get("by");
  else if (isGrouped(question)) question.group_by = asked.get("group_by") in GROUPS ? asked.get("group_by") : "date";
  return question;
}

/** What the API has no request for is still to be had as a file. */
function offerCsv(question, seen) {
  byId("csv").hidden = !question.by;
  byId("csv").href = `/page/figures.csv?${new URLSearchParams({ ...question, ...viewParams(seen) })}`;
}

async function start() {
  byId("start").disabled = true;
  try {
    const { request_id: request } = await post("/page/exports", requestOf(seenNow, questionNow()));
    if (request === query().get("request")) follow(request);
    else change({ request });
  } catch (error) {
    byId("progress").replaceChildren(wrong(error, start));
  }
  byId("start").disabled = false;
}

/** Say how far a request is until it is there, and then where its file is. */
async function follow(request, signal) {
  const host = byId("progress");
  if (!request) return host.replaceChildren();
  host.replaceChildren(el("p", { class: "soft" }, "Being made…"), el("progress", { "aria-label": "The export is being made" }));
  try {
    let said = await ask(`/page/exports/${encodeURIComponent(request)}`, {}, signal);
    while (said.status === "processing") {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      said = await ask(`/page/exports/${encodeURIComponent(request)}`, {}, signal);
    }
    host.replaceChildren(...ended(said));
    drawRecent();
  } catch (error) {
    if (error.name !== "AbortError") host.replaceChildren(wrong(error, () => follow(request, signal)));
  }
}

function ended({ status, rows, reason, download_url: url }) {
  if (status !== "complete") return [wrong(new Error(reason ?? "The export failed; the server's log says why."), start)];
  return [
    el("progress", { value: "1", max: "1", "aria-label": "The export is made" }),
    el("p", { class: "done" }, el("strong", {}, `${number(rows)} rows. `), el("a", { class: "button", href: url, download: true, id: "download" }, "Download the CSV")),
  ];
}
