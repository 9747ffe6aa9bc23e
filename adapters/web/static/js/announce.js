// Saying to screen readers what others see.

import { el } from "./dom.js";

export function announce(text) {
  document.getElementById("live").replaceChildren(el("p", {}, text));
}

// A short notice that goes by itself, with one thing to do about it.
export function toast(text, action = null) {
  const note = el("div", { class: "toast" }, el("span", {}, text));
  const close = () => note.remove();
  if (action) {
    note.append(el("button", { type: "button", class: "button", onclick: () => { close(); action.run(); } }, action.label));
  }
  document.getElementById("toasts").append(note);
  setTimeout(close, 10_000);
}
