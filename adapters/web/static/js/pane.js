// A list of messages that keeps its place: the channel's, or a thread's.

import { dayText } from "./clock.js";
import { el, icon } from "./dom.js";
import { isWhisper, MessageView } from "./message.js";
import { words } from "./words.js";

const NEAR_END_PX = 120;
const SAME_BREATH_MS = 5 * 60_000;

export class Pane {
  // `place` is {channel, thread}; `above` is what stands before the first message.
  constructor({ store, api, place, actions, above }) {
    Object.assign(this, { store, api, place, above });
    this.makeView = () => new MessageView(store, actions, { inThread: place.thread !== null });
    this.views = new Map();
    this.order = [];
    this.hasMore = false;
    this.sticks = true;
    this.lastTop = 0;
    this.list = el("div", { class: "messages", role: "feed", "aria-busy": "true" });
    this.older = el("p", { class: "older" }, words.loadingOlder);
    this.older.hidden = true;
    this.scroller = el("div", { class: "scroller", tabIndex: -1 }, this.older, above, this.list);
    this.jump = el("button", { type: "button", class: "jump", onclick: () => this.toEnd() }, icon("down"), words.newMessages);
    this.jump.hidden = true;
    this.element = el("div", { class: "pane-body" }, this.scroller, this.jump);
    this.#listen();
  }

  async load() {
    await this.#loadPage();
    this.list.setAttribute("aria-busy", "false");
    this.toEnd();
  }

  close() {
    this.stop.abort();
    this.resizes.disconnect();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
    this.sticks = true;
  }

  get isEmpty() {
    return this.order.length === 0;
  }

  #listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.store.addEventListener("message", (event) => this.#take(event.detail), { signal });
    this.store.addEventListener("dismiss", (event) => this.#remove(event.detail), { signal });
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    // Pictures, previews and the window change heights: whoever reads the end stays at the end.
    this.resizes = new ResizeObserver(() => this.sticks && this.toEnd());
    this.resizes.observe(this.list);
    this.resizes.observe(this.scroller);
  }

  #belongs(message) {
    return message.channel === this.place.channel && message.thread === this.place.thread;
  }

  #take({ message, known, live }) {
    if (!this.#belongs(message)) return;
    const view = this.views.get(message.id);
    if (view) return view.show(message);
    this.#insert(message);
    if (live && !known && !this.loading) this.#arrived(message);
  }

  #insert(message) {
    const view = this.makeView();
    view.show(message);
    this.views.set(message.id, view);
    let index = this.order.length;
    while (index > 0 && this.store.messages.get(this.order[index - 1]).order > message.order) index -= 1;
    const next = this.views.get(this.order[index])?.element ?? null;
    this.order.splice(index, 0, message.id);
    this.list.insertBefore(view.element, next);
    this.#arrange();
  }

  #remove(id) {
    const view = this.views.get(id);
    if (!view) return;
    view.element.remove();
    this.views.delete(id);
    this.order = this.order.filter((other) => other !== id);
    this.#arrange();
  }

  #arrived(message) {
    // Whoever asked is waiting for it, wherever they have scrolled to; it need not be at the end.
    if (isWhisper(message)) return this.views.get(message.id).element.scrollIntoView({ block: "nearest" });
    const isMine = message.author === this.store.me;
    if (this.sticks || isMine) this.toEnd();
    else this.jump.hidden = false;
  }

  // Days get a line; what one person says in one breath is not headed anew.
  #arrange() {
    this.element.classList.toggle("is-empty", this.isEmpty);
    let previous = null;
    for (const id of this.order) {
      const message = this.store.messages.get(id);
      const { element } = this.views.get(id);
      const day = dayText(message.created_at);
      const isNewDay = this.place.thread === null && (!previous || dayText(previous.created_at) !== day);
      if (isNewDay) element.dataset.day = day;
      else delete element.dataset.day;
      element.classList.toggle("is-continued", !isNewDay && isSameBreath(previous, message));
      previous = message;
    }
  }

  #scrolled() {
    const left = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    // Only a person moves up; what arrives meanwhile moves the end away, which must not look like that.
    if (left < NEAR_END_PX) this.sticks = true;
    else if (this.scroller.scrollTop < this.lastTop) this.sticks = false;
    this.lastTop = this.scroller.scrollTop;
    if (this.sticks) this.jump.hidden = true;
    if (this.scroller.scrollTop < NEAR_END_PX && this.hasMore) this.#loadOlder();
  }

  async #loadOlder() {
    if (this.loading) return;
    this.older.hidden = false;
    const before = this.scroller.scrollHeight;
    await this.#loadPage(this.order.find((id) => !id.startsWith("w")));
    this.older.hidden = true;
    this.scroller.scrollTop += this.scroller.scrollHeight - before;
  }

  async #loadPage(before = null) {
    this.loading = true;
    try {
      const query = this.place.thread ? { thread: this.place.thread } : { channel: this.place.channel };
      const page = await this.api.history(before ? { ...query, before } : query);
      this.hasMore = page.has_more;
      for (const message of page.messages) this.store.apply(message, { live: false });
      // Those that were known before this pane was opened, or came while it was opening.
      for (const message of this.store.messages.values()) {
        if (this.#belongs(message) && !this.views.has(message.id)) this.#insert(message);
      }
      this.#arrange();
    } finally {
      this.loading = false;
    }
  }
}

function isSameBreath(previous, message) {
  return (
    previous !== null &&
    message.author !== null &&
    previous.author === message.author &&
    previous.is_private === message.is_private &&
    Date.parse(message.created_at) - Date.parse(previous.created_at) < SAME_BREATH_MS
  );
}
