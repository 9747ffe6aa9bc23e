// Where words and pictures are put together and sent. Nothing is cleared before Easel has taken it.

import { newKey, Refusal } from "./api.js";
import { el, hidden, icon, iconButton } from "./dom.js";
import { Suggestions } from "./suggestions.js";
import { filePicker, Tray } from "./tray.js";
import { words } from "./words.js";

export class Composer {
  // `place` is {channel, thread}; `onAnswer(answer)` gets what Easel answered to this person alone.
  constructor({ api, store, place, label, placeholder, onAnswer }) {
    Object.assign(this, { api, store, place, onAnswer });
    this.attempt = null;
    this.isSending = false;
    this.pointer = null;
    this.pointing = el("p", { class: "pointing" });
    this.pointing.hidden = true;
    this.box = el("textarea", { class: "composer-box", rows: 1, placeholder, "aria-label": label, maxLength: store.max_text_chars, enterKeyHint: "send" });
    this.problem = el("div", { class: "composer-problem", role: "alert" });
    this.problem.hidden = true;
    this.tray = new Tray(api, store, { onProblem: (text) => this.#complain(text), onChange: () => this.#changed() });
    this.suggestions = new Suggestions(this.box, store, { inThread: place.thread !== null });
    this.button = iconButton("send", words.send, { class: "icon-button send", onclick: () => this.send() });
    this.element = el(
      "div",
      { class: "composer" },
      this.problem,
      this.suggestions.element,
      el(
        "div",
        { class: "composer-frame" },
        this.pointing,
        this.tray.element,
        el("div", { class: "composer-row" }, filePicker(this.tray), this.box, this.button),
      ),
      el("p", { class: "composer-keys", "aria-hidden": "true" }, words.keys),
    );
    this.#listen();
    this.box.value = sessionStorage.getItem(this.#draftKey()) ?? "";
    this.#changed();
  }

  fill(text) {
    this.box.value = text;
    this.box.dispatchEvent(new Event("input"));
    this.suggestions.close();
    this.box.focus();
  }

  // The next reply is about this message; null is about the thread.
  pointAt(message) {
    this.pointer = message;
    this.pointing.hidden = message === null;
    if (message === null) return;
    const drop = iconButton("close", words.dismiss, { onclick: () => (this.pointAt(null), this.focus()) });
    this.pointing.replaceChildren(icon("edit"), el("span", {}, words.editingFrom(message.card.pictures[0].label)), drop);
    this.focus();
  }

  focus() {
    this.box.focus();
    this.fit();
  }

  // The box is as tall as its words, which can only be measured while it is shown.
  fit() {
    this.box.style.height = "auto";
    if (this.box.value) this.box.style.height = `${this.box.scrollHeight}px`;
  }

  async send() {
    if (this.isSending || this.#isEmpty()) return;
    this.#setSending(true);
    try {
      const answer = await this.api.say(await this.#body());
      this.#settle(answer);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#setSending(false);
    }
  }

  // The same words and files keep their key, so that trying again can never do it twice.
  async #body() {
    const attachments = await this.tray.ready();
    const content = { ...this.place, text: this.box.value, replied_to: this.pointer?.id ?? null, attachments };
    const print = JSON.stringify(content);
    if (this.attempt?.print !== print) this.attempt = { print, key: newKey() };
    return { key: this.attempt.key, ...content };
  }

  #settle(answer) {
    this.attempt = null;
    if (answer.is_accepted) {
      this.box.value = "";
      this.tray.clear();
      this.pointAt(null);
      this.#hush();
      this.#changed();
      this.onAnswer(answer);
    } else {
      this.#refused(answer.message.card);
    }
  }

  #failed(error) {
    if (error.name === "AbortError") return;
    if (error instanceof Refusal) return this.#complain(error.message, error.hint);
    const retry = el("button", { type: "button", class: "button", onclick: () => this.send() }, words.retry);
    this.#show([el("p", { class: "problem-title" }, icon("warning"), el("span", {}, error.message)), retry]);
  }

  #refused(card) {
    this.#show([
      el("p", { class: "problem-title" }, icon("warning"), hidden(`${words.error}: `), el("span", {}, card.title)),
      card.text && el("p", { class: "problem-text" }, card.text),
      ...card.notes.map((note) => el("p", { class: "problem-text" }, note)),
      card.code && el("pre", { class: "problem-code" }, card.code),
      el("p", { class: "problem-only" }, icon("lock"), el("span", {}, words.onlyYou)),
    ]);
  }

  #complain(text, hint = null) {
    this.#show([
      el("p", { class: "problem-title" }, icon("warning"), el("span", {}, text)),
      hint && el("p", { class: "problem-text" }, hint),
    ]);
  }

  #show(parts) {
    const close = iconButton("close", words.dismiss, { onclick: () => (this.#hush(), this.box.focus()) });
    this.problem.replaceChildren(el("div", {}, parts.filter(Boolean)), close);
    this.problem.hidden = false;
  }

  #hush() {
    this.problem.hidden = true;
    this.problem.replaceChildren();
  }

  #listen() {
    this.box.addEventListener("input", () => this.#changed());
    this.box.addEventListener("keydown", (event) => {
      if (this.suggestions.onKey(event)) return;
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
    });
    this.box.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      const text = event.clipboardData.getData("text/plain");
      // What does not fit would be cut without a word: as a file it goes whole, and Easel says how long is too long.
      if (files.length === 0 && this.box.value.length + text.length > this.box.maxLength) {
        files.push(new File([text], words.pastedFile, { type: "text/plain" }));
      }
      if (files.length === 0) return;
      event.preventDefault();
      this.tray.add(files);
    });
  }

  #changed() {
    const text = this.box.value;
    if (text) sessionStorage.setItem(this.#draftKey(), text);
    else sessionStorage.removeItem(this.#draftKey());
    this.button.disabled = this.isSending || this.#isEmpty();
    if (this.#isEmpty()) this.#hush();
    this.fit();
  }

  #setSending(isSending) {
    this.isSending = isSending;
    this.element.classList.toggle("is-sending", isSending);
    this.button.setAttribute("aria-label", isSending ? words.sending : words.send);
    this.button.disabled = isSending || this.#isEmpty();
    this.box.readOnly = isSending;
  }

  #isEmpty() {
    return this.box.value.trim() === "" && this.tray.files.length === 0;
  }

  #draftKey() {
    return `easel.draft.${this.store.me}.${this.place.channel}.${this.place.thread ?? ""}`;
  }
}
