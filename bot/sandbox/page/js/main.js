// The page's parts, put together.

import { Composer } from "./composer.js";
import { Dialogs } from "./dialogs.js";
import { fill, h, icon } from "./dom.js";
import { Forum } from "./forum.js";
import { Interactions } from "./interactions.js";
import { Menus } from "./menus.js";
import { MessageList } from "./messages.js";
import { openModal } from "./modal.js";
import { choosePerson, membersPanel } from "./people.js";
import { isCategory, isDirect, isForum, isThread } from "./permissions.js";
import { Sidebar } from "./sidebar.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";
import { keepRelativeTimesFresh } from "./time.js";
import { Topbar } from "./topbar.js";
import { TypingLine } from "./typing.js";

const TOAST_MS = 7000;
const ANNOUNCEMENTS_KEPT = 5;

class App {
  constructor() {
    this.socket = new Socket();
    this.store = new Store();
    this.interactions = new Interactions(this.socket);
    this.dialogs = new Dialogs();
    this.menus = new Menus(this);
    this.messages = new MessageList(this);
    this.forum = new Forum(this);
    this.composer = new Composer(this);
    this.sidebar = new Sidebar(this);
    this.topbar = new Topbar(this, this.sidebar);
    new TypingLine(this);
    membersPanel(this);
    this.view = document.getElementById("view");
    this.socket.addEventListener("frame", (event) => this.receive(event.detail));
    this.store.on("channels", (change) => this.channelsChanged(change));
    this.store.on("roles", () => this.socket.connectAs(this.store.me.id));
    document.addEventListener("keydown", (event) => this.keys(event));
    keepRelativeTimesFresh();
  }

  /** Begin as the person named in the address, or as the sandbox's first, with a welcome. */
  start() {
    const asked = new URLSearchParams(location.search).get("as");
    this.isFirstVisit = !asked && !sessionStorage.getItem("person");
    this.socket.connectAs(asked ?? sessionStorage.getItem("person"));
  }

  receive(frame) {
    switch (frame.type) {
      case "hello": return this.greeted(frame);
      case "history": return this.store.takeHistory(frame);
      case "event": return this.store.event(frame.t, frame.d);
      case "interaction": case "modal": case "choices": return this.interactions.receive(frame);
      case "error": return this.toast(frame.message);
      default: return undefined;
    }
  }

  greeted(frame) {
    const before = { person: this.store.me?.id, channel: this.store.current };
    this.store.hello(frame);
    this.socket.person = this.store.me.id;
    sessionStorage.setItem("person", this.store.me.id);
    document.documentElement.dataset.person = this.store.me.id;
    this.rememberPlace();
    const channel = this.store.currentChannel ?? this.firstChannel();
    const isBack = before.person === this.store.me.id && before.channel === channel?.id;
    // After a lost connection the view stays as it is and only learns what it missed.
    if (isBack) this.ask(channel.id);
    else if (channel) this.open(channel.id, { keepFocus: document.activeElement !== document.body });
    if (this.isFirstVisit) choosePerson(this, { welcome: true });
    this.isFirstVisit = false;
  }

  /** The address names the person, so that a reload, or a second tab, knows who it is. */
  rememberPlace() {
    const url = new URL(location.href);
    url.searchParams.set("as", this.store.me.id);
    history.replaceState(null, "", url);
  }

  firstChannel() {
    const all = [...this.store.channels.values()].filter((one) => !isCategory(one) && !isThread(one) && !isDirect(one));
    return all.find((one) => one.name === "general") ?? all.find((one) => !isForum(one)) ?? all[0];
  }

  /** Become somebody else. */
  become(personId) {
    if (personId === this.store.me?.id) return;
    this.announce(`Switching to ${this.store.people.find((one) => one.id === personId)?.name ?? "another person"}.`);
    this.socket.connectAs(personId);
  }

  /** Show a channel. */
  open(channelId, { keepFocus = false } = {}) {
    const channel = this.store.channel(channelId);
    if (!channel) { this.toast("You cannot see that channel."); return; }
    this.store.current = channelId;
    const view = isForum(channel) ? this.forum : this.messages;
    if (this.view.firstElementChild !== view.element) fill(this.view, view.element);
    view.show(channelId);
    this.store.tell("current");
    this.ask(channelId);
    if (!keepFocus && matchMedia("(hover: hover)").matches) this.composer.focus();
  }

  /** Ask for a channel's newest messages. */
  ask(channelId) {
    this.store.refreshing.add(channelId);
    this.socket.send({ type: "open", channel_id: channelId });
  }

  /** The conversation with the bot alone. */
  openDirect() {
    const known = [...this.store.channels.values()].find(isDirect);
    if (known) { this.open(known.id); return; }
    this.wantsDirect = true;
    this.socket.send({ type: "dm" });
  }

  channelsChanged({ name, channel }) {
    if (name === "CHANNEL_CREATE" && isDirect(channel) && this.wantsDirect) {
      this.wantsDirect = false;
      this.open(channel.id);
    }
    if (name.endsWith("DELETE") && channel.id === this.store.current) {
      const next = this.store.channel(channel.parent_id) ?? this.firstChannel();
      this.toast(`${channel.name ?? "This channel"} was deleted or is closed to you now.`);
      if (next && !isCategory(next)) this.open(next.id);
    }
  }

  /** Run a command; a failure is put under the messages, where the answer would have been. */
  runCommand(frame, name) {
    this.messages.clearNotices();
    this.interactions.start({ type: "command", ...frame }, {
      failed: (text) => this.messages.notice(`${name}: ${text}`, () => this.runCommand(frame, name)),
      modal: (d, interactionId) => this.openModal(d, interactionId),
    });
    this.messages.toEnd();
  }

  openModal(d, interactionId) {
    openModal(this, d, interactionId);
  }

  /** Read out by a screen reader, shown to nobody. */
  announce(text) {
    const place = document.getElementById("announcer");
    place.append(h("p", {}, text));
    while (place.children.length > ANNOUNCEMENTS_KEPT) place.firstElementChild.remove();
  }

  /** A sentence that everybody sees for a while. */
  toast(text) {
    const toast = h("div", { class: "toast" }, icon("warning"), h("span", {}, text));
    const close = () => toast.remove();
    toast.append(h("button", { type: "button", class: "link", on: { click: close } }, "Close"));
    document.getElementById("toasts").append(toast);
    setTimeout(close, TOAST_MS);
  }

  keys(event) {
    if (document.querySelector("dialog[open]")) return;
    if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const all = [...document.querySelectorAll("#sidebar .channel[data-channel]")];
      const at = all.findIndex((one) => one.getAttribute("aria-current"));
      all.at((at + (event.key === "ArrowDown" ? 1 : -1)) % all.length)?.click();
      return;
    }
    // Typing anywhere writes in the message box, as in other chat programs.
    const isTyping = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isTyping && !event.target.closest("input, textarea, select, .popup, [role=menu]")) this.composer.focus();
  }
}

new App().start();
