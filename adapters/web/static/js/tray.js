// Files on their way: thumbnails, upload progress, and removal.

import { el, icon, iconButton } from "./dom.js";
import { Refusal } from "./api.js";
import { words } from "./words.js";

const MEGABYTE = 1_000_000;
// Named one by one, for then iPhones hand over their HEIC photos as JPEG.
const TAKEN = "image/png,image/jpeg,image/webp,image/gif,image/avif,text/plain,.md,.txt";

export class Tray {
  // `limits` are {max_upload_bytes, max_attachments}; `onProblem(text)` is told what could not be attached.
  constructor(api, limits, { onProblem, onChange = () => {} }) {
    this.api = api;
    this.limits = limits;
    this.onProblem = onProblem;
    this.onChange = onChange;
    this.files = [];
    this.element = el("ul", { class: "tray" });
    this.element.hidden = true;
  }

  add(list) {
    for (const file of list) {
      if (this.files.length >= this.limits.max_attachments) {
        return this.onProblem(words.tooManyFiles(this.limits.max_attachments));
      }
      if (file.size > this.limits.max_upload_bytes) {
        this.onProblem(words.fileTooLarge(file.name, this.limits.max_upload_bytes / MEGABYTE));
      } else {
        this.#begin(file);
      }
    }
  }

  // What to send along, once everything has arrived. Rejects when a file could not be uploaded, or is no picture.
  async ready() {
    const stored = await Promise.all(this.files.map((entry) => entry.done));
    const refused = this.files.find((entry) => entry.refusal);
    if (refused) throw refused.refusal;
    return stored;
  }

  clear() {
    for (const entry of [...this.files]) this.#remove(entry);
  }

  #begin(file) {
    const entry = { file, url: URL.createObjectURL(file), abort: new AbortController() };
    entry.bar = el("progress", { max: 1, value: 0, "aria-label": words.uploading(file.name, 0) });
    const image = el("img", { src: entry.url, alt: file.name });
    image.addEventListener("error", () => image.replaceWith(el("span", { class: "tray-name" }, file.name)));
    const remove = iconButton("close", words.removeFile(file.name), { onclick: () => this.#remove(entry) });
    entry.element = el("li", { class: "tray-file", title: file.name }, image, entry.bar, remove);
    this.files.push(entry);
    this.element.append(entry.element);
    this.#start(entry);
    this.#changed();
  }

  #start(entry) {
    const { file } = entry;
    entry.done = this.api
      .upload(file, {
        signal: entry.abort.signal,
        onProgress: (part) => {
          entry.bar.value = part;
          entry.bar.setAttribute("aria-label", words.uploading(file.name, Math.round(part * 100)));
        },
      })
      .then(({ refusal, ...stored }) => {
        entry.bar.hidden = true;
        if (refusal) this.#refuse(entry, new Refusal(words.fileRefused(file.name, refusal.text), refusal.hint));
        return { ...stored, name: [...file.name].slice(0, 200).join("") || "file", mime: file.type || null };
      });
    entry.done.catch((error) => this.#failed(entry, error));
  }

  // It arrived, but cannot be used: it stays, marked, until it is taken off, and nothing is sent meanwhile.
  #refuse(entry, refusal) {
    entry.refusal = refusal;
    entry.element.classList.add("is-refused");
    entry.element.append(icon("warning"));
    this.#tell(refusal);
  }

  #tell(refusal) {
    this.onProblem(refusal.hint ? `${refusal.message} ${refusal.hint}` : refusal.message);
  }

  #failed(entry, error) {
    if (error.name === "AbortError") return;
    if (error instanceof Refusal) {
      this.#remove(entry);
      return this.#tell(error);
    }
    const retry = el("button", { type: "button", class: "tray-retry", title: words.retry, "aria-label": words.retry }, icon("warning"));
    retry.addEventListener("click", () => {
      retry.remove();
      this.#start(entry);
    });
    entry.element.append(retry);
  }

  #remove(entry) {
    entry.abort.abort();
    URL.revokeObjectURL(entry.url);
    entry.element.remove();
    this.files = this.files.filter((other) => other !== entry);
    this.#changed();
  }

  #changed() {
    this.element.hidden = this.files.length === 0;
    this.onChange();
  }
}

// A button that opens the system's file picker.
export function filePicker(tray, { multiple = true } = {}) {
  const input = el("input", { type: "file", accept: TAKEN, multiple, hidden: true, tabIndex: -1 });
  input.addEventListener("change", () => {
    tray.add(input.files);
    input.value = "";
  });
  const button = iconButton("attach", words.attach, { onclick: () => input.click() });
  return el("span", { class: "file-picker" }, button, input);
}
