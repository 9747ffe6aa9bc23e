// What this tab knows: people, messages by id, and where it is looking. Panes listen for "message".

export class Store extends EventTarget {
  constructor(state) {
    super();
    Object.assign(this, state);
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.messages = new Map();
    this.me = null;
  }

  // Takes a message in; older news than what is known is ignored.
  apply(message, { live = true } = {}) {
    const known = this.messages.get(message.id);
    this.#spreadReplies(message);
    if (known && known.revision >= message.revision) return;
    message.order = message.order ?? `${message.created_at} ${message.id.padStart(18, "0")}`;
    this.messages.set(message.id, message);
    this.#emit(message, known, live);
  }

  // A private answer, shown right below the message that it is about.
  applyWhisper(message, { below = null, thread = message.thread } = {}) {
    const order = below && this.messages.get(below)?.order;
    this.apply({ ...message, thread, order: order ? `${order}~${message.created_at}` : undefined });
  }

  dismiss(id) {
    this.messages.delete(id);
    this.dispatchEvent(new CustomEvent("dismiss", { detail: id }));
  }

  person(id) {
    return this.people.get(id) ?? null;
  }

  nameOf(id) {
    return this.people.get(id)?.name ?? id;
  }

  // A reply also says how its thread has grown, which is shown at the root.
  #spreadReplies(message) {
    const root = message.thread && this.messages.get(message.thread);
    if (!root || !message.replies) return;
    const known = root.replies;
    if (known && known.count === message.replies.count && known.last_at === message.replies.last_at) return;
    const updated = { ...root, replies: message.replies };
    this.messages.set(root.id, updated);
    this.#emit(updated, root, true);
  }

  #emit(message, known, live) {
    this.dispatchEvent(new CustomEvent("message", { detail: { message, known, live } }));
  }
}
