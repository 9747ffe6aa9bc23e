// Faces: initials on a pigment, always the same for one person; the mark for Easel.

import { el } from "./dom.js";

const PIGMENTS = 6;

export function avatar(id, name) {
  if (id === null) return el("img", { class: "avatar", src: "/static/icon.svg", alt: "" });
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) % 9973;
  const initials = name.split(" ").map((part) => [...part][0] ?? "").slice(0, 2).join("").toUpperCase();
  return el("span", { class: `avatar pigment-${sum % PIGMENTS}`, "aria-hidden": "true" }, initials);
}
