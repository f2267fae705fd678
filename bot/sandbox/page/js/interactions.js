// Interactions under way: each has a nonce, by which the sandbox's answers find their way back.

const LOST = "The connection to the sandbox was lost. Try again in a moment.";

export class Interactions {
  constructor(socket) {
    this.socket = socket;
    this.waiting = new Map();
    this.counter = 0;
    socket.addEventListener("state", (event) => {
      if (event.detail === "lost") this.failAll(LOST);
    });
  }

  /**
   * Send an interaction. `hooks`: acknowledged(), failed(text), modal(d, interactionId), choices(list);
   * all optional. Returns the nonce.
   */
  start(frame, hooks = {}) {
    this.counter += 1;
    const nonce = `${Date.now()}${String(this.counter).padStart(4, "0")}`;
    this.waiting.set(nonce, hooks);
    if (!this.socket.send({ ...frame, nonce })) {
      this.waiting.delete(nonce);
      hooks.failed?.(LOST);
    }
    return nonce;
  }

  /** Take a frame of type interaction, modal or choices. */
  receive(frame) {
    const hooks = this.waiting.get(frame.nonce);
    if (!hooks) return;
    if (frame.type === "choices") {
      this.waiting.delete(frame.nonce);
      hooks.choices?.(frame.choices ?? []);
    } else if (frame.type === "modal") {
      hooks.modal?.(frame.d, frame.interaction_id);
    } else if (frame.state === "acknowledged") {
      // A modal may follow its acknowledgement, so the hooks stay until the nonce is replaced.
      hooks.acknowledged?.();
    } else if (frame.state === "failed") {
      this.waiting.delete(frame.nonce);
      hooks.failed?.(frame.error || "This interaction failed.");
    }
    this.forgetOld();
  }

  forgetOld() {
    while (this.waiting.size > 50) this.waiting.delete(this.waiting.keys().next().value);
  }

  failAll(text) {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const hooks of all) hooks.failed?.(text);
  }
}
