// The request of a view in three tongues, each with a button that copies it.
import { ask } from "./api.js";
import { wrong } from "./card.js";
import { el } from "./dom.js";

const TONGUES = { curl: "curl", python: "Python SDK", cli: "Command line" };
let chosen = "curl";

/** Draw what the server says for a question. */
export async function drawSnippets(host, params, signal) {
  try {
    const said = await ask("/page/snippets", params, signal);
    const known = Object.entries(TONGUES).filter(([name]) => said[name]);
    const note = said.curl ? "Put an API key into DIALPAD_API_KEY first." : "The Stats API has no such grouping: the command line has.";
    host.replaceChildren(el("p", { class: "soft" }, note), ...tabs(known, said));
  } catch (error) {
    if (error.name !== "AbortError") host.replaceChildren(wrong(error, () => drawSnippets(host, params, signal)));
  }
}

function tabs(known, said) {
  const panels = known.map(([name, title]) => panel(name, title, said[name]));
  const buttons = known.map(([name, title]) => el("button", { type: "button", role: "tab", id: `tongue-${name}`, "aria-controls": `panel-${name}`, click: () => choose(name) }, title));
  const choose = (name) => {
    chosen = name;
    for (const [place, [own]] of known.entries()) {
      panels[place].hidden = own !== name;
      buttons[place].setAttribute("aria-selected", String(own === name));
      buttons[place].tabIndex = own === name ? 0 : -1;
    }
  };
  const list = el("div", { class: "tabs small", role: "tablist", "aria-label": "Ways to ask", keydown: (event) => step(event, buttons) }, buttons);
  choose(known.some(([name]) => name === chosen) ? chosen : known[0][0]);
  return [list, ...panels];
}

function step(event, buttons) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const next = buttons[(buttons.indexOf(document.activeElement) + by + buttons.length) % buttons.length];
  next.focus();
  next.click();
}

function panel(name, title, text) {
  const copy = el("button", { type: "button", class: "button", "aria-label": `Copy: ${title}`, click: () => copied(copy, text) }, "Copy");
  return el(
    "div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tongue-${name}`, class: "snippet" }, copy,
    el("pre", { class: "code", id: `snippet-${name}`, tabindex: "0", "aria-label": title, role: "region" }, el("code", {}, text)),
  );
}

async function copied(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Without https a browser keeps the clipboard to itself: the text is then selected, to be copied by hand.
    getSelection().selectAllChildren(button.nextElementSibling);
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}
