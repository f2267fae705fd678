// The fields of a modal. Each has: custom id, element to show, read() -> what is submitted, problem() -> words.

import { freshId, h, icon, iconButton, fill } from "./dom.js";
import { markdown } from "./markdown_view.js";
import { selectView } from "./select.js";
import { upload } from "./uploads.js";

/** A modal's component (label, legacy row or text) as {element, read, check}. */
export function modalItem(app, component) {
  if (component.type === 10) {
    return {
      element: h("div", { class: "markdown modal-text" }, markdown(app, component.content ?? "")),
      read: () => withId(component, { type: 10 }), check: () => true,
    };
  }
  if (component.type === 1) {
    const [inner] = component.components;
    const item = labelled(app, { label: inner.label, component: inner });
    return { ...item, read: () => withId(component, { type: 1, components: [item.value()] }) };
  }
  const item = labelled(app, component);
  return { ...item, read: () => withId(component, { type: 18, component: item.value() }) };
}

const withId = (component, value) => (component.id === undefined ? value : { ...value, id: component.id });

function labelled(app, { label, description, component }) {
  const id = freshId("field");
  const field = build(app, component, { id, label, description });
  const problem = h("p", { class: "failure", id: `${id}-problem`, hidden: true });
  const isRequired = component.required !== false && component.type !== 23;
  const tag = field.isGroup ? "span" : "label";
  const name = h(tag, { id: `${id}-label`, for: field.isGroup ? null : id, class: "field-label" },
    label ?? "", isRequired ? h("span", { class: "required", "aria-hidden": "true" }, " *") : null,
    // Text fields say this themselves, by aria-required; the others have no way to.
    isRequired && component.type !== 4 ? h("span", { class: "unseen" }, " (required)") : null);
  const element = h("div", { class: "field", "data-field": component.custom_id }, name,
    description ? h("p", { class: "hint", id: `${id}-hint` }, description) : null, field.element, problem);
  return {
    element,
    value: () => withId(component, { type: component.type, custom_id: component.custom_id, ...field.read() }),
    check: () => {
      const words = field.problem();
      problem.textContent = words ?? "";
      problem.hidden = !words;
      field.focusable.toggleAttribute("aria-invalid", Boolean(words));
      if (words) field.focusable.setAttribute("aria-invalid", "true");
      return !words;
    },
    focus: () => field.focusable.focus(),
  };
}

function build(app, component, names) {
  switch (component.type) {
    case 4: return textField(component, names);
    case 19: return fileField(component, names);
    case 21: return choiceGroup(component, names, "radio");
    case 22: return choiceGroup(component, names, "checkbox");
    case 23: return checkbox(component, names);
    default: return selectField(app, component, names);
  }
}

function described({ id, description }) {
  return [description ? `${id}-hint` : "", `${id}-problem`].filter(Boolean).join(" ");
}

function textField(component, names) {
  const isLong = component.style === 2;
  const isRequired = component.required !== false;
  const max = component.max_length ?? 4000;
  const min = component.min_length ?? 0;
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const input = h(isLong ? "textarea" : "input", {
    id: names.id, type: isLong ? null : "text", rows: isLong ? "5" : null, value: component.value ?? "",
    placeholder: component.placeholder, maxlength: max, autocomplete: "off",
    "aria-required": isRequired ? "true" : null, "aria-describedby": described(names),
    on: { input: () => count() },
  });
  const count = () => {
    const length = input.value.length;
    counter.textContent = min && length < min ? `${length} of at least ${min}` : `${length} / ${max}`;
    counter.hidden = !min && length < max * 0.7 && !isLong;
  };
  count();
  return {
    element: h("div", { class: "text-field" }, input, counter), focusable: input,
    read: () => ({ value: input.value }),
    problem: () => {
      const length = input.value.length;
      if (!input.value.trim() && isRequired) return "Please fill this in.";
      if (length && length < min) return `Please write at least ${min} characters (now ${length}).`;
      return length > max ? `Please shorten this to ${max} characters (now ${length}).` : null;
    },
  };
}

function selectField(app, component, { id, label, description }) {
  const select = selectView(app, component, {
    label, labelledBy: `${id}-label`, describedBy: described({ id, description }),
  });
  select.element.id = id;
  return {
    element: select.element, focusable: select.element,
    read: () => ({ values: select.values() }), problem: () => select.problem(),
  };
}

function fileField(component, names) {
  const files = [];
  const max = component.max_values ?? 1;
  const min = component.required === false ? 0 : component.min_values ?? 1;
  let trouble = null;
  const list = h("ul", { class: "pending-files" });
  const draw = () => fill(list, files.map((file) => h("li", {}, icon("file"), file.name,
    iconButton("close", `Remove ${file.name}`, () => { files.splice(files.indexOf(file), 1); draw(); }))));
  const input = h("input", {
    id: names.id, type: "file", multiple: max > 1, "aria-describedby": described(names),
    on: {
      change: async () => {
        trouble = null;
        if (max === 1) files.length = 0;
        for (const file of [...input.files].slice(0, max - files.length)) {
          try {
            files.push({ id: await upload(file), name: file.name });
          } catch (error) {
            trouble = error.message;
          }
        }
        input.value = "";
        draw();
      },
    },
  });
  return {
    element: h("div", {}, input, list), focusable: input, read: () => ({ values: files.map((file) => file.id) }),
    problem: () => trouble ?? (files.length < min ? `Please choose ${min === 1 ? "a file" : `${min} files`}.` : null),
  };
}

function choiceGroup(component, names, kind) {
  const boxes = (component.options ?? []).map((option) => h("input", {
    type: kind, name: names.id, value: option.value, checked: option.default ?? false,
  }));
  const rows = boxes.map((box, index) => h("label", { class: "choice" }, box,
    h("span", {}, component.options[index].label,
      component.options[index].description ? h("small", {}, component.options[index].description) : null)));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const isRequired = component.required !== false;
  const min = component.min_values ?? (isRequired ? 1 : 0);
  const max = component.max_values ?? boxes.length;
  return {
    isGroup: true,
    element: h("div", {
      role: kind === "radio" ? "radiogroup" : "group", "aria-labelledby": `${names.id}-label`,
    }, rows),
    focusable: boxes[0] ?? rows[0],
    read: () => (kind === "radio" ? { value: chosen()[0] ?? null } : { values: chosen() }),
    problem: () => {
      const count = chosen().length;
      if (count === 0 && !isRequired) return null;
      if (count < min) return min === 1 ? "Please choose one." : `Please choose at least ${min}.`;
      return kind === "checkbox" && count > max ? `Please choose at most ${max}.` : null;
    },
  };
}

function checkbox(component, names) {
  const box = h("input", {
    id: names.id, type: "checkbox", checked: component.default ?? false, "aria-describedby": described(names),
  });
  return { element: box, focusable: box, read: () => ({ value: box.checked }), problem: () => null };
}
