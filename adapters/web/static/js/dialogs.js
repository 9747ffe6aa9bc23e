// Questions that need an answer first: a confirmation, or a form.

import { newKey, Refusal } from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { Painter } from "./painter.js";
import { filePicker, Tray } from "./tray.js";
import { words } from "./words.js";

// Resolves to whether the person agreed.
export function confirm(question, label) {
  return new Promise((resolve) => {
    const agree = el("button", { type: "submit", class: "button style-danger is-filled", value: "yes" }, label);
    const keep = el("button", { type: "submit", class: "button", value: "" }, words.cancel);
    const form = el("form", { method: "dialog" }, el("p", { class: "dialog-text" }, question), el("div", { class: "dialog-actions" }, keep, agree));
    const dialog = open(el("dialog", { class: "dialog is-small", role: "alertdialog", "aria-label": question }, form));
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
    keep.focus();
  });
}

// `source` is the message whose button opened the form; a refusal keeps it open with everything in it.
export function openForm(form, { api, store, source, onAnswer }) {
  const inputs = new Map();
  const trays = [];
  const problem = el("p", { class: "dialog-problem", role: "alert" });
  const complain = (text) => (problem.textContent = text);
  const fields = form.fields.map((field) => formField(field, { api, store, inputs, trays, complain }));
  const base = source.card?.pictures[0];
  const painter = base ? new Painter(base, api) : null;
  for (const input of inputs.values()) {
    input.addEventListener("change", () => {
      const meant = source.card?.pictures.find((picture) => picture.label === input.value);
      if (meant) painter.show(meant);
    });
  }
  const send = el("button", { type: "submit", class: "button style-primary" }, form.submit);
  const leave = el("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.cancel);
  const close = iconButton("close", words.close, { onclick: () => dialog.close() });
  const sheet = el(
    "form",
    {},
    el("header", { class: "dialog-head" }, el("h2", {}, form.title), close),
    el("div", { class: "dialog-fields" }, fields, painter?.element),
    problem,
    el("footer", { class: "dialog-actions" }, leave, send),
  );
  const dialog = open(el("dialog", { class: "dialog", "aria-label": form.title }, sheet));
  const key = newKey();
  sheet.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    complain("");
    try {
      const values = Object.fromEntries([...inputs].map(([name, input]) => [name, input.value]));
      const files = (await Promise.all(trays.map((tray) => tray.ready()))).flat();
      const painted = painter ? await painter.ready() : [];
      const answer = await api.submit({ key, message: form.message, target: form.target, values, attachments: [...files, ...painted] });
      if (answer.is_accepted) {
        dialog.close();
        onAnswer(answer);
      } else {
        complain([answer.message.card.title, answer.message.card.text].filter(Boolean).join(" "));
      }
    } catch (error) {
      complain(error instanceof Refusal && error.hint ? `${error.message} ${error.hint}` : error.message);
    } finally {
      send.disabled = false;
    }
  });
  sheet.querySelector("textarea, input, select")?.focus();
}

function formField(field, { api, store, inputs, trays, complain }) {
  if (field.kind === "pictures") {
    const tray = new Tray(api, { ...store, max_attachments: field.max_count }, { onProblem: complain });
    trays.push(tray);
    const picker = filePicker(tray, { multiple: field.max_count > 1 });
    return el("div", { class: "form-field is-files" }, el("span", { class: "form-label" }, field.label), picker, tray.element);
  }
  const input = field.kind === "choice" ? select(field) : textBox(field);
  inputs.set(field.name, input);
  const framed = field.kind === "choice" ? el("span", { class: "select" }, input, icon("chevron")) : input;
  return el("label", { class: "form-field" }, el("span", { class: "form-label" }, field.label), framed);
}

function select(field) {
  const options = field.choices.map((choice) =>
    el("option", { value: choice.value, selected: choice.value === field.value }, choice.label),
  );
  return el("select", { name: field.name, required: field.required }, options);
}

function textBox(field) {
  const input = el("textarea", { name: field.name, rows: 2, value: field.value, required: field.required });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    input.form.requestSubmit();
  });
  return input;
}

function open(dialog) {
  const opener = document.activeElement;
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
