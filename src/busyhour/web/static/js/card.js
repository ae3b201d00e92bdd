// A card: waits, shows, says that there is nothing, or says what went wrong and offers to try again.
import { el } from "./dom.js";
import { figuresTable } from "./table.js";

export class Card {
  constructor(element) {
    this.element = element;
    this.body = element.querySelector("[data-body]");
    this.table = element.querySelector("[data-table]");
    this.csv = element.querySelector("[data-csv]");
    this.note = element.querySelector("[data-note]");
    this.table?.addEventListener("click", () => this.#turn());
    addEventListener("themechange", () => this.drawn?.isDrawing && this.#draw());
  }

  /** Show what `made()` promises, by `draw(figures, body)`; `signal` ends it. */
  async show(made, draw, { signal, isEmpty = (said) => said.rows.length === 0, columns } = {}) {
    this.#wait();
    try {
      const said = await made();
      if (signal?.aborted) return;
      this.drawn = { said, draw, columns, isEmpty: isEmpty(said), isDrawing: true };
      this.#offer(said);
      this.#draw();
    } catch (error) {
      if (error.name === "AbortError" || signal?.aborted) return;
      this.drawn = null;
      this.body.replaceChildren(wrong(error, () => this.show(made, draw, { signal, isEmpty, columns })));
    }
    this.element.setAttribute("aria-busy", "false");
  }

  #wait() {
    this.element.setAttribute("aria-busy", "true");
    if (!this.drawn) this.body.replaceChildren(el("div", { class: "skeleton" }));
  }

  #offer(said) {
    if (this.csv) {
      this.csv.hidden = !said.csv;
      if (said.csv) this.csv.href = said.csv;
    }
    if (this.table) this.table.hidden = !said.columns;
  }

  #draw() {
    const { said, draw, columns, isEmpty } = this.drawn;
    const isTable = this.table?.getAttribute("aria-pressed") === "true";
    this.drawn.isDrawing = !isTable && !isEmpty;
    if (isEmpty) this.body.replaceChildren(nothing());
    else if (isTable) this.body.replaceChildren(figuresTable(said, this.#title(), columns));
    else {
      const focus = this.#focus();
      this.body.replaceChildren();
      draw(said, this.body);
      if (focus) this.body.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
    }
  }

  /** What had the focus, if it was in here: whoever sorts by a column goes on from there. */
  #focus() {
    return this.body.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  }

  /** Show something else than figures. */
  clear(...content) {
    this.drawn = null;
    this.#offer({});
    this.body.replaceChildren(...content);
    this.element.setAttribute("aria-busy", "false");
  }

  #turn() {
    const isTable = this.table.getAttribute("aria-pressed") !== "true";
    this.table.setAttribute("aria-pressed", String(isTable));
    if (this.drawn) this.#draw();
  }

  /** Name the card for what it shows now. */
  title(text, note) {
    this.element.querySelector("h2").textContent = text;
    this.note.textContent = note;
  }

  #title() {
    return this.element.querySelector("h2").textContent;
  }
}

/** What is said where there is nothing to show. */
export function nothing(text = "No calls in these days.", advice = "Choose other days or another scope above.") {
  return el("div", { class: "message" }, el("strong", {}, text), el("p", {}, advice));
}

/** What went wrong, with a way to try again. */
export function wrong(error, again) {
  return el(
    "div", { class: "message wrong", role: "alert" },
    el("strong", {}, "This could not be shown."), el("p", {}, error.message),
    again && el("button", { type: "button", class: "button", click: again }, "Try again"),
  );
}
