// The list above the message box: commands, choices, people. The focus stays in the field; the list
// follows it by aria-activedescendant.

import { fill, freshId, h } from "./dom.js";

export class Suggestions {
  /** `place` is the element in which the list is shown. */
  constructor(place) {
    this.id = freshId("suggestions");
    this.list = h("ul", { class: "options", role: "listbox", id: this.id, "aria-label": "Suggestions" });
    this.note = h("p", { class: "suggestion-note", role: "status" });
    this.title = h("div", { class: "suggestion-title" });
    this.box = h("div", { class: "suggestions", hidden: true }, this.title, this.list, this.note);
    place.append(this.box);
    this.hide();
    // Pressing an entry must not take the focus away from the field.
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get isShown() { return !this.box.hidden; }

  get hasActive() { return this.isShown && this.active >= 0; }

  /**
   * Show entries for `field`. Each entry: {label, detail?, aside?, heading?, headingDetail?, className?} and
   * whatever `choose(entry)` needs when it is taken. `active` is the one that Enter takes (-1: none until an
   * arrow key is pressed).
   */
  show(field, entries, choose, { active = 0, note = "", title = null } = {}) {
    const isSameField = this.field === field;
    if (!isSameField) this.release();
    this.field = field;
    this.entries = entries;
    this.choose = choose;
    this.active = entries.length ? Math.min(active, entries.length - 1) : -1;
    fill(this.title, title);
    fill(this.note, note);
    this.note.hidden = !note;
    this.title.hidden = !title;
    this.list.hidden = !entries.length;
    this.box.hidden = !entries.length && !note && !title;
    this.draw();
    this.list.scrollTop = 0;
    if (this.active > 0) this.reveal();
    field.setAttribute("aria-controls", this.id);
    if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", String(entries.length > 0));
  }

  draw() {
    let index = -1;
    fill(this.list, this.entries.map((entry) => {
      index += 1;
      return [
        entry.heading ? h("li", { class: "group-heading", role: "presentation" }, h("strong", {}, entry.heading),
          entry.headingDetail ? h("span", {}, entry.headingDetail) : null) : null,
        this.option(entry, index),
      ];
    }));
    this.markActive();
  }

  option(entry, index) {
    return h("li", {
      role: "option", id: `${this.id}-${index}`, "aria-selected": "false", class: entry.className ?? "",
      on: {
        click: () => this.take(index),
        mousemove: () => { if (this.active !== index) { this.active = index; this.markActive(); } },
      },
    }, h("span", { class: "option-text" }, h("span", { class: "option-label" }, entry.label),
      entry.detail ? h("small", {}, entry.detail) : null),
    entry.aside ? h("span", { class: "option-aside" }, entry.aside) : null);
  }

  markActive() {
    for (const item of this.list.querySelectorAll("[role=option]")) {
      const isActive = item.id === `${this.id}-${this.active}`;
      item.classList.toggle("active", isActive);
      item.setAttribute("aria-selected", String(isActive));
    }
    if (this.active >= 0) this.field?.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    else this.field?.removeAttribute("aria-activedescendant");
  }

  move(step) {
    if (!this.entries.length) return;
    const count = this.entries.length;
    this.active = this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count;
    this.markActive();
    this.reveal();
  }

  reveal() {
    const item = document.getElementById(`${this.id}-${this.active}`);
    if (this.active === 0) this.list.scrollTop = 0;
    else item?.scrollIntoView({ block: "nearest" });
  }

  take(index = this.active) {
    const entry = this.entries[index];
    if (entry) this.choose(entry);
  }

  hide() {
    this.release();
    this.box.hidden = true;
    this.entries = [];
    this.active = -1;
  }

  release() {
    this.field?.removeAttribute("aria-activedescendant");
    if (this.field?.getAttribute("role") === "combobox") this.field.setAttribute("aria-expanded", "false");
    this.field = null;
  }
}
