// The way to the engine. A transport carries messages: to `mizan serve` by HTTP, or to a worker; see `answer` in
// src/page/mod.rs for the messages.

// A transport to `mizan serve`. Addresses are relative, so that they have the token.
export function serverTransport() {
  const client = crypto.randomUUID();
  const send = async (path, message, options = {}) => {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Mizan-Slot": `${client}-${options.slot ?? path}` },
      body: JSON.stringify(message),
      signal: options.signal,
    });
    return { status: response.status, ...(await response.json()) };
  };
  return {
    // The name and the text of the script.
    script: async () => (await fetch("script")).json(),
    ask: (message, options) => send("answer", message, options),
    // Writes the script unless the file has changed since `was` was read.
    save: (text, was) => send("save", { text, was }),
  };
}

// Messages in slots: of each slot the newest message wins. A message waits for the one that is being answered, so that
// a chart moves while one drags; a message that takes long is given up at once.
export class Engine {
  #transport;
  #slots = new Map();

  constructor(transport) {
    this.#transport = transport;
  }

  // Resolves to the answer, or to null if a newer message of the slot came. `isLong` marks a message that takes long.
  ask(slot, message, isLong = false) {
    return new Promise((resolve, reject) => {
      const state = this.#slots.get(slot) ?? { running: null, waiting: null };
      this.#slots.set(slot, state);
      state.waiting?.resolve(null);
      state.waiting = { message, isLong, resolve, reject };
      if (!state.running) this.#next(slot, state);
      else if (state.running.isLong) state.running.controller.abort();
    });
  }

  async #next(slot, state) {
    const job = state.waiting;
    state.waiting = null;
    if (!job) return;
    job.controller = new AbortController();
    state.running = job;
    try {
      const answer = await this.#transport.ask(job.message, { slot, signal: job.controller.signal });
      job.resolve(job.controller.signal.aborted || answer.status === 409 ? null : answer);
    } catch (problem) {
      if (problem.name === "AbortError") job.resolve(null);
      else job.reject(problem);
    }
    state.running = null;
    this.#next(slot, state);
  }
}
