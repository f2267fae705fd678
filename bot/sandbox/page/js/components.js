// Message components, both generations: rows of buttons and selects; containers, sections and text.

import { emojiText, freshId, h, icon, outsideLink, safeUrl } from "./dom.js";
import { fileCard, picture } from "./embeds.js";
import { markdown } from "./markdown_view.js";
import { selectView } from "./select.js";
import { hexColour } from "./store.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "secondary" };

/** All components of a message. */
export function componentViews(app, message) {
  if (!message.components?.length) return null;
  const failure = h("p", { class: "failure", id: freshId("failure"), role: "status", hidden: true });
  const context = { app, message, failure };
  return h("div", { class: "components" },
    message.components.map((one) => view(context, one)), failure);
}

function view(context, component) {
  switch (component.type) {
    case 1: return h("div", { class: "action-row" }, component.components.map((one) => view(context, one)));
    case 2: return button(context, component);
    case 3: case 5: case 6: case 7: case 8: return messageSelect(context, component);
    case 9: return h("div", { class: "section" },
      h("div", { class: "section-text" }, component.components.map((one) => view(context, one))),
      component.accessory ? view(context, component.accessory) : null);
    case 10: return h("div", { class: "markdown" }, markdown(context.app, component.content ?? ""));
    case 11: return media(context, component, "thumbnail");
    case 12: return h("div", { class: `gallery gallery-${Math.min(component.items.length, 4)}` },
      component.items.map((item) => media(context, item, "gallery-item")));
    case 13: return file(context, component);
    case 14: return h("hr", {
      class: `separator spacing-${component.spacing ?? 1} ${component.divider === false ? "invisible" : ""}`,
    });
    case 17: return container(context, component);
    default: return h("p", { class: "hint" }, `(Something this page does not show: component ${component.type}.)`);
  }
}

function container(context, component) {
  const element = h("div", { class: "container" }, component.components.map((one) => view(context, one)));
  if (component.accent_color !== undefined && component.accent_color !== null) {
    element.style.setProperty("--bar", hexColour(component.accent_color));
    element.classList.add("accented");
  }
  return component.spoiler ? coveredView(element) : element;
}

function coveredView(element) {
  const cover = h("button", { type: "button", class: "cover", on: { click: () => cover.replaceWith(element) } },
    icon("eye"), "Spoiler: show");
  return cover;
}

function media(context, item, className) {
  const source = { ...item.media, url: attachedUrl(context.message, item.media?.url) };
  const view = picture(context.app, source, className, item.description);
  return view && item.spoiler ? coveredView(view) : view;
}

function file(context, component) {
  const url = attachedUrl(context.message, component.file?.url);
  const attached = (context.message.attachments ?? []).find((one) => one.url === url);
  const card = fileCard({
    url, filename: component.name ?? attached?.filename, size: component.size ?? attached?.size,
  });
  return component.spoiler ? coveredView(card) : card;
}

/** Where a file named by attachment://... lies. */
function attachedUrl(message, url = "") {
  if (!url.startsWith("attachment://")) return url;
  const name = url.slice("attachment://".length);
  return (message.attachments ?? []).find((one) => one.filename === name)?.url ?? "";
}

function button(context, component) {
  const label = component.label ?? (component.emoji?.name || "Button");
  const inside = [emojiText(component.emoji), component.label ? h("span", {}, component.label) : null];
  const className = `button ${STYLES[component.style] ?? "secondary"}`;
  if (component.style === 5) {
    const url = safeUrl(component.url ?? "");
    if (!url || component.disabled) return h("button", { type: "button", class: className, disabled: true }, inside);
    return outsideLink(url, [...inside, icon("link")], { class: className });
  }
  return h("button", {
    type: "button", class: className, disabled: component.disabled,
    "aria-label": component.label ? null : label, "data-custom-id": component.custom_id,
    on: { click: (event) => press(context, component, event.currentTarget) },
  }, inside);
}

function press(context, component, element) {
  if (element.classList.contains("busy")) return;
  const { app, message } = context;
  interact(context, element, {
    type: "press", channel_id: message.channel_id, message_id: message.id, custom_id: component.custom_id,
  });
  app.announce("Pressed.");
}

function messageSelect(context, component) {
  const { message } = context;
  const select = selectView(context.app, component, {
    label: component.placeholder || "Make a selection",
    onDone: (values) => interact(context, select.element, {
      type: "choose", channel_id: message.channel_id, message_id: message.id,
      custom_id: component.custom_id, component_type: component.type, values,
    }),
  });
  return select.element;
}

/** Send a press or a choice; show that it is under way, and in words when it fails. */
function interact(context, element, frame) {
  const { app, failure } = context;
  const settle = () => element.classList.remove("busy");
  failure.hidden = true;
  element.classList.add("busy");
  app.interactions.start(frame, {
    acknowledged: settle,
    failed: (text) => {
      settle();
      failure.textContent = text;
      failure.hidden = false;
    },
    modal: (d, interactionId) => {
      settle();
      app.openModal(d, interactionId);
    },
  });
}
