// The channel list: categories, unread marks, posts and threads, direct messages, who I am.

import { append, fill, h, icon, iconButton } from "./dom.js";
import { isAdministrator, isCategory, isDirect, isForum, isPrivate, isThread } from "./permissions.js";
import { personCard } from "./people.js";
import { compareIds } from "./store.js";
import { openIntegrations } from "./settings.js";

const ICONS = { 2: "speaker", 5: "megaphone", 15: "forum", 16: "forum" };
const THREADS_SHOWN = 6;

export class Sidebar {
  constructor(app) {
    this.app = app;
    this.element = document.getElementById("sidebar");
    this.closed = new Set();
    for (const name of ["hello", "channels", "unread", "current", "people", "bot"]) {
      app.store.on(name, () => this.draw());
    }
    document.getElementById("scrim").addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) this.close();
    });
    this.narrow = matchMedia("(max-width: 760px)");
    this.narrow.addEventListener("change", () => this.setOpen(false));
    this.setOpen(false);
  }

  get isOpen() { return document.body.classList.contains("drawer-open"); }

  open() {
    this.setOpen(true);
    this.element.querySelector("[aria-current], button")?.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.setOpen(false);
    document.getElementById("menu-button")?.focus();
  }

  /** On a narrow screen a closed drawer can be neither seen nor reached by keyboard. */
  setOpen(isOpen) {
    document.body.classList.toggle("drawer-open", isOpen);
    this.element.inert = this.narrow.matches && !isOpen;
    document.getElementById("main").inert = this.narrow.matches && isOpen;
    document.getElementById("menu-button")?.setAttribute("aria-expanded", String(isOpen));
  }

  draw() {
    const { store } = this.app;
    if (!store.me) return;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.id : null;
    const scroll = this.element.querySelector(".channels")?.scrollTop ?? 0;
    fill(this.element, this.serverHead(), this.channels(), h("div", { class: "sidebar-foot" }, personCard(this.app)));
    this.element.querySelector(".channels").scrollTop = scroll;
    if (focused) document.getElementById(focused)?.focus();
  }

  serverHead() {
    const { store } = this.app;
    return h("div", { class: "server-head" },
      h("h1", {}, store.guild?.name ?? "Sandbox"),
      isAdministrator(store) ? iconButton("settings", "Server settings: integrations",
        () => { this.setOpen(false); openIntegrations(this.app); }, { id: "server-settings" }) : null);
  }

  channels() {
    const { store } = this.app;
    const all = [...store.channels.values()].filter((channel) => !isThread(channel) && !isDirect(channel));
    const byPosition = (a, b) => (a.position ?? 0) - (b.position ?? 0) || compareIds(a.id, b.id);
    const categories = all.filter(isCategory).sort(byPosition);
    const inside = (id) => all.filter((one) => !isCategory(one) && (one.parent_id ?? null) === id).sort(byPosition);
    const known = new Set(categories.map((one) => one.id));
    const loose = all.filter((one) => !isCategory(one) && !known.has(one.parent_id)).sort(byPosition);
    return h("div", { class: "channels" },
      h("ul", {}, loose.map((channel) => this.row(channel))),
      categories.map((category) => this.category(category, inside(category.id))),
      this.directMessages());
  }

  category(category, channels) {
    const isClosed = this.closed.has(category.id);
    const toggle = () => {
      if (isClosed) this.closed.delete(category.id); else this.closed.add(category.id);
      this.draw();
    };
    // A closed category still shows what is unread or open.
    const shown = isClosed
      ? channels.filter((one) => one.id === this.app.store.current || this.app.store.unread.has(one.id)) : channels;
    if (!channels.length) return null;
    return h("section", {},
      h("h2", {}, h("button", {
        type: "button", class: "category", id: `category-${category.id}`, "aria-expanded": String(!isClosed),
        on: { click: toggle },
      }, icon("chevron"), category.name)),
      h("ul", {}, shown.map((channel) => this.row(channel))));
  }

  row(channel) {
    const { store } = this.app;
    const threads = store.threadsOf(channel.id)
      .filter((thread) => !thread.thread_metadata?.archived || thread.id === store.current)
      .sort((a, b) => compareIds(b.last_message_id ?? b.id, a.last_message_id ?? a.id));
    const shown = isForum(channel)
      ? threads.filter((thread) => thread.id === store.current || store.unread.has(thread.id)) : threads;
    return h("li", {}, this.link(channel),
      shown.length ? h("ul", { class: "threads" },
        shown.slice(0, THREADS_SHOWN).map((thread) => h("li", {}, this.link(thread)))) : null);
  }

  link(channel) {
    const { store } = this.app;
    const isOpen = channel.id === store.current;
    const isUnread = store.unread.has(channel.id) && !isOpen;
    const count = store.unread.get(channel.id);
    const isLocked = !isThread(channel) && !isDirect(channel) && isPrivate(store, channel);
    const name = store.channelName(channel);
    const special = isThread(channel) ? "thread" : isDirect(channel) ? "mail" : ICONS[channel.type];
    const kind = isLocked ? "lock" : special ?? "hash";
    const words = [name, isLocked ? "private" : "", isForum(channel) ? "forum" : "", isUnread ? "unread" : ""];
    return h("button", {
      type: "button", class: `channel${isOpen ? " open" : ""}${isUnread ? " unread" : ""}`,
      id: `channel-${channel.id}`, "aria-current": isOpen ? "page" : null, "data-channel": name,
      "aria-label": words.filter(Boolean).join(", "),
      on: { click: () => { this.app.open(channel.id); this.close(); } },
    }, icon(kind), h("span", { class: "channel-name" }, name),
    isUnread && count ? h("span", { class: "badge" }, count > 99 ? "99+" : count) : null);
  }

  directMessages() {
    const { store } = this.app;
    const open = [...store.channels.values()].filter(isDirect);
    const start = h("button", {
      type: "button", class: "channel", id: "start-dm", on: { click: () => { this.app.openDirect(); this.close(); } },
    }, icon("mail"), h("span", { class: "channel-name" }, store.userName(store.bot)));
    const section = h("section", {}, h("h2", {}, h("span", { class: "category" }, "Direct messages")));
    return append(section, [h("ul", {}, open.length ? open.map((one) => this.row(one)) : h("li", {}, start))]);
  }
}
