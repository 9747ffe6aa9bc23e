// One of Easel's cards. Parts that did not change keep their elements, so that nothing flickers while it draws.

import { runningClock, withoutTime } from "./clock.js";
import { el, hidden, icon, sync } from "./dom.js";
import { fileLink, pictureGrid, previewFrame, sharpen } from "./media.js";
import { words } from "./words.js";

// Longer ones are sentences, which read better in a table than in chips.
const LONG_VALUE_CHARS = 28;
const TONE_ICONS = { info: "info", error: "warning" };

export class CardView {
  // `onPress(button, element)` is called for a card's buttons.
  constructor(onPress) {
    this.element = el("div", { class: "card" });
    this.onPress = onPress;
    this.parts = new Map();
    this.preview = null;
  }

  show(card) {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    this.element.className = `card tone-${card.tone}`;
    const elements = [
      this.#part("title", [card.tone, card.since, withoutTime(card.title)], () => titleLine(card)),
      this.#progress(card),
      card.quote && this.#part("quote", card.quote, () => el("blockquote", { class: "quote" }, card.quote)),
      card.text && this.#part("text", card.text, () => el("p", { class: "card-text" }, card.text)),
      this.#media(card),
      card.fields.length > 0 && this.#part("fields", card.fields, () => fieldList(card.fields)),
      ...card.notes.map((note, index) => this.#part(`note ${index}`, note, () => noteLine(note))),
      card.files.length > 0 && this.#part("files", card.files, () => fileList(card.files)),
      card.code && this.#part("code", card.code, () => codeBox(card.code)),
      card.buttons.length > 0 && this.#part("buttons", card.buttons, () => buttonRow(card.buttons, this.onPress)),
    ];
    sync(this.element, elements.filter(Boolean));
    if (focused && !this.element.contains(document.activeElement)) {
      this.element.querySelector(`[data-action="${focused}"]`)?.focus({ preventScroll: true });
    }
  }

  #part(name, data, build) {
    const print = JSON.stringify(data);
    const known = this.parts.get(name);
    if (known?.print === print) return known.element;
    const element = build();
    this.parts.set(name, { print, element });
    return element;
  }

  #progress(card) {
    if (card.progress === null) return null;
    const bar = this.#part("progress", "", () => el("progress", { class: "progress", max: 1 }));
    bar.value = card.progress;
    bar.setAttribute("aria-label", withoutTime(card.title).join(""));
    return bar;
  }

  #media(card) {
    if (card.pictures.length > 0) {
      const last = this.preview?.lastElementChild;
      this.preview = null;
      return this.#part("pictures", card.pictures, () => pictureGrid(card.pictures, last));
    }
    if (!card.preview) this.preview = null;
    else if (this.preview) sharpen(this.preview, card.preview);
    else this.preview = previewFrame(card.preview);
    return this.preview;
  }
}

function titleLine(card) {
  const mark = card.tone === "working" ? el("span", { class: "spinner", "aria-hidden": "true" }) : null;
  const line = el("p", { class: "card-title" }, mark, TONE_ICONS[card.tone] ? icon(TONE_ICONS[card.tone]) : null);
  if (card.tone === "error") line.append(hidden(`${words.error}: `));
  line.append(el("span", {}, ...titleText(card)));
  return line;
}

// The title names the time when it was written; here it runs on.
function titleText(card) {
  if (card.tone !== "working" || !card.since) return [card.title];
  const [before, after] = withoutTime(card.title);
  return [before, runningClock(card.since), after];
}

function fieldList(fields) {
  const pairs = fields.map((field) => el("div", { class: "field" }, el("dt", {}, field.label), el("dd", {}, field.value)));
  const isTable = fields.some((field) => field.value.length > LONG_VALUE_CHARS);
  return el("dl", { class: isTable ? "fields is-table" : "fields" }, pairs);
}

function noteLine(note) {
  return el("p", { class: "note" }, icon("info"), el("span", {}, note));
}

function fileList(files) {
  const links = files.map((file) => el("li", {}, fileLink(file)));
  return el("ul", { class: "files" }, links);
}

function codeBox(code) {
  const copy = el("button", { type: "button", class: "button copy" }, words.copy);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code);
    copy.textContent = words.copied;
    setTimeout(() => (copy.textContent = words.copy), 1500);
  });
  return el("div", { class: "code" }, el("pre", { tabIndex: 0 }, el("code", {}, code)), copy);
}

function buttonRow(buttons, onPress) {
  const row = el("div", { class: "buttons" });
  for (const button of buttons) {
    const element = el(
      "button",
      { type: "button", class: `button style-${button.style}`, dataset: { action: button.action } },
      button.label,
    );
    element.addEventListener("click", () => onPress(button, element));
    row.append(element);
  }
  return row;
}
