// A chosen command with its options, in place of the message box: one chip for each option.

import { OPTION, TYPE_NAMES, readOption } from "./commands.js";
import { fill, freshId, h, icon, iconButton } from "./dom.js";
import { entityChoices, matching } from "./entities.js";
import { upload } from "./uploads.js";

const DEBOUNCE_MS = 150;
const MAX_SHOWN = 25;
const KEYBOARDS = { [OPTION.INTEGER]: "numeric", [OPTION.NUMBER]: "decimal" };
const ENTITY_KINDS = { 6: "user", 7: "channel", 8: "role", 9: "mentionable" };

export class CommandForm {
  /** `finish(sent)` is called when the command was sent (true) or given up (false). */
  constructor(app, entry, channelId, suggestions, finish) {
    Object.assign(this, { app, entry, channelId, suggestions, finish });
    this.fields = new Map();
    this.problem = h("p", { class: "failure", role: "alert", hidden: true });
    this.chips = h("div", { class: "chips" });
    this.more = h("div", { class: "more-options" });
    this.sendButton = h("button", { type: "button", class: "icon-button send", "aria-label": "Run the command",
      title: "Run the command", on: { click: () => this.send() } }, icon("send"));
    this.element = h("div", { class: "command-form", role: "group", "aria-label": `Command ${entry.name}` },
      this.problem,
      h("div", { class: "command-row" },
        iconButton("close", "Leave this command", () => this.finish(false)),
        h("div", { class: "command-body" },
          h("span", { class: "command-head", tabindex: "-1" }, `/${entry.name}`), this.chips, this.more),
        this.sendButton));
    this.element.addEventListener("keydown", (event) => this.keys(event));
    for (const option of entry.options.filter((one) => one.required)) this.addField(option);
    this.drawMore();
  }

  /** Put the focus where the person goes on; `rest` is text already typed after the command. */
  start(rest = "") {
    const first = [...this.fields.values()][0];
    if (first && rest && first.input.type === "text") {
      first.input.value = rest;
      first.input.dispatchEvent(new Event("input"));
    }
    if (first) first.input.focus();
    else {
      this.sendButton.focus();
      this.describe(null);
    }
  }

  // --- fields --------------------------------------------------------------------------------

  addField(option) {
    const id = freshId("option");
    const isFile = option.type === OPTION.ATTACHMENT;
    const hasList = !isFile && (option.type !== OPTION.STRING || option.choices || option.autocomplete);
    const input = h("input", {
      id, type: isFile ? "file" : "text", class: "chip-input", autocomplete: "off", maxlength: 6000,
      spellcheck: option.type === OPTION.STRING, inputmode: KEYBOARDS[option.type],
      role: hasList ? "combobox" : null, "aria-expanded": hasList ? "false" : null,
      "aria-autocomplete": hasList ? "list" : null, "aria-required": option.required ? "true" : null,
    });
    const field = { option, input, text: "", picked: null, asked: 0 };
    field.chip = h("div", { class: "chip", "data-option": option.name },
      h("label", { for: id }, option.name), input,
      option.required ? null : iconButton("close", `Remove ${option.name}`, () => this.removeField(field)));
    input.addEventListener("focus", () => this.focused(field));
    input.addEventListener("input", () => this.typed(field));
    if (isFile) input.addEventListener("change", () => this.fileChosen(field));
    this.fields.set(option.name, field);
    this.chips.append(field.chip);
    return field;
  }

  removeField(field) {
    this.fields.delete(field.option.name);
    field.chip.remove();
    this.drawMore();
    this.focusLast();
  }

  focusLast() {
    const last = [...this.fields.values()].at(-1);
    (last?.input ?? this.sendButton).focus();
  }

  drawMore() {
    const left = this.entry.options.filter((option) => !this.fields.has(option.name));
    fill(this.more, left.map((option) => h("button", {
      type: "button", class: "more-option", title: option.description, "aria-label": `Add the option ${option.name}`,
      on: { click: () => { const field = this.addField(option); this.drawMore(); field.input.focus(); } },
    }, icon("plus"), option.name)));
  }

  focused(field) {
    this.current = field;
    this.suggest(field);
  }

  typed(field) {
    field.text = field.input.type === "file" ? field.text : field.input.value;
    if (field.picked?.label !== field.text) field.picked = null;
    this.clearProblem(field);
    this.suggest(field);
  }

  async fileChosen(field) {
    const [file] = field.input.files;
    if (!file) return;
    try {
      const id = await upload(file);
      field.text = file.name;
      field.picked = { label: file.name, value: id };
      this.clearProblem(field);
    } catch (error) {
      this.showProblem(field, error.message);
    }
  }

  // --- suggestions -----------------------------------------------------------------------------

  /** What the focused option is, in words: the head of the list. */
  describe(field) {
    if (!field) {
      const { name, description, options } = this.entry;
      return this.suggestions.show(this.sendButton, [], () => {}, {
        title: [h("strong", {}, `/${name}`), " ", description],
        note: options.length ? "Press Enter to run it, or add an option." : "Press Enter to run it.",
      });
    }
    const { option } = field;
    const limits = [TYPE_NAMES[option.type], option.required ? "required" : "optional"].join(", ");
    return [
      h("strong", {}, option.name), " ", h("span", {}, option.description ?? ""), " ", h("small", {}, limits),
    ];
  }

  suggest(field) {
    const title = this.describe(field);
    const { option } = field;
    const show = (entries, extra = {}) => this.suggestions.show(field.input, entries.slice(0, MAX_SHOWN),
      (entry) => this.pick(field, entry), { title, ...extra });
    if (option.autocomplete) return this.ask(field, show);
    const all = this.staticChoices(option);
    if (!all) return show([]);
    const isDone = field.picked && field.picked.label === field.text;
    const entries = isDone ? [] : matching(all, field.text);
    return show(entries, entries.length || isDone ? {} : { note: "Nothing matches." });
  }

  staticChoices(option) {
    if (option.choices?.length) return option.choices.map((one) => ({ label: one.name, value: one.value }));
    if (option.type === OPTION.BOOLEAN) return [{ label: "True", value: true }, { label: "False", value: false }];
    const kind = ENTITY_KINDS[option.type];
    return kind ? entityChoices(this.app.store, kind, option.channel_types) : null;
  }

  ask(field, show) {
    clearTimeout(this.timer);
    if (field.picked && field.picked.label === field.text) return show([]);
    const current = ++field.asked;
    if (this.suggestions.field !== field.input) show([], { note: "Looking …" });
    this.timer = setTimeout(() => {
      this.app.interactions.start({
        type: "autocomplete", ...this.frame(this.partialOptions()), focused: field.option.name,
      }, {
        choices: (choices) => {
          if (current !== field.asked || this.current !== field || !this.element.isConnected) return;
          if (document.activeElement !== field.input) return;
          const entries = choices.map((one) => ({ label: one.name, value: one.value }));
          // Free text may be sent as it stands, so nothing is taken by Enter unless an arrow key chose it.
          show(entries, { active: -1, note: entries.length ? "" : "No suggestions." });
        },
        failed: () => current === field.asked && show([], { note: "Suggestions could not be loaded." }),
      });
    }, DEBOUNCE_MS);
    return undefined;
  }

  /** What has been filled in so far, readable or not: autocomplete sees it all. */
  partialOptions() {
    const list = [];
    for (const { option, text, picked } of this.fields.values()) {
      const read = readOption({ ...option, required: false }, { text, picked });
      if (read.value !== undefined) list.push({ name: option.name, type: option.type, value: read.value });
      else if (option === this.current?.option) list.push({ name: option.name, type: option.type, value: text });
    }
    return list;
  }

  pick(field, entry) {
    field.picked = { label: entry.label, value: entry.value };
    field.text = entry.label;
    field.input.value = entry.label;
    field.asked += 1;
    this.clearProblem(field);
    const next = [...this.fields.values()].find((one) => one.option.required && !one.text);
    if (next) next.input.focus();
    else {
      field.input.focus();
      this.suggest(field);
    }
  }

  // --- keys and sending --------------------------------------------------------------------------

  keys(event) {
    if (event.isComposing) return;
    const inField = event.target.classList.contains("chip-input");
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (this.suggestions.hasActive) this.suggestions.hide(); else this.finish(false);
    } else if (event.key === "Enter" && (inField || event.target.classList.contains("command-head"))) {
      event.preventDefault();
      if (inField && this.suggestions.hasActive) this.suggestions.take(); else this.send();
    } else if (inField && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.suggestions.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (inField && event.key === "Tab" && !event.shiftKey && this.suggestions.hasActive) {
      event.preventDefault();
      this.suggestions.take();
    } else if (inField && event.key === "Backspace" && event.target.value === "") {
      event.preventDefault();
      const field = [...this.fields.values()].find((one) => one.input === event.target);
      if (field.option.required) this.finish(false); else this.removeField(field);
    }
  }

  frame(options) {
    const { command, path } = this.entry;
    return { channel_id: this.channelId, command_id: command.id, kind: 1, path, options };
  }

  send() {
    const options = [];
    for (const field of this.fields.values()) {
      const { value, problem } = readOption(field.option, field);
      if (problem) { this.showProblem(field, problem); return; }
      const { name, type } = field.option;
      if (value !== undefined) options.push({ name, type, value });
    }
    clearTimeout(this.timer);
    this.app.runCommand(this.frame(options), `/${this.entry.name}`);
    this.finish(true);
  }

  showProblem(field, text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
    field.chip.classList.add("wrong");
    field.input.setAttribute("aria-invalid", "true");
    field.input.focus();
  }

  clearProblem(field) {
    this.problem.hidden = true;
    field.chip.classList.remove("wrong");
    field.input.removeAttribute("aria-invalid");
  }
}
