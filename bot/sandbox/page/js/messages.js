// The list of messages of the open channel: scrolling, days, what is new, older messages.

import { fill, h, icon } from "./dom.js";
import { inlineMarkdown } from "./markdown_view.js";
import { isContinuation, messageView, sentAt, summary } from "./message.js";
import { isDirect, isThread } from "./permissions.js";
import { compareIds, isEphemeral, isLoading } from "./store.js";
import { dayName } from "./time.js";

const NEAR_END_PX = 90;

export class MessageList {
  constructor(app) {
    this.app = app;
    this.channelId = null;
    this.newFrom = null;
    this.missed = 0;
    this.stuck = true;
    this.list = h("ol", { class: "messages", id: "messages" });
    this.start = h("div", { class: "channel-start" });
    this.notices = h("ul", { class: "notices", "aria-label": "What did not work" });
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Messages" },
      this.start, this.list, this.notices);
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } },
      icon("down"), h("span"));
    this.element = h("div", { class: "message-view" }, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.keys(event));
    // Pictures that load late, and a growing composer, must not hide the newest message.
    const settle = new ResizeObserver(() => this.stuck && this.toEnd());
    settle.observe(this.list);
    settle.observe(this.scroller);
    app.store.on("history", ({ channelId }) => channelId === this.channelId && this.draw());
    app.store.on("message", (change) => this.changed(change));
    document.addEventListener("visibilitychange", () => this.readIfSeen());
  }

  show(channelId) {
    this.channelId = channelId;
    this.stuck = true;
    this.missed = 0;
    this.clearNotices();
    this.asking = false;
    this.element.setAttribute("data-channel", channelId);
    const { store } = this.app;
    // The line "new" stands where this person had read to.
    this.newFrom = store.unread.has(channelId) ? store.lastRead.get(channelId) ?? "0" : null;
    this.draw();
  }

  /** Say what did not work, where the answer would have been; it stays until it is dismissed. */
  notice(text, retry) {
    const remove = () => { item.remove(); this.app.composer.focus(); };
    const item = h("li", { class: "notice", role: "alert" }, icon("warning"), h("p", {}, text),
      h("button", { type: "button", class: "link", on: { click: () => { remove(); retry(); } } }, "Try again"),
      h("button", { type: "button", class: "link", on: { click: remove } }, "Dismiss"));
    this.notices.append(item);
    this.toEnd();
  }

  /** Something else is being tried: what failed before need not be said any longer. */
  clearNotices() { this.notices.replaceChildren(); }

  get messages() { return this.app.store.history(this.channelId).messages; }

  draw() {
    const { store } = this.app;
    const history = store.history(this.channelId);
    const anchor = this.stuck ? null : this.firstVisible();
    this.drawStart(history);
    const items = [];
    history.messages.forEach((message, index) => items.push(...this.itemsFor(message, history.messages[index - 1])));
    fill(this.list, items);
    this.scroller.classList.toggle("loading", !history.loaded);
    if (this.stuck) this.toEnd();
    else if (anchor) this.restore(anchor);
    this.readIfSeen();
  }

  drawStart(history) {
    const channel = this.app.store.channel(this.channelId);
    const name = this.app.store.channelName(channel);
    this.scroller.setAttribute("aria-label", `Messages in ${name}`);
    if (!history.loaded) return fill(this.start, h("p", { class: "hint", role: "status" }, "Loading messages …"));
    if (history.more) {
      return fill(this.start, h("button", { type: "button", class: "button", on: { click: () => this.older() } },
        "Show older messages"));
    }
    const isPlain = isDirect(channel) || isThread(channel);
    return fill(this.start,
      h("h2", {}, isPlain ? name : `# ${name}`),
      h("p", {}, isDirect(channel) ? `Your direct messages with ${name}.` : `This is where ${name} begins.`,
        channel?.topic ? [" ", inlineMarkdown(this.app, channel.topic)] : null));
  }

  /** The lines that stand before a message, then the message. */
  itemsFor(message, before) {
    const items = [];
    const day = dayName(sentAt(message));
    const isNewDay = !before || sentAt(before).toDateString() !== sentAt(message).toDateString();
    const isNew = this.newFrom !== null && compareIds(message.id, this.newFrom) > 0
      && (!before || compareIds(before.id, this.newFrom) <= 0) && message.author?.id !== this.app.store.me.id;
    if (isNewDay) items.push(h("li", { class: "day", "data-before": message.id }, h("span", {}, day)));
    if (isNew) {
      items.push(h("li", { class: "new-line", "data-before": message.id, id: "new-line" }, h("span", {}, "New")));
    }
    items.push(messageView(this.app, message, !isNewDay && !isNew && isContinuation(before, message)));
    return items;
  }

  changed({ kind, message }) {
    if (message.channel_id !== this.channelId) return;
    const old = document.getElementById(`message-${message.id}`);
    if (kind === "delete") {
      for (const line of this.list.querySelectorAll(`[data-before="${CSS.escape(message.id)}"]`)) line.remove();
      const next = old?.nextElementSibling?.dataset.id;
      old?.remove();
      if (next) this.redraw(next);
      return;
    }
    const index = this.messages.findIndex((one) => one.id === message.id);
    if (kind === "update" && old) {
      this.redraw(message.id);
      this.announce(message, isLoading(message) ? null : "updated");
      return;
    }
    if (index < this.messages.length - 1) { this.draw(); return; }
    this.arrived(message, this.messages[index - 1]);
  }

  arrived(message, before) {
    const isMine = message.author?.id === this.app.store.me.id;
    const isUnseen = !isMine && (document.hidden || !this.stuck);
    if (isUnseen && this.newFrom === null) this.newFrom = before?.id ?? "0";
    if (isMine) this.newFrom = null;
    this.list.append(...this.itemsFor(message, before));
    if (this.stuck || isMine || isEphemeral(message)) this.toEnd();
    else {
      this.missed += 1;
      this.drawJump();
    }
    this.readIfSeen();
    if (!isMine) this.announce(message, "");
  }

  announce(message, how) {
    if (how === null || isLoading(message)) return;
    const name = this.app.store.userName(message.author);
    const only = isEphemeral(message) ? " (only you can see this)" : "";
    this.app.announce(`${name}${how ? ` ${how}` : ""}${only}: ${summary(message)}`);
  }

  /** Draw one message again in place, keeping keyboard focus where it was. */
  redraw(id) {
    const index = this.messages.findIndex((one) => one.id === id);
    const old = document.getElementById(`message-${id}`);
    if (index < 0 || !old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const view = this.itemsFor(this.messages[index], this.messages[index - 1]).at(-1);
    old.replaceWith(view);
    if (!focused) return;
    const customId = focused.dataset?.customId;
    const same = customId && view.querySelector(`[data-custom-id="${CSS.escape(customId)}"]:not(:disabled)`);
    (same || view.querySelector(".components button:not(:disabled)") || view).focus({ preventScroll: true });
  }

  // --- scrolling -------------------------------------------------------------------------------

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stuck = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.stuck) this.missed = 0;
    this.drawJump();
    this.readIfSeen();
    if (scrollTop < 60 && scrollHeight > clientHeight) this.older();
  }

  older() {
    const history = this.app.store.history(this.channelId);
    if (!history.more || this.asking || !history.messages.length) return;
    this.asking = true;
    const before = history.messages.find((one) => !isEphemeral(one))?.id ?? history.messages[0].id;
    this.app.socket.send({ type: "older", channel_id: this.channelId, before });
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.stuck = true;
    this.missed = 0;
    this.drawJump();
    this.readIfSeen();
  }

  drawJump() {
    this.jump.hidden = this.stuck;
    const words = this.missed === 0 ? "Jump to newest" : `${this.missed} new · jump to newest`;
    this.jump.lastElementChild.textContent = words;
  }

  firstVisible() {
    const top = this.scroller.getBoundingClientRect().top;
    for (const item of this.list.children) {
      const box = item.getBoundingClientRect();
      if (item.dataset.id && box.bottom > top) return { id: item.dataset.id, offset: box.top - top };
    }
    return null;
  }

  restore({ id, offset }) {
    const item = document.getElementById(`message-${id}`);
    if (!item) return;
    const top = this.scroller.getBoundingClientRect().top;
    this.scroller.scrollTop += item.getBoundingClientRect().top - top - offset;
    this.asking = false;
  }

  readIfSeen() {
    if (!document.hidden && this.stuck && this.channelId && this.app.store.history(this.channelId).loaded) {
      this.app.store.markRead(this.channelId);
    }
  }

  goTo(id) {
    const item = document.getElementById(`message-${id}`);
    if (!item) { this.app.toast("That message is further back. Show older messages first."); return; }
    item.scrollIntoView({ block: "center" });
    item.focus();
    item.classList.add("flash");
    item.addEventListener("animationend", () => item.classList.remove("flash"), { once: true });
  }

  /** Arrows move between messages once the list has the focus. */
  keys(event) {
    const item = event.target.closest(".message");
    const isOnItem = event.target === item || event.target === this.scroller;
    if (event.key === "Escape") this.app.composer.focus();
    if (!isOnItem) return;
    if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10") || (item && event.key === "Enter")) {
      const message = item && this.messages.find((one) => one.id === item.dataset.id);
      if (message) { event.preventDefault(); this.app.menus.message(item, message); }
      return;
    }
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const items = [...this.list.querySelectorAll(".message")];
    const step = event.key === "ArrowUp" ? -1 : 1;
    const from = item ? items.indexOf(item) : step < 0 ? items.length : -1;
    (items[from + step] ?? item ?? this.scroller).focus();
  }
}
