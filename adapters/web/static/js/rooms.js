// The channel pane and the thread pane: a head, messages, a composer.

import { announce } from "./announce.js";
import { Composer } from "./composer.js";
import { el, icon, iconButton } from "./dom.js";
import { MessageView } from "./message.js";
import { Pane } from "./pane.js";
import { words } from "./words.js";

export class ChannelRoom {
  constructor(context, channel, { onMenu }) {
    const place = { channel, thread: null };
    this.place = place;
    this.composer = new Composer({
      ...context,
      place,
      label: words.composerLabel(channel),
      placeholder: words.composerPlaceholder(channel),
      onAnswer: context.onAnswer(place),
    });
    this.pane = new Pane({ ...context, place, above: welcome((example) => this.composer.fill(example)) });
    const head = el(
      "header",
      { class: "room-head" },
      iconButton("menu", words.openMenu, { class: "icon-button menu-button", onclick: onMenu }),
      el("h1", { class: "room-title" }, el("span", { class: "hash", "aria-hidden": "true" }, "#"), channel),
      el("p", { class: "room-topic" }, words.topics[channel] ?? ""),
    );
    this.element = el("main", { class: "room channel-room" }, head, this.pane.element, this.composer.element);
    acceptDrops(this.element, this.composer);
  }

  close() {
    this.pane.close();
  }
}

export class ThreadRoom {
  constructor(context, root, { onClose }) {
    const place = { channel: root.channel, thread: root.id };
    this.place = place;
    this.root = new MessageView(context.store, context.actions, { inThread: true });
    this.root.show(root);
    this.root.element.classList.add("is-root");
    this.divider = el("p", { class: "thread-divider" });
    this.#showCount(root);
    const above = el("div", { class: "thread-root" }, this.root.element, this.divider);
    this.composer = new Composer({
      ...context,
      place,
      label: words.threadLabel,
      placeholder: words.threadPlaceholder,
      onAnswer: context.onAnswer(place),
    });
    this.pane = new Pane({ ...context, place, above });
    const head = el(
      "header",
      { class: "room-head" },
      iconButton("back", words.closeThread, { class: "icon-button back-button", onclick: onClose }),
      el("h2", { class: "room-title" }, words.thread),
      el("p", { class: "room-topic" }, `#${root.channel}`),
      iconButton("close", words.closeThread, { class: "icon-button close-button", onclick: onClose }),
    );
    this.element = el("section", { class: "room thread-room", "aria-label": words.thread }, head, this.pane.element, this.composer.element);
    acceptDrops(this.element, this.composer);
    this.stop = new AbortController();
    context.store.addEventListener("message", (event) => this.#take(event.detail.message), { signal: this.stop.signal });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) onClose();
    });
  }

  close() {
    this.stop.abort();
    this.pane.close();
  }

  #take(message) {
    if (message.id !== this.place.thread) return;
    this.root.show(message);
    this.#showCount(message);
  }

  #showCount(root) {
    const count = root.replies?.count ?? 0;
    this.divider.textContent = count ? words.replies(count) : words.startOfThread;
    this.divider.classList.toggle("is-hint", count === 0);
  }
}

function welcome(onExample) {
  const examples = words.examples.map((example) =>
    el("button", { type: "button", class: "example", onclick: () => onExample(example) }, el("code", {}, example)),
  );
  return el(
    "section",
    { class: "welcome" },
    el("img", { src: "/static/icon.svg", alt: "", width: 64, height: 64 }),
    el("h2", {}, words.emptyTitle),
    el("p", {}, words.emptyText),
    el("div", { class: "examples" }, examples),
  );
}

// Files dropped anywhere on a room go to its composer.
function acceptDrops(room, composer) {
  const hint = el("div", { class: "drop-hint", "aria-hidden": "true" }, el("span", {}, icon("attach"), words.dropHere));
  room.append(hint);
  let depth = 0;
  const isFiles = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (delta) => {
    depth = Math.max(0, depth + delta);
    room.classList.toggle("is-dropping", depth > 0);
  };
  room.addEventListener("dragenter", (event) => isFiles(event) && (event.preventDefault(), mark(1)));
  room.addEventListener("dragleave", (event) => isFiles(event) && mark(-1));
  room.addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
  room.addEventListener("drop", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    composer.tray.add(event.dataTransfer.files);
    composer.focus();
    announce(words.attach);
  });
}
