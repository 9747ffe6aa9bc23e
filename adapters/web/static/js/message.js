// One message in a pane: who, when, what, and the thread that hangs below it.

import { avatar } from "./avatar.js";
import { CardView } from "./card.js";
import { hourText, timeOfDay } from "./clock.js";
import { el, hidden, icon, iconButton, sync } from "./dom.js";
import { fileLink, pictureGrid } from "./media.js";
import { words } from "./words.js";

export class MessageView {
  // `actions` are {press, openThread, pointAt, dismiss}; `inThread` leaves the way into the thread out.
  constructor(store, actions, { inThread }) {
    this.store = store;
    this.actions = actions;
    this.inThread = inThread;
    this.face = el("div", { class: "message-face" });
    this.body = el("div", { class: "message-body" });
    this.element = el("article", { class: "message", tabIndex: -1 }, this.face, this.body);
    this.card = new CardView((button, element) => actions.press(this.message, button, element));
  }

  show(message) {
    this.message = message;
    const isEasel = message.author === null;
    const name = isEasel ? words.easel : this.store.nameOf(message.author);
    this.element.dataset.id = message.id;
    this.element.classList.toggle("is-private", message.is_private);
    this.element.classList.toggle("is-easel", isEasel);
    this.element.setAttribute("aria-label", `${name}, ${hourText(message.created_at)}`);
    this.face.replaceChildren(avatar(message.author, name));
    if (message.card) this.card.show(message.card);
    sync(this.body, this.#parts(message, name, isEasel).filter(Boolean));
  }

  #parts(message, name, isEasel) {
    const pictures = message.files.filter((file) => !isText(file));
    return [
      message.is_private && this.#privacy(message),
      el(
        "header",
        { class: "message-head" },
        el("span", { class: "message-name" }, name),
        isEasel && el("span", { class: "tag" }, words.app),
        timeOfDay(message.created_at),
      ),
      message.text && el("p", { class: "message-text" }, message.text),
      pictures.length > 0 && pictureGrid(pictures.map(asPicture)),
      ...message.files.filter(isText).map(fileLink),
      message.card && this.card.element,
      this.inThread ? this.#editFromHere(message) : this.#threadLine(message),
    ];
  }

  #privacy(message) {
    const line = el("p", { class: "privacy" }, icon("lock"), el("span", {}, words.onlyYou));
    if (isWhisper(message)) {
      line.append(iconButton("close", words.dismiss, { onclick: () => this.actions.dismiss(message.id) }));
    }
    return line;
  }

  // In a thread the newest version is edited, unless one is pointed at.
  #editFromHere(message) {
    const canEdit = message.card?.buttons.some((button) => button.action === "edit");
    if (!canEdit || message.card.pictures.length === 0 || isWhisper(message)) return null;
    const { label } = message.card.pictures[0];
    const point = () => this.actions.pointAt(message);
    return el("button", { type: "button", class: "thread-link is-quiet", onclick: point }, icon("edit"), el("span", {}, words.editFrom(label)));
  }

  #threadLine(message) {
    if (isWhisper(message)) return null;
    const open = () => this.actions.openThread(message.id);
    const replies = message.replies;
    if (!replies) {
      const isResult = message.card?.pictures.length > 0;
      const label = isResult ? words.replyToEdit : words.replyInThread;
      const classes = isResult ? "thread-link" : "thread-link is-quiet";
      return el("button", { type: "button", class: classes, onclick: open }, icon("thread"), el("span", {}, label));
    }
    const faces = replies.authors.slice(0, 4).map((id) => avatar(id, this.store.nameOf(id)));
    return el(
      "button",
      { type: "button", class: "thread-link has-replies", onclick: open },
      el("span", { class: "faces" }, faces),
      el("span", { class: "reply-count" }, words.replies(replies.count)),
      el("span", { class: "reply-last" }, hidden(", "), words.lastReply(hourText(replies.last_at))),
    );
  }
}

export function isWhisper(message) {
  return message.id.startsWith("w");
}

function isText(file) {
  return file.mime?.startsWith("text/") ?? false;
}

function asPicture(file) {
  return { url: file.url, alt: file.name, label: "", width_px: 4, height_px: 3, bytes_count: file.bytes_count };
}
