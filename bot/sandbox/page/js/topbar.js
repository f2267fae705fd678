// Above the messages: where we are, and whether bot and sandbox can be reached.

import { fill, h, icon, iconButton } from "./dom.js";
import { isDirect, isForum, isThread } from "./permissions.js";
import { inlineMarkdown } from "./markdown_view.js";

const MEMBERS_KEY = "members";

export class Topbar {
  constructor(app, sidebar) {
    this.app = app;
    this.sidebar = sidebar;
    this.element = document.getElementById("topbar");
    this.banner = document.getElementById("banner");
    this.systemDark = matchMedia("(prefers-color-scheme: dark)");
    this.systemDark.addEventListener("change", () => this.draw());
    for (const name of ["hello", "current", "channels", "people"]) app.store.on(name, () => this.draw());
    app.store.on("bot", () => this.drawBanner());
    app.socket.addEventListener("state", (event) => {
      app.store.online = event.detail === "open";
      this.drawBanner();
    });
    this.overlaid = matchMedia("(max-width: 1000px)");
    this.overlaid.addEventListener("change", () => this.showMembers(this.wantsMembers()));
    for (const name of ["pointerdown", "keydown"]) {
      document.addEventListener(name, (event) => this.hideOverlaidMembers(event));
    }
    this.showMembers(this.wantsMembers());
  }

  draw() {
    const { store } = this.app;
    const channel = store.currentChannel;
    if (!store.me) return;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.id : null;
    const parent = isThread(channel) ? store.channel(channel.parent_id) : null;
    const name = channel ? store.channelName(channel) : "";
    document.title = channel ? `${name} · Steward sandbox` : "Steward sandbox";
    const kind = isThread(channel) ? "thread" : isDirect(channel) ? "mail" : isForum(channel) ? "forum" : "hash";
    fill(this.element,
      iconButton("menu", "Channels", () => this.sidebar.open(),
        { id: "menu-button", class: "icon-button menu-button", "aria-expanded": "false", "aria-controls": "sidebar" }),
      h("div", { class: "place" },
        parent ? h("button", { type: "button", class: "parent", on: { click: () => this.app.open(parent.id) } },
          store.channelName(parent)) : null,
        parent ? h("span", { class: "hint", "aria-hidden": "true" }, "›") : null,
        icon(kind), h("h2", { id: "place-name" }, name),
        channel?.topic ? h("span", { class: "topic" }, inlineMarkdown(this.app, channel.topic)) : null),
      h("div", { class: "topbar-actions" },
        iconButton(this.isDark() ? "sun" : "moon", this.isDark() ? "Use light colours" : "Use dark colours",
          () => this.switchTheme(), { id: "theme-button" }),
        iconButton("people", "Members", () => this.switchMembers(),
          { id: "members-button", "aria-pressed": String(this.membersShown), "aria-controls": "members" })));
    if (focused) document.getElementById(focused)?.focus();
    this.drawBanner();
  }

  drawBanner() {
    const { store } = this.app;
    const words = !store.online
      ? "The connection to the sandbox is lost. Is it still running? Trying again …"
      : store.botOnline ? "" : `${store.userName(store.bot)} is offline. It cannot answer until it is started.`;
    document.body.classList.toggle("bot-offline", !store.botOnline);
    document.body.classList.toggle("disconnected", !store.online);
    if (this.banner.textContent === words) return;
    fill(this.banner, words ? [icon("warning"), h("span", {}, words)] : null);
  }

  wantsMembers() { return !this.overlaid.matches && localStorage.getItem(MEMBERS_KEY) !== "hidden"; }

  get membersShown() { return document.body.classList.contains("with-members"); }

  switchMembers() {
    const isShown = !this.membersShown;
    if (!this.overlaid.matches) localStorage.setItem(MEMBERS_KEY, isShown ? "shown" : "hidden");
    this.showMembers(isShown);
  }

  /** Over the messages of a narrow screen the list goes away by Escape or a press beside it. */
  hideOverlaidMembers(event) {
    if (!this.overlaid.matches || !this.membersShown) return;
    const isInside = event.target.closest?.("#members, #members-button, .popup");
    if (event.type === "keydown" ? event.key === "Escape" : !isInside) this.showMembers(false);
  }

  showMembers(isShown) {
    document.body.classList.toggle("with-members", isShown);
    document.getElementById("members-button")?.setAttribute("aria-pressed", String(isShown));
  }

  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : this.systemDark.matches;
  }

  switchTheme() {
    const theme = this.isDark() ? "light" : "dark";
    const system = this.systemDark.matches ? "dark" : "light";
    if (theme === system) {
      // Back to what the system says, and with it from now on.
      delete document.documentElement.dataset.theme;
      localStorage.removeItem("theme");
    } else {
      document.documentElement.dataset.theme = theme;
      localStorage.setItem("theme", theme);
    }
    this.draw();
  }
}
