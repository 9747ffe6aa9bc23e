// The list above a text box while a command is typed: keyboard, mouse and touch.

import { el } from "./dom.js";
import { suggest } from "./completion.js";
import { words } from "./words.js";

let count = 0;

export class Suggestions {
  constructor(box, catalog, { inThread }) {
    this.box = box;
    this.catalog = catalog;
    this.inThread = inThread;
    this.items = [];
    this.id = `suggestions-${++count}`;
    this.element = el("ul", { class: "suggestions", role: "listbox", id: this.id, "aria-label": words.suggestions });
    this.element.hidden = true;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", this.id]]) {
      box.setAttribute(name, value);
    }
    box.setAttribute("aria-expanded", "false");
    box.addEventListener("input", () => this.refresh());
    box.addEventListener("click", () => this.refresh());
    box.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return this.items.length > 0;
  }

  refresh() {
    const caret = this.box.selectionEnd;
    const found = caret === this.box.selectionStart ? suggest(this.box.value, caret, this.catalog, this) : { items: [] };
    this.from = found.from;
    this.items = found.items;
    this.active = 0;
    this.#render();
  }

  close() {
    this.items = [];
    this.#render();
  }

  // Returns whether the key was meant for the list.
  onKey(event) {
    if (!this.isOpen || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.active = (this.active + step + this.items.length) % this.items.length;
      this.#render();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) {
      this.#accept(this.items[this.active]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  #accept(item) {
    this.box.focus();
    this.box.setRangeText(item.insert, this.from, this.box.selectionEnd, "end");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #render() {
    this.element.hidden = !this.isOpen;
    this.box.setAttribute("aria-expanded", String(this.isOpen));
    this.element.replaceChildren(...this.items.map((item, index) => this.#option(item, index)));
    if (!this.isOpen) return this.box.removeAttribute("aria-activedescendant");
    this.box.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    this.element.children[this.active].scrollIntoView({ block: "nearest" });
  }

  #option(item, index) {
    const option = el(
      "li",
      { role: "option", id: `${this.id}-${index}`, "aria-selected": String(index === this.active), class: "suggestion" },
      el("span", { class: "suggestion-label" }, item.label),
      item.detail && el("span", { class: "suggestion-detail" }, item.detail),
      item.example && el("code", { class: "suggestion-example" }, item.example),
    );
    // Before `blur`, which would close the list under the finger.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#accept(item);
    });
    return option;
  }
}
