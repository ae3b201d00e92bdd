// A searchable combobox: type to filter, arrows to move, Enter to choose, Escape to leave as it was.
import { el } from "./dom.js";

const MOST_SHOWN = 80;

export class Combobox {
  /** `options()` promises [{value, name, kind, search}]; `onChoose(value)` is told. */
  constructor(host, { label, options, onChoose }) {
    this.options = options;
    this.onChoose = onChoose;
    this.list = el("ul", { class: "options", role: "listbox", id: `${host.id}-options`, "aria-label": label, hidden: true });
    this.input = el("input", {
      type: "text", role: "combobox", "aria-label": label, "aria-expanded": "false", "aria-controls": this.list.id,
      "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
      focus: () => this.input.select(), click: () => this.#open(), input: () => this.#open(this.input.value),
      keydown: (event) => this.#key(event), blur: () => this.#close(),
    });
    this.list.addEventListener("pointerdown", (event) => this.#press(event));
    host.append(this.input, this.list);
  }

  /** What is chosen now. */
  set(value, name) {
    this.value = value;
    this.name = name;
    this.input.value = name;
    this.input.title = name;
  }

  async #open(typed = "") {
    const all = await this.options();
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = all.filter((option) => words.every((word) => option.search.includes(word))).slice(0, MOST_SHOWN);
    const items = this.found.map((option, place) => this.#item(option, place));
    this.list.replaceChildren(...(items.length ? items : [el("li", { class: "none", role: "presentation" }, "Nothing of that name.")]));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const chosen = this.found.findIndex((option) => option.value === this.value);
    this.#move(typed ? 0 : Math.max(0, chosen));
  }

  #item(option, place) {
    const isChosen = option.value === this.value;
    return el(
      "li", { role: "option", id: `${this.list.id}-${place}`, "data-place": place, "aria-selected": String(isChosen) },
      el("span", {}, option.name), option.kind && el("span", { class: "kind" }, option.kind),
    );
  }

  #move(place) {
    if (!this.found.length) return;
    this.active = (place + this.found.length) % this.found.length;
    for (const item of this.list.children) delete item.dataset.active;
    const item = this.list.children[this.active];
    item.dataset.active = "";
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  #key(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.#move(this.active + (event.key === "ArrowDown" ? 1 : -1));
      else this.#open();
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      this.#choose(this.found[this.active]);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.#close();
    }
  }

  #press(event) {
    // The input keeps the focus, so that leaving it closes the list.
    event.preventDefault();
    const place = event.target.closest("[data-place]")?.dataset.place;
    if (place !== undefined) this.#choose(this.found[Number(place)]);
  }

  #choose(option) {
    if (!option) return;
    this.set(option.value, option.name);
    this.#close();
    this.onChoose(option.value);
  }

  #close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.input.value = this.name ?? "";
  }
}
