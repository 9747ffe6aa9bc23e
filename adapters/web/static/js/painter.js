// Showing on a picture what is meant: the area that may change, or strokes drawn on top of it.

import { el, icon } from "./dom.js";
import { Sheet } from "./sheet.js";
import { words } from "./words.js";

const COLOURS = { red: "#e0321f", yellow: "#ffd43b", green: "#2b9a4b", blue: "#2f6fe4", black: "#111111", white: "#ffffff" };
const AREA_COLOUR = "#e6461e"; // For the eye alone: only where it was painted counts.
// Widths are parts of the picture's width: an area is painted with a brush, a note is drawn with a pen.
const MODES = {
  mask: { hint: words.maskHint, width: { min: 0.02, max: 0.3, step: 0.01, value: 0.09 } },
  markup: { hint: words.markupHint, width: { min: 0.004, max: 0.06, step: 0.002, value: 0.014 } },
};

let count = 0;

export class Painter {
  constructor(picture, api) {
    this.api = api;
    this.image = el("img", { src: picture.url, alt: picture.alt });
    this.sheets = {
      mask: new Sheet(picture, "paint-area", () => this.#changed()),
      markup: new Sheet(picture, "paint-strokes", () => this.#changed()),
    };
    this.hint = el("p", { class: "paint-hint" });
    this.stage = el("div", { class: "paint-stage" });
    this.colours = choices(words.markupColour, Object.keys(COLOURS), (name) => this.#pick(name), swatch);
    this.width = el("input", { type: "range", oninput: () => (this.sheet.width = Number(this.width.value)) });
    this.undo = el("button", { type: "button", class: "button", onclick: () => this.sheet.undo() }, words.paintUndo);
    this.clear = el("button", { type: "button", class: "button", onclick: () => this.sheet.clear() }, words.paintClear);
    this.element = el(
      "details",
      { class: "paint" },
      el("summary", {}, icon("brush"), el("span", {}, words.paintOffer)),
      choices(words.paintModes, Object.keys(MODES), (mode) => this.#switch(mode), (mode) => words.paintMode[mode]),
      this.hint,
      this.stage,
      el("div", { class: "paint-tools" }, this.colours, el("label", {}, words.paintWidth, this.width), this.undo, this.clear),
    );
    this.sheets.mask.colour = AREA_COLOUR;
    for (const [mode, { width }] of Object.entries(MODES)) this.sheets[mode].width = width.value;
    this.#pick("red");
    this.#switch("mask");
  }

  get sheet() {
    return this.sheets[this.mode];
  }

  // The attachments to send: what was painted in the mode that is chosen, or none where nothing was.
  async ready() {
    if (this.sheet.isEmpty || !this.element.open) return [];
    const blob = await (this.mode === "mask" ? this.sheet.hole() : this.sheet.drawing());
    const file = new File([blob], `${this.mode}.png`, { type: "image/png" });
    const stored = await this.api.upload(file, { onProgress: () => {}, signal: new AbortController().signal });
    return [{ ...stored, name: file.name, mime: file.type, role: this.mode }];
  }

  // Another picture of the same message is meant: they all have one size, so what was painted stays.
  show(picture) {
    this.image.src = picture.url;
    this.image.alt = picture.alt;
  }

  #switch(mode) {
    this.mode = mode;
    this.hint.textContent = MODES[mode].hint;
    this.stage.replaceChildren(this.image, this.sheet.canvas);
    this.colours.hidden = mode !== "markup";
    Object.assign(this.width, MODES[mode].width, { value: this.sheet.width });
    this.#changed();
  }

  #pick(name) {
    this.sheets.markup.colour = COLOURS[name];
  }

  #changed() {
    this.undo.disabled = this.clear.disabled = this.sheet.isEmpty;
  }
}

// One of several, as a row of radio buttons; the first is chosen.
function choices(label, names, onChoose, content) {
  const group = `choices-${++count}`;
  const options = names.map((name, index) => {
    const input = el("input", { type: "radio", name: group, class: "visually-hidden", checked: index === 0, onchange: () => onChoose(name) });
    return el("label", { class: "choice" }, input, el("span", { class: "choice-face" }, content(name)));
  });
  return el("div", { class: "choices", role: "radiogroup", "aria-label": label }, options);
}

function swatch(name) {
  const dot = el("span", { class: "swatch", role: "img", "aria-label": words.markupColours[name], title: words.markupColours[name] });
  dot.style.background = COLOURS[name];
  return dot;
}
