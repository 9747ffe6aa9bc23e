// Channels on the left, and who one is.

import { el, iconButton } from "./dom.js";
import { peopleSwitcher } from "./people.js";
import { themeButton } from "./theme.js";
import { words } from "./words.js";

export class Sidebar {
  constructor({ store, api, onChannel, onSwitch }) {
    this.links = new Map();
    const close = iconButton("close", words.closeMenu, { class: "icon-button sidebar-close", onclick: () => this.toggle(false) });
    this.element = el(
      "aside",
      { class: "sidebar" },
      el(
        "header",
        { class: "brand" },
        el("img", { src: "/static/icon.svg", alt: "", width: 34, height: 34 }),
        el("span", { class: "brand-name" }, words.title),
        el("span", { class: "brand-tag" }, words.tagline),
        close,
      ),
      el("nav", { "aria-label": words.channels }, el("h2", { class: "sidebar-title" }, words.channels), store.channels.map((name) => this.#link(name, onChannel))),
      el("footer", { class: "sidebar-foot" }, peopleSwitcher(store, api, onSwitch), themeButton()),
    );
    this.shade = el("div", { class: "shade", onclick: () => this.toggle(false) });
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
  }

  toggle(isOpen) {
    this.element.classList.toggle("is-open", isOpen);
    if (isOpen) this.links.values().next().value.focus();
  }

  show(channel) {
    for (const [name, link] of this.links) {
      if (name === channel) {
        link.setAttribute("aria-current", "page");
        link.classList.remove("has-news");
      } else link.removeAttribute("aria-current");
    }
    this.toggle(false);
  }

  markNews(channel) {
    this.links.get(channel)?.classList.add("has-news");
  }

  #link(name, onChannel) {
    const link = el("button", { type: "button", class: "channel-link", onclick: () => onChannel(name) }, el("span", { class: "hash", "aria-hidden": "true" }, "#"), name);
    this.links.set(name, link);
    return link;
  }
}
