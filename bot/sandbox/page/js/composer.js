// The message box: messages, answers, files, mentions, and the palette that a slash opens.

import { findCommands, grouped, slashCommands } from "./commands.js";
import { CommandForm } from "./command_form.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { channelChoices, matching, roleChoices, userChoices } from "./entities.js";
import { isDirect, isForum, isThread, mayWrite } from "./permissions.js";
import { Suggestions } from "./suggestions.js";
import { upload } from "./uploads.js";

const MAX_LENGTH = 2000;
const COUNT_FROM = 1800;

export class Composer {
  constructor(app) {
    this.app = app;
    this.drafts = new Map();
    this.files = [];
    this.mentions = new Map();
    this.place = document.getElementById("composer-place");
    this.suggestions = new Suggestions(this.place);
    this.input = h("textarea", {
      id: "composer", rows: "1", "aria-autocomplete": "list", autocomplete: "off",
      on: {
        input: () => this.typed(), keydown: (event) => this.keys(event), blur: () => this.left(),
        focus: () => this.suggest(), paste: (event) => this.pasted(event),
      },
    });
    this.fileInput = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to attach",
      on: { change: () => { this.attach([...this.fileInput.files]); this.fileInput.value = ""; } } });
    this.reply = h("div", { class: "reply-line" });
    this.fileList = h("ul", { class: "pending-files", "aria-label": "Files to send" });
    this.counter = h("span", { class: "counter", role: "status" });
    this.sendButton = iconButton("send", "Send", () => this.send(), { class: "icon-button send" });
    this.slashButton = iconButton("slash", "Commands", () => this.openPalette(), { class: "icon-button slash" });
    this.box = h("div", { class: "composer" }, this.reply, this.fileList,
      h("div", { class: "composer-row" },
        iconButton("plus", "Attach files", () => this.fileInput.click()), this.fileInput,
        this.slashButton, this.input, this.counter, this.sendButton));
    this.blocked = h("p", { class: "composer-blocked" });
    this.place.append(this.box, this.blocked);
    app.store.on("current", () => this.channelChanged());
    app.store.on("hello", () => this.channelChanged());
    app.store.on("channels", () => this.drawState());
    app.store.on("people", () => this.drawState());
    app.store.on("commands", () => this.suggest());
  }

  focus() { (this.form?.element.querySelector("input") ?? this.input).focus(); }

  get channel() { return this.app.store.currentChannel; }

  // --- state -----------------------------------------------------------------------------------

  channelChanged() {
    const key = `${this.app.store.me?.id}:${this.channel?.id}`;
    if (key !== this.key) {
      if (this.key) this.drafts.set(this.key, this.input.value);
      this.leaveCommand();
      this.key = key;
      this.input.value = this.drafts.get(key) ?? "";
      this.replyTo(null);
      this.files = [];
      this.drawFiles();
      this.grow();
    }
    this.drawState();
  }

  drawState() {
    const { store } = this.app;
    const channel = this.channel;
    const may = channel && mayWrite(store, channel) && !isForum(channel);
    const name = store.channelName(channel);
    const place = isDirect(channel) ? name : isThread(channel) ? `“${name}”` : `#${name}`;
    const words = `Message ${place}`;
    this.input.placeholder = words;
    this.input.setAttribute("aria-label", `${words}. Type a slash for commands`);
    this.box.hidden = !may || Boolean(this.form);
    this.blocked.hidden = may || !channel;
    const forum = channel && store.threadsOf(channel.id).length
      ? "Open a post to read it and to answer." : "Posts appear here when the bot makes them.";
    fill(this.blocked, isForum(channel) ? forum
      : `${store.userName(store.me)} may read this channel, but not write in it.`);
  }

  grow() {
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${Math.min(this.input.scrollHeight, 220)}px`);
    const left = MAX_LENGTH - this.input.value.length;
    this.counter.textContent = this.input.value.length >= COUNT_FROM ? String(left) : "";
    this.counter.classList.toggle("over", left < 0);
    this.sendButton.disabled = left < 0;
  }

  // --- the palette and mentions ------------------------------------------------------------------

  openPalette() {
    this.input.value = "/";
    this.input.focus();
    this.typed();
  }

  typed() {
    this.grow();
    this.suggest();
  }

  suggest() {
    if (this.form || document.activeElement !== this.input) return;
    const { value } = this.input;
    if (value.startsWith("/") && !value.includes("\n")) return this.suggestCommands(value.slice(1));
    return this.suggestMentions();
  }

  commands() {
    return slashCommands(this.app.store.commands, { direct: isDirect(this.channel) });
  }

  suggestCommands(typed) {
    const { store } = this.app;
    const all = this.commands();
    const exact = all.filter((entry) => typed.startsWith(`${entry.name} `))
      .sort((a, b) => b.name.length - a.name.length)[0];
    if (exact) return this.enterCommand(exact, typed.slice(exact.name.length + 1));
    const found = findCommands(all, typed);
    const entries = grouped(found, store.userName(store.bot)).flatMap((group) => group.entries.map((entry, index) => ({
      label: `/${entry.name}`, detail: entry.description, entry, className: "command-option",
      heading: index === 0 ? group.title : null, headingDetail: index === 0 ? group.detail : null,
    })));
    const none = isDirect(this.channel) ? "The bot has no commands for direct messages."
      : "There are no commands yet. Is the bot running?";
    const note = all.length === 0 ? none : entries.length === 0 ? `No command matches /${typed}.` : "";
    return this.suggestions.show(this.input, entries, ({ entry }) => this.enterCommand(entry), { note });
  }

  suggestMentions() {
    const { store } = this.app;
    const before = this.input.value.slice(0, this.input.selectionStart);
    const match = /(^|\s)([@#])([\p{L}\p{N}_-]{0,32})$/u.exec(before);
    if (!match) return this.suggestions.hide();
    const choices = match[2] === "#" ? channelChoices(store) : [...userChoices(store), ...roleChoices(store)];
    const found = matching(choices, match[3]).slice(0, 10);
    if (!found.length) return this.suggestions.hide();
    return this.suggestions.show(this.input, found, (choice) => this.mention(choice, match[3].length + 1));
  }

  mention(choice, typedLength) {
    const shown = choice.kind === "user" ? `@${choice.label}` : choice.label;
    const marks = { user: "@", role: "@&", channel: "#" };
    this.mentions.set(shown, `<${marks[choice.kind]}${choice.value}>`);
    const end = this.input.selectionStart;
    this.input.setRangeText(`${shown} `, end - typedLength, end, "end");
    this.typed();
  }

  left() {
    // On a telephone the keyboard may close while the palette is being read.
    if (!this.suggestions.field || this.suggestions.field === this.input) this.suggestions.hide();
  }

  // --- commands ------------------------------------------------------------------------------------

  /** From a command mention in a message. */
  startCommand(commandId, name) {
    const entry = this.commands().find((one) => one.name === name);
    if (!entry) { this.app.toast(`/${name} is not available to you here.`); return; }
    if (this.box.hidden && !this.form) { this.app.toast("Commands cannot be used in this channel."); return; }
    this.enterCommand(entry);
  }

  enterCommand(entry, rest = "") {
    this.leaveCommand();
    this.suggestions.hide();
    this.form = new CommandForm(this.app, entry, this.channel.id, this.suggestions, (wasSent) => {
      this.leaveCommand();
      if (!wasSent) this.app.announce("Left the command.");
      this.input.focus();
    });
    this.input.value = "";
    this.drawState();
    this.place.append(this.form.element);
    this.form.start(rest);
  }

  leaveCommand() {
    this.form?.element.remove();
    this.form = null;
    this.suggestions.hide();
    this.drawState();
    this.grow();
  }

  // --- answers and files -----------------------------------------------------------------------------

  replyTo(message) {
    this.replying = message;
    fill(this.reply, message ? [
      h("span", {}, "Replying to ", h("strong", {}, this.app.store.userName(message.author))),
      iconButton("close", "Do not reply", () => { this.replyTo(null); this.focus(); }),
    ] : null);
    if (message) this.focus();
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.attach(files);
  }

  async attach(files) {
    for (const file of files) {
      try {
        this.files.push({ id: await upload(file), name: file.name });
        this.drawFiles();
      } catch (error) {
        this.app.toast(error.message);
      }
    }
    this.focus();
  }

  drawFiles() {
    fill(this.fileList, this.files.map((file) => h("li", {}, icon("file"), file.name,
      iconButton("close", `Do not send ${file.name}`, () => {
        this.files = this.files.filter((one) => one !== file);
        this.drawFiles();
        this.focus();
      }))));
  }

  // --- keys and sending --------------------------------------------------------------------------------

  keys(event) {
    if (event.isComposing) return;
    const list = this.suggestions;
    if (list.isShown && list.entries.length) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        list.move(event.key === "ArrowDown" ? 1 : -1);
        return;
      }
      if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && list.hasActive) {
        event.preventDefault();
        list.take();
        return;
      }
    }
    if (event.key === "Escape") {
      event.preventDefault();
      if (list.isShown) list.hide(); else if (this.replying) this.replyTo(null); else this.app.messages.toEnd();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && this.input.value === "") {
      event.preventDefault();
      [...document.querySelectorAll(".message")].at(-1)?.focus();
    }
  }

  send() {
    const typed = this.input.value.trim();
    if ((!typed && !this.files.length) || this.input.value.length > MAX_LENGTH) return;
    if (typed.startsWith("/") && !typed.includes("\n")) {
      this.app.toast("That is not a command here. Choose one from the list, or begin with another character.");
      return;
    }
    let content = typed;
    for (const [shown, mark] of this.mentions) content = content.replaceAll(shown, mark);
    const isSent = this.app.socket.send({
      type: "say", channel_id: this.channel.id, content,
      reply_to: this.replying?.id, attachments: this.files.length ? this.files.map((file) => file.id) : undefined,
    });
    if (!isSent) { this.app.toast("Not sent: the sandbox cannot be reached. Your text is still here."); return; }
    this.app.messages.clearNotices();
    this.input.value = "";
    this.mentions.clear();
    this.files = [];
    this.drawFiles();
    this.replyTo(null);
    this.suggestions.hide();
    this.grow();
  }
}
