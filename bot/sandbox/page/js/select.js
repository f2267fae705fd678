// A select: a button that opens a list, for strings, people, roles and channels; one or several.

import { emojiText, fill, freshId, h, icon } from "./dom.js";
import { entityChoices, matching } from "./entities.js";
import { placePopup } from "./popup.js";

const KINDS = { 5: "user", 6: "role", 7: "mentionable", 8: "channel" };
const SEARCH_FROM = 9;

function choicesOf(store, component) {
  if (component.type !== 3) return entityChoices(store, KINDS[component.type], component.channel_types);
  return (component.options ?? []).map((option) => ({
    value: option.value, label: option.label, detail: option.description, emoji: option.emoji,
  }));
}

function defaultsOf(component) {
  if (component.type !== 3) return (component.default_values ?? []).map((one) => one.id);
  return (component.options ?? []).filter((option) => option.default).map((option) => option.value);
}

/**
 * Returns {element, values()}. `onDone(values)` is called when a choice is final: at once for a
 * single choice, when the list closes for several.
 */
export function selectView(app, component, { label, onDone, labelledBy, describedBy } = {}) {
  const min = component.min_values ?? 1;
  const max = component.max_values ?? 1;
  const isMultiple = max > 1;
  let picked = defaultsOf(component);
  const shown = h("span", { class: "select-text" });
  const listId = freshId("select-list");
  const button = h("button", {
    type: "button", class: "select", disabled: component.disabled, "aria-haspopup": "listbox",
    "aria-expanded": "false", "data-custom-id": component.custom_id,
    "aria-labelledby": labelledBy ? `${labelledBy} ${listId}-text` : null, "aria-describedby": describedBy,
    on: {
      click: () => (close ? close() : open()),
      keydown: (event) => {
        if (close || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
        event.preventDefault();
        open();
      },
    },
  }, shown, icon("chevron"));
  shown.id = `${listId}-text`;
  let close = null;

  const all = () => choicesOf(app.store, component);
  const draw = () => {
    const chosen = all().filter((choice) => picked.includes(choice.value));
    const words = chosen.map((choice) => choice.label).join(", ");
    fill(shown, words || component.placeholder || "Make a selection");
    shown.classList.toggle("placeholder", !words);
    if (!labelledBy) button.setAttribute("aria-label", words ? `${label}: ${words}` : label ?? "Select");
  };

  function open() {
    const before = picked.join();
    const choices = all();
    let visible = choices;
    let active = Math.max(0, choices.findIndex((choice) => picked.includes(choice.value)));
    const needsSearch = choices.length >= SEARCH_FROM || component.type !== 3;
    const list = h("ul", {
      class: "options", role: "listbox", id: listId, tabindex: needsSearch ? null : "0",
      "aria-label": label ?? "Choices", "aria-multiselectable": isMultiple ? "true" : null,
    });
    const search = needsSearch ? h("input", {
      type: "text", class: "popup-search", role: "combobox", "aria-expanded": "true", "aria-controls": listId,
      "aria-label": "Search the choices", placeholder: "Search", autocomplete: "off",
      on: { input: () => { visible = matching(choices, search.value); active = 0; drawList(); } },
    }) : null;
    const hint = isMultiple ? h("p", { class: "popup-hint" },
      h("span", {}, min === max ? `Choose ${max}.` : `Choose ${min} to ${max}.`),
      h("button", { type: "button", class: "button small", on: { click: () => close() } }, "Done")) : null;
    const popup = h("div", { class: "popup select-popup", on: { keydown: keys } }, search, list, hint);
    const focusable = search ?? list;

    function drawList() {
      fill(list, visible.map((choice, index) => option(choice, index)),
        visible.length ? null : h("li", { class: "empty" }, "Nothing matches."));
      const current = list.children[active];
      if (visible.length) focusable.setAttribute("aria-activedescendant", current.id);
      else focusable.removeAttribute("aria-activedescendant");
      current?.scrollIntoView({ block: "nearest" });
    }

    function option(choice, index) {
      const isPicked = picked.includes(choice.value);
      return h("li", {
        role: "option", id: `${listId}-${index}`, "aria-selected": String(isPicked),
        class: index === active ? "active" : "",
        on: { click: () => choose(choice), mousemove: () => pointAt(index) },
      },
      emojiText(choice.emoji),
      h("span", { class: "option-text" }, choice.label, choice.detail ? h("small", {}, choice.detail) : null),
      isPicked ? icon("check") : null);
    }

    function pointAt(index) {
      if (active === index) return;
      list.children[active]?.classList.remove("active");
      list.children[index].classList.add("active");
      active = index;
      focusable.setAttribute("aria-activedescendant", list.children[index].id);
    }

    function choose(choice) {
      if (!choice) return;
      if (!isMultiple) {
        // Pressing the chosen one again takes it away where nothing need be chosen.
        picked = min === 0 && picked.includes(choice.value) ? [] : [choice.value];
        close();
        return;
      }
      if (picked.includes(choice.value)) picked = picked.filter((value) => value !== choice.value);
      else if (picked.length < max) picked = [...picked, choice.value];
      draw();
      drawList();
    }

    function keys(event) {
      const moves = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in moves && visible.length) {
        active = (active + moves[event.key] + visible.length) % visible.length;
        drawList();
      } else if (event.key === "Home" && !search) { active = 0; drawList(); }
      else if (event.key === "End" && !search) { active = visible.length - 1; drawList(); }
      else if (event.key === "Enter" || (event.key === " " && !search)) {
        if (event.target.closest(".popup-hint")) return;
        choose(visible[active]);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        close();
      } else if (event.key === "Tab" && !hint) { close(); return; }
      else return;
      event.preventDefault();
    }

    drawList();
    button.setAttribute("aria-expanded", "true");
    const remove = placePopup(popup, button, () => close());
    close = () => {
      close = null;
      remove();
      button.setAttribute("aria-expanded", "false");
      draw();
      button.focus();
      if (picked.join() !== before && picked.length >= min) onDone?.(picked);
    };
    focusable.focus();
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  draw();
  return {
    element: button,
    values: () => picked,
    problem: () => {
      if (picked.length >= min || (picked.length === 0 && component.required === false)) return null;
      return min === 1 ? "Choose one." : `Choose at least ${min}.`;
    },
  };
}
