// Puts the page together: state, the stream of changes, and what is shown where.

import { announce, toast } from "./announce.js";
import { Api, newKey, Refusal } from "./api.js";
import { startClocks, withoutTime } from "./clock.js";
import { confirm, openForm } from "./dialogs.js";
import { el } from "./dom.js";
import { fileLink } from "./media.js";
import { whoAmI } from "./people.js";
import { ChannelRoom, ThreadRoom } from "./rooms.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { words } from "./words.js";

class App {
  constructor(api, store) {
    this.api = api;
    this.store = store;
    this.channelRoom = null;
    this.threadRoom = null;
    this.unseen = 0;
    this.banner = el("p", { class: "banner", role: "status" });
    this.banner.hidden = true;
    this.sidebar = new Sidebar({
      store,
      api,
      onChannel: (channel) => this.#go(channel, null),
      onSwitch: () => location.reload(),
    });
    this.rooms = el("div", { class: "rooms" });
    this.context = {
      api,
      store,
      actions: {
        press: (message, button, element) => this.#press(message, button, element),
        openThread: (id) => this.#go(this.store.messages.get(id).channel, id),
        pointAt: (message) => this.threadRoom.composer.pointAt(message),
        dismiss: (id) => this.store.dismiss(id),
      },
      onAnswer: (place) => (answer) => this.#answered(answer, { thread: place.thread }),
    };
  }

  async start() {
    document.getElementById("app").replaceChildren(this.banner, this.sidebar.element, this.sidebar.shade, this.rooms);
    window.addEventListener("hashchange", () => this.#route());
    window.addEventListener("focus", () => this.#countUnseen(-this.unseen));
    this.store.addEventListener("message", (event) => this.#heard(event.detail));
    startClocks();
    await this.#route();
    this.api.watch(this.store.revision, {
      onMessage: (message) => this.#received(message),
      onState: (state) => this.#connection(state),
    });
  }

  #go(channel, thread) {
    location.hash = thread ? `#/${channel}/${thread}` : `#/${channel}`;
  }

  async #route() {
    const [, channel, thread] = location.hash.split("/");
    const known = this.store.channels.includes(channel) ? channel : this.store.channels[0];
    if (this.channelRoom?.place.channel !== known) await this.#showChannel(known);
    this.sidebar.show(known);
    if ((this.threadRoom?.place.thread ?? null) !== (thread || null)) await this.#showThread(thread || null);
  }

  async #showChannel(channel) {
    this.#closeThread();
    this.channelRoom?.close();
    this.channelRoom?.element.remove();
    this.channelRoom = new ChannelRoom(this.context, channel, { onMenu: () => this.sidebar.toggle(true) });
    this.rooms.prepend(this.channelRoom.element);
    await this.channelRoom.pane.load();
    if (matchMedia("(hover: hover)").matches) this.channelRoom.composer.focus();
  }

  async #showThread(id) {
    const opener = this.threadRoom?.place.thread;
    this.#closeThread();
    if (!id) return this.channelRoom.element.querySelector(`[data-id="${opener}"] .thread-link`)?.focus();
    const root = await this.#root(id);
    if (!root) return;
    this.threadRoom = new ThreadRoom(this.context, root, { onClose: () => this.#go(this.channelRoom.place.channel, null) });
    this.rooms.append(this.threadRoom.element);
    this.rooms.classList.add("has-thread");
    this.threadRoom.composer.focus();
    await this.threadRoom.pane.load();
  }

  async #root(id) {
    try {
      const root = this.store.messages.get(id) ?? (await this.api.message(id));
      this.store.apply(root, { live: false });
      return this.store.messages.get(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toast(words.threadGone);
      this.#go(this.channelRoom.place.channel, null);
      return null;
    }
  }

  #closeThread() {
    this.threadRoom?.close();
    this.threadRoom?.element.remove();
    this.threadRoom = null;
    this.rooms.classList.remove("has-thread");
  }

  async #press(message, button, element) {
    if (button.confirm && !(await confirm(button.confirm, button.label))) return;
    await this.#sendPress({ key: newKey(), message: message.id, action: button.action, target: button.target }, message, element);
  }

  async #sendPress(press, message, element) {
    element.disabled = true;
    try {
      const answer = await this.api.press(press);
      this.#answered(answer, { below: message.id, thread: message.thread, source: message });
      if (press.action === "svg") saveOnly(answer.message?.card.files ?? []);
    } catch (error) {
      const again = { label: words.retry, run: () => this.#sendPress(press, message, element) };
      toast([error.message, error.hint].filter(Boolean).join(" "), error instanceof Refusal ? null : again);
    } finally {
      element.disabled = false;
    }
  }

  #answered(answer, { below = null, thread, source }) {
    if (answer.is_left_alone) toast(words.leftAlone);
    if (answer.message) this.store.applyWhisper(answer.message, { below, thread });
    if (answer.form) {
      openForm(answer.form, {
        api: this.api,
        store: this.store,
        source,
        onAnswer: (next) => this.#answered(next, { below, thread, source }),
      });
    }
  }

  async #received(message) {
    if (message.author !== null && !this.store.person(message.author)) {
      const state = await this.api.state();
      this.store.people = new Map(state.people.map((person) => [person.id, person]));
    }
    this.store.apply(message);
  }

  #heard({ message, known, live }) {
    if (!live || message.author === this.store.me) return;
    const isHere = message.channel === this.channelRoom?.place.channel;
    if (!isHere && !known) this.sidebar.markNews(message.channel);
    const news = message.card && withoutTime(message.card.title).join("");
    if (news && news !== (known?.card && withoutTime(known.card.title).join(""))) announce(words.announceEasel(news));
    if (message.author && !known) announce(words.announcePerson(this.store.nameOf(message.author), message.text));
    if (!known && !document.hasFocus()) this.#countUnseen(1);
  }

  #countUnseen(change) {
    this.unseen += change;
    document.title = this.unseen ? `(${this.unseen}) ${words.title}` : words.title;
  }

  #connection(state) {
    this.banner.hidden = state === "open";
    this.banner.textContent = { lost: words.connectionLost, ended: words.sessionEnded }[state] ?? "";
  }
}

// One file is what was asked for; of several, people choose.
function saveOnly(files) {
  if (files.length === 1) fileLink(files[0]).click();
}

async function begin() {
  const state = await new Api(null).state();
  const store = new Store(state);
  store.me = whoAmI(state.people);
  await new App(new Api(store.me), store).start();
}

begin().catch((error) => {
  document.getElementById("app").replaceChildren(el("p", { class: "fatal" }, `${words.cannotLoad} ${error.message}`));
  throw error;
});
