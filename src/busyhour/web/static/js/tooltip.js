// A tip for whatever has `data-tip`: on hover and on focus, above or below it, gone with Escape.
import { el } from "./dom.js";

const tip = el("div", { class: "tip", id: "tip", role: "tooltip", hidden: true });
let shownFor = null;

function show(target) {
  if (target === shownFor) return;
  hide();
  shownFor = target;
  tip.textContent = target.dataset.tip;
  if (!tip.isConnected) document.body.append(tip);
  tip.hidden = false;
  if (!target.hasAttribute("aria-describedby")) target.setAttribute("aria-describedby", "tip");
  place(target.getBoundingClientRect(), tip.getBoundingClientRect());
}

function place(target, own) {
  const left = Math.min(Math.max(8, target.left + target.width / 2 - own.width / 2), innerWidth - own.width - 8);
  const below = target.bottom + 8;
  const top = below + own.height > innerHeight ? target.top - own.height - 8 : below;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${top + scrollY}px`;
}

function hide() {
  if (shownFor?.getAttribute("aria-describedby") === "tip") shownFor.removeAttribute("aria-describedby");
  shownFor = null;
  tip.hidden = true;
}

for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    const told = target.closest?.("[data-tip]");
    if (told) show(told);
    else if (event === "pointerover") hide();
  });
}
document.addEventListener("focusout", hide);
document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
document.addEventListener("scroll", hide, true);
