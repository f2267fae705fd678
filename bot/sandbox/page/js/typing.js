// "Steward is typing", over the message box.

import { fill, h } from "./dom.js";

const SHOWN_MS = 9000;

export class TypingLine {
  constructor(app) {
    this.app = app;
    this.typing = new Map();
    this.element = h("p", { class: "typing", "aria-hidden": "true" });
    document.getElementById("composer-place").prepend(this.element);
    app.store.on("typing", ({ channel_id: channelId, user_id: userId }) => {
      const key = `${channelId}:${userId}`;
      clearTimeout(this.typing.get(key)?.timer);
      this.typing.set(key, { channelId, userId, timer: setTimeout(() => this.stop(key), SHOWN_MS) });
      this.draw();
    });
    app.store.on("message", ({ kind, message }) => {
      if (kind === "create") this.stop(`${message.channel_id}:${message.author?.id}`);
    });
    app.store.on("current", () => this.draw());
  }

  stop(key) {
    clearTimeout(this.typing.get(key)?.timer);
    if (this.typing.delete(key)) this.draw();
  }

  draw() {
    const { store } = this.app;
    const names = [...this.typing.values()]
      .filter((one) => one.channelId === store.current && one.userId !== store.me?.id)
      .map((one) => store.userName(store.members.get(one.userId)?.user ?? store.bot));
    fill(this.element, names.length ? `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing …` : "");
  }
}
