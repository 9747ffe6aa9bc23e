// Talking to the server: requests, uploads with progress, and the stream of changes.

import { words } from "./words.js";

const HIDDEN_MS = 60_000;

// What the server refused, in its own words.
export class Refusal extends Error {
  constructor(text, hint, status) {
    super(text);
    this.hint = hint;
    this.status = status;
  }
}

// The server did not answer, or broke: the same request, with the same key, may be sent again.
export class Unanswered extends Error {}

export function newKey() {
  return crypto.randomUUID();
}

export class Api {
  constructor(person) {
    this.person = person;
  }

  state = () => this.#send("GET", "/api/state");
  addPerson = (name) => this.#send("POST", "/api/people", { name });
  say = (body) => this.#send("POST", "/api/messages", body);
  press = (body) => this.#send("POST", "/api/buttons", body);
  submit = (body) => this.#send("POST", "/api/forms", body);
  message = (id) => this.#send("GET", `/api/messages/${id}`);
  history = (query) => this.#send("GET", `/api/messages?${new URLSearchParams(query)}`);

  // Resolves to {ref, bytes_count}; `signal` ends it.
  upload(file, { onProgress, signal }) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.#address("/api/uploads"));
      request.responseType = "json";
      request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
      request.onload = () => {
        if (request.status === 200) resolve(request.response);
        else reject(refusal(request.response, request.status));
      };
      request.onerror = () => reject(new Unanswered(words.uploadFailed(file.name)));
      request.onabort = () => reject(new DOMException("removed", "AbortError"));
      signal.addEventListener("abort", () => request.abort());
      request.send(file);
    });
  }

  // Calls back for every change after `revision`, and whenever the connection comes or goes.
  watch(revision, { onMessage, onState }) {
    let source = null;
    let timer = 0;
    const open = () => {
      clearTimeout(timer);
      source?.close();
      source = new EventSource(this.#address(`/api/events?after=${revision}`));
      source.onopen = () => onState("open");
      source.addEventListener("message", (event) => {
        revision = Number(event.lastEventId);
        onMessage(JSON.parse(event.data));
      });
      source.onerror = async () => {
        onState("lost");
        if (source.readyState !== EventSource.CLOSED) return;
        // The browser gives up for good when the server answers with an error.
        if (await this.#isLockedOut()) onState("ended");
        else timer = setTimeout(open, 2000);
      };
    };
    open();
    // Browsers allow six connections to one server: tabs that nobody looks at make room for others.
    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => source.close(), HIDDEN_MS);
      else if (source.readyState === EventSource.CLOSED) open();
    });
  }

  async #isLockedOut() {
    try {
      return (await fetch("/api/state")).status === 401;
    } catch {
      return false;
    }
  }

  #address(path) {
    return `${path}${path.includes("?") ? "&" : "?"}person=${encodeURIComponent(this.person ?? "")}`;
  }

  async #send(method, path, body) {
    const init = { method };
    if (body) Object.assign(init, { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
    let response;
    try {
      response = await fetch(this.#address(path), init);
    } catch {
      throw new Unanswered(words.notSent);
    }
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw refusal(answer, response.status);
  }
}

function refusal(answer, status) {
  if (status === 401) return new Refusal(words.sessionEnded, null, status);
  if (answer?.error) return new Refusal(answer.error.text, answer.error.hint, status);
  return new Unanswered(words.broken);
}
